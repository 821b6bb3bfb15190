//! Pixels of one sample of at most eight bits, several to a byte: what each byte of a row becomes.

/// The most that a byte becomes: eight pixels of three samples.
const MOST: usize = 24;

pub(crate) struct Packed {
    /// How much of what is shown counts.
    length: usize,
    shown: Box<[[u8; MOST]; 256]>,
}

impl Packed {
    /// From what shows a row, of which a byte becomes so many.
    pub(crate) fn new(length: usize, show: impl Fn(&[u8], &mut [u8])) -> Self {
        let mut shown = Box::new([[0; MOST]; 256]);
        for (byte, shown) in (0..=255).zip(shown.iter_mut()) {
            show(&[byte], &mut shown[..length]);
        }
        Self { length, shown }
    }

    /// The places in a palette that pixels of so many bits name, the first one in the highest bits of a byte.
    pub(crate) fn places(bits: usize) -> Self {
        Self::new(8 / bits, |byte, places| {
            for (nth, place) in (1..).zip(places) {
                *place = byte[0] >> (8 - bits * nth) & ((1 << bits) - 1);
            }
        })
    }

    /// Shows a row.
    pub(crate) fn put(&self, row: &[u8], to: &mut [u8]) {
        // A copy of a length that is known is an instruction or two, and of another one a call.
        match self.length {
            1 => self.put_each::<1>(row, to),
            2 => self.put_each::<2>(row, to),
            3 => self.put_each::<3>(row, to),
            4 => self.put_each::<4>(row, to),
            6 => self.put_each::<6>(row, to),
            8 => self.put_each::<8>(row, to),
            12 => self.put_each::<12>(row, to),
            _ => self.put_each::<24>(row, to),
        }
    }

    fn put_each<const LENGTH: usize>(&self, row: &[u8], to: &mut [u8]) {
        let (whole, rest) = to.as_chunks_mut::<LENGTH>();
        for (to, &byte) in whole.iter_mut().zip(row) {
            to.copy_from_slice(&self.shown[usize::from(byte)][..LENGTH]);
        }
        if let Some(&last) = row.get(whole.len()) {
            rest.copy_from_slice(&self.shown[usize::from(last)][..rest.len()]);
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
        fn every_place_has_its_bits(
            bits in prop::sample::select(vec![1_usize, 2, 4]),
            width in 1..160_usize,
            bytes in prop::collection::vec(any::<u8>(), 80),
        ) {
            let row = &bytes[..(width * bits).div_ceil(8)];
            let mut places = vec![0xFF; width];
            Packed::places(bits).put(row, &mut places);
            for (x, place) in places.into_iter().enumerate() {
                let value = (x * bits..(x + 1) * bits)
                    .fold(0, |value, bit| value << 1 | row[bit / 8] >> (7 - bit % 8) & 1);
                prop_assert_eq!(place, value);
            }
        }
    }
}
