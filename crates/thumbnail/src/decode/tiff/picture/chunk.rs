//! The rows of a chunk: a strip or a tile.

use super::{Picture, range};
use crate::Limits;
use crate::decode::tiff::fault::Fault;
use crate::decode::tiff::jpeg;
use crate::decode::tiff::samples::Samples;
use crate::decode::tiff::unpack::{Compression, unpredict, unpredict_bits};
use crate::decode::webp;
use std::borrow::Cow;

/// The rows of a chunk of which something is there.
pub(super) struct Chunk {
    pub(super) rows: Vec<u8>,
    /// Bytes from one row to the next.
    pub(super) stride: usize,
    /// How many rows are there to their end.
    pub(super) complete: u32,
}

impl Chunk {
    /// Whole rows, of samples that are bytes.
    fn of_bytes(rows: Vec<u8>, width: u32, samples: usize) -> Self {
        let stride = width as usize * samples;
        let complete = (rows.len() / stride) as u32;
        Self {
            rows,
            stride,
            complete,
        }
    }
}

impl Picture<'_> {
    /// Unpacks the rows of a chunk.
    pub(super) fn unpack(
        &self,
        place: (u64, u64),
        height: u32,
        limits: &Limits,
    ) -> Result<Chunk, Fault> {
        let data = self.data(place);
        let width = self.chunk_size.0;
        let stride = self.stride() as usize;
        if data.is_empty() {
            return Ok(Chunk {
                rows: Vec::new(),
                stride,
                complete: 0,
            });
        }
        if self.compression == Compression::WebP {
            let fits = |size: (u32, u32)| size.0 == width && size.1 <= height;
            let rows = webp::unpack(&data, self.stored(), fits)
                .map_err(|error| Fault::WebP(Box::new(error)))?
                .ok_or(Fault::PartOfAnotherSize)?;
            return Ok(Chunk::of_bytes(rows, width, self.stored()));
        }
        if self.is_jpeg() {
            let rows = jpeg::unpack(&data, &self.tables, limits, (width, height), self.stored())?;
            return Ok(Chunk::of_bytes(rows, width, self.stored()));
        }
        if self.shared != (1, 1) {
            return Ok(self.unpack_shared(&data, height));
        }
        let mut rows = vec![0; stride * height as usize];
        let there = self.compression.unpack(&data, width, &mut rows);
        let complete = (there / stride) as u32;
        // With the row that was begun, of which a fax has what came.
        rows.truncate((complete as usize + 1) * stride);
        let chunk = |rows| Chunk {
            rows,
            stride,
            complete,
        };
        if matches!(self.compression, Compression::Log { .. }) {
            return Ok(chunk(rows));
        }
        let Samples { bits, .. } = self.pixels.samples;
        for row in rows[..there].chunks_mut(stride) {
            if bits.is_multiple_of(8) {
                let bytes = bits as usize / 8;
                unpredict(self.predictor, self.order, row, bytes, self.stored());
            } else if self.predictor == 2 {
                unpredict_bits(row, bits as usize, self.stored());
            }
        }
        Ok(chunk(rows))
    }

    /// Luma of so many pixels, then the chroma that they share (TIFF 6.0, section 21).
    fn unpack_shared(&self, data: &[u8], height: u32) -> Chunk {
        let (width, (across, down)) = (self.chunk_size.0 as usize, self.shared);
        let (across, down) = (across as usize, down as usize);
        let units = width.div_ceil(across);
        let unit = across * down + 2;
        let height = height as usize;
        let mut packed = vec![0; units * unit * height.div_ceil(down)];
        let there = self
            .compression
            .unpack(data, self.chunk_size.0, &mut packed);
        let mut rows = vec![0; 3 * width * height];
        for (index, unit) in packed.chunks_exact(unit).enumerate() {
            let (left, top) = (index % units * across, index / units * down);
            let (luma, chroma) = unit.split_at(across * down);
            for (at, &luma) in luma.iter().enumerate() {
                let (x, y) = (left + at % across, top + at / across);
                if x < width && y < height {
                    rows[3 * (y * width + x)..][..3].copy_from_slice(&[luma, chroma[0], chroma[1]]);
                }
            }
        }
        let complete = (there / (units * unit) * down).min(height);
        Chunk {
            rows,
            stride: 3 * width,
            complete: complete as u32,
        }
    }

    /// The bytes of a chunk, as far as the file goes.
    fn data(&self, place: (u64, u64)) -> Cow<'_, [u8]> {
        if let Some(jpeg) = &self.old_jpeg {
            return Cow::Borrowed(jpeg);
        }
        let data = range(self.file, place);
        if self.is_reversed && !self.is_jpeg() {
            Cow::Owned(data.iter().map(|byte| byte.reverse_bits()).collect())
        } else {
            Cow::Borrowed(data)
        }
    }
}
