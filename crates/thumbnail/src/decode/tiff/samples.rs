//! What the samples of a TIFF mean: from the file's bits to 8 or 16 of them.

use crate::raster::Depth;

/// How a sample is written, in bits that are put together from the low byte up, or from the highest bit down where they are no
/// whole bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Samples {
    pub(super) bits: u32,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Unsigned,
    /// What is below 0 is black.
    Signed,
    /// From 0.0 to 1.0; what is outside is clipped.
    Float,
}

impl Samples {
    /// By tags 258 and 339.
    pub(super) const fn new(bits: u64, format: u64) -> Option<Self> {
        let kind = match (format, bits) {
            // Most programs do not look at the sign of a byte.
            (1 | 4, 1..=32 | 64) | (2, 8) => Kind::Unsigned,
            (2, 16 | 32) => Kind::Signed,
            (3, 16 | 32 | 64) => Kind::Float,
            _ => return None,
        };
        Some(Self {
            bits: bits as u32,
            kind,
        })
    }

    /// The depth that keeps what anyone can see of them.
    pub(super) const fn depth(self) -> Depth {
        if self.bits <= 8 {
            Depth::Eight
        } else {
            Depth::Sixteen
        }
    }

    pub(super) fn are_floats(self) -> bool {
        self.kind == Kind::Float
    }

    /// Whether a sample is a byte that means what it says.
    pub(super) fn are_bytes(self) -> bool {
        self.bits == 8 && self.kind == Kind::Unsigned
    }

    /// The same for two bytes.
    pub(super) fn are_words(self) -> bool {
        self.bits == 16 && self.kind == Kind::Unsigned
    }

    /// A sample of a row, as the file has it, or 0 behind its end.
    pub(super) fn at(self, row: &[u8], index: usize) -> u64 {
        let bits = self.bits as usize;
        let start = index * bits;
        if bits.is_multiple_of(8) {
            let bytes = row.get(start / 8..(start + bits) / 8).unwrap_or_default();
            let from_high = bytes.iter().rev();
            return from_high.fold(0, |value, &byte| value << 8 | u64::from(byte));
        }
        let bit = |at: usize| {
            let byte = row.get(at / 8).copied().unwrap_or_default();
            u64::from(byte >> (7 - at % 8) & 1)
        };
        (start..start + bits).fold(0, |value, at| value << 1 | bit(at))
    }

    /// A sample in 16 bits.
    pub(super) fn wide(self, value: u64) -> u16 {
        match self.kind {
            Kind::Unsigned => {
                let largest = u64::MAX >> (64 - self.bits);
                let scaled = u128::from(value) * 65_535 + u128::from(largest / 2);
                (scaled / u128::from(largest)) as u16
            }
            Kind::Signed => {
                let is_negative = value >> (self.bits - 1) != 0;
                let positive = Self {
                    kind: Kind::Unsigned,
                    ..self
                };
                if is_negative { 0 } else { positive.wide(value) }
            }
            // A cast saturates, and takes what is no number for 0.
            Kind::Float => (self.float(value) * 65_535.0 + 0.5) as u16,
        }
    }

    fn float(self, value: u64) -> f64 {
        match self.bits {
            16 => half(value as u16),
            32 => f64::from(f32::from_bits(value as u32)),
            _ => f64::from_bits(value),
        }
    }
}

/// A number of IEEE 754's 16 bits.
fn half(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3FF) / 1024.0;
    let size = match i32::from(bits >> 10 & 0x1F) {
        0 => fraction * 2.0_f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1.0 + fraction) * 2.0_f64.powi(exponent - 15),
    };
    if bits >> 15 == 0 { size } else { -size }
}

/// A TIFF palette holds all its reds, then all its greens, then all its blues, 16 bits each. Some programs wrote eight bits.
pub(super) fn palette(map: &[u64], bits: u32) -> Vec<[u8; 3]> {
    let count = 1 << bits;
    let shift = if map.iter().all(|&value| value < 256) {
        0
    } else {
        8
    };
    let value = |at: usize| (map.get(at).copied().unwrap_or(0) >> shift) as u8;
    (0..count)
        .map(|index| [value(index), value(count + index), value(2 * count + index)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_reaches_white_and_black() {
        for bits in [1, 2, 3, 4, 8, 10, 12, 14, 16, 24, 32, 64] {
            let samples = Samples::new(bits, 1).expect("a kind that is read");
            let largest = u64::MAX >> (64 - bits);
            assert_eq!(
                (samples.wide(0), samples.wide(largest)),
                (0, 65_535),
                "{bits} bits"
            );
        }
        let float = |bits, value| {
            Samples::new(bits, 3)
                .expect("a kind that is read")
                .wide(value)
        };
        assert_eq!(float(16, 0x3C00), 65_535);
        assert_eq!(float(16, 0x3800), 32_768);
        assert_eq!(float(16, 0xBC00), 0);
        assert_eq!(float(16, 0x7E00), 0, "no number");
        assert_eq!(float(32, 1_f32.to_bits().into()), 65_535);
        assert_eq!(float(32, 9_f32.to_bits().into()), 65_535);
        assert_eq!(float(64, 0.5_f64.to_bits()), 32_768);
        let signed = Samples::new(16, 2).expect("a kind that is read");
        assert_eq!((signed.wide(0xFFFF), signed.wide(0x7FFF)), (0, 0x7FFF));
    }

    #[test]
    fn samples_are_read_low_byte_first_or_bit_by_bit() {
        let check = |bits, row: &[u8], expected: &[u64]| {
            let samples = Samples::new(bits, 1).expect("a kind that is read");
            let found: Vec<_> = (0..expected.len())
                .map(|index| samples.at(row, index))
                .collect();
            assert_eq!(found, expected);
            assert_eq!(samples.at(row, 8 * row.len()), 0);
        };
        check(1, &[0b1011_0001], &[1, 0, 1, 1, 0, 0, 0, 1]);
        check(4, &[0xB1], &[11, 1]);
        check(12, &[0xAB, 0xC1, 0x23], &[0xABC, 0x123]);
        check(16, &[0x34, 0x12], &[0x1234]);
        check(24, &[0x56, 0x34, 0x12], &[0x0012_3456]);
    }

    #[test]
    fn palettes_of_sixteen_and_of_eight_bits_are_read() {
        let wide = [0x1100, 0xFFFF, 0x2200, 0x00FF, 0x3300, 0x8000];
        assert_eq!(palette(&wide, 1), [[0x11, 0x22, 0x33], [0xFF, 0, 0x80]]);
        let narrow = [0x11, 0xFF, 0x22, 0, 0x33, 0x80];
        assert_eq!(palette(&narrow, 1), [[0x11, 0x22, 0x33], [0xFF, 0, 0x80]]);
        assert_eq!(palette(&[], 1), [[0; 3]; 2]);
    }
}
