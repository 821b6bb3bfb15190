//! Why a TIFF is of no use.

use crate::{Error, Format};

#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("it has no directory")]
    NoDirectory,
    #[error("its directory lacks {what}")]
    Lacks { what: &'static str },
    #[error("its samples have {bits} bits in format {format}")]
    Samples { bits: u64, format: u64 },
    #[error("it is compressed as {}", compression(*number))]
    Compression { number: u64 },
    #[error("its samples are {}", meaning(*number))]
    Meaning { number: u64 },
    #[error("its samples are stored in separate planes in a way that no program writes")]
    Planes,
    #[error("it ends before its picture does")]
    Cut,
    #[error("one of its strips or tiles is no JPEG")]
    NoJpeg,
    #[error("one of its strips or tiles does not fit its place")]
    PartOfAnotherSize,
    #[error("one of its strips or tiles is broken: {0}")]
    Jpeg(#[source] Box<Error>),
    #[error("one of its strips or tiles is broken: {0}")]
    WebP(#[source] Box<Error>),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Samples { .. }
            | Fault::Compression { .. }
            | Fault::Meaning { .. }
            | Fault::Planes => Self::unread(Format::Tiff, fault),
            _ => Self::corrupt(Format::Tiff, fault),
        }
    }
}

/// The names of tag 259's values.
const fn compression(number: u64) -> &'static str {
    match number {
        34_661 => "JBIG",
        34_712 => "JPEG 2000",
        34_676 => "SGI's logarithms, and not of what they can be",
        34_677 => "SGI's logarithms in 24 bits",
        34_887 => "LERC",
        34_892 | 52_546 => "a camera's raw data",
        _ => "no program that is known here does",
    }
}

/// The names of tag 262's values.
const fn meaning(number: u64) -> &'static str {
    match number {
        10 => "ITU's L*a*b*",
        32_803 | 34_892 => "a camera's raw data",
        32_844 => "logarithms of luminance (LogL)",
        32_845 => "logarithms of luminance (LogLuv)",
        _ => "of a kind that is not known here",
    }
}
