//! Colour profiles, by `moxcms`.

use super::curve::Sample;
use super::shaper::Shaper;
use super::tables::Tables;
use crate::raster::Channels;
use crate::{ColourSource, panic};
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile,
    MatrixCoefficients, ProfileText, ToneReprCurve, TransferCharacteristics,
};
use std::fmt;

/// The chromaticities of white, red, green and blue: x and y of CIE 1931.
pub(crate) type Primaries = [(f32, f32); 4];

/// Those of sRGB (IEC 61966-2-1).
const SRGB: Primaries = [(0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)];

/// The exponent that PNG's `gAMA` has for sRGB, whose curve is near to that power.
const SRGB_GAMMA: f32 = 0.454_55;

/// Colours that are not sRGB, and what they are.
pub(super) enum Profile {
    Shaper(Shaper),
    /// Given by tables: ink, printers, scanners.
    Tables(Tables),
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shaper(_) => "Shaper",
            Self::Tables(_) => "Tables",
        })
    }
}

impl Profile {
    /// No profile where it is broken, or says sRGB: then there is nothing to do.
    pub(super) fn from_icc(icc: &[u8]) -> (Option<Self>, ColourSource) {
        let parse = || {
            if !has_primaries_of_their_type(icc) {
                return None;
            }
            let profile = ColorProfile::new_from_slice(icc).ok()?;
            let description = description(&profile);
            Some((Self::new(profile), ColourSource::Icc { description }))
        };
        let parsed = panic::contain(parse).ok().flatten();
        parsed.unwrap_or((None, ColourSource::BrokenIcc))
    }

    fn new(profile: ColorProfile) -> Option<Self> {
        let profile = match Shaper::of(&profile) {
            Some(shaper) => Self::Shaper(shaper),
            None => Self::Tables(Tables::new(profile)),
        };
        (!profile.is_srgb()).then_some(profile)
    }

    /// `None` where the code points are not known, `Some(None)` where they say sRGB.
    pub(super) fn from_code_points(primaries: u8, transfer: u8) -> Option<Option<Self>> {
        let color_primaries = CicpColorPrimaries::try_from(primaries).ok()?;
        let transfer_characteristics = TransferCharacteristics::try_from(transfer).ok()?;
        let is_high_range = matches!(
            transfer_characteristics,
            TransferCharacteristics::Smpte2084 | TransferCharacteristics::Hlg
        );
        let is_known = ColorPrimaries::try_from(color_primaries).is_ok()
            && ToneReprCurve::try_from(transfer_characteristics).is_ok();
        if is_high_range || !is_known {
            return None;
        }
        let mut profile = ColorProfile::new_from_cicp(CicpProfile {
            color_primaries,
            transfer_characteristics,
            matrix_coefficients: MatrixCoefficients::Identity,
            full_range: true,
        });
        // What is written about a picture in colour holds for a grey one too.
        profile.gray_trc.clone_from(&profile.red_trc);
        Some(Self::new(profile))
    }

    /// `None` where neither is there, both are sRGB's, or the gamma is absurd.
    pub(super) fn from_gamma(gamma: Option<f32>, primaries: Option<Primaries>) -> Option<Self> {
        let gamma = gamma.filter(|gamma| (0.01..=10.0).contains(gamma));
        // Rounded to what anyone could see.
        let gamma = gamma.filter(|gamma| (gamma - SRGB_GAMMA).abs() > 0.005);
        let near = |&(x, y): &(f32, f32), &(srgb_x, srgb_y): &(f32, f32)| {
            (x - srgb_x).abs() < 0.002 && (y - srgb_y).abs() < 0.002
        };
        let primaries = primaries.filter(|found| !found.iter().zip(&SRGB).all(|(a, b)| near(a, b)));
        if gamma.is_none() && primaries.is_none() {
            return None;
        }
        let mut profile = ColorProfile::new_srgb();
        let [white, red, green, blue] = primaries
            .unwrap_or(SRGB)
            .map(|(x, y)| Chromaticity::new(x, y));
        profile.update_rgb_colorimetry(white.to_xyyb(), ColorPrimaries { red, green, blue });
        if let Some(gamma) = gamma {
            let curve = Some(ToneReprCurve::Parametric(vec![1.0 / gamma]));
            profile.red_trc.clone_from(&curve);
            profile.green_trc.clone_from(&curve);
            profile.blue_trc = curve;
        }
        profile.gray_trc.clone_from(&profile.red_trc);
        Self::new(profile)
    }

    /// Samples of these `channels` as sRGB; of `Cmyk`, amounts of ink, as sRGB without alpha. `None` where the profile is
    /// for other channels, or is of no use.
    pub(super) fn convert(&self, channels: Channels, samples: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Shaper(shaper) => shaper.convert(channels, samples),
            Self::Tables(tables) => tables.convert(channels, samples),
        }
    }

    /// The same for 16-bit samples, where all their bits can be made use of.
    pub(super) fn convert_wide(&self, channels: Channels, samples: &[u16]) -> Option<Vec<u8>> {
        match self {
            Self::Shaper(shaper) => shaper.convert(channels, samples),
            Self::Tables(_) => None,
        }
    }

    /// The light of sRGB's primaries. `None` where the profile is for other channels, or consists of tables.
    pub(super) fn light<S: Sample>(&self, channels: Channels, samples: &[S]) -> Option<Vec<u16>> {
        match self {
            Self::Shaper(shaper) => shaper.light(channels, samples),
            Self::Tables(_) => None,
        }
    }

    /// Whether its curve is so far from sRGB's that its numbers should not be averaged. The curves of screens, powers from
    /// 1.8 to 2.8, are not.
    pub(super) fn is_uneven(&self) -> bool {
        const FAR: u8 = 24;
        let greys: Vec<u8> = (0..=255).flat_map(|value| [value; 3]).collect();
        let is_far = |channels, samples: &[u8]| {
            let converted = self.convert(channels, samples)?;
            let mut differences = converted.iter().zip(samples).map(|(a, b)| a.abs_diff(*b));
            Some(differences.any(|difference| difference > FAR))
        };
        is_far(Channels::Rgb, &greys)
            .or_else(|| is_far(Channels::Grey, &greys))
            .unwrap_or(false)
    }

    /// Whether it changes no colour by more than rounding. Many cameras and programs write sRGB's profile in one of its
    /// many editions, which differ in the last digits.
    fn is_srgb(&self) -> bool {
        const PROBES: [u8; 30] = [
            0, 0, 0, 255, 255, 255, 128, 128, 128, 255, 0, 0, 0, 255, 0, 0, 0, 255, 64, 160, 224,
            224, 160, 64, 32, 16, 48, 200, 220, 180,
        ];
        self.convert(Channels::Rgb, &PROBES)
            .is_some_and(|converted| {
                let mut differences = converted.iter().zip(&PROBES).map(|(a, b)| a.abs_diff(*b));
                differences.all(|difference| difference <= 1)
            })
    }
}

/// Whether the tags of the primaries, where there are any, are of the type that they have to be (ICC.1, 9.2 and 10.31). The library
/// does not look at it, and would take whatever numbers there are.
fn has_primaries_of_their_type(icc: &[u8]) -> bool {
    const COUNT_AT: usize = 128;
    let long = |at: usize| Some(u32::from_be_bytes(*icc.get(at..)?.first_chunk()?) as usize);
    let count = long(COUNT_AT).unwrap_or(0);
    let entries = icc.get(COUNT_AT + 4..).unwrap_or_default().chunks_exact(12);
    let mut primaries = entries
        .take(count)
        .filter(|entry| matches!(&entry[..4], b"rXYZ" | b"gXYZ" | b"bXYZ"));
    primaries.all(|entry| {
        let at = u32::from_be_bytes([entry[4], entry[5], entry[6], entry[7]]) as usize;
        icc.get(at..).is_some_and(|tag| tag.starts_with(b"XYZ "))
    })
}

/// What a profile calls itself, on one line of a sensible length, in English where it has several names.
fn description(profile: &ColorProfile) -> String {
    const LONGEST: usize = 80;
    let text = match &profile.description {
        None => "",
        Some(ProfileText::PlainString(text)) => text,
        Some(ProfileText::Localizable(texts)) => texts
            .iter()
            .find(|text| text.language == "en")
            .or(texts.first())
            .map_or("", |text| &text.value),
        Some(ProfileText::Description(text)) => &text.ascii_string,
    };
    let printed = text.trim_matches(['\0', ' ']).chars().take(LONGEST);
    printed.filter(|letter| !letter.is_control()).collect()
}
