//! A picture for those who have none at hand.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

use crate::error::Error;

const QUALITY: u8 = 90;

/// Writes a picture of a little over two megapixels into `directory`, and gives its path.
pub(crate) fn write(directory: &Path) -> Result<PathBuf, Error> {
    let path = directory.join("sample.jpg");
    fs::create_dir_all(directory).map_err(Error::file("create", directory))?;
    fs::write(&path, jpeg(1800, 1200)?).map_err(Error::file("write", &path))?;
    Ok(path)
}

/// A picture of that size.
pub(crate) fn jpeg(width: u16, height: u16) -> Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let pixels: Vec<u8> = (0..height)
        .flat_map(|y| {
            (0..width).flat_map(move |x| {
                pixel(
                    f32::from(x) / f32::from(width),
                    f32::from(y) / f32::from(height),
                )
            })
        })
        .collect();
    encoder.encode(&pixels, width, height, ColorType::Rgb)?;
    Ok(bytes)
}

/// A sunset: a sky that warms towards the horizon, a sun, and the sea with its glitter; both
/// coordinates go from 0 to 1.
fn pixel(x: f32, y: f32) -> [u8; 3] {
    let horizon = 0.62;
    // From the sun's centre, in units of the height: the sun is round.
    let from_sun = ((x - 0.5) * 1.5).hypot(y - 0.45);
    let glow = (-from_sun * 3.0).exp();
    let sky = [0.15 + 0.9 * y, 0.20 + 0.45 * y, 0.55 - 0.25 * y];
    let mut colour = sky.map(|channel| channel + glow * 0.5);
    if from_sun < 0.11 {
        colour = [1.0, 0.88, 0.45];
    }
    if y > horizon {
        let depth = (y - horizon) / (1.0 - horizon);
        let waves = (x * 90.0 + (y * 240.0).sin() * 2.0).sin() * (y * 400.0).sin();
        let path_of_light = (-(x - 0.5).abs() * (9.0 - 5.0 * depth)).exp() * (0.6 + 0.4 * waves);
        colour = [0.06, 0.22, 0.38].map(|channel| channel * (1.2 - 0.6 * depth) + 0.04 * waves);
        colour[0] += 0.85 * path_of_light;
        colour[1] += 0.55 * path_of_light;
    }
    // The cast saturates, which is what a bright spot in a photo does too.
    colour.map(|channel| (channel * 255.0) as u8)
}
