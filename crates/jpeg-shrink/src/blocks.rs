//! Symbols with their values, and which coefficients a reduction keeps.

use crate::huffman::{Huffman, UNKNOWN_BITS, extend, top_bits};
use crate::long::LongCodes;
use crate::tables::ZIGZAG;
use alloc::boxed::Box;

const WIDTH: u32 = 10;

/// One symbol a look-up, with its value. An entry is, from the lowest bit up:
///
/// - 6 bits: how many bits it takes with its value, 0 if the index does not say enough;
/// - 2 bits unused;
/// - 8 bits: how many of them are looked up;
/// - 8 bits: 63 less those that follow, which are a number;
/// - 8 bits: its run of zeros;
/// - 8 bits: by how much it advances in the block, 64 at the end of block;
/// - 8 bits unused;
/// - 16 bits: what is added to that number.
#[derive(Debug)]
pub(crate) struct Values {
    entries: Box<[u64; 1 << WIDTH]>,
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
        // Of a code that fills the index the first bit of the number is not known.
        self.long.make(table, WIDTH - 1, |length, symbol| {
            length << 8 | u32::from(symbol)
        });
        self.entries.fill(0);
        for (code, length, symbol) in table.codes().take_while(|&(_, length, _)| length <= WIDTH) {
            let first = (code as usize) << (WIDTH - length);
            let span = 1usize << (WIDTH - length);
            for (nth, slot) in self.entries[first..first + span].iter_mut().enumerate() {
                let behind = (nth as u64) << (64 - WIDTH) << length;
                let size = u32::from(symbol & 15);
                *slot = if length + size <= WIDTH {
                    let value = extend(top_bits(behind, size), size);
                    entry(length + size, 0, symbol, value)
                } else if length < WIDTH {
                    entry(length, size, symbol, less(behind, size))
                } else {
                    0
                };
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
            bits: found.taken(),
            advance: found.advance(),
            run: found.run(),
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
        let known = match self.long.get(bits) {
            0 => table.decode(bits),
            known => Some((known >> 8, known as u8)),
        };
        known.map_or(Found::UNKNOWN, |(length, symbol)| {
            let size = u32::from(symbol & 15);
            Found(entry(length, size, symbol, less(bits << length, size)))
        })
    }
}

/// An entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found(u64);

impl Found {
    /// What is no code ends the block.
    const UNKNOWN: Found = Found(entry(UNKNOWN_BITS, 0, 0, 0));

    /// The index says too little.
    #[inline(always)]
    pub(crate) fn is_long(self) -> bool {
        self.0 == 0
    }

    /// Bits of the code and of the value.
    #[inline(always)]
    pub(crate) fn taken(self) -> u32 {
        self.0 as u32 & 63
    }

    #[inline(always)]
    fn run(self) -> u32 {
        self.0 as u32 >> 24
    }

    #[inline(always)]
    pub(crate) fn advance(self) -> u32 {
        (self.0 >> 32) as u32 & 0xff
    }

    /// The bits that are taken, and from bit 32 on by how much it advances.
    #[inline(always)]
    pub(crate) fn step(self) -> u64 {
        self.0 & (0xff << 32 | 63)
    }

    /// The value, of the symbol at the top of `bits`.
    #[inline(always)]
    pub(crate) fn value(self, bits: u64) -> i32 {
        let number = bits.wrapping_shl((self.0 >> 8) as u32) >> 1 >> (self.0 >> 16 & 63);
        (self.0 as i64 >> 48) as i32 + number as i32
    }
}

/// By how much the number of `size` bits at the top of `bits` is to be less in JPEG's notation: by all ones if it begins with a 0.
fn less(bits: u64, size: u32) -> i32 {
    if bits >> 63 == 0 { 1 - (1 << size) } else { 0 }
}

const fn entry(looked_up: u32, follow: u32, symbol: u8, add: i32) -> u64 {
    let (run, size) = (symbol as u64 >> 4, symbol & 15);
    let advance = if size == 0 && run != 15 { 64 } else { run + 1 };
    (looked_up + follow) as u64
        | (looked_up as u64) << 8
        | (63 - follow as u64) << 16
        | run << 24
        | advance << 32
        | (add as u64) << 48
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
                let found = Found(entry(0, size, size as u8, less(bits, size)));
                assert_eq!(
                    found.value(bits),
                    extend(raw, size),
                    "{size} bits of {raw:b}"
                );
            }
        }
    }
}
