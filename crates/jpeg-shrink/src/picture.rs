//! What decoding gives.

use crate::geometry::PlaneShape;

/// The planes of a picture, borrowed from the decoder that made them.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    pub(crate) planes: &'a [StoredPlane],
    pub(crate) share: f32,
    pub(crate) damage: Option<usize>,
}

impl<'a> Picture<'a> {
    /// The planes, one for each component of the frame and in its order.
    pub fn planes(&self) -> impl ExactSizeIterator<Item = Plane<'a>> + use<'a> {
        self.planes.iter().map(StoredPlane::view)
    }

    /// The share of the crop that was decoded, 0 to 1. The rest is mid-grey.
    #[must_use]
    pub fn share(&self) -> f32 {
        self.share
    }

    /// Where in the file decoding first failed, if it did. What the crop doesn't need isn't decoded: what is below it, and whole intervals
    /// between restart markers beside it.
    #[must_use]
    pub fn damage(&self) -> Option<usize> {
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

/// Whole MCUs of one component's samples.
#[derive(Debug, Default)]
pub(crate) struct StoredPlane {
    pub(crate) shape: PlaneShape,
    pub(crate) stride: usize,
    /// Where the shape's first sample lies.
    pub(crate) start: usize,
    pub(crate) samples: alloc::vec::Vec<u8>,
}

impl StoredPlane {
    fn view(&self) -> Plane<'_> {
        let length = (self.shape.height - 1) * self.stride + self.shape.width;
        Plane {
            shape: self.shape,
            stride: self.stride,
            samples: &self.samples[self.start..self.start + length],
        }
    }
}
