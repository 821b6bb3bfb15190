//! What the caller wants of a picture.

/// How much smaller the planes are than the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reduction {
    /// Full size: every coefficient, 8x8 samples a block.
    Full,
    /// 1/2: the lowest 4x4 coefficients without the last one, 4x4 samples a block.
    Half,
    /// 3/8: the lowest 3x3 coefficients without the last one, 3x3 samples a block. Half as many again as at 1/4 cost little more,
    /// and keep what a picture of nearly that size shows.
    ThreeEighths,
    /// 1/4: the lowest 2x2 coefficients without the last one, 2x2 samples a block: a mean and how it changes across and down.
    Quarter,
    /// 1/8: the mean of each block alone.
    Eighth,
}

impl Reduction {
    /// All of them, from the largest output to the smallest.
    pub const ALL: [Reduction; 5] = [
        Reduction::Full,
        Reduction::Half,
        Reduction::ThreeEighths,
        Reduction::Quarter,
        Reduction::Eighth,
    ];

    /// Samples along one side of a block: 8, 4, 3, 2 or 1. Both sides of the picture become an eighth of that.
    #[must_use]
    pub const fn points(self) -> usize {
        match self {
            Reduction::Full => 8,
            Reduction::Half => 4,
            Reduction::ThreeEighths => 3,
            Reduction::Quarter => 2,
            Reduction::Eighth => 1,
        }
    }
}

/// A rectangle in pixels of the full-size picture, not turned by EXIF orientation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "a rectangle's fields say what they are")]
pub struct Crop {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

/// What to decode, and at which cost.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// How much smaller.
    pub reduction: Reduction,
    /// How much smaller the components behind the first are, if not as much as that. Where they are chroma, of which a thumbnail
    /// mostly shows half as much, it saves their coefficients.
    pub chroma: Option<Reduction>,
    /// Which part; all of it if `None`. Nothing outside is assembled, and nothing below it is decoded.
    pub crop: Option<Crop>,
    /// The share of the crop, 0 to 1, that must have been decoded before a damaged file counts as a picture.
    /// What is missing is mid-grey (128 in every component). A file of which nothing was decoded is always an error.
    pub min_share: f32,
    /// The most memory, in bytes, that [`Header::memory`](crate::Header::memory) may come to.
    pub max_bytes: u64,
}

impl Request {
    /// The whole picture at a reduction, however damaged, in at most 256 MiB.
    #[must_use]
    pub const fn new(reduction: Reduction) -> Self {
        Request {
            reduction,
            chroma: None,
            crop: None,
            min_share: 0.0,
            max_bytes: 256 << 20,
        }
    }

    /// The reduction of a component, by its place in the frame.
    pub(crate) fn reduction_of(&self, component: usize) -> Reduction {
        match self.chroma {
            Some(chroma) if component > 0 => chroma,
            _ => self.reduction,
        }
    }

    /// The same with another reduction for the components behind the first.
    #[must_use]
    pub const fn chroma(self, reduction: Reduction) -> Self {
        Request {
            chroma: Some(reduction),
            ..self
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
}
