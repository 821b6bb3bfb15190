//! Strips and tiles that are JPEGs (TIFF Technical Note 2): they are unpacked by our own JPEG decoder, so that there is one.

use super::{Reader, broken, error, number};
use crate::Error;
use crate::decode::jpeg;
use tiff::tags::{CompressionMethod, Tag};

/// The JPEGs of a TIFF.
pub(super) struct Jpegs {
    /// Tables that all of them share, without the markers around them.
    tables: Vec<u8>,
    /// Where in the file each one is: its offset and length.
    places: Vec<(u64, u64)>,
}

impl Jpegs {
    /// `None` where the TIFF is compressed in another way. The two tags say where the chunks are and how long.
    pub(super) fn find(
        decoder: &mut Reader<'_>,
        offsets: Tag,
        lengths: Tag,
    ) -> Result<Option<Self>, Error> {
        if number::<u16>(decoder, Tag::Compression) != Some(CompressionMethod::ModernJPEG.to_u16())
        {
            return Ok(None);
        }
        let tables = decoder.get_tag_u8_vec(Tag::JPEGTables).unwrap_or_default();
        let tables = tables.strip_prefix(&[0xFF, 0xD8]).unwrap_or(&[]);
        let tables = tables.strip_suffix(&[0xFF, 0xD9]).unwrap_or(tables);
        let offsets = decoder.get_tag_u64_vec(offsets).map_err(error)?;
        let lengths = decoder.get_tag_u64_vec(lengths).map_err(error)?;
        Ok(Some(Self {
            tables: tables.to_vec(),
            places: offsets.into_iter().zip(lengths).collect(),
        }))
    }

    /// Unpacks a chunk into rows of `width` pixels of `samples` bytes. It may have fewer rows than `height`, but no more,
    /// and no other width: what it claims beyond its place is not believed.
    pub(super) fn unpack(
        &self,
        file: &[u8],
        chunk: u32,
        (width, height): (u32, u32),
        samples: usize,
    ) -> Result<Vec<u8>, Error> {
        let place = self.places.get(chunk as usize);
        let place = place.and_then(|&(offset, length)| {
            let start = usize::try_from(offset).ok()?;
            let rest = file.get(start..)?;
            let length = usize::try_from(length).ok()?.min(rest.len());
            rest[..length].strip_prefix(&[0xFF, 0xD8])
        });
        let data = place.ok_or_else(|| broken("one of its strips or tiles is no JPEG"))?;
        let whole = [&[0xFF, 0xD8], &self.tables[..], data].concat();
        jpeg::unpack(&whole, |size, components| {
            size.0 == width && size.1 <= height && components == samples
        })?
        .ok_or_else(|| broken("one of its strips or tiles does not fit its place"))
    }
}
