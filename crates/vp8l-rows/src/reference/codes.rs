//! Bits, and codes that are looked up word by word.

use alloc::vec;
use alloc::vec::Vec;

/// Bits, those of a byte from the lowest on.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    pub(super) const fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    pub(super) fn read(&mut self, count: u32) -> Option<u32> {
        let mut value = 0;
        for nth in 0..count {
            let byte = self.data.get(self.at / 8)?;
            value |= u32::from(byte >> (self.at % 8) & 1)
                .checked_shl(nth)
                .unwrap_or(0);
            self.at += 1;
        }
        Some(value)
    }
}

/// The length of each symbol's word, its bits with the first one highest, and the symbol.
pub(super) struct Code(Vec<(u32, u32, usize)>);

impl Code {
    /// The words of RFC 1951, 3.2.2. They have to be complete, or one alone, which then takes no bits.
    pub(super) fn new(lengths: &[u32]) -> Option<Self> {
        let mut words = Vec::new();
        let mut next = 0;
        for length in 1..=15 {
            next <<= 1;
            for (symbol, _) in lengths
                .iter()
                .enumerate()
                .filter(|(_, own)| **own == length)
            {
                words.push((length, next, symbol));
                next += 1;
            }
        }
        match &mut words[..] {
            [(length, _, _)] => *length = 0,
            _ if next == 1 << 15 => {}
            _ => return None,
        }
        Some(Self(words))
    }

    /// Reads a code for so many symbols (3.7.2.1).
    pub(super) fn read(bits: &mut Bits<'_>, symbols: usize) -> Option<Self> {
        let mut lengths = vec![0; symbols];
        if bits.read(1)? == 1 {
            let has_two = bits.read(1)? == 1;
            let width = if bits.read(1)? == 1 { 8 } else { 1 };
            *lengths.get_mut(bits.read(width)? as usize)? = 1;
            if has_two {
                *lengths.get_mut(bits.read(8)? as usize)? = 1;
            }
            return Self::new(&lengths);
        }
        let mut own = [0; 19];
        let order = [
            17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        ];
        let count = 4 + bits.read(4)? as usize;
        for symbol in order.into_iter().take(count) {
            own[symbol] = bits.read(3)?;
        }
        let mut most = symbols;
        if bits.read(1)? == 1 {
            let width = 2 + 2 * bits.read(3)?;
            most = 2 + bits.read(width)? as usize;
        }
        if most > symbols {
            return None;
        }
        let code = Self::new(&own)?;
        let (mut at, mut last) = (0, 8);
        for _ in 0..most {
            if at == symbols {
                break;
            }
            let (length, times) = match code.symbol(bits)? {
                16 => (last, 3 + bits.read(2)?),
                17 => (0, 3 + bits.read(3)?),
                18 => (0, 11 + bits.read(7)?),
                length => (length as u32, 1),
            };
            for _ in 0..times {
                *lengths.get_mut(at)? = length;
                at += 1;
            }
            if length > 0 {
                last = length;
            }
        }
        Self::new(&lengths)
    }

    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Option<usize> {
        let (mut length, mut word) = (0, 0);
        loop {
            let found = self.0.iter().find(|own| (own.0, own.1) == (length, word));
            if let Some((_, _, symbol)) = found {
                return Some(*symbol);
            }
            word = word << 1 | bits.read(1)?;
            length += 1;
        }
    }
}
