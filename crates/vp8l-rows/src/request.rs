//! What the caller wants of a picture.

use core::fmt;

/// What a pixel is handed on as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Samples {
    /// Three bytes: red, green and blue.
    Rgb,
    /// Four bytes: red, green, blue and alpha, by which the colours are not multiplied.
    Rgba,
    /// One byte: what a lossy picture's alpha channel is stored as.
    Green,
}

impl Samples {
    /// Bytes of a pixel.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Samples::Rgb => 3,
            Samples::Rgba => 4,
            Samples::Green => 1,
        }
    }
}

/// How to decode, and at which cost.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Request<'a> {
    /// What the rows are made of.
    pub samples: Samples,
    /// The most memory, in bytes, that the decoder may take.
    pub max_bytes: u64,
    /// Asked every some ten thousand pixels: whether there is still time. Where not, decoding ends with
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub go_on: &'a dyn Fn() -> bool,
}

impl<'a> Request<'a> {
    /// However long it takes, in at most 256 MiB.
    #[must_use]
    pub const fn new(samples: Samples) -> Self {
        Request {
            samples,
            max_bytes: 256 << 20,
            go_on: &|| true,
        }
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
            .field("samples", &self.samples)
            .field("max_bytes", &self.max_bytes)
            .finish_non_exhaustive()
    }
}
