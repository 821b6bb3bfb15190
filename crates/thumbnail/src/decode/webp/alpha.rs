//! The alpha channel of a lossy picture (RFC 9649, 2.7.1.2): stored as it is, or as the green of a lossless picture, row by row.

use crate::Error;
use crate::Format;
use vp8l_rows::{Decoder, Picture, Request, Samples};

/// The rows of an alpha channel, from the top.
pub(super) struct Alpha<'a, 'b> {
    source: Source<'a, 'b>,
    filter: Filter,
    /// The row above the next one, before the first of all none.
    above: Vec<u8>,
    is_first: bool,
}

enum Source<'a, 'b> {
    Raw(&'b [u8]),
    Coded(Picture<'a, 'b>),
}

/// What was taken off each sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    Nothing,
    Left,
    Above,
    /// The left one and the one above less the one between them.
    Gradient,
}

/// The rows end too early, or can't be read.
#[derive(Debug, thiserror::Error)]
#[error("its alpha channel is broken")]
pub(super) struct Broken;

impl<'a, 'b> Alpha<'a, 'b> {
    /// Reads what stands before the rows. `Ok(None)` where it is broken.
    pub(super) fn begin(
        decoder: &'a mut Decoder,
        chunk: &'b [u8],
        size: (u32, u32),
        request: &Request<'b>,
    ) -> Result<Option<Self>, vp8l_rows::Error> {
        let Some((kind, data)) = chunk.split_first() else {
            return Ok(None);
        };
        let source = match kind & 3 {
            0 => Source::Raw(data),
            1 => match decoder.begin_without_header(data, size, request) {
                Ok(picture) => Source::Coded(picture),
                Err(error @ (vp8l_rows::Error::TooLarge { .. } | vp8l_rows::Error::Stopped)) => {
                    return Err(error);
                }
                Err(_) => return Ok(None),
            },
            _ => return Ok(None),
        };
        let filter = match kind >> 2 & 3 {
            0 => Filter::Nothing,
            1 => Filter::Left,
            2 => Filter::Above,
            _ => Filter::Gradient,
        };
        Ok(Some(Self {
            source,
            filter,
            above: vec![0; size.0 as usize],
            is_first: true,
        }))
    }

    /// What to ask of the decoder.
    pub(super) const fn request(go_on: &'b dyn Fn() -> bool, memory: u64) -> Request<'b> {
        Request::new(Samples::Green).max_bytes(memory).go_on(go_on)
    }

    /// Bytes that it takes.
    pub(super) fn memory(&self) -> u64 {
        let picture = match &self.source {
            Source::Raw(_) => 0,
            Source::Coded(picture) => picture.memory(),
        };
        picture + self.above.len() as u64
    }

    /// Reads whole rows.
    pub(super) fn read(&mut self, rows: &mut [u8]) -> Result<(), Broken> {
        match &mut self.source {
            Source::Raw(data) => {
                let (some, rest) = data.split_at_checked(rows.len()).ok_or(Broken)?;
                rows.copy_from_slice(some);
                *data = rest;
            }
            Source::Coded(picture) => {
                let mut done = 0;
                while done < rows.len() {
                    let count = picture.read(&mut rows[done..]).ok().flatten();
                    done += count.ok_or(Broken)? * picture.row_bytes();
                }
            }
        }
        for row in rows.chunks_exact_mut(self.above.len()) {
            self.unfilter(row);
            self.above.copy_from_slice(row);
            self.is_first = false;
        }
        Ok(())
    }

    fn unfilter(&self, row: &mut [u8]) {
        let filter = match self.filter {
            Filter::Nothing => return,
            // Above the first row there is nothing, and all is taken off the left one.
            _ if self.is_first => Filter::Left,
            filter => filter,
        };
        if filter == Filter::Above {
            for (sample, above) in row.iter_mut().zip(&self.above) {
                *sample = sample.wrapping_add(*above);
            }
            return;
        }
        // The first sample has none to its left, and that of the first row is as it is.
        row[0] = row[0].wrapping_add(self.above[0]);
        let mut left = row[0];
        let above = self.above.array_windows();
        for (sample, &[corner, above]) in row[1..].iter_mut().zip(above) {
            let predicted = if filter == Filter::Left {
                left
            } else {
                (i16::from(left) + i16::from(above) - i16::from(corner)).clamp(0, 255) as u8
            };
            left = sample.wrapping_add(predicted);
            *sample = left;
        }
    }
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        Self::corrupt(Format::WebP, broken)
    }
}
