//! Coded data, bit by bit.

/// Writes bits, and a zero after each byte of ones.
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// The last `count` bits are still to be written.
    bits: u64,
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

    /// Writes the last `count` bits of `value`, at most 32; the bits before them are 0.
    pub(super) fn put(&mut self, value: u32, count: u32) {
        self.bits = self.bits << count | u64::from(value);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            self.write(((self.bits >> self.count) as u32).to_be_bytes());
        }
    }

    fn write(&mut self, bytes: [u8; 4]) {
        if bytes.contains(&0xFF) {
            for byte in bytes {
                self.write_byte(byte);
            }
        } else {
            self.bytes.extend(bytes);
        }
    }

    fn write_byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        if byte == 0xFF {
            self.bytes.push(0);
        }
    }

    /// Fills the last byte with ones.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.put(0x7F, 7);
        while self.count >= 8 {
            self.count -= 8;
            self.write_byte((self.bits >> self.count) as u8);
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Written out as digits, which is slow and plain.
        #[test]
        fn bits_stand_in_their_order(values in proptest::collection::vec((any::<u32>(), 0..=32_u32), 0..200)) {
            let mut bits = BitWriter::new(Vec::new());
            let mut digits = String::new();
            for (value, count) in values {
                let value = (u64::from(value) & ((1 << count) - 1)) as u32;
                bits.put(value, count);
                if count > 0 {
                    digits += &format!("{value:0width$b}", width = count as usize);
                }
            }
            while !digits.len().is_multiple_of(8) {
                digits.push('1');
            }
            let mut wanted = Vec::new();
            for byte in digits.as_bytes().chunks(8) {
                let byte = std::str::from_utf8(byte).expect("digits");
                wanted.push(u8::from_str_radix(byte, 2).expect("eight digits"));
                if byte == "11111111" {
                    wanted.push(0);
                }
            }
            prop_assert_eq!(bits.finish(), wanted);
        }
    }
}
