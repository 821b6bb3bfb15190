//! Why a picture was refused.

use core::fmt;

/// Why there is no picture. Offsets count bytes from the start of the file.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The bytes do not start as a JPEG file does.
    NotJpeg,
    /// A JPEG of a kind that is declined.
    Unsupported(Unsupported),
    /// A header segment breaks the rules.
    Malformed {
        /// Which rule.
        problem: Problem,
        /// Where the segment's marker stands.
        offset: usize,
    },
    /// The file ended before its first scan.
    Truncated {
        /// How many bytes there were.
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
    /// Less of the crop was decoded than the request accepts.
    Damaged {
        /// Where decoding first failed.
        offset: usize,
        /// The share of the crop that was decoded, 0 to 1.
        share: f32,
    },
}

/// Kinds of JPEG that are declined, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsupported {
    /// Arithmetic instead of Huffman coding (SOF9 to SOF11).
    Arithmetic,
    /// Lossless prediction (SOF3).
    Lossless,
    /// Hierarchical frames (DHP, SOF5 to SOF7, SOF13 to SOF15).
    Hierarchical,
    /// Samples of another size than 8 bits.
    Precision(u8),
    /// More than four components.
    Components(u8),
    /// A height that only a DNL marker after the first scan would tell.
    NumberOfLines,
}

/// The rule that a header segment breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// A segment is shorter or longer than its contents.
    SegmentLength,
    /// The frame has no width, no component, or two components of the same name.
    Frame,
    /// A sampling factor is not 1 to 4, or an interleaved scan has more than 10 blocks in an MCU.
    Sampling,
    /// A Huffman table has more codes than fit, or a destination over 3.
    HuffmanTable,
    /// A quantisation table has an unknown precision or a destination over 3.
    QuantizationTable,
    /// A scan names unknown components or an impossible band of coefficients.
    Scan,
    /// A scan uses a table that was never defined.
    MissingTable,
    /// A scan before any frame, or a second frame.
    Order,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotJpeg => f.write_str("not a JPEG file"),
            Error::Unsupported(kind) => write!(f, "{kind} is not supported"),
            Error::Malformed { problem, offset } => {
                write!(f, "{problem}, in the segment at byte {offset}")
            }
            Error::Truncated { offset } => {
                write!(f, "the file ends at byte {offset}, before its first scan")
            }
            Error::TooLarge { needed, allowed } => {
                write!(
                    f,
                    "decoding needs {needed} bytes of memory and only {allowed} are allowed"
                )
            }
            Error::BadCrop => f.write_str("the crop is empty or reaches outside the picture"),
            Error::Damaged { offset, share } => {
                write!(
                    f,
                    "damaged at byte {offset}, with {:.0} % of the picture decoded",
                    share * 100.0
                )
            }
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsupported::Arithmetic => f.write_str("arithmetic coding"),
            Unsupported::Lossless => f.write_str("lossless JPEG"),
            Unsupported::Hierarchical => f.write_str("hierarchical JPEG"),
            Unsupported::Precision(bits) => write!(f, "a sample size of {bits} bits"),
            Unsupported::Components(count) => write!(f, "a frame of {count} components"),
            Unsupported::NumberOfLines => f.write_str("a height given after the first scan (DNL)"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Problem::SegmentLength => "a length that does not fit the contents",
            Problem::Frame => "an impossible frame header",
            Problem::Sampling => "impossible sampling factors",
            Problem::HuffmanTable => "an impossible Huffman table",
            Problem::QuantizationTable => "an impossible quantisation table",
            Problem::Scan => "an impossible scan header",
            Problem::MissingTable => "a scan whose tables were never defined",
            Problem::Order => "a scan without a frame, or a second frame",
        })
    }
}

impl core::error::Error for Error {}
