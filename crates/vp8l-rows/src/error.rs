//! Why a picture was refused, or ends.

use core::fmt;

/// Why there is no picture, or no more of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The bytes do not start as a lossless picture does.
    NotVp8l,
    /// A version of the format that there was not when this was written.
    Version(u8),
    /// What stands before the pixels is not as it has to be.
    Broken(Part),
    /// The data ends within what stands before the pixels.
    Truncated,
    /// Decoding would need more memory than the request allows.
    TooLarge {
        /// Bytes that it would take at least.
        needed: u64,
        /// [`Request::max_bytes`](crate::Request::max_bytes).
        allowed: u64,
    },
    /// [`Request::go_on`](crate::Request::go_on) said no.
    Stopped,
    /// The pixels end too early, or refer to pixels or colours that there are not.
    Damaged {
        /// Rows that are fine, and have been handed on.
        rows: u32,
    },
}

/// What can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// A transform that is there twice.
    Transform,
    /// A code whose words are too few or too many.
    Code,
    /// A cache of colours whose size is none.
    Cache,
    /// The pixels of a picture within the picture.
    Inner,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotVp8l => f.write_str("not a lossless picture"),
            Error::Version(version) => write!(f, "version {version} of VP8L is not supported"),
            Error::Broken(part) => write!(f, "{part}"),
            Error::Truncated => f.write_str("the data ends before the first pixel"),
            Error::TooLarge { needed, allowed } => write!(
                f,
                "decoding needs {needed} bytes of memory and only {allowed} are allowed"
            ),
            Error::Stopped => f.write_str("decoding was stopped"),
            Error::Damaged { rows } => {
                write!(f, "the data ends too early or is broken after {rows} rows")
            }
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Transform => "a transform is there twice",
            Part::Code => "a prefix code has too few or too many words",
            Part::Cache => "the cache of colours has no valid size",
            Part::Inner => "the picture of a transform or of the codes is broken",
        })
    }
}

impl core::error::Error for Error {}
