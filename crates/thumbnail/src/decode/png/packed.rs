//! Places in a palette of at most sixteen colours, several to a byte.

/// How pixels lie in bytes: the first one in the highest bits.
pub(super) struct Packed {
    /// Pixels in a byte: 8, 4 or 2.
    count: usize,
    /// Those of each byte.
    places: Box<[[u8; 8]; 256]>,
}

impl Packed {
    /// Pixels of 1, 2 or 4 bits.
    pub(super) fn new(bits: usize) -> Self {
        let count = 8 / bits;
        let mut places = Box::new([[0; 8]; 256]);
        for (byte, places) in places.iter_mut().enumerate() {
            for (nth, place) in places[..count].iter_mut().enumerate() {
                *place = (byte >> (8 - bits * (nth + 1)) & ((1 << bits) - 1)) as u8;
            }
        }
        Self { count, places }
    }

    /// Bytes of a row.
    pub(super) const fn row(&self, width: usize) -> usize {
        width.div_ceil(self.count)
    }

    /// Unpacks whole rows of `width` pixels.
    pub(super) fn unpack(&self, packed: &[u8], width: usize, indices: &mut [u8]) {
        let rows = packed.chunks_exact(self.row(width));
        for (packed, indices) in rows.zip(indices.chunks_exact_mut(width)) {
            match self.count {
                8 => self.unpack_row::<8>(packed, indices),
                4 => self.unpack_row::<4>(packed, indices),
                _ => self.unpack_row::<2>(packed, indices),
            }
        }
    }

    fn unpack_row<const COUNT: usize>(&self, packed: &[u8], indices: &mut [u8]) {
        let (whole, rest) = indices.as_chunks_mut::<COUNT>();
        for (places, &byte) in whole.iter_mut().zip(packed) {
            places.copy_from_slice(&self.places[usize::from(byte)][..COUNT]);
        }
        if let (false, Some(&last)) = (rest.is_empty(), packed.last()) {
            rest.copy_from_slice(&self.places[usize::from(last)][..rest.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// As read bit by bit.
        #[test]
        fn every_pixel_has_its_bits(
            bits in prop::sample::select(vec![1_usize, 2, 4]),
            width in 1..40_usize,
            height in 1..4_usize,
            seed in prop::collection::vec(any::<u8>(), 160),
        ) {
            let packing = Packed::new(bits);
            let row = (width * bits).div_ceil(8);
            prop_assert_eq!(packing.row(width), row);
            let packed = &seed[..row * height];
            let mut indices = vec![0xFF; width * height];
            packing.unpack(packed, width, &mut indices);
            for (at, index) in indices.into_iter().enumerate() {
                let (x, y) = (at % width, at / width);
                let value = (0..bits).fold(0, |value, bit| {
                    let place = x * bits + bit;
                    value << 1 | packed[y * row + place / 8] >> (7 - place % 8) & 1
                });
                prop_assert_eq!(index, value);
            }
        }
    }
}
