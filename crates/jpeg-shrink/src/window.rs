//! A piece of entropy-coded data without its byte stuffing, so that bits are read without looking for markers.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::markers::{is_nothing, is_restart};
use core::ops::Range;

/// Bytes that a window can address. A power of two: a masked index then needs no bounds check.
pub(crate) const SPAN: usize = 1 << 18;
/// Bytes that it holds at most. What is left below the span is slack for the events of many segments (see `lanes`).
pub(crate) const CAPACITY: usize = SPAN - (1 << 16) - 64;

/// A restart marker, which was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Restart {
    /// Where in the window the next interval begins.
    pub(crate) at: usize,
    /// Where in the file the marker stands.
    pub(crate) offset: usize,
    /// Its number, 0 to 7.
    pub(crate) number: u8,
}

/// What ended a call of [`Window::fill`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filled {
    /// All bytes are used.
    Hungry,
    /// There is no room for more.
    Full,
    /// A marker that is no restart marker; it is used up.
    Marker(u8),
}

#[derive(Debug)]
pub(crate) struct Window {
    bytes: Box<[u8; SPAN + 8]>,
    length: usize,
    /// How far it may be filled.
    capacity: usize,
    /// Where in the file the first byte comes from.
    origin: usize,
    /// For each byte of the file that was left out, how long the window was then.
    removed: Vec<u32>,
    pub(crate) restarts: Vec<Restart>,
    /// Which of the bytes are an FF that something else than a 0 followed.
    broken: Vec<usize>,
    /// FF bytes seen whose meaning the next byte tells.
    pending: usize,
}

impl Window {
    pub(crate) fn new() -> Self {
        let bytes = vec![0; SPAN + 8].into_boxed_slice();
        let Ok(bytes) = bytes.try_into() else {
            unreachable!("the slice was made with the array's length")
        };
        Window {
            bytes,
            length: 0,
            capacity: CAPACITY,
            origin: 0,
            removed: Vec::new(),
            restarts: Vec::new(),
            broken: Vec::new(),
            pending: 0,
        }
    }

    /// Empties it for a scan whose data begins at `origin` in the file.
    pub(crate) fn start(&mut self, origin: usize, capacity: usize) {
        self.capacity = capacity;
        self.length = 0;
        self.origin = origin;
        self.removed.clear();
        self.restarts.clear();
        self.broken.clear();
        self.pending = 0;
    }

    /// Whether the last byte taken in was an FF whose meaning is not known yet.
    pub(crate) fn is_after_ff(&self) -> bool {
        self.pending > 0
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// At least 57 bits from a bit position on, topmost first. Behind the end they are arbitrary.
    #[inline(always)]
    pub(crate) fn bits(&self, position: usize) -> u64 {
        let at = (position >> 3) & (SPAN - 1);
        let mut word = [0; 8];
        word.copy_from_slice(&self.bytes[at..at + 8]);
        u64::from_be_bytes(word) << (position & 7)
    }

    /// How many of the bits before the byte at `at` are ones, if it is not the whole byte.
    pub(crate) fn ones_before(&self, at: usize) -> usize {
        let byte = at.checked_sub(1).map_or(0, |at| self.bytes[at]);
        byte.trailing_ones() as usize & 7
    }

    /// Whether these bits, the last ones, are no more than what fills up a byte.
    pub(crate) fn is_filling(&self, bits: Range<usize>) -> bool {
        bits.len() < 8 && self.bits(bits.start).leading_ones() as usize >= bits.len()
    }

    /// The first of some bits with which a broken byte begins.
    pub(crate) fn broken_within(&self, bits: Range<usize>) -> Option<usize> {
        let before = self.broken.partition_point(|&at| at * 8 < bits.start);
        let bit = *self.broken.get(before)? * 8;
        (bit < bits.end).then_some(bit)
    }

    /// Adds zeros behind the end. There is room for a few MCUs.
    pub(crate) fn add_zeros(&mut self, count: usize) {
        self.bytes[self.length..][..count].fill(0);
        self.length += count;
    }

    /// Where in the file the byte at `at` comes from.
    pub(crate) fn offset(&self, at: usize) -> usize {
        self.origin
            + at
            + self
                .removed
                .partition_point(|&length| length as usize <= at)
    }

    /// Drops the first `count` bytes. No restart may lie before them.
    pub(crate) fn drain(&mut self, count: usize) {
        let gone = self
            .removed
            .partition_point(|&length| length as usize <= count);
        self.origin += count + gone;
        self.removed.drain(..gone);
        for length in &mut self.removed {
            *length -= count as u32;
        }
        self.restarts.clear();
        self.broken.retain(|&at| at >= count);
        for at in &mut self.broken {
            *at -= count;
        }
        self.bytes.copy_within(count..self.length, 0);
        self.length -= count;
    }

    /// Takes in bytes of the file. Returns how many were used.
    pub(crate) fn fill(&mut self, source: &[u8], restarts: bool) -> (usize, Filled) {
        let mut used = 0;
        loop {
            if self.pending == 0 {
                used += self.copy_plain(&source[used..]);
            }
            let Some(&byte) = source.get(used) else {
                return (used, Filled::Hungry);
            };
            if self.length >= self.capacity {
                return (used, Filled::Full);
            }
            // `copy_plain` stops at an FF only, or where fewer than sixteen bytes are left of either side.
            used += 1;
            if byte == 0xff {
                self.pending += 1;
            } else if self.pending == 0 {
                self.push(byte);
            } else if byte == 0 || restarts && is_nothing(byte) {
                if byte != 0 {
                    self.broken.push(self.length);
                }
                self.push(0xff);
                self.leave_out(self.pending);
                self.pending = 0;
            } else if restarts && is_restart(byte) {
                let offset = self.offset(self.length) + self.pending - 1;
                self.restarts.push(Restart {
                    at: self.length,
                    offset,
                    number: byte & 7,
                });
                self.leave_out(self.pending + 1);
                self.pending = 0;
            } else {
                return (used, Filled::Marker(byte));
            }
        }
    }

    fn push(&mut self, byte: u8) {
        self.bytes[self.length & (SPAN - 1)] = byte;
        self.length += 1;
    }

    fn leave_out(&mut self, count: usize) {
        self.removed
            .extend(core::iter::repeat_n(self.length as u32, count));
    }

    /// Copies sixteen bytes at a time up to the next FF that is not plain stuffing.
    fn copy_plain(&mut self, source: &[u8]) -> usize {
        const LOW: u128 = u128::from_le_bytes([1; 16]);
        let bytes = &mut *self.bytes;
        let (mut used, mut length) = (0, self.length);
        while let Some(word) = source.get(used..).and_then(|rest| rest.first_chunk::<16>()) {
            if length >= self.capacity {
                break;
            }
            bytes[length..length + 16].copy_from_slice(word);
            // The lowest byte that is FF gets its top bit set; above it there may be false ones.
            let word = !u128::from_le_bytes(*word);
            let found = word.wrapping_sub(LOW) & !word & (LOW << 7);
            if found == 0 {
                length += 16;
                used += 16;
                continue;
            }
            let plain = found.trailing_zeros() as usize / 8;
            length += plain;
            used += plain;
            if source.get(used + 1) != Some(&0) {
                break;
            }
            // The FF has been copied already.
            length += 1;
            self.removed.push(length as u32);
            used += 2;
        }
        self.length = length;
        used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fills in chunks; gives the bytes, where each came from, the restarts and the ending.
    fn fill(source: &[u8], chunk: usize) -> (Vec<u8>, Vec<usize>, Vec<Restart>, Filled) {
        let mut window = Window::new();
        window.start(100, CAPACITY);
        let mut end = Filled::Hungry;
        for piece in source.chunks(chunk) {
            (_, end) = window.fill(piece, true);
            if end != Filled::Hungry {
                break;
            }
        }
        let offsets = (0..window.length).map(|at| window.offset(at)).collect();
        (
            window.bytes[..window.length].to_vec(),
            offsets,
            window.restarts.clone(),
            end,
        )
    }

    #[test]
    fn stuffing_fill_bytes_and_restarts_are_taken_out_whatever_the_chunks() {
        let source = [
            1, 2, 0xff, 0, 3, 4, 5, 6, 7, 8, 9, 0xff, 0xff, 0, 10, 0xff, 0xff, 0xd3, 11, 12, 0xff,
            0xd9, 13,
        ];
        for chunk in 1..=source.len() {
            let (bytes, offsets, restarts, end) = fill(&source, chunk);
            assert_eq!(
                bytes,
                [1, 2, 0xff, 3, 4, 5, 6, 7, 8, 9, 0xff, 10, 11, 12],
                "in chunks of {chunk}"
            );
            assert_eq!(
                offsets,
                [
                    100, 101, 102, 104, 105, 106, 107, 108, 109, 110, 111, 114, 118, 119
                ]
            );
            assert_eq!(
                restarts,
                [Restart {
                    at: 12,
                    offset: 116,
                    number: 3
                }]
            );
            assert_eq!(end, Filled::Marker(0xd9));
        }
    }

    #[test]
    fn draining_keeps_offsets_true() {
        let mut window = Window::new();
        window.start(0, CAPACITY);
        window.fill(&[1, 0xff, 0, 2, 0xff, 0, 3], true);
        let before = window.offset(4);
        window.drain(3);
        assert_eq!((window.len(), window.offset(1)), (2, before));
        assert_eq!(window.bits(0) >> 48, 0xff03);
    }

    #[test]
    fn a_full_window_stops_without_losing_a_byte() {
        let source = vec![7; CAPACITY + 100];
        let mut window = Window::new();
        window.start(0, CAPACITY);
        let (used, end) = window.fill(&source, true);
        assert_eq!(end, Filled::Full);
        assert_eq!(used, window.len());
        assert!((CAPACITY..CAPACITY + 16).contains(&used));
    }
}
