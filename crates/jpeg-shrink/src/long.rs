//! Codes that are too long for the index of a table.

use crate::huffman::Huffman;
use alloc::boxed::Box;

/// How many there may be, of 16 bits each. Photos have a few hundred.
const MOST: usize = 1 << 10;

/// Entries for the codes of over so many bits. In the canonical order they are the last ones: all of them are found by their first 16
/// bits, less those of the first of them.
#[derive(Debug)]
pub(crate) struct LongCodes {
    first: u32,
    entries: Box<[u32; MOST]>,
}

impl LongCodes {
    pub(crate) fn new() -> Self {
        LongCodes {
            first: 0,
            entries: Box::new([0; MOST]),
        }
    }

    /// Takes the codes of over `width` bits of a table. `entry` makes an entry of a code's length and symbol, which is not 0.
    pub(crate) fn make(&mut self, table: &Huffman, width: u32, entry: impl Fn(u32, u8) -> u32) {
        self.entries.fill(0);
        self.first = table.end_of(width);
        for (code, length, symbol) in table.codes().skip_while(|&(_, length, _)| length <= width) {
            let at = ((code << (16 - length)) - self.first) as usize;
            let span = 1 << (16 - length);
            let Some(entries) = self.entries.get_mut(at..at + span) else {
                break;
            };
            entries.fill(entry(length, symbol));
        }
    }

    /// The entry for the code at the top of `bits`; 0 if it is short or unknown, or if there are too many of them.
    #[inline(always)]
    pub(crate) fn get(&self, bits: u64) -> u32 {
        let at = ((bits >> 48) as u32).wrapping_sub(self.first);
        self.entries.get(at as usize).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What is found is what decoding bit by bit finds, and of the first thousand nothing is missing.
        #[test]
        fn long_codes_are_those_of_the_table(
            counts in prop::array::uniform16(0..5_u8),
            width in 9..13_u32,
            top: u16,
        ) {
            let mut counts = counts;
            let mut left = 1_u32 << 16;
            for (length, count) in (1..).zip(&mut counts) {
                let span = 1 << (16 - length);
                *count = (left / span).min(u32::from(*count)) as u8;
                left -= span * u32::from(*count);
            }
            let symbols: [u8; 256] = core::array::from_fn(|symbol| symbol as u8);
            let table = Huffman::new(counts, &symbols).expect("codes that fit");
            let mut long = LongCodes::new();
            long.make(&table, width, |length, symbol| length << 8 | u32::from(symbol) | 1 << 16);
            let bits = u64::from(top) << 48;
            let wanted = table.decode(bits).filter(|&(length, _)| length > width);
            let wanted = wanted.map_or(0, |(length, symbol)| length << 8 | u32::from(symbol) | 1 << 16);
            let is_near = u32::from(top).wrapping_sub(table.end_of(width)) < (MOST - 128) as u32;
            prop_assert!(long.get(bits) == wanted || !is_near && long.get(bits) == 0);
        }
    }
}
