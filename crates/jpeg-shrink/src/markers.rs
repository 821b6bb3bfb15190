//! Finding marker segments in bytes that arrive in pieces.

use alloc::vec::Vec;
use core::ops::Range;

pub(crate) const SOI: u8 = 0xd8;
pub(crate) const EOI: u8 = 0xd9;
pub(crate) const SOS: u8 = 0xda;
pub(crate) const DQT: u8 = 0xdb;
pub(crate) const DNL: u8 = 0xdc;
pub(crate) const DRI: u8 = 0xdd;
pub(crate) const DHP: u8 = 0xde;
pub(crate) const DHT: u8 = 0xc4;
pub(crate) const JPG: u8 = 0xc8;
pub(crate) const DAC: u8 = 0xcc;
pub(crate) const APP0: u8 = 0xe0;
pub(crate) const APP14: u8 = 0xee;
pub(crate) const COM: u8 = 0xfe;

/// Whether a code stands for no marker that files have. In data it was something else: most likely the 0 that tells an FF from markers.
pub(crate) const fn is_nothing(code: u8) -> bool {
    matches!(code, 0x01..0xc0)
}

pub(crate) fn is_restart(marker: u8) -> bool {
    (0xd0..=0xd7).contains(&marker)
}

pub(crate) fn is_application_or_comment(marker: u8) -> bool {
    (0xe0..=0xef).contains(&marker) || marker == COM
}

/// Where the first FF is.
pub(crate) fn find_ff(bytes: &[u8]) -> Option<usize> {
    let is_ff = |byte: &u8| *byte == 0xff;
    // Without a way out in its middle, the search of a chunk is a few vector instructions.
    let chunks = bytes
        .chunks(64)
        .position(|chunk| chunk.iter().fold(false, |found, byte| found | is_ff(byte)))?;
    bytes[64 * chunks..]
        .iter()
        .position(is_ff)
        .map(|found| 64 * chunks + found)
}

/// Enough of an APP segment to know JFIF and Adobe by.
const KEPT_OF_SKIPPED: usize = 16;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// A segment is complete; its contents are [`MarkerReader::payload`] (only their start if it is APPn or COM).
    Segment {
        marker: u8,
        at: usize,
        contents: Range<usize>,
    },
    /// The end of the image.
    End,
    /// The file does not begin with SOI.
    NotJpeg,
    /// A segment's length is less than the two bytes that hold it.
    BadLength { at: usize },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    /// Looking for an FF; whatever else is here is skipped, as libjpeg does.
    Between,
    /// After an FF.
    Code,
    Length,
    LengthLow(u8),
    Contents,
}

/// Takes bytes, gives segments, and remembers where in the file it is.
#[derive(Debug)]
pub(crate) struct MarkerReader {
    state: State,
    marker: u8,
    at: usize,
    contents: Range<usize>,
    offset: usize,
    payload: Vec<u8>,
}

impl MarkerReader {
    pub(crate) fn new() -> Self {
        MarkerReader {
            state: State::Start,
            marker: 0,
            at: 0,
            contents: 0..0,
            offset: 0,
            payload: Vec::new(),
        }
    }

    pub(crate) fn reset(&mut self) {
        self.payload.clear();
        *self = MarkerReader {
            payload: core::mem::take(&mut self.payload),
            ..MarkerReader::new()
        };
    }

    /// How many bytes of the file have gone by.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// Counts bytes that somebody else has read.
    pub(crate) fn skip(&mut self, count: usize) {
        self.offset += count;
    }

    /// Goes on behind entropy-coded data: the marker that ended it has been read but for what follows its code.
    /// True if it is the end of the image.
    pub(crate) fn resume_at_marker(&mut self, marker: u8) -> bool {
        self.start_segment(marker)
    }

    pub(crate) fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// Reads from the front of `bytes`, which it shortens, up to the end of the next segment.
    pub(crate) fn read(&mut self, bytes: &mut &[u8]) -> Option<Found> {
        while let Some((&byte, rest)) = bytes.split_first() {
            match self.state {
                State::Contents => {
                    let count = bytes.len().min(self.contents.end - self.offset);
                    let (now, later) = bytes.split_at(count);
                    let room = if is_application_or_comment(self.marker) {
                        KEPT_OF_SKIPPED.saturating_sub(self.payload.len())
                    } else {
                        usize::MAX
                    };
                    self.payload.extend_from_slice(&now[..count.min(room)]);
                    self.offset += count;
                    *bytes = later;
                    if self.offset == self.contents.end {
                        return Some(self.complete());
                    }
                    continue;
                }
                State::Between => {
                    let count = find_ff(bytes).map_or(bytes.len(), |found| found + 1);
                    if count < bytes.len() || bytes[count - 1] == 0xff {
                        self.state = State::Code;
                    }
                    self.offset += count;
                    *bytes = &bytes[count..];
                    continue;
                }
                _ => {}
            }
            *bytes = rest;
            self.offset += 1;
            match self.state {
                State::Start => {
                    let expected = [0xff, SOI][self.offset - 1];
                    if byte != expected {
                        return Some(Found::NotJpeg);
                    }
                    if self.offset == 2 {
                        self.state = State::Between;
                    }
                }
                State::Code => {
                    if byte != 0xff && self.start_segment(byte) {
                        return Some(Found::End);
                    }
                }
                State::Length => self.state = State::LengthLow(byte),
                State::LengthLow(high) => {
                    let length = usize::from(u16::from_be_bytes([high, byte]));
                    self.state = State::Between;
                    if length < 2 {
                        return Some(Found::BadLength { at: self.at });
                    }
                    self.contents = self.offset..self.offset + length - 2;
                    self.payload.clear();
                    self.state = State::Contents;
                    if length == 2 {
                        return Some(self.complete());
                    }
                }
                State::Between | State::Contents => {}
            }
        }
        None
    }

    /// Called with the offset just behind a marker's code; true if it is the end of the image.
    fn start_segment(&mut self, marker: u8) -> bool {
        self.marker = marker;
        self.at = self.offset - 2;
        // Markers that stand alone, and FF 00, which is no marker.
        let alone = matches!(marker, 0 | 1 | SOI | EOI) || is_restart(marker);
        self.state = if alone { State::Between } else { State::Length };
        marker == EOI
    }

    fn complete(&mut self) -> Found {
        self.state = State::Between;
        Found::Segment {
            marker: self.marker,
            at: self.at,
            contents: self.contents.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(file: &[u8], chunk: usize) -> Vec<(u8, Range<usize>)> {
        let mut reader = MarkerReader::new();
        let mut found = Vec::new();
        for mut bytes in file.chunks(chunk) {
            while let Some(item) = reader.read(&mut bytes) {
                match item {
                    Found::Segment {
                        marker, contents, ..
                    } => found.push((marker, contents)),
                    Found::End => found.push((EOI, 0..0)),
                    other => panic!("{other:?}"),
                }
            }
        }
        found
    }

    #[test]
    fn segments_are_found_whatever_the_chunks() {
        let file = [
            &[0xff, SOI][..],
            &[0xff, 0xe1, 0, 5, 1, 2, 3],
            // Fill bytes before a marker, and an empty comment.
            &[0xff, 0xff, 0xff, COM, 0, 2],
            // Stray bytes between segments.
            &[9, 9, 0xff, 0, 9],
            &[0xff, DRI, 0, 4, 0, 7],
            &[0xff, EOI],
        ]
        .concat();
        let expected = [(0xe1, 6..9), (COM, 15..15), (DRI, 24..26), (EOI, 0..0)];
        for chunk in 1..=file.len() {
            assert_eq!(segments(&file, chunk), expected, "in chunks of {chunk}");
        }
    }

    #[test]
    fn what_does_not_start_with_soi_is_no_jpeg() {
        for start in [&b"\x89PNG"[..], b"\xff\xd9", b"\0"] {
            assert_eq!(
                MarkerReader::new().read(&mut &start[..]),
                Some(Found::NotJpeg)
            );
        }
    }
}
