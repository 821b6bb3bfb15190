//! Why a picture was refused.

use crate::Format;
use std::fmt;

/// What a decoder said. Its type is the decoder's own business, so that a decoder can be exchanged.
pub type Cause = Box<dyn std::error::Error + Send + Sync + 'static>;

/// Why there is no thumbnail. Each variant belongs to one [`ErrorKind`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing in the file.
    #[error("the file is empty; upload the picture again")]
    Empty,

    /// The first bytes belong to no picture format that is known here.
    #[error(
        "the file is not a picture: it starts with {}, and none of JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, \
         JPEG XL, SVG, icons and raw photographs does",
        FirstBytes(start)
    )]
    NotAPicture {
        /// The first bytes of the file, at most 16.
        start: Vec<u8>,
    },

    /// A picture, but of a format that is not read.
    #[error(
        "{name} is not read here; convert the picture to JPEG, PNG, WebP, GIF, BMP or TIFF first"
    )]
    UnreadFormat {
        /// The format's name as people write it.
        name: &'static str,
    },

    /// A format that is read, in a variety that is not.
    #[error("this kind of {format} is not read here ({source}); save it as an ordinary {format}")]
    UnreadFeature {
        /// The file's format.
        format: Format,
        /// What the decoder met.
        source: Cause,
    },

    /// A picture that is broken beyond a usable result.
    #[error("the {format} is broken ({source}); upload an undamaged copy")]
    Corrupt {
        /// The file's format.
        format: Format,
        /// What the decoder met.
        source: Cause,
    },

    /// The code that reads this format panicked. The picture is to blame as far as its sender is concerned,
    /// and it is our bug as well.
    #[error("the {format} broke its decoder ({message}); upload a copy saved by another program")]
    Panicked {
        /// The file's format.
        format: Format,
        /// The panic's message and where it was raised.
        message: String,
    },

    /// More bytes than the limit allows.
    #[error("the file has {bytes} bytes or more, the limit is {limit}; upload a smaller file")]
    TooManyBytes {
        /// The bytes seen or announced: the whole file may have more.
        bytes: u64,
        /// [`Limits::source_bytes`](crate::Limits::source_bytes).
        limit: u64,
    },

    /// More pixels than the limit allows.
    #[error(
        "the picture has {width}x{height} = {} pixels, the limit is {limit}; upload a smaller one",
        u64::from(*width) * u64::from(*height)
    )]
    TooManyPixels {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// [`Limits::pixels`](crate::Limits::pixels).
        limit: u64,
    },

    /// Decoding would need more memory than the limit allows.
    #[error(
        "decoding this {width}x{height} {format} needs {needed} bytes of memory, the limit is {limit}; \
         upload a smaller picture or raise the memory"
    )]
    TooMuchMemory {
        /// The file's format.
        format: Format,
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes: the file itself, what the decoder holds, and what is kept for resampling.
        needed: u64,
        /// [`Limits::memory_bytes`](crate::Limits::memory_bytes).
        limit: u64,
    },

    /// The deadline came before the thumbnail.
    #[error(
        "the picture takes too long to decode; upload a smaller or simpler one, or allow more time"
    )]
    TooMuchTime,
}

/// The families of [`Error`], one for each code that a caller tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Not a picture, or a kind that is not read.
    UnsupportedFormat,
    /// A picture that is known, but broken beyond a usable result; any panic in a decoder too.
    CorruptImage,
    /// Bytes, pixels or memory over the limit, known before decoding; or too much time.
    ImageTooLarge,
}

impl Error {
    /// The family that the error belongs to.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Empty
            | Self::NotAPicture { .. }
            | Self::UnreadFormat { .. }
            | Self::UnreadFeature { .. } => ErrorKind::UnsupportedFormat,
            Self::Corrupt { .. } | Self::Panicked { .. } => ErrorKind::CorruptImage,
            Self::TooManyBytes { .. }
            | Self::TooManyPixels { .. }
            | Self::TooMuchMemory { .. }
            | Self::TooMuchTime => ErrorKind::ImageTooLarge,
        }
    }

    pub(crate) fn corrupt(format: Format, source: impl Into<Cause>) -> Self {
        let source = source.into();
        Self::Corrupt { format, source }
    }

    pub(crate) fn unread(format: Format, source: impl Into<Cause>) -> Self {
        let source = source.into();
        Self::UnreadFeature { format, source }
    }
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [
        Self::UnsupportedFormat,
        Self::CorruptImage,
        Self::ImageTooLarge,
    ];

    /// The name that programs compare: `CorruptImage`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnsupportedFormat => "UnsupportedFormat",
            Self::CorruptImage => "CorruptImage",
            Self::ImageTooLarge => "ImageTooLarge",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The first bytes of a file as a message shows them: text as text, anything else in hexadecimal.
struct FirstBytes<'a>(&'a [u8]);

impl fmt::Display for FirstBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match std::str::from_utf8(self.0) {
            Ok(text) if !text.chars().any(char::is_control) => write!(f, "{text:?}"),
            _ => {
                for (index, byte) in self.0.iter().enumerate() {
                    let gap = if index == 0 { "" } else { " " };
                    write!(f, "{gap}{byte:02X}")?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_are_shown_as_text_or_as_hexadecimal() {
        let check = |start: &[u8], shown: &str| {
            let error = Error::NotAPicture {
                start: start.to_vec(),
            };
            assert!(error.to_string().contains(shown), "{error}");
        };
        check(b"<html><body>", "starts with \"<html><body>\",");
        check(&[0, 0xFF, 0x7F], "starts with 00 FF 7F,");
    }

    #[test]
    fn a_refusal_by_size_names_the_number_and_the_limit() {
        let error = Error::TooManyPixels {
            width: 65_535,
            height: 65_535,
            limit: 1000,
        };
        let message = error.to_string();
        assert!(
            message.contains("65535x65535 = 4294836225 pixels"),
            "{message}"
        );
        assert!(message.contains("limit is 1000"), "{message}");
        assert_eq!(error.kind(), ErrorKind::ImageTooLarge);
    }

    #[test]
    fn the_cause_is_kept() {
        let error = Error::corrupt(Format::Png, "bad checksum");
        let cause = std::error::Error::source(&error).expect("a cause");
        assert_eq!(cause.to_string(), "bad checksum");
    }
}
