//! Symbols with their values, and which coefficients a reduction keeps.

use crate::huffman::{Huffman, UNKNOWN_BITS, extend, top_bits};
use crate::long::LongCodes;
use crate::tables::ZIGZAG;
use alloc::boxed::Box;
use core::hint::select_unpredictable;

const WIDTH: u32 = 10;

/// One symbol a look-up, with its value where that fits. An entry is, from the lowest bit up:
///
/// - 6 bits: how many bits it takes, 0 if its code is too long for the table;
/// - 4 bits: how many bits of value follow them, if the value did not fit;
/// - 8 bits: by how much it advances in the block, 64 at the end of block;
/// - 4 bits: its run of zeros;
/// - 10 bits: the value.
#[derive(Debug)]
pub(crate) struct Values {
    entries: Box<[u32; 1 << WIDTH]>,
    long: LongCodes,
}

/// A symbol and its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value {
    pub(crate) bits: u32,
    pub(crate) advance: u32,
    /// In a progressive scan an advance of 64 is an end-of-band run, and this the number of bits that its length has.
    pub(crate) run: u32,
    pub(crate) value: i32,
    /// It is no code of the table.
    pub(crate) is_unknown: bool,
}

impl Values {
    pub(crate) fn new() -> Self {
        Values {
            entries: Box::new([0; 1 << WIDTH]),
            long: LongCodes::new(),
        }
    }

    pub(crate) fn make(&mut self, table: &Huffman) {
        self.long.make(table, WIDTH, entry);
        self.entries.fill(0);
        for (code, length, symbol) in table.codes().take_while(|&(_, length, _)| length <= WIDTH) {
            let entry = entry(length, symbol);
            let size = entry >> 6 & 15;
            let first = (code as usize) << (WIDTH - length);
            let span = 1usize << (WIDTH - length);
            for (nth, slot) in self.entries[first..first + span].iter_mut().enumerate() {
                *slot = entry;
                if size > 0 && length + size <= WIDTH {
                    let stream = (nth as u64) << (64 - WIDTH + length);
                    let value = extend(top_bits(stream, size), size);
                    *slot = (entry & !0x3ff) | (length + size) | (value as u32) << 22;
                }
            }
        }
    }

    /// The symbol at the top of `bits`, which takes at most 31 of them.
    #[inline(always)]
    pub(crate) fn read(&self, table: &Huffman, bits: u64) -> Value {
        let mut found = self.entry(bits);
        if found.is_long() {
            found = self.long_entry(table, bits);
        }
        Value {
            bits: found.taken() + found.size(),
            advance: found.advance(),
            run: found.0 >> 18 & 15,
            value: found.value(bits),
            is_unknown: found.0 == Found::UNKNOWN.0,
        }
    }

    /// The entry for the symbol at the top of `bits`.
    #[inline(always)]
    pub(crate) fn entry(&self, bits: u64) -> Found {
        Found(self.entries[(bits >> (64 - WIDTH)) as usize])
    }

    /// The same for a code that is too long for the table, or unknown.
    #[cold]
    #[inline(never)]
    pub(crate) fn long_entry(&self, table: &Huffman, bits: u64) -> Found {
        match self.long.get(bits) {
            0 => Found::of(table, bits),
            found => Found(found),
        }
    }
}

/// An entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found(u32);

impl Found {
    /// What is no code ends the block.
    const UNKNOWN: Found = Found(UNKNOWN_BITS | 64 << 10);

    /// The code does not fit into the table's index.
    #[inline(always)]
    pub(crate) fn is_long(self) -> bool {
        self.0 == 0
    }

    /// What stands for a code of any length.
    fn of(table: &Huffman, bits: u64) -> Self {
        table
            .decode(bits)
            .map_or(Self::UNKNOWN, |(length, symbol)| {
                Found(entry(length, symbol))
            })
    }

    /// Bits of the code, and of the value if that fitted.
    #[inline(always)]
    pub(crate) fn taken(self) -> u32 {
        self.0 & 63
    }

    /// Bits of the value if that did not fit.
    #[inline(always)]
    pub(crate) fn size(self) -> u32 {
        self.0 >> 6 & 15
    }

    #[inline(always)]
    pub(crate) fn advance(self) -> u32 {
        self.0 >> 10 & 0xff
    }

    /// The value, of the symbol at the top of `bits`.
    #[inline(always)]
    pub(crate) fn value(self, bits: u64) -> i32 {
        let read = extended(bits << self.taken(), self.size());
        select_unpredictable(self.size() == 0, self.0 as i32 >> 22, read)
    }
}

/// The value of the topmost `size` bits, 1 to 16, in JPEG's notation, without a branch: a leading 0 means that it is less by all ones.
#[inline(always)]
fn extended(bits: u64, size: u32) -> i32 {
    let raw = bits.wrapping_shr(size.wrapping_neg()) as i32;
    let negative = !(bits as i64 >> 63) as i32;
    raw + (negative & (-1i32).wrapping_shl(size).wrapping_add(1))
}

fn entry(length: u32, symbol: u8) -> u32 {
    let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
    let advance = if size == 0 && run != 15 { 64 } else { run + 1 };
    length | size << 6 | advance << 10 | run << 18
}

/// Where each coefficient of the stream's order lies in a block of `N` by `N`, and which is the last one kept. What
/// is not kept goes to place 63, which smaller blocks do not have: between 1/8 and full size also the one of the highest frequency both
/// ways, which stands far behind the others in the stream and shows least.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    pub(crate) of: [u8; 64],
    pub(crate) last: usize,
}

impl Places {
    pub(crate) const fn new(points: usize) -> Self {
        let mut places = Places {
            of: [63; 64],
            last: 0,
        };
        let mut k = 0;
        while k < 64 {
            let (row, column) = (ZIGZAG[k] as usize / 8, ZIGZAG[k] as usize % 8);
            let corner = matches!(points, 2..=4) && row + column == 2 * (points - 1);
            if row < points && column < points && !corner {
                places.of[k] = (row * points + column) as u8;
                places.last = k;
            }
            k += 1;
        }
        places
    }

    /// Whether the coefficient is one that the reduction keeps.
    pub(crate) fn keeps(&self, k: usize, points: usize) -> bool {
        points == 8 || self.of[k] != 63
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_standard() {
        for size in 1..=15 {
            for raw in 0..1u32 << size {
                let behind = u64::from(raw).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> size;
                let bits = u64::from(raw) << (64 - size) | behind;
                assert_eq!(
                    extended(bits, size),
                    extend(raw, size),
                    "{size} bits of {raw:b}"
                );
            }
        }
    }
}
