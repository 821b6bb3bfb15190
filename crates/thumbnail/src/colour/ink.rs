//! Ink on paper.

use super::ycbcr;
use crate::raster::Channels;

/// The amounts of cyan, magenta, yellow and black, 0 for none, of samples as they are stored.
pub(super) fn amounts(channels: Channels, samples: &[u8], inverted: bool) -> Vec<u8> {
    let flip = if inverted { 0xFF } else { 0 };
    let pixels = samples.as_chunks::<4>().0.iter();
    pixels
        .flat_map(|&[first, second, third, black]| {
            let [cyan, magenta, yellow] = match channels {
                // The three that are converted stand for the complements of the inks.
                Channels::Ycck => {
                    ycbcr::pixel_to_rgb([first, second, third]).map(|light| 255 - light)
                }
                _ => [first, second, third],
            };
            [cyan, magenta, yellow, black].map(|amount| amount ^ flip)
        })
        .collect()
}

/// What amounts of ink show where no profile says it: each ink takes away its complement, and black takes from all.
///
/// A press's profile would be nearer to a print, but a file without one names no press. Pillow and ImageMagick reckon like this, too;
/// libvips takes a profile of its own.
pub(super) fn to_rgb(inks: &[u8]) -> Vec<u8> {
    let lit = |ink: u8, black: u8| {
        let product = u32::from(255 - ink) * u32::from(255 - black);
        ((product + 127) / 255) as u8
    };
    let pixels = inks.as_chunks::<4>().0.iter();
    pixels
        .flat_map(|&[cyan, magenta, yellow, black]| {
            [cyan, magenta, yellow].map(|ink| lit(ink, black))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_darkens() {
        let check = |inks: [u8; 4], rgb: [u8; 3]| assert_eq!(to_rgb(&inks), rgb, "{inks:?}");
        check([0, 0, 0, 0], [255, 255, 255]);
        check([0, 0, 0, 255], [0, 0, 0]);
        check([255, 0, 0, 0], [0, 255, 255]);
        check([0, 255, 0, 0], [255, 0, 255]);
        check([0, 0, 255, 0], [255, 255, 0]);
        check([51, 0, 0, 51], [163, 204, 204]);
    }

    #[test]
    fn inverted_and_converted_ink_is_the_same_ink() {
        let inks = [255, 0, 0, 64];
        let inverted = inks.map(|amount: u8| 255 - amount);
        assert_eq!(amounts(Channels::Cmyk, &inks, false), inks);
        assert_eq!(amounts(Channels::Cmyk, &inverted, true), inks);
        // No ink at all, as Adobe stores it: the complements of 255, which are black, and 255.
        assert_eq!(amounts(Channels::Ycck, &[0, 128, 128, 255], true), [0; 4]);
    }
}
