//! What the caller wants of a picture.

use core::fmt;

/// How much smaller the planes are than the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reduction {
    /// Every sample.
    Full,
    /// 1/2: the mean of each 2x2 samples.
    Half,
    /// 1/4: the mean of each 4x4 samples.
    Quarter,
    /// 1/8: the mean of each 8x8 samples.
    Eighth,
}

impl Reduction {
    /// All of them, from the largest output to the smallest.
    pub const ALL: [Reduction; 4] = [
        Reduction::Full,
        Reduction::Half,
        Reduction::Quarter,
        Reduction::Eighth,
    ];

    /// By how much both sides are divided: 1, 2, 4 or 8.
    #[must_use]
    pub const fn divisor(self) -> usize {
        match self {
            Reduction::Full => 1,
            Reduction::Half => 2,
            Reduction::Quarter => 4,
            Reduction::Eighth => 8,
        }
    }
}

/// A rectangle in pixels of the full-size picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "a rectangle's fields say what they are")]
pub struct Crop {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// What to decode, and at which cost.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Request<'a> {
    /// How much smaller.
    pub reduction: Reduction,
    /// Which part; all of it if `None`. Nothing outside is kept, and nothing below it is decoded.
    pub crop: Option<Crop>,
    /// The share of the crop, 0 to 1, that must have been decoded before a damaged frame counts as a picture.
    /// What is missing is mid-grey (128 in every component). A frame of which nothing was decoded is always an error.
    pub min_share: f32,
    /// The most memory, in bytes, that [`Header::memory`](crate::Header::memory) may come to.
    pub max_bytes: u64,
    /// Asked before each row of macroblocks: whether there is still time. Where not, decoding ends with
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub go_on: &'a dyn Fn() -> bool,
}

impl<'a> Request<'a> {
    /// The whole picture at a reduction, however damaged, however long it takes, in at most 256 MiB.
    #[must_use]
    pub const fn new(reduction: Reduction) -> Self {
        Request {
            reduction,
            crop: None,
            min_share: 0.0,
            max_bytes: 256 << 20,
            go_on: &|| true,
        }
    }

    /// The same with a crop.
    #[must_use]
    pub const fn crop(self, crop: Crop) -> Self {
        Request {
            crop: Some(crop),
            ..self
        }
    }

    /// The same with another least share of the crop.
    #[must_use]
    pub const fn min_share(self, min_share: f32) -> Self {
        Request { min_share, ..self }
    }

    /// The same with another limit on memory.
    #[must_use]
    pub const fn max_bytes(self, max_bytes: u64) -> Self {
        Request { max_bytes, ..self }
    }

    /// The same with a question that is asked from time to time.
    #[must_use]
    pub const fn go_on(self, go_on: &'a dyn Fn() -> bool) -> Self {
        Request { go_on, ..self }
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("reduction", &self.reduction)
            .field("crop", &self.crop)
            .field("min_share", &self.min_share)
            .field("max_bytes", &self.max_bytes)
            .finish_non_exhaustive()
    }
}
