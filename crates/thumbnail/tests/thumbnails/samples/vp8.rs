//! Lossy WebP files of four colours, written boolean by boolean: the reference decoder of `vp8-shrink` says with which probability the
//! next one is read, and the encoder of RFC 6386, 7.3, writes it down.

use super::webp::{chunk, container};
use vp8_shrink::reference::{Booleans, reconstruct};
use vp8_shrink::{Header, Reduction, Request};

/// Luma, blue and red chroma of the limited range; chroma in steps of four.
pub(crate) type Colour = [u8; 3];

/// A quantiser with which a luma's mean is coded in whole samples, and chroma's in fours: its step of DC is 32.
const QUANTIZER: usize = 35;

/// A file of `columns` by `rows` macroblocks, both even, with a colour for each quarter.
pub(crate) fn quarters(columns: usize, rows: usize, colours: [Colour; 4]) -> Vec<u8> {
    let mut frame = vec![0, 0, 0, 0x9D, 0x01, 0x2A];
    for count in [columns, rows] {
        let length = u16::try_from(16 * count).expect("a small picture");
        frame.extend(length.to_le_bytes());
    }
    let (modes, tokens) = script(columns, rows, colours);
    let header = Header::read(&frame).expect("the start of a frame");
    let (mut first, second) = (Script::new(modes), Script::new(tokens));
    let request = Request::new(Reduction::Eighth);
    let outcome =
        reconstruct(&header, &request, &mut first, |_| vec![second]).expect("a whole picture");
    let first = first.finish();
    let tag = u32::try_from(first.len()).expect("a small picture") << 5 | 1 << 4;
    frame[..3].copy_from_slice(&tag.to_le_bytes()[..3]);
    frame.extend(first);
    frame.extend(outcome.partitions.into_iter().flat_map(Script::finish));
    container(&[chunk(*b"VP8 ", &frame)])
}

/// What both partitions say.
fn script(columns: usize, rows: usize, colours: [Colour; 4]) -> (Vec<bool>, Vec<bool>) {
    // Colour space, clamping, segments, the filter's type, strength, sharpness and changes, partitions.
    let mut modes = vec![false; 1 + 1 + 1 + 1 + 6 + 3 + 1 + 2];
    modes.extend(number(QUANTIZER, 7));
    // Changes of the quantiser, whether the probabilities are kept, and that none of 1056 is replaced.
    modes.extend([false; 5 + 1 + 1056]);
    // Macroblocks say whether they have coefficients, with even odds.
    modes.push(true);
    modes.extend(number(128, 8));

    let mut tokens = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let colour = |column: usize, row: usize| {
                colours[2 * usize::from(row >= rows / 2) + usize::from(column >= columns / 2)]
            };
            // From above, from the left, or out of nothing.
            let (luma, chroma, before): (&[bool], &[bool], _) = match (column, row) {
                (0, 0) => (&[true, false, false], &[false], [128; 3]),
                (_, 0) => (
                    &[true, true, false],
                    &[true, true, false],
                    colour(column - 1, row),
                ),
                _ => (
                    &[true, false, true],
                    &[true, false],
                    colour(column, row - 1),
                ),
            };
            let change = |channel: usize| {
                i32::from(colour(column, row)[channel]) - i32::from(before[channel])
            };
            let empty = (0..3).all(|channel| change(channel) == 0);
            modes.push(empty);
            modes.extend(luma);
            modes.extend(chroma);
            if !empty {
                // The mean of luma's means, nothing of its sixteen blocks, and the mean of each of four blocks of chroma.
                tokens.extend(block(change(0)));
                tokens.extend([false; 16]);
                for channel in [1, 2] {
                    tokens.extend(block(change(channel) / 4).repeat(4));
                }
            }
        }
    }
    (modes, tokens)
}

fn number(value: usize, bits: u32) -> impl Iterator<Item = bool> {
    (0..bits).rev().map(move |bit| value >> bit & 1 == 1)
}

/// A block of which nothing but the first coefficient is there (RFC 6386, 13.2).
fn block(value: i32) -> Vec<bool> {
    if value == 0 {
        return vec![false];
    }
    let amount = value.unsigned_abs() as usize;
    let (path, least, extra): (&[u8], _, _) = match amount {
        1 => (&[0], 1, 0),
        2 => (&[1, 0, 0], 2, 0),
        3..=4 => (&[1, 0, 1], 3, 1),
        5..=6 => (&[1, 1, 0, 0], 5, 1),
        7..=10 => (&[1, 1, 0, 1], 7, 2),
        11..=18 => (&[1, 1, 1, 0, 0], 11, 3),
        19..=34 => (&[1, 1, 1, 0, 1], 19, 4),
        35..=66 => (&[1, 1, 1, 1, 0], 35, 5),
        _ => (&[1, 1, 1, 1, 1], 67, 11),
    };
    let mut bits = vec![true, true];
    bits.extend(path.iter().map(|&bit| bit == 1));
    bits.extend(number(amount - least, extra));
    bits.extend([value < 0, false]);
    bits
}

/// Says what it is told to, and writes it down.
struct Script {
    bits: std::vec::IntoIter<bool>,
    bytes: Vec<u8>,
    low: u64,
    range: u32,
    shifts: u32,
}

impl Script {
    fn new(bits: Vec<bool>) -> Self {
        Self {
            bits: bits.into_iter(),
            bytes: Vec::new(),
            low: 0,
            range: 255,
            shifts: 0,
        }
    }

    /// Takes the byte above the lowest 32 bits out, with a carry into those before.
    fn take_byte(&mut self) {
        let byte = self.low >> 32;
        if byte > 255 {
            for before in self.bytes.iter_mut().rev() {
                *before = before.wrapping_add(1);
                if *before != 0 {
                    break;
                }
            }
        }
        self.bytes.push(byte as u8);
        self.low &= 0xFFFF_FFFF;
        self.shifts = 0;
    }

    fn finish(mut self) -> Vec<u8> {
        assert_eq!(self.bits.next(), None, "the script was read to its end");
        for _ in 0..5 {
            self.low <<= 8 - self.shifts;
            self.take_byte();
        }
        self.bytes
    }
}

impl Booleans for Script {
    fn read(&mut self, probability: u8) -> bool {
        let bit = self.bits.next().expect("a script that is long enough");
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        if bit {
            self.low += u64::from(split) << 24;
            self.range -= split;
        } else {
            self.range = split;
        }
        while self.range < 128 {
            self.range <<= 1;
            self.low <<= 1;
            self.shifts += 1;
            if self.shifts == 8 {
                self.take_byte();
            }
        }
        bit
    }
}
