//! Why a picture was refused.

use core::fmt;

/// Why there is no picture. Offsets count bytes from the start of the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The bytes do not start as a frame of VP8 does that stands by itself.
    NotVp8,
    /// A frame of a kind that is declined.
    Unsupported(Unsupported),
    /// The frame says that it has no pixels.
    Empty,
    /// The bytes end within the frame's header.
    Truncated {
        /// How many bytes there are.
        offset: usize,
    },
    /// Decoding would need more memory than the request allows.
    TooLarge {
        /// Bytes that the planes and the decoder's state would take.
        needed: u64,
        /// [`Request::max_bytes`](crate::Request::max_bytes).
        allowed: u64,
    },
    /// The crop is empty or reaches outside the picture.
    BadCrop,
    /// [`Request::go_on`](crate::Request::go_on) said no.
    Stopped,
    /// Less of the crop was decoded than the request accepts.
    Damaged {
        /// Where the data ended too early.
        offset: usize,
        /// The share of the crop that was decoded, 0 to 1.
        share: f32,
    },
}

/// Kinds of frames that are declined, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsupported {
    /// A frame that changes another one. A still picture has none.
    Difference,
    /// A version of the bit stream that RFC 6386 does not describe.
    Version(u8),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotVp8 => f.write_str("not a frame of VP8"),
            Error::Unsupported(kind) => write!(f, "{kind} is not supported"),
            Error::Empty => f.write_str("its header says that it has no pixels"),
            Error::Truncated { offset } => {
                write!(f, "the data ends at byte {offset}, within the header")
            }
            Error::TooLarge { needed, allowed } => write!(
                f,
                "decoding needs {needed} bytes of memory and only {allowed} are allowed"
            ),
            Error::BadCrop => f.write_str("the crop is empty or reaches outside the picture"),
            Error::Stopped => f.write_str("decoding was stopped"),
            Error::Damaged { offset, share } => write!(
                f,
                "the data ends too early at byte {offset}, with {:.0} % of the picture decoded",
                share * 100.0
            ),
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsupported::Difference => f.write_str("a frame that changes another one"),
            Unsupported::Version(version) => write!(f, "version {version} of VP8"),
        }
    }
}

impl core::error::Error for Error {}
