//! What stands before everything else.

use crate::bits::Bits;
use crate::error::Error;

/// The size of a picture, and whether it says that it has alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// Pixels in a row, 1 to 16,384.
    pub width: u32,
    /// Rows, 1 to 16,384.
    pub height: u32,
    /// Whether alpha may be other than opaque.
    pub alpha: bool,
}

impl Header {
    /// Reads the first five bytes of a picture.
    ///
    /// # Errors
    /// [`Error::NotVp8l`], [`Error::Version`] and [`Error::Truncated`].
    pub fn read(data: &[u8]) -> Result<Self, Error> {
        Self::from_bits(&mut Bits::new(data))
    }

    pub(crate) fn from_bits(bits: &mut Bits<'_>) -> Result<Self, Error> {
        if bits.read(8) != 0x2F {
            return Err(Error::NotVp8l);
        }
        let header = Self {
            width: bits.read(14) + 1,
            height: bits.read(14) + 1,
            alpha: bits.read(1) == 1,
        };
        let version = bits.read(3) as u8;
        if bits.are_over() {
            return Err(Error::Truncated);
        }
        if version != 0 {
            return Err(Error::Version(version));
        }
        Ok(header)
    }
}
