//! Strips and tiles that are JPEGs (TIFF Technical Note 2): they are unpacked by our own JPEG decoder, so that there is one.

use super::fault::Fault;
use crate::decode::jpeg;

/// Unpacks a strip or tile into rows of `width` pixels of `samples` bytes. It may have fewer rows than `height`, but no more, and
/// no other width: what it claims beyond its place is not believed. `tables` are those that all of them share.
pub(super) fn unpack(
    data: &[u8],
    tables: &[u8],
    (width, height): (u32, u32),
    samples: usize,
) -> Result<Vec<u8>, Fault> {
    const START: [u8; 2] = [0xFF, 0xD8];
    const END: [u8; 2] = [0xFF, 0xD9];
    let tables = tables.strip_prefix(&START).unwrap_or(&[]);
    let tables = tables.strip_suffix(&END).unwrap_or(tables);
    let data = data.strip_prefix(&START).ok_or(Fault::NoJpeg)?;
    let whole = [&START, tables, data].concat();
    let unpacked = jpeg::unpack(&whole, |size, components| {
        size.0 == width && size.1 <= height && components == samples
    });
    match unpacked {
        Ok(Some(rows)) => Ok(rows),
        Ok(None) => Err(Fault::PartOfAnotherSize),
        Err(error) => Err(Fault::Jpeg(Box::new(error))),
    }
}
