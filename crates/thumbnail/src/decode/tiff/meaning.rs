//! What the samples of a pixel mean, and how they become the pixels that are handed on.

use super::directory::Directory;
use super::fault::Fault;
use super::samples::{Samples, palette};
use super::unpack::{Compression, LOG_COLOUR, LOG_LUMINANCE};
use super::{lab, log};
use crate::packed::Packed;
use crate::raster::{Channels, Depth, Layout};

/// The values of tag 262 that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Grey {
        is_inverted: bool,
    },
    Rgb,
    Palette(Vec<[u8; 3]>),
    /// Cyan, magenta, yellow, black.
    Ink,
    YCbCr,
    /// CIE L*a*b* with signed a and b, as TIFF says; with those of ICC profiles, which are moved.
    Lab {
        is_icc: bool,
    },
    /// Logarithms of light, in grey and in colour.
    LogGrey,
    LogColour,
}

/// The most samples that a pixel has. More than anyone can see is no reason to believe the tag.
pub(super) const MOST_SAMPLES: usize = 64;

/// As many of them as say something of its colour: four of ink, and alpha.
const MOST_SEEN: usize = 5;

/// A pixel's samples.
pub(super) struct Pixels {
    pub(super) meaning: Meaning,
    pub(super) samples: Samples,
    /// How many there are in the file, those that nobody knows included.
    pub(super) stored: usize,
    /// Whether the first one that is not colour is alpha.
    has_alpha: bool,
    /// Whether it is that of ink, which is handed on without: where it covers half, half of the ink is there, and the paper shows.
    thins: bool,
    /// What each byte of a row becomes, where that is simpler.
    packed: Option<Packed>,
}

impl Pixels {
    pub(super) fn new(
        directory: &Directory<'_>,
        samples: Samples,
        stored: usize,
        compression: Compression,
    ) -> Result<Self, Fault> {
        const MEANING: u16 = 262;
        const COLOURS: u16 = 320;
        const EXTRA: u16 = 338;
        // Where it is left out, what most programs take it for.
        let usual = match stored {
            1 if matches!(compression, Compression::Fax(_)) => 0,
            1 | 2 => 1,
            _ => 2,
        };
        let number = match (compression, stored) {
            // Some programs call luma and chroma RGB there, which no program ever wrote.
            (Compression::OldJpeg, 3) => 6,
            _ => directory.number(MEANING).unwrap_or(usual),
        };
        let is_log = matches!(compression, Compression::Log { .. });
        let meaning = match number {
            0 => Meaning::Grey { is_inverted: true },
            1 | 4 => Meaning::Grey { is_inverted: false },
            2 => Meaning::Rgb,
            3 if samples.bits <= 16 => {
                let map: Vec<u64> = directory.numbers(COLOURS).take(3 << 16).collect();
                Meaning::Palette(palette(&map, samples.bits))
            }
            5 => Meaning::Ink,
            6 => Meaning::YCbCr,
            8 | 9 if matches!(samples.bits, 8 | 16) => Meaning::Lab {
                is_icc: number == 9,
            },
            LOG_LUMINANCE if is_log => Meaning::LogGrey,
            LOG_COLOUR if is_log => Meaning::LogColour,
            number => return Err(Fault::Meaning { number }),
        };
        let colours = meaning.samples();
        if stored < colours {
            return Err(Fault::Lacks {
                what: "samples for its colours",
            });
        }
        // 1 is alpha that colours are multiplied with, 2 is not. Older programs say nothing of a fourth sample.
        let extra = directory.number(EXTRA);
        let is_alpha = matches!(extra, Some(1 | 2))
            || extra.is_none() && stored == 4 && meaning == Meaning::Rgb;
        let can_have = matches!(
            meaning,
            Meaning::Grey { .. } | Meaning::Rgb | Meaning::Palette(_) | Meaning::Lab { .. }
        );
        let mut pixels = Self {
            has_alpha: is_alpha && can_have && stored > colours,
            // Ink that is multiplied with alpha already is as it should be.
            thins: extra == Some(2) && meaning == Meaning::Ink && stored > colours,
            meaning,
            samples,
            stored,
            packed: None,
        };
        let is_one = matches!(pixels.meaning, Meaning::Grey { .. } | Meaning::Palette(_));
        if is_one && stored == 1 && matches!(samples.bits, 1 | 2 | 4 | 8) {
            let length = pixels.layout().bytes() * 8 / samples.bits as usize;
            let packed = Packed::new(length, |row, to| pixels.put(row, to));
            pixels.packed = Some(packed);
        }
        Ok(pixels)
    }

    pub(super) fn layout(&self) -> Layout {
        let channels = match (&self.meaning, self.has_alpha) {
            (Meaning::Grey { .. }, false) | (Meaning::LogGrey, _) => Channels::Grey,
            (Meaning::LogColour, _) => Channels::Rgb,
            (Meaning::Grey { .. }, true) => Channels::GreyAlpha,
            (Meaning::Rgb | Meaning::Palette(_) | Meaning::Lab { .. }, true) => Channels::Rgba,
            (Meaning::Rgb | Meaning::Palette(_) | Meaning::Lab { .. }, false) => Channels::Rgb,
            (Meaning::Ink, _) => Channels::Cmyk,
            (Meaning::YCbCr, _) => Channels::YCbCr,
        };
        let depth = match self.meaning {
            Meaning::Palette(_) | Meaning::Lab { .. } | Meaning::LogGrey | Meaning::LogColour => {
                Depth::Eight
            }
            _ => self.samples.depth(),
        };
        Layout::new(channels, depth)
    }

    /// Whether samples are amounts of light where no profile says what they are, as programs that write colours in floats have it.
    /// In grey such numbers are mostly no picture's, but heights and depths.
    pub(super) fn are_light(&self) -> bool {
        self.meaning == Meaning::Rgb && self.samples.are_floats()
    }

    /// Whether each sample of the file is one that is handed on.
    pub(super) const fn is_direct(&self) -> bool {
        !matches!(
            self.meaning,
            Meaning::Palette(_) | Meaning::Lab { .. } | Meaning::LogGrey | Meaning::LogColour
        )
    }

    /// Turns a row of whole pixels into what is handed on.
    pub(super) fn put(&self, row: &[u8], to: &mut [u8]) {
        let layout = self.layout();
        let count = layout.channels.count();
        let as_they_are = self.is_direct()
            && self.stored == count
            && self.meaning != Meaning::Grey { is_inverted: true };
        if as_they_are && self.samples.are_bytes() {
            let length = row.len().min(to.len());
            to[..length].copy_from_slice(&row[..length]);
            return;
        }
        if as_they_are && self.samples.are_words() {
            let ((to, _), (from, _)) = (to.as_chunks_mut::<2>(), row.as_chunks::<2>());
            for (to, from) in to.iter_mut().zip(from) {
                *to = u16::from_le_bytes(*from).to_ne_bytes();
            }
            return;
        }
        if let Some(bytes) = &self.packed {
            bytes.put(row, to);
            return;
        }
        let mut pixel = [0; MOST_SEEN];
        let stored = &mut pixel[..self.stored.min(MOST_SEEN)];
        for (x, to) in to.chunks_exact_mut(layout.bytes()).enumerate() {
            for (nth, value) in stored.iter_mut().enumerate() {
                *value = self.samples.at(row, x * self.stored + nth);
            }
            match &self.meaning {
                Meaning::Palette(colours) => {
                    let colour = colours.get(stored[0] as usize).unwrap_or(&[0; 3]);
                    to[..3].copy_from_slice(colour);
                    self.put_alpha(stored[1..].first(), to);
                }
                Meaning::Lab { is_icc } => {
                    let lab = self.lab([stored[0], stored[1], stored[2]], *is_icc);
                    to[..3].copy_from_slice(&lab::to_srgb(lab));
                    self.put_alpha(stored[3..].first(), to);
                }
                Meaning::LogGrey => to[0] = log::grey(stored[0] as u16),
                Meaning::LogColour => to.copy_from_slice(&log::colour(stored[0] as u32)),
                _ => {
                    for (channel, &value) in stored[..count].iter().enumerate() {
                        let value = if self.thins {
                            let alpha = f64::from(self.samples.wide(stored[count])) / 65_535.0;
                            (value as f64 * alpha) as u64
                        } else {
                            value
                        };
                        self.put_one(value, to, channel);
                    }
                }
            }
        }
    }

    /// Turns a row of one channel's samples into that channel of what is handed on.
    pub(super) fn put_plane(&self, row: &[u8], to: &mut [u8], channel: usize) {
        let pixels = to.chunks_exact_mut(self.layout().bytes());
        for (x, to) in pixels.enumerate() {
            self.put_one(self.samples.at(row, x), to, channel);
        }
    }

    fn put_one(&self, value: u64, pixel: &mut [u8], channel: usize) {
        let value = self.samples.wide(value);
        let value = match self.meaning {
            Meaning::Grey { is_inverted: true } if channel == 0 => !value,
            _ => value,
        };
        match self.layout().depth {
            Depth::Eight => pixel[channel] = (value >> 8) as u8,
            Depth::Sixteen => {
                pixel[2 * channel..2 * channel + 2].copy_from_slice(&value.to_ne_bytes());
            }
        }
    }

    /// Puts alpha behind a colour of eight bits, where there is any.
    fn put_alpha(&self, value: Option<&u64>, pixel: &mut [u8]) {
        if let (true, Some(&value)) = (self.has_alpha, value) {
            pixel[3] = (self.samples.wide(value) >> 8) as u8;
        }
    }

    /// TIFF 6.0, section 23, and for 16 bits and ICC's Adobe's technical notes of 2002.
    fn lab(&self, stored: [u64; 3], is_icc: bool) -> [f32; 3] {
        let [lightness, a, b] = stored;
        if self.samples.bits == 8 {
            let chroma = |value: u64| {
                if is_icc {
                    value as f32 - 128.0
                } else {
                    f32::from(value as u8 as i8)
                }
            };
            [lightness as f32 / 255.0 * 100.0, chroma(a), chroma(b)]
        } else {
            let chroma = |value: u64| {
                if is_icc {
                    (value as f32 - 32_768.0) / 256.0
                } else {
                    f32::from(value as u16 as i16) / 256.0
                }
            };
            let white = if is_icc { 65_280.0 } else { 65_535.0 };
            [lightness as f32 / white * 100.0, chroma(a), chroma(b)]
        }
    }
}

impl Meaning {
    const fn samples(&self) -> usize {
        match self {
            Self::Grey { .. } | Self::Palette(_) | Self::LogGrey | Self::LogColour => 1,
            Self::Rgb | Self::YCbCr | Self::Lab { .. } => 3,
            Self::Ink => 4,
        }
    }
}
