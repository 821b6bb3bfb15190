//! The usual picture, with eight bits a sample or a palette, and not interlaced, some rows at a time.

use super::rows::{Broken, Rows};
use crate::packed::Packed;
use crate::palette::Palette;
use crate::raster::Layout;
use crate::sink::Sink;
use crate::{Error, Format};
use png::{BitDepth, ColorType, Info};

/// How the pixels of the usual picture are stored: row after row.
pub(super) struct Stored {
    width: usize,
    /// Bytes of a row.
    row: usize,
    /// Bytes of a pixel, one where it has less.
    pixel: usize,
    /// The colours, where a pixel is the place of one.
    palette: Option<Palette>,
    /// How the places lie in bytes, where not each has its own.
    packed: Option<Packed>,
}

impl Stored {
    /// `None` where it is not the usual picture.
    pub(super) fn of(info: &Info<'_>, layout: Layout) -> Option<Self> {
        let indexed = info.color_type == ColorType::Indexed;
        let width = info.width as usize;
        let bits = info.bit_depth as usize;
        let packed = match info.bit_depth {
            BitDepth::Eight => None,
            BitDepth::Sixteen => return None,
            _ => Some(Packed::places(bits)),
        };
        // A colour that stands for transparency would have to be looked for.
        let usual = indexed || packed.is_none() && info.trns.is_none();
        let pixel = info.color_type.samples();
        usual.then(|| Self {
            width,
            row: (width * pixel * bits).div_ceil(8),
            pixel,
            palette: indexed.then(|| Palette::new(colours(info), layout)),
            packed,
        })
    }

    /// Bytes that it takes to decode so many rows at a time.
    pub(super) fn memory(&self, count: u32) -> u64 {
        let count = count as usize;
        let indices = if self.palette.is_some() {
            self.width * count
        } else {
            0
        };
        let packed = if self.packed.is_some() {
            self.row * count
        } else {
            0
        };
        (Rows::memory(self.row, count) + indices + packed) as u64
    }

    /// Hands on the rows, as many at a time as are in a band, once their pixels are put right.
    pub(super) fn decode(
        &self,
        file: &[u8],
        band: u32,
        height: u32,
        put_right: impl Fn(&mut [u8]),
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let mut rows = Rows::new(file, self.row, self.pixel);
        let (mut indices, mut bytes) = (Vec::new(), Vec::new());
        let mut first = 0;
        while first < height && !sink.has_enough() {
            let count = band.min(height - first);
            let mut broken = None;
            match &self.palette {
                None => sink.rows(count, |pixels| {
                    broken = rows.read(pixels).err();
                    put_right(pixels);
                    Ok(())
                })?,
                Some(palette) => {
                    indices.resize(self.width * count as usize, 0);
                    if let Some(packed) = &self.packed {
                        bytes.resize(self.row * count as usize, 0);
                        broken = rows.read(&mut bytes).err();
                        let rows = bytes.chunks_exact(self.row);
                        for (row, places) in rows.zip(indices.chunks_exact_mut(self.width)) {
                            packed.put(row, places);
                        }
                    } else {
                        broken = rows.read(&mut indices).err();
                    }
                    let there = broken.as_ref().map_or(count, |&(there, _)| there as u32);
                    if there > 0 {
                        sink.indices(there, &indices[..self.width * there as usize], palette)?;
                    }
                }
            }
            if let Some((there, cause)) = broken {
                let there = first as usize + there;
                let damage =
                    super::tolerable(Some(corrupt(cause)), sink.damaged(), there, height as usize)?;
                return damage.map_or(Ok(()), |damage| sink.tolerate(damage));
            }
            first += count;
        }
        if first == height {
            // There is no further row, but the checksum of the last chunk is still to be looked at.
            if let Err(cause) = rows.finish() {
                sink.tolerate(corrupt(cause))?;
            }
        }
        Ok(())
    }
}

/// The colour of each index; black for one that there is not.
fn colours(info: &Info<'_>) -> Box<[[u8; 4]; 256]> {
    let mut palette = Box::new([[0, 0, 0, u8::MAX]; 256]);
    let colours = info.palette.as_deref().unwrap_or_default();
    for (colour, stored) in palette.iter_mut().zip(colours.as_chunks::<3>().0) {
        colour[..3].copy_from_slice(stored);
    }
    let alphas = info.trns.as_deref().unwrap_or_default();
    for (colour, &alpha) in palette.iter_mut().zip(alphas) {
        colour[3] = alpha;
    }
    palette
}

fn corrupt(cause: Broken) -> Error {
    Error::corrupt(Format::Png, cause)
}
