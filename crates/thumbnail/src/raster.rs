//! Pixels in memory.

use fast_image_resize::PixelType;

/// What the samples of a pixel mean, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channels {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Luma and chroma of JFIF: full range, by the weights of ITU-R BT.601.
    YCbCr,
    /// Cyan, magenta, yellow and black ink.
    Cmyk,
    /// As `YCbCr`, of the complements of the first three inks, and black ink as it is.
    Ycck,
}

impl Channels {
    pub(crate) const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb | Self::YCbCr => 3,
            Self::Rgba | Self::Cmyk | Self::Ycck => 4,
        }
    }

    /// The same without alpha.
    pub(crate) const fn without_alpha(self) -> Self {
        match self {
            Self::GreyAlpha => Self::Grey,
            Self::Rgba => Self::Rgb,
            opaque => opaque,
        }
    }

    pub(crate) const fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }
}

/// How many bits a sample has. Wider ones are in the machine's byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    Eight,
    Sixteen,
}

/// How a pixel is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) channels: Channels,
    pub(crate) depth: Depth,
}

impl Layout {
    pub(crate) const fn new(channels: Channels, depth: Depth) -> Self {
        Self { channels, depth }
    }

    /// Bytes of a pixel.
    pub(crate) const fn bytes(self) -> usize {
        self.channels.count()
            * match self.depth {
                Depth::Eight => 1,
                Depth::Sixteen => 2,
            }
    }

    /// The resampler's name for it. To the resampler all channels are alike: alpha is premultiplied before.
    pub(crate) const fn pixel_type(self) -> PixelType {
        match (self.depth, self.channels.count()) {
            (Depth::Eight, 1) => PixelType::U8,
            (Depth::Eight, 2) => PixelType::U8x2,
            (Depth::Eight, 3) => PixelType::U8x3,
            (Depth::Eight, _) => PixelType::U8x4,
            (Depth::Sixteen, 1) => PixelType::U16,
            (Depth::Sixteen, 2) => PixelType::U16x2,
            (Depth::Sixteen, 3) => PixelType::U16x3,
            (Depth::Sixteen, _) => PixelType::U16x4,
        }
    }
}

/// A picture of 8-bit samples, rows from the top, no padding between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) channels: Channels,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) samples: Vec<u8>,
}

impl Raster {
    pub(crate) fn pixels(&self) -> std::slice::ChunksExact<'_, u8> {
        self.samples.chunks_exact(self.channels.count())
    }
}
