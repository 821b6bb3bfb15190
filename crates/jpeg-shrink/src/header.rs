//! What a JPEG file says about itself before its first scan.

use alloc::vec::Vec;
use core::ops::Range;

/// Everything before the first scan's data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// Pixels from left to right, 1 to 65535.
    pub width: u32,
    /// Pixels from top to bottom, 1 to 65535.
    pub height: u32,
    /// Whether the coefficients come in several passes (SOF2).
    pub progressive: bool,
    /// One to four components, in the frame's order.
    pub components: Vec<Component>,
    /// The application (APPn) and comment (COM) segments before the first scan, in the file's order.
    pub segments: Vec<Segment>,
    /// Whether there is a JFIF segment.
    pub jfif: bool,
    /// The transform byte of Adobe's APP14 segment.
    pub adobe_transform: Option<u8>,
}

/// One colour component of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Component {
    /// Its name in scan headers.
    pub id: u8,
    /// Horizontal sampling factor, 1 to 4.
    pub h: u8,
    /// Vertical sampling factor, 1 to 4.
    pub v: u8,
    pub(crate) quant: u8,
}

/// Where a segment's contents lie in the file, so that EXIF or ICC data is read without a second search for markers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The second byte of its marker: 0xE0 to 0xEF for APP0 to APP15, 0xFE for a comment.
    pub marker: u8,
    /// Its contents, without marker and length.
    pub range: Range<usize>,
}

/// What the components mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Color {
    /// One component of luma.
    Grey,
    /// Three components as JFIF defines them.
    YCbCr,
    /// Three components that are stored without a transform.
    Rgb,
    /// Four components of ink. With an Adobe segment they are usually stored inverted.
    Cmyk,
    /// Four components: CMY as YCbCr, and K. With an Adobe segment they are usually stored inverted.
    Ycck,
    /// Two components, which no convention gives a meaning.
    Other,
}

impl Header {
    /// What the components mean, by the rules that libjpeg made customary: JFIF says YCbCr, else Adobe's
    /// transform byte decides, else three components called `R`, `G`, `B` are what they say.
    #[must_use]
    pub fn color(&self) -> Color {
        match (self.components.len(), self.adobe_transform) {
            (1, _) => Color::Grey,
            (3, _) if self.jfif => Color::YCbCr,
            (3, Some(0)) => Color::Rgb,
            (3, None) if self.components.iter().map(|c| c.id).eq(*b"RGB") => Color::Rgb,
            (3, _) => Color::YCbCr,
            (4, Some(2)) => Color::Ycck,
            (4, _) => Color::Cmyk,
            _ => Color::Other,
        }
    }

    pub(crate) fn h_max(&self) -> usize {
        self.components
            .iter()
            .map(|c| usize::from(c.h))
            .max()
            .unwrap_or(1)
    }

    pub(crate) fn v_max(&self) -> usize {
        self.components
            .iter()
            .map(|c| usize::from(c.v))
            .max()
            .unwrap_or(1)
    }
}
