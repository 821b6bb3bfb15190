//! Huffman tables as a DHT segment defines them (ITU T.81, annex C), and decoding one symbol by them.

use crate::error::Problem;

/// Bits that an unknown code takes: one more than the longest code has, for so many a decoder has looked at that reads bit by bit.
///
/// As for libjpeg it then stands for symbol 0, which is no difference, or the end of a block: what follows is mostly nonsense, until codes
/// happen to fall into step.
pub(crate) const UNKNOWN_BITS: u32 = 17;

/// A table in canonical form. Codes of one length are consecutive numbers.
#[derive(Debug, Clone)]
pub(crate) struct Huffman {
    /// Symbols in the order of their codes.
    pub(crate) symbols: [u8; 256],
    /// Number of codes of each length; index 0 is length 1.
    pub(crate) counts: [u8; 16],
    /// For each length: one past its last code, shifted left so that it compares with 16 bits of the stream.
    limits: [u32; 16],
    /// For each length: index of its first symbol minus its first code.
    starts: [i32; 16],
}

impl Huffman {
    /// # Errors
    /// [`Problem::HuffmanTable`] if the counts need more codes than there are, [`Problem::SegmentLength`] if symbols are missing.
    pub(crate) fn new(counts: [u8; 16], listed: &[u8]) -> Result<Self, Problem> {
        let total: usize = counts.iter().map(|&count| usize::from(count)).sum();
        if total > 256 {
            return Err(Problem::HuffmanTable);
        }
        let mut symbols = [0; 256];
        symbols[..total].copy_from_slice(listed.get(..total).ok_or(Problem::SegmentLength)?);
        let (mut limits, mut starts) = ([0; 16], [0; 16]);
        let (mut code, mut index) = (0u32, 0i32);
        for length in 1..=16 {
            let count = u32::from(counts[length - 1]);
            starts[length - 1] = index - code as i32;
            code += count;
            index += count as i32;
            if code > 1 << length {
                return Err(Problem::HuffmanTable);
            }
            limits[length - 1] = code << (16 - length);
            code <<= 1;
        }
        Ok(Huffman {
            symbols,
            counts,
            limits,
            starts,
        })
    }

    /// Whether all symbols are numbers of bits that a DC difference may have.
    pub(crate) fn is_for_dc(&self) -> bool {
        self.symbols[..self.len()].iter().all(|&size| size < 16)
    }

    /// How many symbols the table has.
    pub(crate) fn len(&self) -> usize {
        self.counts.iter().map(|&count| usize::from(count)).sum()
    }

    /// The symbol that the topmost bits of `bits` stand for and the length of its code, 1 to 16. `None` if they are no code.
    pub(crate) fn decode(&self, bits: u64) -> Option<(u32, u8)> {
        let top = (bits >> 48) as u32;
        // The limits never decrease: those that the code is over are those of shorter ones. Counted without a branch.
        let length = self.limits.map(|limit| usize::from(top >= limit));
        let length: usize = length.iter().sum();
        if length == 16 {
            return None;
        }
        let code = top >> (15 - length);
        let symbol = self.symbols[(code as i32 + self.starts[length]) as usize & 255];
        Some((length as u32 + 1, symbol))
    }

    /// One past the last code of up to so many bits, 1 to 16, as a number of 16 bits.
    pub(crate) fn end_of(&self, length: u32) -> u32 {
        self.limits[length as usize - 1]
    }

    /// Every code with its length and symbol, shortest first.
    pub(crate) fn codes(&self) -> impl Iterator<Item = (u32, u32, u8)> + '_ {
        let mut symbols = self.symbols.iter();
        let mut code = 0;
        let lengths = self
            .counts
            .iter()
            .enumerate()
            .flat_map(|(index, &count)| (0..count).map(move |nth| (index as u32 + 1, nth)));
        let mut previous = 0;
        lengths.map(move |(length, _)| {
            code <<= length - previous;
            previous = length;
            let this = code;
            code += 1;
            (this, length, symbols.next().copied().unwrap_or(0))
        })
    }
}

/// The value of `size` bits of the stream in JPEG's notation: a leading 1 means positive (T.81, F.2.2.1, EXTEND).
/// `size` is at most 16.
#[inline(always)]
pub(crate) fn extend(raw: u32, size: u32) -> i32 {
    let span = 1i32 << size;
    let raw = raw as i32;
    if raw < span >> 1 { raw - span + 1 } else { raw }
}

/// The topmost `count` bits, 0 to 32.
#[inline(always)]
pub(crate) fn top_bits(bits: u64, count: u32) -> u32 {
    (bits >> 1 >> (63 - count)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn counts(of: &[(usize, u8)]) -> [u8; 16] {
        let mut counts = [0; 16];
        for &(length, count) in of {
            counts[length - 1] = count;
        }
        counts
    }

    #[test]
    fn codes_are_assigned_in_order_of_length() {
        let table = Huffman::new(counts(&[(1, 1), (3, 2)]), &[7, 8, 9]).unwrap();
        let codes: Vec<_> = table.codes().collect();
        assert_eq!(codes, [(0b0, 1, 7), (0b100, 3, 8), (0b101, 3, 9)]);
        assert_eq!(table.decode(0), Some((1, 7)));
        assert_eq!(table.decode(0b101 << 61), Some((3, 9)));
        assert_eq!(table.decode(0b110 << 61), None);
        assert_eq!(table.len(), 3);
    }

    #[test]
    fn more_codes_than_fit_are_refused() {
        assert_eq!(
            Huffman::new(counts(&[(1, 3)]), &[0; 3]).unwrap_err(),
            Problem::HuffmanTable
        );
        assert_eq!(
            Huffman::new(counts(&[(1, 1), (2, 3)]), &[0; 4]).unwrap_err(),
            Problem::HuffmanTable
        );
        assert_eq!(
            Huffman::new(counts(&[(2, 3)]), &[0; 2]).unwrap_err(),
            Problem::SegmentLength
        );
    }

    #[test]
    fn values_extend_as_in_the_standard() {
        let cases = [
            (0, 0, 0),
            (0, 1, -1),
            (1, 1, 1),
            (0b00, 2, -3),
            (0b01, 2, -2),
            (0b10, 2, 2),
            (0, 11, -2047),
            (2047, 11, 2047),
        ];
        for (raw, size, value) in cases {
            assert_eq!(extend(raw, size), value, "{size} bits of {raw:b}");
        }
    }
}
