//! Resampling and encoding by themselves, in pixels of their source a second: `cargo bench -p thumbnail --features bench`. Every result is
//! compared with what it should be before it is timed. Decoding has benches of its own, in `jpeg-shrink`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use thumbnail::Quality;
use thumbnail::bench::{Square, encode, resample};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

fn main() {
    divan::main();
}

/// Of the thumbnail.
const SIDE: u32 = 200;

/// What a picture is at a point, from 0 to 1 across and down: a few waves, which a thumbnail of [`SIDE`] shows without loss.
fn wave(x: f64, y: f64, nth: usize) -> f64 {
    let turns = 4.0 + 3.0 * nth as f64;
    128.0 + 60.0 * (turns * x * std::f64::consts::TAU).sin() + 50.0 * (turns * y * 5.0).cos()
}

fn sampled(side: usize, nth: usize) -> Vec<u8> {
    let middle = |place: usize| (place as f64 + 0.5) / side as f64;
    let places = (0..side * side).map(|at| (middle(at % side), middle(at / side)));
    places.map(|(x, y)| wave(x, y, nth).round() as u8).collect()
}

/// How far apart two pictures are at worst, but for some samples at the edges.
fn worst(found: impl Iterator<Item = u8>, nth: usize, edge: usize) -> f64 {
    let side = SIDE as usize;
    let inside = edge..side - edge;
    let wanted = sampled(side, nth);
    let both = found.zip(wanted).enumerate();
    let both =
        both.filter(|(at, _)| inside.contains(&(at % side)) && inside.contains(&(at / side)));
    both.map(|(_, (found, wanted))| f64::from(found.abs_diff(wanted)))
        .fold(0.0, f64::max)
}

/// Samples of luma in a row, of chroma, and whether luma is means: what is left of a photo of 12 megapixels at 1/8, of one with
/// 1800 rows at 1/4, and of one with 1000 at 3/8.
const PLANES: [(usize, usize, bool); 3] = [(378, 189, true), (450, 113, true), (375, 125, false)];

#[divan::bench(args = PLANES)]
fn resampling(bencher: Bencher<'_, '_>, (luma, chroma, means): (usize, usize, bool)) {
    let planes: Vec<_> = [luma, chroma, chroma]
        .into_iter()
        .enumerate()
        .map(|(nth, side)| Square {
            side,
            samples: sampled(side, nth),
            means: means && nth == 0,
        })
        .collect();
    let resampled = resample(&planes, SIDE);
    for nth in 0..3 {
        let of_plane = resampled.iter().skip(nth).step_by(3).copied();
        let off = worst(of_plane, nth, 6);
        assert!(off <= 3.0, "plane {nth} is off by {off}");
    }
    let pixels: usize = planes.iter().map(|plane| plane.samples.len()).sum();
    bencher
        .counter(ItemsCount::new(pixels))
        .bench_local(|| resample(black_box(&planes), SIDE));
}

#[divan::bench(args = [80, 95])]
fn encoding(bencher: Bencher<'_, '_>, quality: u8) {
    let planes = [0, 1, 2].map(|nth| sampled(SIDE as usize, nth));
    let pixels: Vec<u8> = (0..planes[0].len())
        .flat_map(|at| [planes[0][at], planes[1][at], planes[2][at]])
        .collect();
    let quality = Quality::new(quality).expect("a quality");
    let jpeg = encode(pixels.clone(), SIDE, quality);
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::YCbCr);
    let decoded = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(&jpeg), options).decode();
    let decoded = decoded.expect("a JPEG");
    let off = worst(decoded.into_iter().step_by(3), 0, 0);
    assert!(off <= 16.0, "luma is off by {off}");
    bencher
        .counter(ItemsCount::new(planes[0].len()))
        .with_inputs(|| pixels.clone())
        .bench_local_values(|pixels| encode(black_box(pixels), SIDE, quality));
}
