//! DC differences, one a look-up.

use crate::huffman::{Huffman, UNKNOWN_BITS, extend, top_bits};
use crate::lanes::Event;
use crate::window::Window;
use alloc::boxed::Box;

const WIDTH: u32 = 10;

/// For each index what the difference is, without a branch. An entry is, from the lowest bit up:
///
/// - 6 bits: how many bits are looked up, 0 if they do not say enough;
/// - 6 bits: 63 less the bits that follow them, which are a number;
/// - 4 bits unused;
/// - 16 bits: what is added to that number.
#[derive(Debug)]
pub(crate) struct DifferenceTable {
    entries: Box<[u32; 1 << WIDTH]>,
}

impl DifferenceTable {
    pub(crate) fn new() -> Self {
        DifferenceTable {
            entries: Box::new([0; 1 << WIDTH]),
        }
    }

    pub(crate) fn make(&mut self, table: &Huffman) {
        self.entries.fill(0);
        for (code, length, size) in table.codes().take_while(|&(_, length, _)| length <= WIDTH) {
            let size = u32::from(size & 15);
            let first = (code as usize) << (WIDTH - length);
            let span = 1usize << (WIDTH - length);
            for (nth, entry) in self.entries[first..first + span].iter_mut().enumerate() {
                let behind = (nth as u64) << (64 - WIDTH) << length;
                *entry = if length + size <= WIDTH {
                    let value = extend(top_bits(behind, size), size);
                    (length + size) | 63 << 6 | (value as u32) << 16
                } else if length < WIDTH {
                    // In JPEG's notation a number that begins with a 0 is less by all ones.
                    let less = if behind >> 63 == 0 {
                        (1 << size) - 1
                    } else {
                        0
                    };
                    length | (63 - size) << 6 | (-less as u32) << 16
                } else {
                    0
                };
            }
        }
    }
}

/// By what the DC differences of a component are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Differences<'a> {
    pub(crate) entries: &'a DifferenceTable,
    pub(crate) table: &'a Huffman,
}

impl Differences<'_> {
    /// That of the block which starts at an event, and how many bits it takes.
    #[inline(always)]
    pub(crate) fn at(self, event: Event, window: &Window) -> (i32, u32) {
        self.read(window.bits(event as usize))
    }

    #[inline(always)]
    fn read(self, bits: u64) -> (i32, u32) {
        let entry = self.entries.entries[(bits >> (64 - WIDTH)) as usize];
        if entry == 0 {
            return self.read_long(bits);
        }
        let less = entry >> 6 & 63;
        let number = bits.wrapping_shl(entry) >> 1 >> less;
        (
            (entry as i32 >> 16) + number as i32,
            (entry & 63) + 63 - less,
        )
    }

    /// With a code that is long, or unknown: then there is no difference.
    #[cold]
    #[inline(never)]
    fn read_long(self, bits: u64) -> (i32, u32) {
        let (length, size) = self.table.decode(bits).unwrap_or((UNKNOWN_BITS, 0));
        let size = u32::from(size & 15);
        (extend(top_bits(bits << length, size), size), length + size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What a look-up finds is what the code and the number behind it say.
        #[test]
        fn differences_are_those_of_the_standard(
            counts in prop::array::uniform16(0..4_u8),
            bits: u64,
        ) {
            let mut counts = counts;
            let (mut left, mut symbols) = (1_u32 << 16, 16);
            for (length, count) in (1..).zip(&mut counts) {
                *count = (left >> (16 - length)).min(u32::from(*count)).min(symbols) as u8;
                left -= u32::from(*count) << (16 - length);
                symbols -= u32::from(*count);
            }
            let sizes: [u8; 16] = core::array::from_fn(|size| 15 - size as u8);
            let table = Huffman::new(counts, &sizes).expect("codes that fit");
            let mut entries = DifferenceTable::new();
            entries.make(&table);
            let found = Differences { entries: &entries, table: &table }.read(bits);
            let wanted = table.decode(bits).map_or((0, 17), |(length, size)| {
                let size = u32::from(size);
                let number = (bits << length).checked_shr(64 - size).unwrap_or(0) as i32;
                let is_negative = number < 1 << size >> 1;
                (if is_negative { number + 1 - (1 << size) } else { number }, length + size)
            });
            prop_assert_eq!(found, wanted);
        }
    }
}
