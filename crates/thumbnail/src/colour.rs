//! From the source's colours to sRGB.

use crate::raster::{Channels, Depth, Layout, Raster};
use crate::sink::Scaled;

/// What the samples of a source mean.
#[derive(Debug, Default)]
pub(crate) enum Colour {
    /// sRGB, or not said: then sRGB is what everybody takes it for.
    #[default]
    Srgb,
}

/// A scaled picture with 8-bit sRGB samples.
pub(crate) fn to_srgb(scaled: &Scaled, layout: Layout, _colour: &Colour) -> Raster {
    let (width, height) = scaled.plan.scaled;
    let count = width as usize * height as usize * layout.channels.count();
    let samples = match layout.depth {
        Depth::Eight => scaled.samples.bytes()[..count].to_vec(),
        Depth::Sixteen => bytemuck::cast_slice::<u8, u16>(scaled.samples.bytes())[..count]
            .iter()
            .map(|&sample| ((u32::from(sample) * 255 + 32_767) / 65_535) as u8)
            .collect(),
    };
    let (channels, samples) = match layout.channels {
        Channels::Cmyk => (Channels::Rgb, ink_to_rgb(&samples)),
        channels => (channels, samples),
    };
    Raster {
        channels,
        width,
        height,
        samples,
    }
}

/// What ink shows without a profile: each takes away its complement, black takes from all.
fn ink_to_rgb(samples: &[u8]) -> Vec<u8> {
    let lit = |ink: u8, black: u8| {
        let product = u32::from(255 - ink) * u32::from(255 - black);
        ((product + 127) / 255) as u8
    };
    samples
        .chunks_exact(4)
        .flat_map(|ink| {
            [
                lit(ink[0], ink[3]),
                lit(ink[1], ink[3]),
                lit(ink[2], ink[3]),
            ]
        })
        .collect()
}
