//! The five codes that a pixel is read with, and tables that give two of its samples at once.

use crate::budget::Budget;
use crate::code::{Code, Tables};
use crate::error::Error;

/// What an entry of the first table says: green and red, where a pixel has them, and in the lowest six bits the bits to pass over.
pub(crate) mod first {
    pub(crate) const SAMPLES: u32 = 0x00FF_FF00;
    /// Something else: a copy, the symbol for its length from bit 8 on, or what has no length of its own, words that are too
    /// long for the table.
    pub(crate) const OTHER: u32 = 1 << 6;
    /// A colour of the cache, its index from bit 8 on.
    pub(crate) const CACHED: u32 = 1 << 7;
}

/// What an entry of the second table says: blue and alpha, where a pixel has them, and from bit 8 on the bits to pass over.
pub(crate) mod second {
    pub(crate) const SAMPLES: u32 = 0xFF00_00FF;
    /// The words are too long for the table: nothing is passed over.
    pub(crate) const LONG: u32 = 1 << 14;
}

/// Symbols for green that stand for something else.
pub(crate) const LITERALS: u32 = 256;
pub(crate) const LENGTHS: u32 = 24;

/// A table of two symbols at once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pair {
    pub(crate) start: u32,
    /// Bits of its index.
    pub(crate) bits: u32,
}

impl Pair {
    /// As large as its longest pairs of words, but no larger than `most`, and its entries by the bits that they stand for.
    fn new(
        codes: [&Code; 2],
        most: u32,
        tables: &mut Tables,
        budget: &mut Budget<'_>,
        entry: impl Fn(&[u32], u32, u32) -> u32,
    ) -> Result<Self, Error> {
        let bits = (codes[0].longest + codes[1].longest).min(most);
        let start = tables.grow(1 << bits, budget)?;
        let (tables, table) = tables.entries.split_at_mut(start);
        for (index, to) in table.iter_mut().enumerate() {
            *to = entry(tables, index as u32, bits);
        }
        Ok(Self {
            start: start as u32,
            bits,
        })
    }

    #[inline(always)]
    pub(crate) fn table<'a>(&self, tables: &'a [u32]) -> &'a [u32] {
        &tables[self.start as usize..][..1 << self.bits]
    }
}

/// What the pixels of a part of an image are read with.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Group {
    pub(crate) green: Code,
    pub(crate) red: Code,
    pub(crate) blue: Code,
    pub(crate) alpha: Code,
    pub(crate) distance: Code,
    pub(crate) first: Pair,
    pub(crate) second: Pair,
}

impl Group {
    /// From the codes for green, red, blue, alpha and distances, in the order in which they are stored; for about so many pixels.
    pub(crate) fn new(
        [green, red, blue, alpha, distance]: [Code; 5],
        pixels: usize,
        tables: &mut Tables,
        budget: &mut Budget<'_>,
    ) -> Result<Self, Error> {
        // A larger table gives more pairs, but takes longer to make, and more of the processor's first cache.
        let most = match pixels {
            0..1000 => 7,
            1000..4000 => 8,
            4000..20_000 => 9,
            _ => 10,
        };
        let pair = |tables: &[u32], index: u32, bits: u32| {
            let (symbol, length) = green.look_up(tables, index);
            if length > bits {
                return first::OTHER;
            }
            if symbol >= LITERALS + LENGTHS {
                return length | first::CACHED | (symbol - LITERALS - LENGTHS) << 8;
            }
            if symbol >= LITERALS {
                return length | first::OTHER | symbol << 8;
            }
            let (other, more) = red.look_up(tables, index >> length);
            if length + more > bits {
                return first::OTHER;
            }
            (length + more) | symbol << 8 | other << 16
        };
        let most_second = most.min(8);
        let first = Pair::new([&green, &red], most, tables, budget, pair)?;
        let pair = |tables: &[u32], index: u32, bits: u32| {
            let (symbol, length) = blue.look_up(tables, index);
            let (other, more) = alpha.look_up(tables, index >> length);
            if length + more > bits {
                return second::LONG;
            }
            (length + more) << 8 | symbol | other << 24
        };
        let second = Pair::new([&blue, &alpha], most_second, tables, budget, pair)?;
        Ok(Self {
            green,
            red,
            blue,
            alpha,
            distance,
            first,
            second,
        })
    }
}
