//! Coded data, bit by bit.

/// Coded data without the zeros after FF, as far as the next marker.
pub(super) fn unstuffed(coded: &[u8]) -> Option<Vec<u8>> {
    let mut data = Vec::with_capacity(coded.len());
    let mut bytes = coded.iter();
    while let Some(&byte) = bytes.next() {
        if byte == 0xFF && *bytes.next()? != 0 {
            return Some(data);
        }
        data.push(byte);
    }
    None
}

/// The code words of a table in their order: how many there are of each length, and their symbols.
pub(super) struct Decoder {
    lengths: [u8; 16],
    symbols: Vec<u8>,
    /// For every eight bits that begin with a whole word, its symbol and length.
    short: [Option<(u8, u32)>; 256],
}

impl Decoder {
    pub(super) fn new(lengths: &[u8; 16], symbols: &[u8]) -> Self {
        let mut decoder = Self {
            lengths: *lengths,
            symbols: symbols.to_vec(),
            short: [None; 256],
        };
        decoder.short = std::array::from_fn(|bits| {
            decoder
                .word((bits as u32) << 8)
                .filter(|&(_, length)| length <= 8)
        });
        decoder
    }

    pub(super) fn symbol(&self, bits: &mut BitReader<'_>) -> Option<u8> {
        let next = bits.peek(16);
        let short = self.short[(next >> 8) as usize];
        let (symbol, length) = short.or_else(|| self.word(next))?;
        bits.at += length as usize;
        Some(symbol)
    }

    /// The symbol whose word the 16 bits begin with, and the word's length (T.81, F.2.2.3).
    fn word(&self, bits: u32) -> Option<(u8, u32)> {
        let (mut first, mut index) = (0, 0);
        for (length, &count) in (1..).zip(&self.lengths) {
            let (code, count) = (bits >> (16 - length), u32::from(count));
            if code < first + count {
                let symbol = self.symbols.get((index + code - first) as usize)?;
                return Some((*symbol, length));
            }
            first = (first + count) << 1;
            index += count;
        }
        None
    }
}

/// Reads bits from data without stuffing.
pub(super) struct BitReader<'a> {
    pub(super) data: &'a [u8],
    /// In bits.
    pub(super) at: usize,
}

impl BitReader<'_> {
    /// The next bits, at most 16, without going on. Behind the end there are zeros.
    fn peek(&self, count: u32) -> u32 {
        let byte = |after: usize| self.data.get(self.at / 8 + after).copied().unwrap_or(0);
        let bits = u32::from_be_bytes([byte(0), byte(1), byte(2), 0]) << (self.at % 8);
        // In two steps, for none at all.
        bits >> 1 >> (31 - count)
    }

    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        let value = self.peek(count);
        self.at += count as usize;
        (self.at <= 8 * self.data.len()).then_some(value)
    }
}

/// Writes bits, and a zero after each byte of ones.
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// The last `count` bits are still to be written.
    bits: u32,
    count: u32,
}

impl BitWriter {
    pub(super) const fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            bits: 0,
            count: 0,
        }
    }

    /// Writes the last `count` bits of `value`, at most 16.
    pub(super) fn put(&mut self, value: u32, count: u32) {
        self.bits = self.bits << count | value;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.bits >> self.count) as u8;
            self.bytes.push(byte);
            if byte == 0xFF {
                self.bytes.push(0);
            }
        }
    }

    /// Fills the last byte with ones.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.put(0x7F, 7);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(values in proptest::collection::vec((any::<u16>(), 0..=16_u32), 0..200)) {
            let mut bits = BitWriter::new(Vec::new());
            let values: Vec<_> = values
                .iter()
                .map(|&(value, count)| (u32::from(value) & ((1 << count) - 1), count))
                .collect();
            for &(value, count) in &values {
                bits.put(value, count);
            }
            let mut coded = bits.finish();
            coded.extend([0xFF, 0xD9]);
            let data = unstuffed(&coded).expect("a marker at the end");
            let mut bits = BitReader { data: &data, at: 0 };
            for (value, count) in values {
                prop_assert_eq!(bits.take(count), Some(value));
            }
        }
    }
}
