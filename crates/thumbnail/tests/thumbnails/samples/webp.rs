//! WebP files.

use super::Drawing;
use image_webp::{ColorType, WebPEncoder};

/// Lossless, with alpha where the drawing has any.
pub(crate) fn usual(drawing: &Drawing) -> Vec<u8> {
    written(drawing, |_| {})
}

/// The same with something more said about it.
pub(crate) fn written(
    drawing: &Drawing,
    describe: impl FnOnce(&mut WebPEncoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let has_alpha = drawing.pixels.iter().any(|pixel| pixel[3] < 255);
    let (samples, colour) = if has_alpha {
        (drawing.rgba(), ColorType::Rgba8)
    } else {
        (drawing.rgb(), ColorType::Rgb8)
    };
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new(&mut bytes);
    describe(&mut encoder);
    encoder
        .encode(&samples, drawing.width, drawing.height, colour)
        .expect("a WebP");
    bytes
}

/// A lossy file of one colour as small as it can be: 16 by 16 pixels of which nothing but the prediction is coded, which
/// is grey. `claimed` is the size in its header.
pub(crate) fn lossy(claimed: (u16, u16)) -> Vec<u8> {
    let mut frame = Vec::new();
    // RFC 6386, 9.1: a key frame that is shown, with a first partition of 24 bytes.
    let tag: u32 = 1 << 4 | 24 << 5;
    frame.extend(&tag.to_le_bytes()[..3]);
    frame.extend([0x9D, 0x01, 0x2A]);
    frame.extend(claimed.0.to_le_bytes());
    frame.extend(claimed.1.to_le_bytes());
    frame.extend([0; 48]);
    container(&[chunk(*b"VP8 ", &frame)])
}

/// A file of these chunks.
pub(crate) fn container(chunks: &[Vec<u8>]) -> Vec<u8> {
    let content = [b"WEBP".to_vec(), chunks.concat()].concat();
    chunk(*b"RIFF", &content)
}

pub(crate) fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len())
        .expect("a short chunk")
        .to_le_bytes();
    let padding = &[0][..data.len() % 2];
    [&name[..], &length, data, padding].concat()
}

/// The header of an extended file with a canvas of this size.
pub(crate) fn extended(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let mut data = vec![flags, 0, 0, 0];
    data.extend(&(width - 1).to_le_bytes()[..3]);
    data.extend(&(height - 1).to_le_bytes()[..3]);
    chunk(*b"VP8X", &data)
}
