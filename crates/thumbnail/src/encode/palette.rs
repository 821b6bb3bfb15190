//! Pictures of few colours.

use std::collections::BTreeSet;

/// The most colours that an index of a byte can tell apart.
pub(super) const MOST: usize = 256;

/// A picture as indices into its colours.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Indexed {
    /// The most transparent first: red, green, blue, alpha.
    pub(super) colours: Vec<[u8; 4]>,
    /// One for each pixel.
    pub(super) indices: Vec<u8>,
}

/// The pixels as indices into their own colours, where these are at most 256.
pub(super) fn exact(pixels: impl Iterator<Item = [u8; 4]> + Clone) -> Option<Indexed> {
    // Ordered by alpha first.
    let key = |[red, green, blue, alpha]: [u8; 4]| [alpha, red, green, blue];
    let mut keys = BTreeSet::new();
    let mut last = None;
    for pixel in pixels.clone() {
        if last != Some(pixel) && keys.insert(key(pixel)) && keys.len() > MOST {
            return None;
        }
        last = Some(pixel);
    }
    let keys: Vec<_> = keys.into_iter().collect();
    let index = |pixel| {
        keys.binary_search(&key(pixel))
            .map_or(0, |index| index as u8)
    };
    let indices = pixels.map(index).collect();
    let colours = keys
        .iter()
        .map(|&[alpha, red, green, blue]| [red, green, blue, alpha]);
    Some(Indexed {
        colours: colours.collect(),
        indices,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_lead_back_to_the_pixels() {
        let pixels = [[9, 8, 7, 255], [0, 0, 0, 0], [9, 8, 7, 255], [1, 2, 3, 128]];
        let indexed = exact(pixels.into_iter()).expect("few colours");
        assert_eq!(
            indexed.colours[0],
            [0, 0, 0, 0],
            "the most transparent first"
        );
        assert_eq!(indexed.colours.len(), 3);
        let found: Vec<_> = indexed
            .indices
            .iter()
            .map(|&index| indexed.colours[usize::from(index)])
            .collect();
        assert_eq!(found, pixels);
    }

    #[test]
    fn two_hundred_and_fifty_six_colours_fit_and_one_more_does_not() {
        let greys = |count: u16| (0..count).map(|value| [value as u8, (value >> 8) as u8, 0, 255]);
        assert_eq!(
            exact(greys(256)).map(|indexed| indexed.colours.len()),
            Some(256)
        );
        assert_eq!(exact(greys(257)), None);
    }
}
