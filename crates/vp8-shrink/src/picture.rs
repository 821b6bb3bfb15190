//! What decoding gives.

use crate::geometry::PlaneShape;
use alloc::vec::Vec;

/// The planes of a picture, borrowed from the decoder that made them.
///
/// Samples are of the limited range of ITU-R BT.601: luma from 16 to 235, chroma from 16 to 240.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    pub(crate) planes: &'a [StoredPlane; 3],
    pub(crate) share: f32,
    pub(crate) damage: Option<usize>,
}

impl<'a> Picture<'a> {
    /// Luma, blue chroma and red chroma.
    #[must_use]
    pub fn planes(&self) -> [Plane<'a>; 3] {
        self.planes.each_ref().map(StoredPlane::view)
    }

    /// The share of the crop that was decoded, 0 to 1. The rest is mid-grey.
    #[must_use]
    pub const fn share(&self) -> f32 {
        self.share
    }

    /// Where in the frame the data ended too early, if it did.
    #[must_use]
    pub const fn damage(&self) -> Option<usize> {
        self.damage
    }
}

/// One component, reduced and cropped.
#[derive(Debug, Clone, Copy)]
pub struct Plane<'a> {
    /// Its place and size.
    pub shape: PlaneShape,
    /// From the start of one row to the start of the next, in samples; at least the width.
    pub stride: usize,
    /// Rows from top to bottom, the last one without what would pad it to the stride.
    pub samples: &'a [u8],
}

impl<'a> Plane<'a> {
    /// The rows, each as wide as the plane.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        let width = self.shape.width;
        self.samples
            .chunks(self.stride)
            .map(move |row| &row[..width])
    }
}

/// Whole macroblocks of one component's samples.
#[derive(Debug, Default)]
pub(crate) struct StoredPlane {
    pub(crate) shape: PlaneShape,
    pub(crate) stride: usize,
    /// Where the shape's first sample lies.
    pub(crate) start: usize,
    pub(crate) samples: Vec<u8>,
}

impl StoredPlane {
    /// Prepares for `columns` by `rows` macroblocks, the first of them at `first`, with `side` samples along a side of each.
    pub(crate) fn prepare(
        &mut self,
        shape: PlaneShape,
        first: (usize, usize),
        (columns, rows): (usize, usize),
        side: usize,
    ) {
        self.shape = shape;
        self.stride = columns * side;
        self.start = (shape.y - first.1 * side) * self.stride + shape.x - first.0 * side;
        self.samples.clear();
        self.samples.resize(self.stride * rows * side, 128);
    }

    fn view(&self) -> Plane<'_> {
        let length = (self.shape.height - 1) * self.stride + self.shape.width;
        Plane {
            shape: self.shape,
            stride: self.stride,
            samples: &self.samples[self.start..self.start + length],
        }
    }
}
