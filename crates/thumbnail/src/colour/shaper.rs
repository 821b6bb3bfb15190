//! Colour spaces that differ from sRGB in their curves and primaries only, as nearly all do that cameras, screens and programs
//! use: a curve for each channel, a matrix between the lights, and sRGB's curve back.
//!
//! `moxcms` does this as well, but works out tables for millions of pixels first; a thumbnail has some ten thousand.

use super::curve::{Curve, Sample, sample_of_light, srgb_of_light};
use crate::raster::Channels;
use moxcms::{ColorProfile, DataColorSpace, ToneCurveEvaluator, ToneReprCurve};

type Evaluator = Box<dyn ToneCurveEvaluator + Send + Sync>;

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
        self.through(channels, samples, srgb_of_light(), S::to_eight_bits)
    }

    /// The same as the light of sRGB's primaries.
    pub(super) fn light<S: Sample>(&self, channels: Channels, samples: &[S]) -> Option<Vec<u16>> {
        self.through(channels, samples, sample_of_light, S::to_sixteen_bits)
    }

    fn through<S: Sample, T: Copy + Default>(
        &self,
        channels: Channels,
        samples: &[S],
        encode: impl Fn(f32) -> T,
        alpha_of: impl Fn(S) -> T,
    ) -> Option<Vec<T>> {
        let count = channels.count();
        let mut converted = vec![T::default(); samples.len()];
        let pixels = samples
            .chunks_exact(count)
            .zip(converted.chunks_exact_mut(count));
        match channels {
            Channels::Grey | Channels::GreyAlpha => {
                let curve = curve::<S>(self.grey.as_deref()?);
                for (pixel, to) in pixels {
                    to[0] = encode(curve.light(pixel[0]));
                    if let [_, alpha] = to {
                        *alpha = alpha_of(pixel[1]);
                    }
                }
            }
            Channels::Rgb | Channels::Rgba => {
                let (curves, matrix) = self.colour.as_ref()?;
                let curves = curves.each_ref().map(|evaluator| curve::<S>(&**evaluator));
                for (pixel, to) in pixels {
                    let red = curves[0].light(pixel[0]);
                    let green = curves[1].light(pixel[1]);
                    let blue = curves[2].light(pixel[2]);
                    for (sample, row) in to.iter_mut().zip(matrix) {
                        *sample = encode(row[0] * red + row[1] * green + row[2] * blue);
                    }
                    if let [_, _, _, alpha] = to {
                        *alpha = alpha_of(pixel[3]);
                    }
                }
            }
            Channels::YCbCr | Channels::Cmyk | Channels::Ycck => return None,
        }
        Some(converted)
    }
}

fn curve<S: Sample>(evaluator: &dyn ToneCurveEvaluator) -> Curve {
    Curve::new::<S>(|value| evaluator.evaluate_value(value))
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
