//! The encoders, and what has to be done before them: padding, and giving up transparency that a format cannot hold.

mod diffusion;
mod gif;
pub(crate) mod jpeg;
mod palette;
mod png;
mod quantise;
mod webp;

use crate::colour::ycbcr_to_rgb;
use crate::raster::{Channels, Raster};
use crate::{Format, Picture, Spec};
use std::borrow::Cow;

/// Encodes an upright sRGB picture made from a source of format `source`, in the middle of a canvas.
pub(crate) fn encode(raster: Raster, canvas: (u32, u32), source: Format, spec: &Spec) -> Picture {
    let raster = without_needless_alpha(raster);
    let format = spec.format.resolve(source, raster.channels.has_alpha());
    let raster = match format {
        Format::Jpeg => padded(on_white(raster), canvas, Background::White),
        _ => padded(in_rgb(raster), canvas, Background::Transparent),
    };
    let bytes = match format {
        Format::Png => png::encode(&raster),
        Format::WebP => webp::encode(&raster),
        Format::Gif => gif::encode(&raster),
        _ => jpeg::encode(&raster, spec.quality),
    };
    Picture {
        bytes,
        format,
        width: raster.width,
        height: raster.height,
    }
}

/// Whether a thumbnail of an opaque source of format `source` stores one colour for four pixels.
pub(crate) fn halves_chroma(spec: &Spec, source: Format) -> bool {
    spec.format.resolve(source, false) == Format::Jpeg && jpeg::halves_chroma(spec.quality)
}

/// An alpha channel that says nothing is not carried on.
fn without_needless_alpha(raster: Raster) -> Raster {
    if !raster.channels.has_alpha() || raster.pixels().any(|pixel| pixel.last() != Some(&255)) {
        return raster;
    }
    let count = raster.channels.count();
    let samples = raster
        .pixels()
        .flat_map(|pixel| &pixel[..count - 1])
        .copied();
    Raster {
        channels: raster.channels.without_alpha(),
        samples: samples.collect(),
        ..raster
    }
}

/// What is behind shows through as white.
fn on_white(raster: Raster) -> Raster {
    if !raster.channels.has_alpha() {
        return raster;
    }
    let count = raster.channels.count();
    let samples = raster.pixels().flat_map(|pixel| {
        let (colour, alpha) = (&pixel[..count - 1], u32::from(pixel[count - 1]));
        colour.iter().map(move |&sample| {
            ((u32::from(sample) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
        })
    });
    Raster {
        channels: raster.channels.without_alpha(),
        samples: samples.collect(),
        ..raster
    }
}

/// Only JPEG has luma and chroma.
fn in_rgb(raster: Raster) -> Raster {
    if raster.channels == Channels::YCbCr {
        Raster {
            channels: Channels::Rgb,
            samples: ycbcr_to_rgb(&raster.samples),
            ..raster
        }
    } else {
        raster
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Background {
    White,
    Transparent,
}

/// The picture in the middle of a canvas, which is at least as large; an odd pixel goes to the right and the bottom.
fn padded(raster: Raster, canvas: (u32, u32), background: Background) -> Raster {
    if (raster.width, raster.height) == canvas {
        return raster;
    }
    let raster = match background {
        Background::White => raster,
        Background::Transparent => with_alpha(raster),
    };
    let filling: &[u8] = match raster.channels {
        Channels::YCbCr => &[255, 128, 128],
        channels if channels.has_alpha() => &[0; 4],
        _ => &[255; 4],
    };
    let count = raster.channels.count();
    let (width, height) = (canvas.0 as usize, canvas.1 as usize);
    let mut samples = filling[..count].repeat(width * height);
    let left = (canvas.0 - raster.width) as usize / 2;
    let top = (canvas.1 - raster.height) as usize / 2;
    let line = raster.width as usize * count;
    for (row, from) in raster.samples.chunks_exact(line).enumerate() {
        let at = ((top + row) * width + left) * count;
        samples[at..at + line].copy_from_slice(from);
    }
    Raster {
        width: canvas.0,
        height: canvas.1,
        samples,
        ..raster
    }
}

fn with_alpha(raster: Raster) -> Raster {
    if raster.channels.has_alpha() {
        return raster;
    }
    let opaque = [255];
    let samples = raster
        .pixels()
        .flat_map(|pixel| pixel.iter().chain(&opaque))
        .copied();
    Raster {
        channels: if raster.channels == Channels::Grey {
            Channels::GreyAlpha
        } else {
            Channels::Rgba
        },
        samples: samples.collect(),
        ..raster
    }
}

/// The pixels as RGB or RGBA, for formats that have no grey.
fn in_colour(raster: &Raster) -> Cow<'_, [u8]> {
    match raster.channels {
        Channels::Grey => Cow::Owned(raster.samples.iter().flat_map(|&grey| [grey; 3]).collect()),
        Channels::GreyAlpha => {
            let pixels = raster.samples.as_chunks::<2>().0.iter();
            Cow::Owned(
                pixels
                    .flat_map(|&[grey, alpha]| [grey, grey, grey, alpha])
                    .collect(),
            )
        }
        _ => Cow::Borrowed(&raster.samples),
    }
}
