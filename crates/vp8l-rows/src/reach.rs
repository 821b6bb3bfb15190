//! Lengths and distances of copies (RFC 9649, 3.6.2.2).

use crate::bits::Bits;

/// The farthest that a copy can reach back, in pixels: the largest number that the 40 symbols can say.
pub(crate) const FARTHEST: usize = (1 << 20) - NEAR.len();

/// The most pixels that are copied at once.
pub(crate) const MOST: usize = 4096;

/// Columns to the left and rows up of the nearest pixels, in the order of their codes.
#[rustfmt::skip]
pub(crate) const NEAR: [(i8, i8); 120] = [
    (0, 1), (1, 0), (1, 1), (-1, 1), (0, 2), (2, 0), (1, 2), (-1, 2), (2, 1), (-2, 1), (2, 2), (-2, 2),
    (0, 3), (3, 0), (1, 3), (-1, 3), (3, 1), (-3, 1), (2, 3), (-2, 3), (3, 2), (-3, 2), (0, 4), (4, 0),
    (1, 4), (-1, 4), (4, 1), (-4, 1), (3, 3), (-3, 3), (2, 4), (-2, 4), (4, 2), (-4, 2), (0, 5), (3, 4),
    (-3, 4), (4, 3), (-4, 3), (5, 0), (1, 5), (-1, 5), (5, 1), (-5, 1), (2, 5), (-2, 5), (5, 2), (-5, 2),
    (4, 4), (-4, 4), (3, 5), (-3, 5), (5, 3), (-5, 3), (0, 6), (6, 0), (1, 6), (-1, 6), (6, 1), (-6, 1),
    (2, 6), (-2, 6), (6, 2), (-6, 2), (4, 5), (-4, 5), (5, 4), (-5, 4), (3, 6), (-3, 6), (6, 3), (-6, 3),
    (0, 7), (7, 0), (1, 7), (-1, 7), (5, 5), (-5, 5), (7, 1), (-7, 1), (4, 6), (-4, 6), (6, 4), (-6, 4),
    (2, 7), (-2, 7), (7, 2), (-7, 2), (3, 7), (-3, 7), (7, 3), (-7, 3), (5, 6), (-5, 6), (6, 5), (-6, 5),
    (8, 0), (4, 7), (-4, 7), (7, 4), (-7, 4), (8, 1), (8, 2), (6, 6), (-6, 6), (8, 3), (5, 7), (-5, 7),
    (7, 5), (-7, 5), (8, 4), (6, 7), (-6, 7), (7, 6), (-7, 6), (8, 5), (7, 7), (-7, 7), (8, 6), (8, 7),
];

/// The number that a symbol begins and the following bits complete, from 1 on. Up to 18 bits, which have to be there.
#[inline(always)]
pub(crate) fn number(symbol: u32, bits: &mut Bits<'_>) -> usize {
    if symbol < 4 {
        return symbol as usize + 1;
    }
    let more = (symbol - 2) >> 1;
    let base = (2 + (symbol & 1)) << more;
    (base + bits.take(more)) as usize + 1
}

/// The distance in pixels that a number stands for, in rows of so many pixels.
#[inline(always)]
pub(crate) fn distance(number: usize, width: usize) -> usize {
    match NEAR.get(number - 1) {
        Some(&(left, up)) => {
            let distance = isize::from(left) + isize::from(up) * width as isize;
            distance.max(1) as usize
        }
        None => number - NEAR.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// The codes stand for the pixels of eight rows that are nearest, the nearer the smaller, up before left and right after left.
    #[test]
    fn the_nearest_pixels_have_the_smallest_codes() {
        let mut near: Vec<(i8, i8)> = (-7..=8)
            .flat_map(|left| (0..=7).map(move |up| (left, up)))
            .filter(|&(left, up)| up > 0 || left > 0)
            .collect();
        near.retain(|&(left, up)| left < 8 || up < 8);
        let mut codes = NEAR.to_vec();
        codes.sort_unstable();
        near.sort_unstable();
        assert_eq!(codes, near);
        let squares = NEAR.map(|(left, up)| i32::from(left).pow(2) + i32::from(up).pow(2));
        assert!(squares.is_sorted());
    }
}
