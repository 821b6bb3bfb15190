//! From the source's colours to sRGB.
//!
//! Colours are converted after resampling, on the thumbnail's few pixels, unless [`Space`] has a reason for before. A picture
//! whose colours are already what they should be is not converted at all, and one in luma and chroma stays so for JPEG.

mod curve;
mod ink;
mod profile;
mod shaper;
mod space;
mod tables;
mod ycbcr;

pub(crate) use profile::Primaries;
pub(crate) use space::Space;
pub(crate) use ycbcr::{limited_to_full_range, to_rgb as ycbcr_to_rgb};

use crate::ColourSource;
use crate::raster::{Channels, Depth, Layout};
use curve::Sample as _;
use profile::Profile;

/// What the samples of a source mean. By default sRGB, which is what everybody takes them for where nothing is said.
#[derive(Debug, Default)]
pub(crate) struct Colour {
    profile: Option<Profile>,
    /// Where it is from, for the report: there is one too where it says sRGB, so that nothing is to be done.
    source: Option<ColourSource>,
    /// Whether samples of ink are the less the more ink there is, as Adobe's programs write them into JPEG.
    inverted_ink: bool,
}

impl Colour {
    /// As an ICC profile says. A profile that is broken counts as none.
    pub(crate) fn from_icc(icc: &[u8]) -> Self {
        let (profile, source) = Profile::from_icc(icc);
        Self {
            profile,
            source: Some(source),
            ..Self::default()
        }
    }

    /// As code points of ITU-T H.273 say: primaries and transfer characteristics. `None` for those that are not known
    /// here, and for the high dynamic range ones, which a conversion alone would make far too dark.
    pub(crate) fn from_code_points(primaries: u8, transfer: u8) -> Option<Self> {
        Some(Self {
            profile: Profile::from_code_points(primaries, transfer)?,
            source: Some(ColourSource::CodePoints {
                primaries,
                transfer,
            }),
            ..Self::default()
        })
    }

    /// Amounts of light of sRGB's primaries, though nobody says so.
    pub(crate) fn of_light() -> Self {
        const BT709: u8 = 1;
        const LINEAR: u8 = 8;
        Self {
            profile: Profile::from_code_points(BT709, LINEAR).flatten(),
            ..Self::default()
        }
    }

    /// As a PNG's chunks `gAMA` and `cHRM` say, where there are any.
    pub(crate) fn from_gamma(gamma: Option<f32>, primaries: Option<Primaries>) -> Self {
        let is_said = gamma.is_some() || primaries.is_some();
        Self {
            profile: Profile::from_gamma(gamma, primaries),
            source: is_said.then_some(ColourSource::Gamma),
            ..Self::default()
        }
    }

    /// What said so.
    pub(crate) const fn source(&self) -> Option<&ColourSource> {
        self.source.as_ref()
    }

    /// The same for ink that is stored inverted.
    pub(crate) fn with_inverted_ink(self, inverted_ink: bool) -> Self {
        Self {
            inverted_ink,
            ..self
        }
    }

    /// Samples that were averaged in `space`, in 8 bits: grey or sRGB, with or without alpha, or the luma and chroma of sRGB.
    pub(crate) fn to_srgb(
        &self,
        space: Space,
        layout: Layout,
        samples: &[u8],
    ) -> (Channels, Vec<u8>) {
        match space {
            Space::Stored => self.convert_stored(layout, samples),
            Space::Srgb => (layout.channels, samples.to_vec()),
            Space::Light => {
                let light = bytemuck::cast_slice(samples);
                (layout.channels, curve::srgb_of(layout.channels, light))
            }
        }
    }

    fn convert_stored(&self, layout: Layout, samples: &[u8]) -> (Channels, Vec<u8>) {
        match layout.depth {
            Depth::Eight => self.convert(layout.channels, samples),
            Depth::Sixteen => self.convert_wide(layout.channels, bytemuck::cast_slice(samples)),
        }
    }

    fn convert(&self, channels: Channels, samples: &[u8]) -> (Channels, Vec<u8>) {
        let profile = self.profile.as_ref();
        match channels {
            Channels::Grey | Channels::GreyAlpha | Channels::Rgb | Channels::Rgba => {
                let converted = profile.and_then(|profile| profile.convert(channels, samples));
                (channels, converted.unwrap_or_else(|| samples.to_vec()))
            }
            Channels::YCbCr => match profile {
                None => (channels, samples.to_vec()),
                Some(_) => self.convert(Channels::Rgb, &ycbcr::to_rgb(samples)),
            },
            Channels::Cmyk | Channels::Ycck => {
                let inks = ink::amounts(channels, samples, self.inverted_ink);
                let converted = profile.and_then(|profile| profile.convert(Channels::Cmyk, &inks));
                let rgb = converted.unwrap_or_else(|| ink::to_rgb(&inks));
                (Channels::Rgb, rgb)
            }
        }
    }

    fn convert_wide(&self, channels: Channels, samples: &[u16]) -> (Channels, Vec<u8>) {
        let profile = self.profile.as_ref();
        match profile.and_then(|profile| profile.convert_wide(channels, samples)) {
            Some(converted) => (channels, converted),
            None => self.convert(channels, &narrow(samples)),
        }
    }
}

/// 16 bits to 8, to the nearest.
fn narrow(samples: &[u16]) -> Vec<u8> {
    samples
        .iter()
        .map(|sample| sample.to_eight_bits())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_eight_bit_value_survives_sixteen_bits() {
        let wide: Vec<u16> = (0..=255_u16).map(|value| value * 257).collect();
        assert_eq!(narrow(&wide), (0..=255).collect::<Vec<u8>>());
        assert_eq!(narrow(&[128, 129]), [0, 1], "half of 257 is the border");
    }
}
