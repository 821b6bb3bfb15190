//! A scene as a file, in each of the formats that are compared.

use gif::Frame;
use image_webp::{ColorType as WebPColour, WebPEncoder};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

use crate::scene::Scene;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot encode a JPEG")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
    #[error("cannot encode a PNG")]
    Png(#[from] png::EncodingError),
    #[error("cannot encode a WebP")]
    WebP(#[from] image_webp::EncodingError),
    #[error("cannot encode a GIF")]
    Gif(#[from] gif::EncodingError),
}

/// What a picture is to be stored as.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Jpeg(Jpeg),
    /// Left as plain pixels with a header (PPM), for an encoder in C to go on with.
    Pixels,
    PngRgb,
    /// With an alpha channel: a round vignette.
    PngRgba,
    PngPalette,
    WebPLossless,
    Gif,
}

/// The ways to write a JPEG.
#[derive(Clone, Copy)]
pub(crate) struct Jpeg {
    pub(crate) quality: u8,
    /// None for grey.
    pub(crate) sampling: Option<SamplingFactor>,
    /// MCUs between restart markers, 0 for none.
    pub(crate) restart_interval: u16,
    /// Huffman tables made for the picture, as programs that publish pictures do, and not the usual ones, as in cameras.
    pub(crate) optimised: bool,
}

/// The grain of a photo at a camera's usual sensitivity.
const GRAIN: f32 = 0.024;

/// The file of the scene `seed` in that size.
pub(crate) fn encode(kind: Kind, width: u16, height: u16, seed: u32) -> Result<Vec<u8>, Error> {
    let scene = |grain| Scene { seed, grain }.rgb(width, height);
    match kind {
        Kind::Jpeg(how) => jpeg(how, &scene(GRAIN), width, height),
        Kind::Pixels => {
            let mut bytes = format!("P6 {width} {height} 255\n").into_bytes();
            bytes.extend(scene(GRAIN));
            Ok(bytes)
        }
        Kind::PngRgb => png(&scene(0.0), width, height, |encoder| {
            encoder.set_color(png::ColorType::Rgb);
        }),
        Kind::PngRgba => png(
            &vignette(&scene(0.0), width, height),
            width,
            height,
            |encoder| {
                encoder.set_color(png::ColorType::Rgba);
            },
        ),
        Kind::PngPalette => {
            let indices = indices(&scene(0.0), width);
            png(&indices, width, height, |encoder| {
                encoder.set_color(png::ColorType::Indexed);
                encoder.set_palette(palette());
            })
        }
        Kind::WebPLossless => {
            let mut bytes = Vec::new();
            WebPEncoder::new(&mut bytes).encode(
                &scene(GRAIN / 2.0),
                width.into(),
                height.into(),
                WebPColour::Rgb8,
            )?;
            Ok(bytes)
        }
        Kind::Gif => {
            let indices = indices(&scene(0.0), width);
            let mut bytes = Vec::new();
            let mut encoder = gif::Encoder::new(&mut bytes, width, height, &palette())?;
            encoder.write_frame(&Frame::from_indexed_pixels(width, height, indices, None))?;
            drop(encoder);
            Ok(bytes)
        }
    }
}

fn jpeg(how: Jpeg, rgb: &[u8], width: u16, height: u16) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, how.quality);
    encoder.set_optimized_huffman_tables(how.optimised);
    encoder.set_restart_interval(how.restart_interval);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    match how.sampling {
        Some(sampling) => {
            encoder.set_sampling_factor(sampling);
            encoder.encode(rgb, width, height, ColorType::Rgb)?;
        }
        None => {
            // Green is the greater part of what is seen as brightness.
            let grey: Vec<_> = rgb.iter().skip(1).step_by(3).copied().collect();
            encoder.encode(&grey, width, height, ColorType::Luma)?;
        }
    }
    Ok(bytes)
}

fn png(
    samples: &[u8],
    width: u16,
    height: u16,
    set: impl FnOnce(&mut png::Encoder<'_, &mut Vec<u8>>),
) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width.into(), height.into());
    encoder.set_depth(png::BitDepth::Eight);
    set(&mut encoder);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(samples)?;
    writer.finish()?;
    Ok(bytes)
}

/// The pixels with an alpha that fades from the middle to the edges, and no colour where nothing is seen.
fn vignette(rgb: &[u8], width: u16, height: u16) -> Vec<u8> {
    let offset = |at: usize, length: u16| at as f32 / f32::from(length) * 2.0 - 1.0;
    let pixels = rgb.as_chunks::<3>().0.iter().enumerate();
    pixels
        .flat_map(|(at, &[red, green, blue])| {
            let (x, y) = (at % usize::from(width), at / usize::from(width));
            let from_centre = offset(x, width).hypot(offset(y, height));
            match ((1.1 - from_centre) * 1000.0) as u8 {
                0 => [0; 4],
                alpha => [red, green, blue, alpha],
            }
        })
        .collect()
}

/// Steps of red, green and blue in the palette: the eye sees green best.
const STEPS: [usize; 3] = [6, 7, 6];

fn palette() -> Vec<u8> {
    let [reds, greens, blues] = STEPS;
    (0..reds * greens * blues)
        .flat_map(|index| {
            let steps = [
                index / (greens * blues),
                index / blues % greens,
                index % blues,
            ];
            std::array::from_fn::<_, 3, _>(|channel| {
                (steps[channel] * 255 / (STEPS[channel] - 1)) as u8
            })
        })
        .collect()
}

/// Each pixel's place in the palette, dithered by a fixed pattern of four by four pixels.
fn indices(rgb: &[u8], width: u16) -> Vec<u8> {
    /// The order in which a square fills up, by Bayer.
    const ORDER: [[usize; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];
    let pixels = rgb.as_chunks::<3>().0.iter().enumerate();
    pixels
        .map(|(at, pixel)| {
            let (x, y) = (at % usize::from(width), at / usize::from(width));
            let threshold = (2 * ORDER[y % 4][x % 4] + 1) * 255 / 32;
            let index = pixel.iter().zip(STEPS).fold(0, |index, (&sample, steps)| {
                index * steps + (usize::from(sample) * (steps - 1) + threshold) / 255
            });
            index as u8
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_of_the_palette_is_drawn_without_dots() {
        let palette = palette();
        for (index, colour) in palette.as_chunks::<3>().0.iter().enumerate() {
            let square = colour.repeat(16);
            assert!(
                indices(&square, 4)
                    .iter()
                    .all(|&drawn| usize::from(drawn) == index)
            );
        }
    }

    #[test]
    fn between_two_colours_the_dots_keep_the_average() {
        let palette = palette();
        let drawn = indices(&[90; 16 * 3], 4);
        let greens = drawn
            .iter()
            .map(|&index| u32::from(palette[3 * usize::from(index) + 1]));
        let average = greens.sum::<u32>() / 16;
        assert!(average.abs_diff(90) < 5, "{average}");
    }

    #[test]
    fn every_kind_is_a_picture_that_can_be_read() {
        let jpeg = |sampling, restart_interval| {
            Kind::Jpeg(Jpeg {
                quality: 90,
                sampling,
                restart_interval,
                optimised: false,
            })
        };
        for kind in [
            jpeg(Some(SamplingFactor::F_2_2), 0),
            jpeg(Some(SamplingFactor::F_2_1), 5),
            jpeg(Some(SamplingFactor::F_1_1), 0),
            jpeg(None, 0),
            Kind::PngRgb,
            Kind::PngRgba,
            Kind::PngPalette,
            Kind::WebPLossless,
            Kind::Gif,
        ] {
            let bytes = encode(kind, 96, 64, 1).expect("encoded");
            let specs = [thumbnail::Spec::default()];
            let rendered = thumbnail::render_all(&bytes, &specs, &thumbnail::Limits::default());
            let source = rendered.expect("read").source;
            assert_eq!((source.width, source.height), (96, 64));
        }
    }
}
