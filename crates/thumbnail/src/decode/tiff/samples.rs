//! What the samples of a TIFF mean: from the file's bits to 8 or 16 of them, and from a palette's index to its colour.

use super::{Reader, error, number, unread};
use crate::Error;
use crate::exif::ByteOrder;
use crate::raster::Depth;
use std::borrow::Cow;
use tiff::ColorType;
use tiff::tags::{SampleFormat, Tag};

/// How samples are packed in the file's unpacked chunks, in the machine's byte order.
#[derive(Debug)]
pub(super) enum Samples {
    /// 1, 2 or 4 bits, from the highest bits of each byte, each row beginning in a fresh byte.
    Packed {
        bits: u8,
    },
    /// The same, or 8 bits, standing for colours.
    Palette {
        bits: u8,
        colours: Vec<[u8; 3]>,
    },
    U8,
    U16,
    U32,
    /// From 0.0 to 1.0; what is outside is clipped.
    F32,
}

impl Samples {
    pub(super) fn new(
        decoder: &mut Reader<'_>,
        colour: ColorType,
        is_palette: bool,
    ) -> Result<Self, Error> {
        let bits = colour.bit_depth();
        if is_palette && matches!(bits, 1 | 2 | 4 | 8) {
            let map = decoder.get_tag_u16_vec(Tag::ColorMap).map_err(error)?;
            let colours = palette(&map, bits);
            return Ok(Self::Palette { bits, colours });
        }
        let format = number(decoder, Tag::SampleFormat).unwrap_or(1);
        match (SampleFormat::from_u16(format), bits) {
            (Some(SampleFormat::Uint | SampleFormat::Void), _) => match bits {
                1 | 2 | 4 => Ok(Self::Packed { bits }),
                8 => Ok(Self::U8),
                16 => Ok(Self::U16),
                32 => Ok(Self::U32),
                _ => Err(unread(format!("samples of {bits} bits"))),
            },
            (Some(SampleFormat::IEEEFP), 32) => Ok(Self::F32),
            _ => Err(unread(format!("samples of {bits} bits in format {format}"))),
        }
    }

    pub(super) const fn depth(&self) -> Depth {
        match self {
            Self::Packed { .. } | Self::Palette { .. } | Self::U8 => Depth::Eight,
            Self::U16 | Self::U32 | Self::F32 => Depth::Sixteen,
        }
    }

    /// Unpacks whole pixels.
    pub(super) fn unpack_pixels(&self, line: &[u8], to: &mut [u8]) {
        match self {
            Self::U8 | Self::U16 => to.copy_from_slice(&line[..to.len()]),
            Self::Palette { bits, colours } => {
                let indices = packed(line, *bits);
                for (pixel, index) in to.chunks_exact_mut(3).zip(indices) {
                    let colour = colours.get(usize::from(index));
                    pixel.copy_from_slice(colour.unwrap_or(&[0; 3]));
                }
            }
            _ => self.unpack(line, to, 0, 1),
        }
    }

    /// Unpacks samples of one channel out of `channels` into the pixels `to`.
    pub(super) fn unpack(&self, line: &[u8], to: &mut [u8], channel: usize, channels: usize) {
        match self {
            Self::Packed { bits } | Self::Palette { bits, .. } => {
                let largest = (1_u16 << bits) - 1;
                let samples = packed(line, *bits);
                let scaled = samples.map(|sample| (u16::from(sample) * 255 / largest) as u8);
                for (to, sample) in to.iter_mut().skip(channel).step_by(channels).zip(scaled) {
                    *to = sample;
                }
            }
            Self::U8 => {
                for (to, &sample) in to.iter_mut().skip(channel).step_by(channels).zip(line) {
                    *to = sample;
                }
            }
            Self::U16 => wide(line, to, channel, channels, u16::from_ne_bytes),
            Self::U32 => wide(line, to, channel, channels, |bytes| {
                (u32::from_ne_bytes(bytes) >> 16) as u16
            }),
            Self::F32 => wide(line, to, channel, channels, |bytes| {
                // A cast saturates, and takes what is no number for 0.
                (f32::from_ne_bytes(bytes) * 65_535.0 + 0.5) as u16
            }),
        }
    }
}

/// Samples of `N` bytes to samples of 16 bits.
fn wide<const N: usize>(
    line: &[u8],
    to: &mut [u8],
    channel: usize,
    channels: usize,
    narrow: impl Fn([u8; N]) -> u16,
) {
    let (samples, _) = line.as_chunks::<N>();
    let (to, _) = to.as_chunks_mut::<2>();
    for (to, &sample) in to.iter_mut().skip(channel).step_by(channels).zip(samples) {
        *to = narrow(sample).to_ne_bytes();
    }
}

/// Samples of up to eight bits, the first in the highest bits of a byte.
fn packed(line: &[u8], bits: u8) -> impl Iterator<Item = u8> {
    let mask = u8::MAX >> (8 - bits);
    line.iter().flat_map(move |&byte| {
        let shifts = (0..8 / bits).rev();
        shifts.map(move |place| byte >> (place * bits) & mask)
    })
}

/// A TIFF palette holds all its reds, then all its greens, then all its blues, 16 bits each. Some programs wrote eight bits.
fn palette(map: &[u16], bits: u8) -> Vec<[u8; 3]> {
    let count = 1 << bits;
    let shift = if map.iter().all(|&value| value < 256) {
        0
    } else {
        8
    };
    let value = |at: usize| (map.get(at).copied().unwrap_or(0) >> shift) as u8;
    (0..count)
        .map(|index| [value(index), value(count + index), value(2 * count + index)])
        .collect()
}

/// A file whose samples are indices into a palette, as one whose samples are grey, which the `tiff` crate unpacks the
/// same way and without a refusal. Whether it was one is the second value.
pub(super) fn palette_as_grey(source: &[u8]) -> (Cow<'_, [u8]>, bool) {
    const PHOTOMETRIC: u16 = 262;
    const BLACK_IS_ZERO: u16 = 1;
    const PALETTE: u16 = 3;
    let value =
        ByteOrder::of(source).and_then(|order| Some((order, order.value(source, PHOTOMETRIC)?)));
    match value {
        Some((order, at)) if order.short(source, at) == Some(PALETTE) => {
            let mut grey = source.to_vec();
            grey[at..at + 2].copy_from_slice(&order.bytes(BLACK_IS_ZERO));
            (Cow::Owned(grey), true)
        }
        _ => (Cow::Borrowed(source), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_samples_come_from_the_highest_bits_down() {
        let check = |bits, expected: &[u8]| {
            assert_eq!(packed(&[0b1011_0001], bits).collect::<Vec<_>>(), expected);
        };
        check(1, &[1, 0, 1, 1, 0, 0, 0, 1]);
        check(2, &[2, 3, 0, 1]);
        check(4, &[11, 1]);
        check(8, &[0xB1]);
    }

    #[test]
    fn every_width_reaches_white_and_black() {
        let check = |samples: &Samples, white: &[u8], full: &[u8]| {
            let mut to = vec![7; full.len()];
            samples.unpack_pixels(white, &mut to);
            assert_eq!(to, full, "{samples:?}");
            samples.unpack_pixels(&vec![0; white.len()], &mut to);
            assert_eq!(to, vec![0; full.len()], "{samples:?}");
        };
        check(&Samples::Packed { bits: 1 }, &[0xFF], &[255; 8]);
        check(&Samples::Packed { bits: 2 }, &[0xFF], &[255; 4]);
        check(&Samples::Packed { bits: 4 }, &[0xFF], &[255; 2]);
        check(&Samples::U8, &[0xFF], &[255]);
        check(&Samples::U16, &[0xFF; 2], &[255; 2]);
        check(&Samples::U32, &[0xFF; 4], &[255; 2]);
        check(&Samples::F32, &1_f32.to_ne_bytes(), &[255; 2]);
        check(&Samples::F32, &9_f32.to_ne_bytes(), &[255; 2]);
    }

    #[test]
    fn planes_are_interleaved() {
        let mut pixels = [0; 6];
        for (channel, line) in [[1, 4], [2, 5], [3, 6]].iter().enumerate() {
            Samples::U8.unpack(line, &mut pixels, channel, 3);
        }
        assert_eq!(pixels, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn palettes_of_sixteen_and_of_eight_bits_are_read() {
        let wide = [0x1100, 0xFFFF, 0x2200, 0x00FF, 0x3300, 0x8000];
        assert_eq!(palette(&wide, 1), [[0x11, 0x22, 0x33], [0xFF, 0, 0x80]]);
        let narrow = [0x11, 0xFF, 0x22, 0, 0x33, 0x80];
        assert_eq!(palette(&narrow, 1), [[0x11, 0x22, 0x33], [0xFF, 0, 0x80]]);
        assert_eq!(palette(&[], 1), [[0; 3]; 2]);
    }
}
