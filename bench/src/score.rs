//! The judge of quality: how far thumbnails are from what they should be, by ssimulacra2.
//!
//! `bench-score SIDE REFERENCE FILE...` reads raw pictures of SIDE x SIDE pixels, three bytes of sRGB each, row by row, and prints one score a
//! line: 100 is the same picture, 90 hardly to be told apart, 70 good, and 30 poor.

use std::{error::Error, fs, io, process::ExitCode};

use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(scores) => {
            for score in scores {
                println!("{score:.2}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bench-score: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<Vec<f64>, Box<dyn Error>> {
    let [side, reference, files @ ..] = arguments else {
        return Err("usage: bench-score SIDE REFERENCE FILE...".into());
    };
    let side: usize = side.parse()?;
    let reference = read(reference, side)?;
    files
        .iter()
        .map(|file| {
            Ok(compute_frame_ssimulacra2(
                reference.clone(),
                read(file, side)?,
            )?)
        })
        .collect()
}

fn read(path: &str, side: usize) -> Result<Rgb, Box<dyn Error>> {
    let bytes =
        fs::read(path).map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}")))?;
    picture(&bytes, side).ok_or_else(|| format!("{path} is not {side} x {side} pixels").into())
}

/// The picture in raw bytes, unless it has another size.
fn picture(bytes: &[u8], side: usize) -> Option<Rgb> {
    let (pixels, rest) = bytes.as_chunks::<3>();
    let pixels = pixels
        .iter()
        .map(|pixel| pixel.map(|sample| f32::from(sample) / 255.0))
        .collect();
    // The conversion refuses another number of pixels.
    rest.is_empty()
        .then(|| {
            Rgb::new(
                pixels,
                side,
                side,
                TransferCharacteristic::SRGB,
                ColorPrimaries::BT709,
            )
            .ok()
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Something with edges, and each sample moved by `noise` up or down.
    fn checkerboard(noise: u8) -> Vec<u8> {
        (0..64 * 64)
            .flat_map(|at: usize| {
                let bright = (at % 64 / 8 + at / 64 / 8).is_multiple_of(2);
                let sample: u8 = if bright { 200 } else { 60 };
                [if at.is_multiple_of(2) {
                    sample + noise
                } else {
                    sample - noise
                }; 3]
            })
            .collect()
    }

    #[test]
    fn the_same_picture_scores_100_and_a_worse_one_less() {
        let score = |noise| {
            let reference = picture(&checkerboard(0), 64).expect("its size");
            let other = picture(&checkerboard(noise), 64).expect("its size");
            compute_frame_ssimulacra2(reference, other).expect("comparable")
        };
        let (same, worse, worst) = (score(0), score(15), score(50));
        assert!((same - 100.0).abs() < 0.01, "{same}");
        assert!(worst < worse && worse < same, "{worst} {worse}");
    }

    #[test]
    fn a_picture_of_another_size_is_refused() {
        assert!(picture(&[0; 64 * 64 * 3], 64).is_some());
        assert!(picture(&[0; 64 * 64 * 3 - 3], 64).is_none());
        assert!(picture(&[0; 64 * 64 * 3 + 1], 64).is_none());
    }
}
