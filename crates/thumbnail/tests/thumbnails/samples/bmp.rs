//! BMP files.

use super::Drawing;
use image::{ExtendedColorType, ImageEncoder as _, codecs::bmp::BmpEncoder};

/// 24 bits a pixel, or 32 with alpha where the drawing has any.
pub(crate) fn usual(drawing: &Drawing) -> Vec<u8> {
    let has_alpha = drawing.pixels.iter().any(|pixel| pixel[3] < 255);
    let (samples, colour) = if has_alpha {
        (drawing.rgba(), ExtendedColorType::Rgba8)
    } else {
        (drawing.rgb(), ExtendedColorType::Rgb8)
    };
    let mut bytes = Vec::new();
    BmpEncoder::new(&mut bytes)
        .write_image(&samples, drawing.width, drawing.height, colour)
        .expect("a BMP");
    bytes
}

/// A file that says how large its picture is, and has no rows.
pub(crate) fn header_only(width: i32, height: i32) -> Vec<u8> {
    let mut file = b"BM".to_vec();
    file.extend(54_u32.to_le_bytes());
    file.extend([0; 4]);
    file.extend(54_u32.to_le_bytes());
    file.extend(40_u32.to_le_bytes());
    file.extend(width.to_le_bytes());
    file.extend(height.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(24_u16.to_le_bytes());
    file.extend([0; 24]);
    file
}
