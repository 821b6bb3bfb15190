//! Samples and the light that they stand for.

use crate::raster::Channels;
use std::sync::OnceLock;

/// A sample's number of bits, as far as tables go.
pub(super) trait Sample: Copy {
    /// Steps of a table of its curve: as many as it has values, or as many as are needed to interpolate between.
    const STEPS: usize;
    /// What it stands for by such a table.
    fn light(self, curve: &[f32]) -> f32;
    fn to_eight_bits(self) -> u8;
    fn to_sixteen_bits(self) -> u16;
}

impl Sample for u8 {
    const STEPS: usize = 255;

    fn light(self, curve: &[f32]) -> f32 {
        curve[usize::from(self)]
    }

    fn to_eight_bits(self) -> u8 {
        self
    }

    fn to_sixteen_bits(self) -> u16 {
        u16::from(self) * 257
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

    fn to_sixteen_bits(self) -> u16 {
        self
    }
}

/// How much light each sample stands for, from 0 to 1, at even steps of the samples.
pub(super) struct Curve(Vec<f32>);

impl Curve {
    /// As `light` says, which takes the samples as from 0 to 1.
    pub(super) fn new<S: Sample>(light: impl Fn(f32) -> f32) -> Self {
        // A curve may be whatever its profile says; one of the library's own is far below 0 at 0.
        let step = |step: usize| light(step as f32 / S::STEPS as f32).clamp(0.0, 1.0);
        Self((0..=S::STEPS).map(step).collect())
    }

    /// That of sRGB (IEC 61966-2-1).
    fn srgb<S: Sample>() -> Self {
        Self::new::<S>(|value| {
            let value = f64::from(value);
            let light = if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            };
            light as f32
        })
    }

    pub(super) fn light<S: Sample>(&self, sample: S) -> f32 {
        sample.light(&self.0)
    }
}

/// The function from light to samples of sRGB, clipped to what it can show.
pub(super) fn srgb_of_light() -> impl Fn(f32) -> u8 {
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

/// Light as a 16-bit sample: enough that no two of sRGB's 8-bit samples come to one.
pub(super) fn sample_of_light(light: f32) -> u16 {
    (light * f32::from(u16::MAX) + 0.5) as u16
}

/// Samples of sRGB as light.
pub(super) fn light_of_srgb<S: Sample>(channels: Channels, samples: &[S]) -> Vec<u16> {
    let curve = Curve::srgb::<S>();
    by_pixel(
        channels,
        samples,
        |sample| sample_of_light(curve.light(sample)),
        S::to_sixteen_bits,
    )
}

/// Light as samples of sRGB: the reverse of [`light_of_srgb`].
pub(super) fn srgb_of(channels: Channels, light: &[u16]) -> Vec<u8> {
    let encode = srgb_of_light();
    by_pixel(
        channels,
        light,
        |sample| encode(f32::from(sample) / f32::from(u16::MAX)),
        u16::to_eight_bits,
    )
}

/// Colours through one function, alpha through another.
fn by_pixel<S: Copy, T: Copy>(
    channels: Channels,
    samples: &[S],
    colour: impl Fn(S) -> T,
    alpha: impl Fn(S) -> T,
) -> Vec<T> {
    if !channels.has_alpha() {
        return samples.iter().map(|&sample| colour(sample)).collect();
    }
    let mut converted = Vec::with_capacity(samples.len());
    for pixel in samples.chunks_exact(channels.count()) {
        let (last, colours) = pixel.split_last().expect("a pixel has samples");
        converted.extend(colours.iter().map(|&sample| colour(sample)));
        converted.push(alpha(*last));
    }
    converted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_of_srgb_comes_back_from_light() {
        let all: Vec<u8> = (0..=255).collect();
        let light = light_of_srgb(Channels::Rgba, &all);
        assert_eq!(srgb_of(Channels::Rgba, &light), all);
        let wide: Vec<u16> = all.iter().map(|&value| u16::from(value) * 257).collect();
        let light = light_of_srgb(Channels::Grey, &wide);
        assert_eq!(srgb_of(Channels::Grey, &light), all);
    }

    /// Half of the light is 188 (IEC 61966-2-1: 255 (1.055 * 0.5^(1 / 2.4) - 0.055)); half of an alpha is half.
    #[test]
    fn half_of_the_light_is_brighter_than_half_of_the_samples() {
        assert_eq!(srgb_of(Channels::GreyAlpha, &[32_768, 32_768]), [188, 128]);
    }
}
