//! The usual picture, with eight bits a sample and not interlaced, some rows at a time.

use super::rows::{Broken, Rows};
use crate::palette::Palette;
use crate::raster::Layout;
use crate::sink::Sink;
use crate::{Error, Format};
use png::{BitDepth, ColorType, Info};

/// How the pixels of the usual picture are stored: in eight bits a sample, row after row.
pub(super) struct Stored {
    /// Bytes of a pixel.
    pub(super) pixel: usize,
    /// The colours, where a pixel is the place of one.
    palette: Option<Palette>,
}

impl Stored {
    /// `None` where it is not the usual picture.
    pub(super) fn of(info: &Info<'_>, layout: Layout) -> Option<Self> {
        let indexed = info.color_type == ColorType::Indexed;
        // A colour that stands for transparency would have to be looked for.
        let usual = info.bit_depth == BitDepth::Eight && (indexed || info.trns.is_none());
        usual.then(|| Self {
            pixel: info.color_type.samples(),
            palette: indexed.then(|| Palette::new(colours(info), layout)),
        })
    }

    /// Bytes that it takes to decode so many rows, each of so many bytes, at a time.
    pub(super) fn memory(&self, (row, count): (usize, u32)) -> u64 {
        let indices = if self.palette.is_some() {
            row * count as usize
        } else {
            0
        };
        (Rows::memory(row, count as usize) + indices) as u64
    }

    /// Hands on the rows, as many at a time as are in a band.
    pub(super) fn decode(
        &self,
        file: &[u8],
        (row, band): (usize, u32),
        height: u32,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        let mut rows = Rows::new(file, row, self.pixel);
        let mut indices = Vec::new();
        let mut first = 0;
        while first < height && !sink.has_enough() {
            let count = band.min(height - first);
            let mut broken = None;
            match &self.palette {
                None => sink.rows(count, |pixels| {
                    broken = rows.read(pixels).err();
                    Ok(())
                })?,
                Some(palette) => {
                    indices.resize(row * count as usize, 0);
                    broken = rows.read(&mut indices).err();
                    let there = broken.as_ref().map_or(count, |&(there, _)| there as u32);
                    if there > 0 {
                        sink.indices(there, &indices[..row * there as usize], palette)?;
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
