//! What a picture's pixels are averaged as.

use super::{Colour, curve, ycbcr};
use crate::Spec;
use crate::raster::{Channels, Depth, Layout};

/// What a picture's pixels are averaged as when it is resampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    /// The numbers that the decoder hands on, which is the least work: the thumbnail's few pixels are converted afterwards.
    Stored,
    /// sRGB. Where a picture's curve is far from that of sRGB, its own numbers are no measure of what an eye sees: a mean of
    /// them is too bright or too dark, and what the kernel adds at edges gets visible.
    Srgb,
    /// Light, of sRGB's primaries, in 16 bits: what [`Spec::linear_light`] asks for.
    Light,
}

impl Space {
    /// How pixels that a decoder hands on as `stored` are laid out here.
    pub(crate) const fn layout(self, stored: Layout) -> Layout {
        let channels = match stored.channels {
            Channels::YCbCr | Channels::Cmyk | Channels::Ycck => Channels::Rgb,
            channels => channels,
        };
        match self {
            Self::Stored => stored,
            Self::Srgb => Layout::new(channels, Depth::Eight),
            Self::Light => Layout::new(channels, Depth::Sixteen),
        }
    }
}

impl Colour {
    pub(crate) fn space(&self, spec: &Spec) -> Space {
        if spec.linear_light {
            Space::Light
        } else if self
            .profile
            .as_ref()
            .is_some_and(super::profile::Profile::is_uneven)
        {
            Space::Srgb
        } else {
            Space::Stored
        }
    }

    /// Pixels as they are stored, and not multiplied by their alpha, into those of another space.
    pub(crate) fn convert_rows(&self, space: Space, stored: Layout, rows: &[u8], to: &mut [u8]) {
        match space {
            Space::Stored => to.copy_from_slice(rows),
            Space::Srgb => to.copy_from_slice(&self.convert_stored(stored, rows).1),
            Space::Light => {
                let light = match stored.depth {
                    Depth::Eight => self.light(stored.channels, rows),
                    Depth::Sixteen => self.light_wide(stored.channels, bytemuck::cast_slice(rows)),
                };
                to.copy_from_slice(bytemuck::cast_slice(&light));
            }
        }
    }

    fn light(&self, channels: Channels, samples: &[u8]) -> Vec<u16> {
        match channels {
            Channels::YCbCr => self.light(Channels::Rgb, &ycbcr::to_rgb(samples)),
            Channels::Cmyk | Channels::Ycck => {
                let (channels, srgb) = self.convert(channels, samples);
                curve::light_of_srgb(channels, &srgb)
            }
            _ => {
                let profile = self.profile.as_ref();
                let light = profile.and_then(|profile| profile.light(channels, samples));
                light.unwrap_or_else(|| {
                    curve::light_of_srgb(channels, &self.convert(channels, samples).1)
                })
            }
        }
    }

    fn light_wide(&self, channels: Channels, samples: &[u16]) -> Vec<u16> {
        match (&self.profile, channels) {
            (_, Channels::YCbCr | Channels::Cmyk | Channels::Ycck) => {
                self.light(channels, &super::narrow(samples))
            }
            (None, _) => curve::light_of_srgb(channels, samples),
            (Some(profile), _) => profile
                .light(channels, samples)
                .unwrap_or_else(|| self.light(channels, &super::narrow(samples))),
        }
    }
}
