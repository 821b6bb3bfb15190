//! The definition of the result: a slow decoder that one can read beside RFC 6386.
//!
//! It reads one boolean at a time, walks the trees that the RFC prints, and keeps whole planes. [`decode`] must be equalled bit for bit,
//! errors included, but for the time, which it never asks for. Since it takes booleans from a [`Booleans`], it can as well be led by one that makes
//! them up, and so is the description of frames to be written.

mod bools;
mod coefficients;
mod fields;
mod macroblock;
mod plane;

pub use bools::Booleans;

use crate::error::Error;
use crate::geometry::{MACROBLOCK, PlaneShape};
use crate::header::{Header, START};
use crate::request::Request;
use alloc::vec;
use alloc::vec::Vec;
use bools::Reader;
use fields::Fields;
use macroblock::Whole;

/// What decoding gives.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "as in the picture of the fast decoder")]
pub struct ReferencePicture {
    pub planes: Vec<ReferencePlane>,
    pub share: f32,
    pub damage: Option<usize>,
}

/// One component, without padding.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "as in the plane of the fast decoder")]
pub struct ReferencePlane {
    pub shape: PlaneShape,
    pub samples: Vec<u8>,
}

/// Decodes a frame.
///
/// # Errors
/// Those of [`Decoder::decode`](crate::Decoder::decode).
pub fn decode(frame: &[u8], request: &Request<'_>) -> Result<ReferencePicture, Error> {
    let header = Header::read(frame)?;
    let needed = header.memory(request)?;
    if needed > request.max_bytes {
        return Err(Error::TooLarge {
            needed,
            allowed: request.max_bytes,
        });
    }
    let length = u32::from_le_bytes([frame[0], frame[1], frame[2], 0]) as usize >> 5;
    let first_end = frame.len().min(START + length);
    let mut first = Reader::new(&frame[START..first_end]);
    let mut ends = Vec::new();
    let partitions = |count: usize| {
        let lengths = frame.len().min(first_end + 3 * (count - 1));
        let mut at = lengths;
        let mut partitions = Vec::new();
        for index in 0..count {
            let start = first_end + 3 * index;
            let length = match frame[..lengths].get(start..start + 3) {
                Some(bytes) => u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) as usize,
                None if index + 1 == count => frame.len(),
                None => 0,
            };
            let end = frame.len().min(at + length);
            partitions.push(Reader::new(&frame[at..end]));
            ends.push(end);
            at = end;
        }
        partitions
    };
    let outcome = reconstruct(&header, request, &mut first, partitions)?;
    let damage = match outcome.stopped {
        _ if outcome.header_is_over => return Err(Error::Truncated { offset: first_end }),
        None => None,
        Some(Stopped::Modes) => Some(first_end),
        Some(Stopped::Tokens(partition)) => Some(ends[partition]),
    };
    let share = outcome.decoded as f32 / outcome.wanted as f32;
    match damage {
        Some(offset) if outcome.decoded == 0 || share < request.min_share => {
            Err(Error::Damaged { offset, share })
        }
        damage => Ok(ReferencePicture {
            planes: outcome.planes,
            share,
            damage,
        }),
    }
}

/// What [`reconstruct`] comes to.
#[derive(Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Outcome<T> {
    pub partitions: Vec<T>,
    pub planes: Vec<ReferencePlane>,
    /// Macroblocks of the crop.
    pub decoded: usize,
    pub wanted: usize,
    pub header_is_over: bool,
    pub stopped: Option<Stopped>,
}

/// Which partition was over too early.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Stopped {
    Modes,
    Tokens(usize),
}

/// Everything behind a frame's first ten bytes: `first` is its first partition, and `partitions` is asked for as many others as that
/// one says.
///
/// # Errors
/// [`Error::BadCrop`].
pub fn reconstruct<B: Booleans, T: Booleans>(
    header: &Header,
    request: &Request<'_>,
    first: &mut B,
    partitions: impl FnOnce(usize) -> Vec<T>,
) -> Result<Outcome<T>, Error> {
    let shapes = header.planes(request)?;
    let frame = Fields::read(first);
    let header_is_over = first.is_over();
    let mut tokens = partitions(frame.partitions);
    let mut picture = Whole::new(header);
    let (left, right) = macroblocks(shapes[0].x, shapes[0].width, shapes[0].pixels, header.width);
    let (top, bottom) = macroblocks(
        shapes[0].y,
        shapes[0].height,
        shapes[0].pixels,
        header.height,
    );
    let mut outcome = Outcome {
        partitions: Vec::new(),
        planes: Vec::new(),
        decoded: 0,
        wanted: (right - left) * (bottom - top),
        header_is_over,
        stopped: None,
    };
    let mut undecoded = vec![true; picture.across * bottom];
    'rows: for row in 0..bottom {
        for column in 0..picture.across {
            let modes = picture.read_modes(&frame, first, column, row);
            let partition = row % tokens.len();
            let blocks = picture.read_tokens(&frame, &mut tokens[partition], &modes, column, row);
            if tokens[partition].is_over() {
                outcome.stopped = Some(Stopped::Tokens(partition));
                break 'rows;
            }
            picture.predict_and_add(&modes, &blocks, column, row);
            undecoded[row * picture.across + column] = false;
            if row >= top && (left..right).contains(&column) {
                outcome.decoded += 1;
            }
        }
        if first.is_over() {
            outcome.stopped = Some(Stopped::Modes);
            break;
        }
    }
    outcome.partitions = tokens;
    for (plane, shape) in picture.planes.iter().zip(shapes) {
        outcome
            .planes
            .push(plane.reduced(shape, &undecoded, picture.across));
    }
    Ok(outcome)
}

/// The macroblocks that samples of a luma plane belong to.
fn macroblocks(first: usize, count: usize, pixels: usize, length: u32) -> (usize, usize) {
    let end = ((first + count) * pixels).min(length as usize);
    (first * pixels / MACROBLOCK, end.div_ceil(MACROBLOCK))
}
