//! Samples that are narrower than a byte.

/// Samples of 1, 2, 4 or 8 bits, the first in the highest bits of a byte.
pub(super) fn packed(line: &[u8], bits: u8) -> impl Iterator<Item = u8> {
    let mask = u8::MAX >> (8 - bits);
    line.iter().flat_map(move |&byte| {
        let places = (0..8 / bits).rev();
        places.map(move |place| byte >> (place * bits) & mask)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_samples_come_from_the_highest_bits_down() {
        let check = |bits, expected: &[u8]| {
            assert_eq!(packed(&[0b1011_0001], bits).collect::<Vec<_>>(), expected);
        };
        check(1, &[1, 0, 1, 1, 0, 0, 0, 1]);
        check(2, &[2, 3, 0, 1]);
        check(4, &[11, 1]);
        check(8, &[0xB1]);
    }
}
