//! PNG files.

use super::{Drawing, packed};
use png::{BitDepth, ColorType, Encoder};

/// A drawing in a colour type and depth; palettes and grey of fewer bits included.
pub(crate) fn png(drawing: &Drawing, colour: ColorType, depth: BitDepth) -> Vec<u8> {
    written(drawing, colour, depth, |_| {})
}

/// The same with something more said about it.
pub(crate) fn written(
    drawing: &Drawing,
    colour: ColorType,
    depth: BitDepth,
    describe: impl FnOnce(&mut Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let bits = depth as u8;
    let (colours, indices) = if colour == ColorType::Indexed {
        drawing.indexed()
    } else {
        (Vec::new(), Vec::new())
    };
    let alphas = drawing.pixels.iter().map(|pixel| pixel[3]);
    let samples: Vec<u8> = match colour {
        ColorType::Grayscale => drawing.grey(),
        ColorType::GrayscaleAlpha => {
            let pairs = drawing.grey().into_iter().zip(alphas);
            pairs.flat_map(|(grey, alpha)| [grey, alpha]).collect()
        }
        ColorType::Rgb => drawing.rgb(),
        ColorType::Rgba => drawing.rgba(),
        ColorType::Indexed => indices,
    };
    let data = match (colour, bits) {
        // The high byte twice is the same part of the whole.
        (_, 16) => samples.iter().flat_map(|&sample| [sample; 2]).collect(),
        (_, 8) => samples,
        (ColorType::Indexed, _) => packed(&samples, drawing.width, bits),
        _ => {
            let fewer: Vec<u8> = samples.iter().map(|sample| sample >> (8 - bits)).collect();
            packed(&fewer, drawing.width, bits)
        }
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, drawing.width, drawing.height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    if colour == ColorType::Indexed {
        encoder.set_palette(
            colours
                .iter()
                .flat_map(|colour| &colour[..3])
                .copied()
                .collect::<Vec<_>>(),
        );
        if colours.iter().any(|colour| colour[3] < 255) {
            encoder.set_trns(colours.iter().map(|colour| colour[3]).collect::<Vec<_>>());
        }
    }
    describe(&mut encoder);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&data).expect("a picture");
    drop(writer);
    bytes
}

/// The usual file: eight bits, with alpha where the drawing has any.
pub(crate) fn usual(drawing: &Drawing) -> Vec<u8> {
    let has_alpha = drawing.pixels.iter().any(|pixel| pixel[3] < 255);
    let colour = if has_alpha {
        ColorType::Rgba
    } else {
        ColorType::Rgb
    };
    png(drawing, colour, BitDepth::Eight)
}

/// The file with one more chunk behind its header.
pub(crate) fn with_chunk(file: &[u8], name: [u8; 4], data: &[u8]) -> Vec<u8> {
    const HEADER: usize = 8 + 25;
    [&file[..HEADER], &chunk(name, data), &file[HEADER..]].concat()
}

pub(crate) fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len())
        .expect("a short chunk")
        .to_be_bytes();
    let named = [&name, data].concat();
    [&length[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// A file as Apple's tools rewrite it: `CgBI` comes first, then blue, green, red and alpha that they are multiplied with, deflated alone.
pub(crate) fn apples(drawing: &Drawing) -> Vec<u8> {
    let mut header = [drawing.width.to_be_bytes(), drawing.height.to_be_bytes()].concat();
    header.extend([8, 6, 0, 0, 0]);
    let times =
        |sample: u8, alpha: u8| (f64::from(sample) * f64::from(alpha) / 255.0).round() as u8;
    let rows = drawing.pixels.chunks(drawing.width as usize);
    let stored = rows.flat_map(|row| {
        let pixels = row.iter().flat_map(|&[red, green, blue, alpha]| {
            [
                times(blue, alpha),
                times(green, alpha),
                times(red, alpha),
                alpha,
            ]
        });
        std::iter::once(0).chain(pixels)
    });
    let data = miniz_oxide::deflate::compress_to_vec(&stored.collect::<Vec<_>>(), 6);
    let (one, other) = data.split_at(data.len() / 2);
    [
        b"\x89PNG\r\n\x1A\n".to_vec(),
        chunk(*b"CgBI", &[0x50, 0x00, 0x20, 0x06]),
        chunk(*b"IHDR", &header),
        chunk(*b"IDAT", one),
        chunk(*b"IDAT", other),
        chunk(*b"IEND", &[]),
    ]
    .concat()
}

/// A file that says how large its picture is, and no more.
pub(crate) fn header_only(width: u32, height: u32, colour: u8, bits: u8) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([bits, colour, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    file.extend(chunk(*b"IHDR", &header));
    file.extend(chunk(
        *b"IDAT",
        &[0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01],
    ));
    file.extend(chunk(*b"IEND", &[]));
    file
}

/// The checksum of PNG, annex D.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}
