//! PNG, by `png`, in the smallest of the forms that lose nothing.

use super::in_colour;
use super::palette::{self, Indexed};
use crate::raster::{Channels, Raster};
use png::{BitDepth, ColorType, Compression, Encoder, Filter};

/// Few colours as a palette of as few bits as they need, grey as grey, anything else in full colour.
pub(super) fn encode(raster: &Raster) -> Vec<u8> {
    let has_alpha = raster.channels.has_alpha();
    let samples = in_colour(raster);
    let indexed = if has_alpha {
        palette::exact(samples.as_chunks::<4>().0.iter().copied())
    } else {
        let pixels = samples.as_chunks::<3>().0.iter();
        palette::exact(pixels.map(|&[red, green, blue]| [red, green, blue, 255]))
    };
    let is_grey = is_grey(raster);
    match indexed {
        // With more than 16 levels, grey has no more bits than an index, and can be filtered.
        Some(indexed) if !is_grey || has_alpha || indexed.colours.len() <= 16 => {
            encode_indexed(raster, &indexed)
        }
        _ => encode_samples(raster, is_grey),
    }
}

fn is_grey(raster: &Raster) -> bool {
    match raster.channels {
        Channels::Grey | Channels::GreyAlpha => true,
        _ => raster
            .pixels()
            .all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]),
    }
}

fn encode_indexed(raster: &Raster, indexed: &Indexed) -> Vec<u8> {
    let (depth, bits) = match indexed.colours.len() {
        0..=2 => (BitDepth::One, 1),
        3..=4 => (BitDepth::Two, 2),
        5..=16 => (BitDepth::Four, 4),
        _ => (BitDepth::Eight, 8),
    };
    let packed: Vec<u8> = indexed
        .indices
        .chunks_exact(raster.width as usize)
        .flat_map(|row| row.chunks(8 / bits))
        .map(|indices| {
            let places = (0..8 / bits).rev();
            indices
                .iter()
                .zip(places)
                .fold(0, |byte, (&index, place)| byte | index << (place * bits))
        })
        .collect();
    let colours: Vec<u8> = indexed
        .colours
        .iter()
        .flat_map(|colour| &colour[..3])
        .copied()
        .collect();
    // Opaque colours come last and need no entry.
    let alphas: Vec<u8> = indexed
        .colours
        .iter()
        .map(|colour| colour[3])
        .take_while(|&alpha| alpha != 255)
        .collect();
    write(raster, &packed, |encoder| {
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(depth);
        // Neighbouring indices are no nearer to each other than any others.
        encoder.set_filter(Filter::NoFilter);
        encoder.set_palette(colours);
        if !alphas.is_empty() {
            encoder.set_trns(alphas);
        }
    })
}

fn encode_samples(raster: &Raster, is_grey: bool) -> Vec<u8> {
    let (colour, samples) = match raster.channels {
        Channels::Grey => (ColorType::Grayscale, raster.samples.clone()),
        Channels::GreyAlpha => (ColorType::GrayscaleAlpha, raster.samples.clone()),
        Channels::Rgba if is_grey => {
            let pixels = raster.pixels().flat_map(|pixel| [pixel[0], pixel[3]]);
            (ColorType::GrayscaleAlpha, pixels.collect())
        }
        Channels::Rgba => (ColorType::Rgba, raster.samples.clone()),
        _ if is_grey => (
            ColorType::Grayscale,
            raster.pixels().map(|pixel| pixel[0]).collect(),
        ),
        _ => (ColorType::Rgb, raster.samples.clone()),
    };
    write(raster, &samples, |encoder| {
        encoder.set_color(colour);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_filter(Filter::Adaptive);
    })
}

fn write(
    raster: &Raster,
    data: &[u8],
    describe: impl FnOnce(&mut Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, raster.width, raster.height);
    encoder.set_compression(Compression::Balanced);
    describe(&mut encoder);
    encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(data))
        .expect("writing to memory does not fail");
    bytes
}
