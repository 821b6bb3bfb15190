//! WebP, by `image-webp`, which writes the lossless kind.

use super::in_colour;
use crate::raster::Raster;
use image_webp::{ColorType, WebPEncoder};

/// Lossless WebP, with alpha where there is any.
pub(super) fn encode(raster: &Raster) -> Vec<u8> {
    let colour = if raster.channels.has_alpha() {
        ColorType::Rgba8
    } else {
        ColorType::Rgb8
    };
    let mut bytes = Vec::new();
    WebPEncoder::new(&mut bytes)
        .encode(&in_colour(raster), raster.width, raster.height, colour)
        .expect("no thumbnail is larger than WebP allows");
    bytes
}
