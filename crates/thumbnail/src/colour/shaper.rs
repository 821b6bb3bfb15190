//! Colour spaces that differ from sRGB in their curves and primaries only, as nearly all do that cameras, screens and programs
//! use: a curve for each channel, a matrix between the lights, and sRGB's curve back.
//!
//! `moxcms` does this as well, but works out tables for millions of pixels first; a thumbnail has some ten thousand.

use crate::raster::Channels;
use moxcms::{ColorProfile, DataColorSpace, ToneCurveEvaluator, ToneReprCurve};
use std::sync::OnceLock;

type Evaluator = Box<dyn ToneCurveEvaluator + Send + Sync>;

/// A sample's number of bits, as far as tables go.
pub(super) trait Sample: Copy {
    /// Steps of a table of its curve: as many as it has values, or as many as are needed to interpolate between.
    const STEPS: usize;
    /// What it stands for by such a table.
    fn light(self, curve: &[f32]) -> f32;
    fn to_eight_bits(self) -> u8;
}

impl Sample for u8 {
    const STEPS: usize = 255;

    fn light(self, curve: &[f32]) -> f32 {
        curve[usize::from(self)]
    }

    fn to_eight_bits(self) -> u8 {
        self
    }
}

impl Sample for u16 {
    const STEPS: usize = 4096;

    fn light(self, curve: &[f32]) -> f32 {
        let place = f32::from(self) * (Self::STEPS as f32 / 65_535.0);
        let below = place as usize;
        let above = (below + 1).min(Self::STEPS);
        let part = place - below as f32;
        curve[below] + (curve[above] - curve[below]) * part
    }

    fn to_eight_bits(self) -> u8 {
        ((u32::from(self) * 255 + 32_767) / 65_535) as u8
    }
}

/// A space with curves and primaries of its own.
pub(super) struct Shaper {
    /// The curves of red, green and blue, and the matrix from their light to that of sRGB.
    colour: Option<([Evaluator; 3], [[f32; 3]; 3])>,
    grey: Option<Evaluator>,
}

impl Shaper {
    /// `None` where the profile consists of other things than curves and primaries.
    pub(super) fn of(profile: &ColorProfile) -> Option<Self> {
        let has_tables = profile.lut_a_to_b_perceptual.is_some()
            || profile.lut_a_to_b_colorimetric.is_some()
            || profile.lut_a_to_b_saturation.is_some();
        let evaluator =
            |curve: &Option<ToneReprCurve>| curve.as_ref()?.make_linear_evaluator().ok();
        let colour = if profile.is_matrix_shaper() {
            let matrix = profile.transform_matrix(&ColorProfile::new_srgb()).v;
            let curves = [
                evaluator(&profile.red_trc)?,
                evaluator(&profile.green_trc)?,
                evaluator(&profile.blue_trc)?,
            ];
            Some((curves, matrix.map(|row| row.map(|factor| factor as f32))))
        } else {
            None
        };
        let grey = evaluator(&profile.gray_trc);
        let is_one = match profile.color_space {
            DataColorSpace::Rgb => colour.is_some() && !has_tables,
            DataColorSpace::Gray => grey.is_some() && !has_tables,
            _ => false,
        };
        is_one.then_some(Self { colour, grey })
    }

    /// Samples of these channels as sRGB. `None` where the space has no such channels.
    pub(super) fn convert<S: Sample>(&self, channels: Channels, samples: &[S]) -> Option<Vec<u8>> {
        let encode = srgb_of_light();
        let count = channels.count();
        let mut converted = vec![0; samples.len()];
        let pixels = samples
            .chunks_exact(count)
            .zip(converted.chunks_exact_mut(count));
        match channels {
            Channels::Grey | Channels::GreyAlpha => {
                let curve = Curve::new::<S>(self.grey.as_deref()?);
                for (pixel, to) in pixels {
                    to[0] = encode(curve.light(pixel[0]));
                    if let [_, alpha] = to {
                        *alpha = pixel[1].to_eight_bits();
                    }
                }
            }
            Channels::Rgb | Channels::Rgba => {
                let (curves, matrix) = self.colour.as_ref()?;
                let curves = curves.each_ref().map(|curve| Curve::new::<S>(&**curve));
                for (pixel, to) in pixels {
                    let red = curves[0].light(pixel[0]);
                    let green = curves[1].light(pixel[1]);
                    let blue = curves[2].light(pixel[2]);
                    for (sample, row) in to.iter_mut().zip(matrix) {
                        *sample = encode(row[0] * red + row[1] * green + row[2] * blue);
                    }
                    if let [_, _, _, alpha] = to {
                        *alpha = pixel[3].to_eight_bits();
                    }
                }
            }
            Channels::YCbCr | Channels::Cmyk | Channels::Ycck => return None,
        }
        Some(converted)
    }
}

/// How much light each sample stands for, from 0 to 1, at even steps of the samples.
struct Curve(Vec<f32>);

impl Curve {
    fn new<S: Sample>(evaluator: &dyn ToneCurveEvaluator) -> Self {
        // A curve may be whatever its profile says; one of the library's own is far below 0 at 0.
        let step = |step: usize| {
            let light = evaluator.evaluate_value(step as f32 / S::STEPS as f32);
            light.clamp(0.0, 1.0)
        };
        Self((0..=S::STEPS).map(step).collect())
    }

    fn light<S: Sample>(&self, sample: S) -> f32 {
        sample.light(&self.0)
    }
}

/// The function from light to samples of sRGB, clipped to what it can show.
fn srgb_of_light() -> impl Fn(f32) -> u8 {
    // The curve is steepest in the dark: a fifth of a sample from one step to the next.
    const STEPS: usize = 1 << 14;
    /// A power of two, and larger: so that no index has to be checked.
    const ROOM: usize = 2 * STEPS;
    static TABLE: OnceLock<Vec<u8>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        // IEC 61966-2-1.
        let curve = |light: f64| {
            if light <= 0.003_130_8 {
                light * 12.92
            } else {
                1.055 * light.powf(1.0 / 2.4) - 0.055
            }
        };
        let sample = |step: usize| (curve(step as f64 / STEPS as f64) * 255.0).round() as u8;
        let samples = (0..=STEPS).map(sample);
        samples
            .chain(std::iter::repeat(u8::MAX))
            .take(ROOM)
            .collect()
    });
    let table: &[u8; ROOM] = table.as_slice().try_into().expect("made with this length");
    // A float from 2^23 on has the nearest whole number in its lowest bits, which is quicker than a cast that saturates.
    const SHIFT: f32 = (1 << 23) as f32;
    |light| {
        let light = if light > 0.0 { light } else { 0.0 };
        let light = if light < 1.0 { light } else { 1.0 };
        table[(light * STEPS as f32 + SHIFT).to_bits() as usize % ROOM]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srgb_comes_back_as_it_was_in_eight_bits_and_in_sixteen() {
        let shaper = Shaper::of(&ColorProfile::new_srgb()).expect("curves and primaries");
        let all: Vec<u8> = (0..=255)
            .flat_map(|value| [value, 255 - value, 128, value])
            .collect();
        assert_eq!(shaper.convert(Channels::Rgba, &all), Some(all.clone()));
        let wide: Vec<u16> = all.iter().map(|&value| u16::from(value) * 257).collect();
        assert_eq!(shaper.convert(Channels::Rgba, &wide), Some(all));
    }

    /// The library's own way, which is far slower for few pixels, is the reference.
    #[test]
    fn the_result_is_that_of_the_library() {
        use moxcms::{Layout, TransformOptions};
        let profiles = [
            ColorProfile::new_display_p3(),
            ColorProfile::new_adobe_rgb(),
            ColorProfile::new_pro_photo_rgb(),
            ColorProfile::new_bt2020(),
        ];
        let colours: Vec<u8> = (0..9_u32 * 9 * 9)
            .flat_map(|at| [at / 81, at / 9 % 9, at % 9].map(|step| (step * 255 / 8) as u8))
            .collect();
        for profile in profiles {
            let options = TransformOptions {
                prefer_fixed_point: false,
                ..TransformOptions::default()
            };
            let target = ColorProfile::new_srgb();
            let transform =
                profile.create_transform_8bit(Layout::Rgb, &target, Layout::Rgb, options);
            let mut reference = vec![0; colours.len()];
            let transform = transform.expect("a transform");
            transform
                .transform(&colours, &mut reference)
                .expect("as many samples");
            let shaper = Shaper::of(&profile).expect("curves and primaries");
            let found = shaper.convert(Channels::Rgb, &colours).expect("colours");
            let most = found
                .iter()
                .zip(&reference)
                .map(|(a, b)| a.abs_diff(*b))
                .max();
            assert!(most <= Some(1), "{most:?}");
        }
    }
}
