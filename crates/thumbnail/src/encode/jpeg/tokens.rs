//! What blocks come to in symbols (ITU-T T.81, F.1.2).

use super::bits::BitWriter;
use super::code::Code;

/// Where each coefficient of a file's order lies in the block, row by row (T.81, figure A.6).
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The same for a block that is stored column by column.
const COLUMNS: [usize; 64] = {
    let mut columns = [0; 64];
    let mut k = 0;
    while k < 64 {
        let place = ZIGZAG[k] as usize;
        columns[k] = 8 * (place % 8) + place / 8;
        k += 1;
    }
    columns
};

/// A block's quantised coefficients.
pub(super) struct Coefficients {
    /// Column by column.
    values: [i32; 64],
    /// A bit for each that is not 0, in zigzag order, the lowest one for the first.
    present: u64,
}

impl Coefficients {
    /// The largest that baseline has a symbol for, but for the first one's difference.
    const MOST: i32 = 1023;

    /// From eight columns of eight.
    #[inline(always)]
    pub(super) fn from_columns(values: [i32; 64]) -> Self {
        let mut present = 0;
        for k in 0..64 {
            present |= u64::from(values[COLUMNS[k]] != 0) << k;
        }
        Self { values, present }
    }

    /// A block that is the same all over.
    pub(super) const fn flat(dc: i32) -> Self {
        let mut values = [0; 64];
        values[0] = dc;
        Self { values, present: 0 }
    }

    #[cfg(test)]
    pub(super) const fn in_zigzag(&self, k: usize) -> i32 {
        self.values[COLUMNS[k]]
    }
}

/// The tables: for DC and AC of luma, then of chroma.
pub(super) const PLACES: usize = 4;

/// A table's class and number, as the segment has it that defines the table.
pub(super) const fn name(place: usize) -> u8 {
    let (class, number) = (place % 2, place / 2);
    (class << 4 | number) as u8
}

/// A symbol of a table, and the bits that follow it: the low four bits of the symbol say how many.
#[derive(Clone, Copy)]
struct Token {
    value: u16,
    symbol: u8,
    place: u8,
}

/// The symbols of a scan, in their order.
#[derive(Default)]
pub(super) struct Tokens {
    tokens: Vec<Token>,
    counts: Counts,
}

struct Counts([[u32; 256]; PLACES]);

impl Default for Counts {
    fn default() -> Self {
        Self([[0; 256]; PLACES])
    }
}

const END_OF_BLOCK: u8 = 0;
const SIXTEEN_ZEROS: u8 = 0xF0;

impl Tokens {
    /// Adds a block. `last_dc` is the first coefficient of the component's block before, and becomes that of this one.
    #[inline(always)]
    pub(super) fn add(&mut self, block: &Coefficients, last_dc: &mut i32, tables: usize) {
        let (dc_place, ac_place) = (2 * tables, 2 * tables + 1);
        let dc = block.values[0].clamp(-Coefficients::MOST - 1, Coefficients::MOST);
        self.push(dc_place, 0, dc - *last_dc);
        *last_dc = dc;

        let mut left = block.present & !1;
        let mut next = 1;
        while left != 0 {
            let k = left.trailing_zeros();
            left &= left - 1;
            let mut run = k - next;
            next = k + 1;
            while run > 15 {
                self.push(ac_place, SIXTEEN_ZEROS, 0);
                run -= 16;
            }
            let value = block.values[COLUMNS[k as usize % 64]];
            let value = value.clamp(-Coefficients::MOST, Coefficients::MOST);
            self.push(ac_place, (run as u8) << 4, value);
        }
        if next < 64 {
            self.push(ac_place, END_OF_BLOCK, 0);
        }
    }

    /// Adds a symbol, to which the number of bits of `value` is added. Of a negative one the bits are those of one less (T.81,
    /// F.1.2.1.1).
    #[inline(always)]
    fn push(&mut self, place: usize, symbol: u8, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        let bits = (value + (value >> 31)) as u32 & ((1 << size) - 1);
        let symbol = symbol | size as u8;
        self.counts.0[place][usize::from(symbol)] += 1;
        self.tokens.push(Token {
            value: bits as u16,
            symbol,
            place: place as u8,
        });
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// How often each symbol of each table occurs.
    pub(super) const fn counts(&self) -> [&[u32; 256]; PLACES] {
        self.counts.0.each_ref()
    }

    pub(super) fn write(&self, codes: &[Code; PLACES], bits: &mut BitWriter) {
        for token in &self.tokens {
            let code = &codes[usize::from(token.place) % PLACES];
            let (word, length) = code.words[usize::from(token.symbol)];
            let size = u32::from(token.symbol & 15);
            bits.put(
                u32::from(word) << size | u32::from(token.value),
                length + size,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(values: &[(usize, i32)], last_dc: i32) -> Vec<(u8, u16)> {
        let mut block = Coefficients::flat(0);
        for &(k, value) in values {
            block.values[COLUMNS[k]] = value;
            block.present |= 1 << k;
        }
        let mut tokens = Tokens::default();
        tokens.add(&block, &mut { last_dc }, 1);
        assert_eq!(
            tokens.counts().map(|counts| counts.iter().sum::<u32>()),
            [0, 0, 1, tokens.len() as u32 - 1],
            "one difference, and all others of the other table"
        );
        let tokens = tokens.tokens.iter();
        tokens.map(|token| (token.symbol, token.value)).collect()
    }

    /// T.81, tables F.1 and F.2: sizes and bits.
    #[test]
    fn values_have_the_bits_of_the_standard() {
        assert_eq!(symbols(&[(0, 5)], 5), [(0, 0), (END_OF_BLOCK, 0)]);
        assert_eq!(symbols(&[(0, 6)], 5), [(1, 1), (END_OF_BLOCK, 0)]);
        assert_eq!(symbols(&[(0, 4)], 5), [(1, 0), (END_OF_BLOCK, 0)]);
        assert_eq!(symbols(&[(0, 8)], 5), [(2, 3), (END_OF_BLOCK, 0)]);
        assert_eq!(symbols(&[(0, 2)], 5), [(2, 0), (END_OF_BLOCK, 0)]);
        assert_eq!(symbols(&[(0, -1024)], 1023)[0], (11, 0));
    }

    #[test]
    fn runs_of_zeros_come_before_their_value() {
        assert_eq!(
            symbols(&[(1, 1), (4, -3), (21, 2)], 0),
            [
                (0, 0),
                (0x01, 1),
                (0x22, 0),
                (SIXTEEN_ZEROS, 0),
                (0x02, 2),
                (END_OF_BLOCK, 0)
            ]
        );
    }

    #[test]
    fn a_block_that_is_used_to_its_end_has_no_end_of_block() {
        let values = symbols(&[(63, 1)], 0);
        assert_eq!(
            values,
            [
                (0, 0),
                (SIXTEEN_ZEROS, 0),
                (SIXTEEN_ZEROS, 0),
                (SIXTEEN_ZEROS, 0),
                (0xE1, 1)
            ]
        );
    }

    #[test]
    fn what_baseline_has_no_symbol_for_is_clipped() {
        assert_eq!(
            symbols(&[(1, 5000), (2, -5000)], 0)[1..3],
            [(10, 1023), (10, 0)]
        );
    }

    #[test]
    fn zigzag_goes_along_the_diagonals() {
        let diagonals = ZIGZAG.map(|place| place / 8 + place % 8);
        assert!(diagonals.is_sorted());
        let mut sorted = ZIGZAG;
        sorted.sort_unstable();
        assert!(sorted.iter().copied().eq(0..64));
    }
}
