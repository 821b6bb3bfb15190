use super::*;
use crate::raster::Channels;
use jpeg_encoder::{
    ChromaSubsamplingMethod, ColorType, Encoder, QuantizationTableType, SamplingFactor,
};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

fn quality(quality: u8) -> Quality {
    Quality::new(quality).expect("within 1 to 100")
}

/// Soft shapes in soft colours, with an edge across.
fn picture(channels: Channels, width: u32, height: u32) -> Raster {
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let edge = if x > y { 60 } else { 0 };
            let wave = |period: f64, of: u32| (f64::from(of) / period).sin() * 40.0 + 90.0;
            let pixel = [wave(9.0, x + y), wave(23.0, x), wave(31.0, y)];
            let pixel = pixel.map(|sample| sample as u8 + edge);
            samples.extend(&pixel[..channels.count()]);
        }
    }
    Raster {
        channels,
        width,
        height,
        samples,
    }
}

/// The samples as they are stored, and the size.
fn decoded(jpeg: &[u8], space: ColorSpace) -> (Vec<u8>, (usize, usize)) {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(space);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    let samples = decoder.decode().expect("a JPEG");
    (samples, decoder.dimensions().expect("decoded"))
}

fn space(channels: Channels) -> ColorSpace {
    match channels {
        Channels::Grey => ColorSpace::Luma,
        Channels::YCbCr => ColorSpace::YCbCr,
        _ => ColorSpace::RGB,
    }
}

/// The mean of the squared differences.
fn error(one: &[u8], other: &[u8]) -> f64 {
    let squares = one.iter().zip(other).map(|(a, b)| {
        let difference = f64::from(a.abs_diff(*b));
        difference * difference
    });
    squares.sum::<f64>() / one.len() as f64
}

/// The same by a library, with the same steps.
fn by_reference(raster: &Raster, at: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, at);
    let steps = |quantiser: Quantiser| {
        QuantizationTableType::Custom(Box::new(quantiser.steps.map(u16::from)))
    };
    let at = quality(at);
    encoder.set_quantization_tables(steps(Quantiser::luma(at)), steps(Quantiser::chroma(at)));
    encoder.set_sampling_factor(if halves_chroma(at) {
        SamplingFactor::F_2_2
    } else {
        SamplingFactor::F_1_1
    });
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    let colour = match raster.channels {
        Channels::Grey => ColorType::Luma,
        Channels::YCbCr => ColorType::Ycbcr,
        _ => ColorType::Rgb,
    };
    let (width, height) = (raster.width as u16, raster.height as u16);
    encoder
        .encode(&raster.samples, width, height, colour)
        .expect("a JPEG");
    bytes
}

/// In every size around whole units, so that there are all kinds of blocks at the edges and outside.
#[test]
fn pictures_are_as_true_as_a_librarys_in_fewer_bytes() {
    let sizes = [
        (16, 16),
        (17, 16),
        (16, 17),
        (24, 24),
        (25, 31),
        (8, 40),
        (33, 7),
        (1, 1),
        (200, 200),
    ];
    let mut all = (0.0, 0.0);
    for channels in [Channels::Grey, Channels::YCbCr, Channels::Rgb] {
        for at in [30, 80, 95] {
            for (width, height) in sizes {
                let raster = picture(channels, width, height);
                let name = format!("{channels:?}, {width}x{height}, quality {at}");
                let (ours, reference) = (encode(&raster, quality(at)), by_reference(&raster, at));
                assert!(ours.len() < reference.len(), "{name}");
                let (samples, size) = decoded(&ours, space(channels));
                assert_eq!(size, (width as usize, height as usize), "{name}");
                let error_of = |samples: &[u8]| error(samples, &raster.samples);
                let (ours, theirs) = (
                    error_of(&samples),
                    error_of(&decoded(&reference, space(channels)).0),
                );
                // One picture may have better luck in rounding than another.
                assert!(ours <= 1.1 * theirs + 0.1, "{name}: {ours:.3}, {theirs:.3}");
                all = (all.0 + ours, all.1 + theirs);
            }
        }
    }
    assert!(all.0 <= all.1, "{all:?}");
}

/// The most that samples can be apart from each other, at the least steps: no coefficient is out of range.
#[test]
fn hard_edges_survive_the_best_quality() {
    for pattern in [
        |x: usize, _: usize| x.is_multiple_of(2),
        |x: usize, y: usize| (x + y).is_multiple_of(2),
        |x: usize, y: usize| (x / 8 + y / 8).is_multiple_of(2),
        |x: usize, _: usize| x % 8 < 4,
    ] {
        let (width, height) = (64, 48);
        let samples: Vec<u8> = (0..width * height)
            .map(|at| {
                if pattern(at % width, at / width) {
                    255
                } else {
                    0
                }
            })
            .collect();
        let raster = Raster {
            channels: Channels::Grey,
            width: width as u32,
            height: height as u32,
            samples,
        };
        let (found, _) = decoded(&encode(&raster, quality(100)), ColorSpace::Luma);
        let most = found.iter().zip(&raster.samples);
        let most = most.map(|(a, b)| a.abs_diff(*b)).max();
        assert!(most <= Some(3), "{most:?}");
    }
}

#[test]
fn a_file_has_the_segments_of_baseline_in_their_order() {
    let markers = |jpeg: &[u8]| {
        let (mut at, mut found) = (2, Vec::new());
        loop {
            let [0xFF, marker, high, low] = jpeg[at..at + 4] else {
                panic!("no marker at {at}")
            };
            found.push(marker);
            at += 2 + usize::from(u16::from_be_bytes([high, low]));
            if marker == 0xDA {
                return found;
            }
        }
    };
    let colour = encode(&picture(Channels::YCbCr, 20, 20), quality(80));
    assert_eq!(
        markers(&colour),
        [0xE0, 0xDB, 0xDB, 0xC0, 0xC4, 0xC4, 0xC4, 0xC4, 0xDA]
    );
    assert!(colour.ends_with(&END_OF_IMAGE));
    let grey = encode(&picture(Channels::Grey, 20, 20), quality(80));
    assert_eq!(markers(&grey), [0xE0, 0xDB, 0xC0, 0xC4, 0xC4, 0xDA]);
}
