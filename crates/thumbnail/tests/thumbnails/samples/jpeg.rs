//! JPEG files.

use super::Drawing;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// The usual file: best quality, full chroma.
pub(crate) fn usual(drawing: &Drawing) -> Vec<u8> {
    written(drawing, ColorType::Rgb, |_| {})
}

/// Best quality, and whatever else is asked for. Ink is the complement of the drawing's colours, without black.
pub(crate) fn written(
    drawing: &Drawing,
    colour: ColorType,
    describe: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let samples = match colour {
        ColorType::Luma => drawing.grey(),
        ColorType::Cmyk | ColorType::CmykAsYcck => drawing
            .pixels
            .iter()
            .flat_map(|&[red, green, blue, _]| [255 - red, 255 - green, 255 - blue, 0])
            .collect(),
        _ => drawing.rgb(),
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 100);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    describe(&mut encoder);
    let side = |pixels: u32| u16::try_from(pixels).expect("a small drawing");
    encoder
        .encode(&samples, side(drawing.width), side(drawing.height), colour)
        .expect("a JPEG");
    bytes
}

/// The file with one more segment behind its start.
pub(crate) fn with_segment(file: &[u8], marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2)
        .expect("a short segment")
        .to_be_bytes();
    [&file[..2], &[0xFF, marker], &length, data, &file[2..]].concat()
}

pub(crate) fn with_exif(file: &[u8], block: &[u8]) -> Vec<u8> {
    with_segment(file, 0xE1, &[b"Exif\0\0", block].concat())
}

/// The file without its segments of this marker.
pub(crate) fn without_segment(file: &[u8], marker: u8) -> Vec<u8> {
    let mut kept = file[..2].to_vec();
    let mut at = 2;
    while file[at + 1] != 0xDA {
        let length = usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        if file[at + 1] != marker {
            kept.extend(&file[at..at + 2 + length]);
        }
        at += 2 + length;
    }
    kept.extend(&file[at..]);
    kept
}

/// Where the coded data of the first scan begins.
pub(crate) fn scan_start(file: &[u8]) -> usize {
    let mut at = 2;
    loop {
        let length = usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        let is_scan = file[at + 1] == 0xDA;
        at += 2 + length;
        if is_scan {
            return at;
        }
    }
}

/// The file with another size in its frame header.
pub(crate) fn claiming(file: &[u8], width: u16, height: u16) -> Vec<u8> {
    let mut claiming = file.to_vec();
    let mut at = 2;
    while !matches!(file[at + 1], 0xC0..=0xC2) {
        at += 2 + usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
    }
    claiming[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    claiming[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    claiming
}
