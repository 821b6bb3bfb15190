//! Where macroblocks and samples lie: from the frame's size and a request to ranges of both.

use crate::above::Above;
use crate::error::Error;
use crate::header::Header;
use crate::request::{Crop, Reduction, Request};
use core::ops::Range;

/// A plane that a request will give, known before anything is decoded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlaneShape {
    /// Columns of the reduced component left of the plane.
    pub x: usize,
    /// Rows of the reduced component above the plane.
    pub y: usize,
    /// Samples in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Pixels of the picture along one side of a sample.
    pub pixels: usize,
}

/// A request against a frame.
#[derive(Debug, Clone)]
pub(crate) struct Geometry {
    pub(crate) reduction: Reduction,
    /// Pixels in a row, and rows.
    pub(crate) size: (usize, usize),
    /// Macroblocks in a row of the whole picture.
    pub(crate) across: usize,
    /// Macroblocks that the crop touches.
    pub(crate) columns: Range<usize>,
    pub(crate) rows: Range<usize>,
    /// Luma and both planes of chroma.
    pub(crate) shapes: [PlaneShape; 3],
}

/// Luma samples along one side of a macroblock.
pub(crate) const MACROBLOCK: usize = 16;

impl Geometry {
    pub(crate) fn new(header: &Header, request: &Request<'_>) -> Result<Self, Error> {
        let size = (header.width as usize, header.height as usize);
        let crop = request.crop.unwrap_or(Crop {
            x: 0,
            y: 0,
            width: header.width,
            height: header.height,
        });
        let range = |start: u32, length: u32, end: usize| {
            let start = start as usize;
            let range = start..start.saturating_add(length as usize);
            (!range.is_empty() && range.end <= end).then_some(range)
        };
        let across = range(crop.x, crop.width, size.0).ok_or(Error::BadCrop)?;
        let down = range(crop.y, crop.height, size.1).ok_or(Error::BadCrop)?;
        let shape = |pixels: usize| PlaneShape {
            x: across.start / pixels,
            y: down.start / pixels,
            width: across.end.div_ceil(pixels) - across.start / pixels,
            height: down.end.div_ceil(pixels) - down.start / pixels,
            pixels,
        };
        let luma = request.reduction.divisor();
        let macroblocks =
            |range: &Range<usize>| range.start / MACROBLOCK..range.end.div_ceil(MACROBLOCK);
        Ok(Geometry {
            reduction: request.reduction,
            size,
            across: size.0.div_ceil(MACROBLOCK),
            columns: macroblocks(&across),
            rows: macroblocks(&down),
            shapes: [shape(luma), shape(2 * luma), shape(2 * luma)],
        })
    }

    /// Bytes of the planes, which are stored as whole macroblocks, and of what is kept of a row of macroblocks.
    pub(crate) fn memory(&self) -> u64 {
        let side = MACROBLOCK / self.reduction.divisor();
        let planes = self.columns.len() * self.rows.len() * side * side * 3 / 2;
        (planes + self.across * size_of::<Above>()) as u64
    }
}

impl Header {
    /// The planes that a request will give: luma, and blue and red chroma.
    ///
    /// # Errors
    /// [`Error::BadCrop`].
    pub fn planes(&self, request: &Request<'_>) -> Result<[PlaneShape; 3], Error> {
        Ok(Geometry::new(self, request)?.shapes)
    }

    /// The memory, in bytes, that a request needs for this picture, besides a few KiB that do not depend on it.
    ///
    /// # Errors
    /// [`Error::BadCrop`].
    pub fn memory(&self, request: &Request<'_>) -> Result<u64, Error> {
        Ok(Geometry::new(self, request)?.memory())
    }
}
