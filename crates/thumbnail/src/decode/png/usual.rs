//! The usual picture, with eight bits a sample and not interlaced, some rows at a time.

use super::rows::{Broken, Rows};
use crate::sink::Sink;
use crate::{Error, Format};
use png::{BitDepth, ColorType, Info};

/// How the pixels of the usual picture are stored: in eight bits a sample, row after row.
pub(super) struct Stored {
    /// Bytes of a pixel.
    pub(super) pixel: usize,
    /// The colours, where a pixel is the place of one, and whether any of them is not opaque.
    palette: Option<Box<[[u8; 4]; 256]>>,
    has_alpha: bool,
}

impl Stored {
    /// `None` where it is not the usual picture.
    pub(super) fn of(info: &Info<'_>) -> Option<Self> {
        let indexed = info.color_type == ColorType::Indexed;
        // A colour that stands for transparency would have to be looked for.
        let usual = info.bit_depth == BitDepth::Eight && (indexed || info.trns.is_none());
        let has_alpha = info.trns.is_some();
        usual.then(|| Self {
            pixel: info.color_type.samples(),
            palette: indexed.then(|| palette(info)),
            has_alpha,
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
            sink.rows(count, |pixels| {
                broken = match &self.palette {
                    None => rows.read(pixels).err(),
                    Some(palette) => {
                        indices.clear();
                        indices.resize(row * count as usize, 0);
                        let broken = rows.read(&mut indices).err();
                        let there = broken.as_ref().map_or(count as usize, |&(there, _)| there);
                        self.show(palette, &indices[..row * there], pixels);
                        broken
                    }
                };
                Ok(())
            })?;
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

    /// Writes the colours of pixels.
    fn show(&self, palette: &[[u8; 4]; 256], indices: &[u8], pixels: &mut [u8]) {
        if self.has_alpha {
            for (pixel, &index) in pixels.as_chunks_mut().0.iter_mut().zip(indices) {
                *pixel = palette[usize::from(index)];
            }
        } else {
            for (pixel, &index) in pixels.as_chunks_mut().0.iter_mut().zip(indices) {
                let [red, green, blue, _] = palette[usize::from(index)];
                *pixel = [red, green, blue];
            }
        }
    }
}

/// The colour of each index; black for one that there is not.
fn palette(info: &Info<'_>) -> Box<[[u8; 4]; 256]> {
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
