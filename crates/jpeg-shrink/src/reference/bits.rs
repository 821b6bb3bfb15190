//! Intervals of entropy-coded data, and their bits one by one.

use crate::huffman::Huffman;
use crate::markers::{MarkerReader, is_nothing, is_restart};
use alloc::vec::Vec;

/// One interval's bytes without stuffing, and where each came from; one more position says where it ended.
pub(super) struct Interval {
    pub(super) number: usize,
    pub(super) bytes: Vec<u8>,
    pub(super) origins: Vec<usize>,
    /// Which of the bytes are an FF that something else than a 0 followed.
    pub(super) broken: Vec<usize>,
    /// It ends where the scan's data end.
    pub(super) is_last: bool,
}

impl Interval {
    /// Its bytes, and as many zeros behind them as an MCU may want.
    pub(super) fn with_zeros(&self) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes.resize(bytes.len() + 10 * 64 * 34 / 8, 0);
        bytes
    }
}

pub(super) struct Bits<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) position: usize,
    /// The bit of the first unknown code.
    pub(super) unknown: Option<usize>,
}

/// Damage: the interval ends within an MCU.
pub(super) struct Lost;

impl Bits<'_> {
    /// Whether what follows from a bit on is no more than what fills up a byte.
    pub(super) fn is_filling(&self, from: usize) -> bool {
        let bits = from..self.bytes.len() * 8;
        bits.len() < 8
            && bits
                .clone()
                .all(|bit| self.bytes[bit / 8] >> (7 - bit % 8) & 1 == 1)
    }

    pub(super) fn bit(&mut self) -> Result<u32, Lost> {
        let byte = *self.bytes.get(self.position / 8).ok_or(Lost)?;
        let bit = byte >> (7 - self.position % 8) & 1;
        self.position += 1;
        Ok(u32::from(bit))
    }

    pub(super) fn bits(&mut self, count: u32) -> Result<u32, Lost> {
        (0..count).try_fold(0, |value, _| Ok(value << 1 | self.bit()?))
    }

    /// Codes of one length are consecutive numbers, and follow on twice the last code of the length before. What is no code takes 17
    /// bits and is symbol 0.
    pub(super) fn symbol(&mut self, table: &Huffman) -> Result<u8, Lost> {
        let start = self.position;
        let (mut code, mut first, mut index) = (0, 0, 0);
        for &count in &table.counts {
            let count = usize::from(count);
            code = code << 1 | self.bit()? as usize;
            if code < first + count {
                return Ok(table.symbols[index + code - first]);
            }
            index += count;
            first = (first + count) << 1;
        }
        self.bit()?;
        self.unknown.get_or_insert(start);
        Ok(0)
    }

    pub(super) fn value(&mut self, size: u32) -> Result<i32, Lost> {
        let raw = self.bits(size)? as i32;
        Ok(if size > 0 && raw < 1 << (size - 1) {
            raw - (1 << size) + 1
        } else {
            raw
        })
    }

    pub(super) fn dc_difference(&mut self, table: &Huffman) -> Result<i16, Lost> {
        let size = self.symbol(table)?;
        Ok(self.value(u32::from(size))? as i16)
    }
}

/// Reads entropy-coded data up to the marker that ends it, and says where that marker stands, and whether it ends the image.
pub(super) fn split(
    rest: &mut &[u8],
    reader: &mut MarkerReader,
    restart_interval: usize,
) -> (Vec<Interval>, usize, bool) {
    let start = reader.offset();
    let mut intervals = Vec::new();
    let mut current = Interval {
        number: 0,
        bytes: Vec::new(),
        origins: Vec::new(),
        broken: Vec::new(),
        is_last: false,
    };
    let mut keep = true;
    let mut expected = 0;
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        let origin = start + at;
        at += 1;
        if byte != 0xff {
            current.bytes.push(byte);
            current.origins.push(origin);
            continue;
        }
        while rest.get(at) == Some(&0xff) {
            at += 1;
        }
        let Some(&code) = rest.get(at) else {
            at = rest.len();
            break;
        };
        at += 1;
        if code == 0 || restart_interval > 0 && is_nothing(code) {
            if code != 0 {
                current.broken.push(current.bytes.len());
            }
            current.bytes.push(0xff);
            current.origins.push(origin);
        } else if is_restart(code) && restart_interval > 0 {
            let early = (usize::from(code & 7) + 8 - expected) % 8;
            let number = current.number;
            let skipped = match early {
                0..=2 => 1 + early,
                3..=5 => 1,
                _ => 0,
            };
            current.origins.push(start + at - 2);
            let next = Interval {
                number: number + skipped,
                bytes: Vec::new(),
                origins: Vec::new(),
                broken: Vec::new(),
                is_last: false,
            };
            let done = core::mem::replace(&mut current, next);
            if keep {
                intervals.push(done);
            }
            keep = skipped > 0;
            expected = (expected + skipped) % 8;
        } else {
            current.origins.push(start + at - 2);
            current.is_last = true;
            if keep {
                intervals.push(current);
            }
            *rest = &rest[at..];
            reader.skip(at);
            let ended = reader.resume_at_marker(code);
            return (intervals, start + at - 2, ended);
        }
    }
    current.origins.push(start + at);
    current.is_last = true;
    if keep {
        intervals.push(current);
    }
    *rest = &[];
    reader.skip(at);
    (intervals, start + at, false)
}
