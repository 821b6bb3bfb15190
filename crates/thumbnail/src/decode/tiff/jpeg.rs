//! Strips and tiles that are JPEGs (TIFF Technical Note 2): they are unpacked by our own JPEG decoder, so that there is one.

use super::fault::Fault;
use crate::Limits;
use crate::decode::jpeg;
use std::borrow::Cow;

const START: [u8; 2] = [0xFF, 0xD8];
const END: [u8; 2] = [0xFF, 0xD9];

/// The tables that all strips and tiles share: those that the file says they do. Where these are not all that it takes, what the
/// first strip defines is there for those behind it, since libtiff reads them one after the other with one decoder.
pub(super) fn tables<'a>(said: &'a [u8], first: impl FnOnce() -> &'a [u8]) -> Cow<'a, [u8]> {
    const HUFFMAN: u8 = 0xC4;
    const QUANTISATION: u8 = 0xDB;
    let said = said.strip_prefix(&START).unwrap_or(&[]);
    let said = said.strip_suffix(&END).unwrap_or(said);
    if segments(said).any(|(marker, _)| marker == HUFFMAN) {
        return Cow::Borrowed(said);
    }
    let first = first().strip_prefix(&START).unwrap_or(&[]);
    let more = segments(first)
        .filter(|(marker, _)| matches!(*marker, HUFFMAN | QUANTISATION))
        .flat_map(|(_, segment)| segment);
    Cow::Owned(said.iter().chain(more).copied().collect())
}

/// Segments up to the first that is none, or the coded data: the marker of each, and its bytes from the marker on.
fn segments(mut jpeg: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    const SCAN: u8 = 0xDA;
    std::iter::from_fn(move || {
        let [0xFF, marker, high, low, ..] = *jpeg else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (segment, rest) = jpeg.split_at_checked(2 + length)?;
        jpeg = rest;
        (marker != SCAN).then_some((marker, segment))
    })
}

/// Unpacks a strip or tile into rows of `width` pixels of `samples` bytes. It may have fewer rows than `height`, but no more, and
/// no other width: what it claims beyond its place is not believed. `tables` are the segments that all of them share.
pub(super) fn unpack(
    data: &[u8],
    tables: &[u8],
    limits: &Limits,
    (width, height): (u32, u32),
    samples: usize,
) -> Result<Vec<u8>, Fault> {
    let data = data.strip_prefix(&START).ok_or(Fault::NoJpeg)?;
    let whole = [&START, tables, data].concat();
    let unpacked = jpeg::unpack(&whole, limits, |size, components| {
        size.0 == width && size.1 <= height && components == samples
    });
    match unpacked {
        Ok(Some(rows)) => Ok(rows),
        Ok(None) => Err(Fault::PartOfAnotherSize),
        Err(error) => Err(Fault::Jpeg(Box::new(error))),
    }
}
