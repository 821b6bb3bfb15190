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

/// What a file's chunk of this name holds.
pub(crate) fn content<'a>(file: &'a [u8], name: &[u8; 4]) -> &'a [u8] {
    let start = file.windows(4).position(|four| four == name);
    let start = start.expect("a chunk of this name") + 8;
    let length = file[start - 4..start].try_into().expect("four bytes");
    &file[start..start + u32::from_le_bytes(length) as usize]
}

/// An alpha channel of so many samples a row, stored as it is or as a lossless picture, after one of the four filters
/// (RFC 9649, 2.7.1.2) was applied.
pub(crate) fn alpha(samples: &[u8], width: usize, filter: u8, is_coded: bool) -> Vec<u8> {
    let filtered: Vec<u8> = (0..samples.len())
        .map(|at| {
            let left = || i32::from(samples[at - 1]);
            let above = || i32::from(samples[at - width]);
            let predicted = match (at / width, at % width, filter) {
                (_, _, 0) | (0, 0, _) => 0,
                (0, _, _) | (_, 1.., 1) => left(),
                (_, 0, _) | (_, _, 2) => above(),
                _ => (left() + above() - i32::from(samples[at - width - 1])).clamp(0, 255),
            };
            samples[at].wrapping_sub(predicted as u8)
        })
        .collect();
    let mut data = vec![u8::from(is_coded) | filter << 2];
    if is_coded {
        let height = (samples.len() / width) as u32;
        let mut file = Vec::new();
        WebPEncoder::new(&mut file)
            .encode(&filtered, width as u32, height, ColorType::L8)
            .expect("a WebP");
        // Without the header, since the lossy picture says the size.
        data.extend(&content(&file, b"VP8L")[5..]);
    } else {
        data.extend(filtered);
    }
    chunk(*b"ALPH", &data)
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

/// Two lossless frames of the canvas's size.
pub(crate) fn animated(first: &Drawing, second: &Drawing) -> Vec<u8> {
    let animation = 2;
    let mut chunks = vec![extended(animation, first.width, first.height)];
    chunks.push(chunk(*b"ANIM", &[0; 6]));
    for drawing in [first, second] {
        let file = usual(drawing);
        let mut frame = vec![0; 6];
        frame.extend(&(drawing.width - 1).to_le_bytes()[..3]);
        frame.extend(&(drawing.height - 1).to_le_bytes()[..3]);
        let duration = [100, 0, 0];
        let not_blended = 2;
        frame.extend(duration);
        frame.push(not_blended);
        frame.extend(&file[12..]);
        chunks.push(chunk(*b"ANMF", &frame));
    }
    container(&chunks)
}
