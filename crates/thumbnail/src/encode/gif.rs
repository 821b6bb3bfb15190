//! GIF, by `gif`.

use super::palette::{self, Indexed};
use super::{in_colour, quantise};
use crate::raster::Raster;
use gif::{Encoder, Frame};
use std::borrow::Cow;

/// One picture of at most 256 colours: its own where they are not more. What is less than half opaque is transparent,
/// anything else is opaque.
pub(super) fn encode(raster: &Raster) -> Vec<u8> {
    let samples = in_colour(raster);
    let pixels: Vec<[u8; 4]> = if raster.channels.has_alpha() {
        let pixels = samples.as_chunks::<4>().0.iter();
        pixels
            .map(|&[red, green, blue, alpha]| match alpha {
                0..128 => [0; 4],
                _ => [red, green, blue, 255],
            })
            .collect()
    } else {
        let pixels = samples.as_chunks::<3>().0.iter();
        pixels
            .map(|&[red, green, blue]| [red, green, blue, 255])
            .collect()
    };
    let Indexed { colours, indices } = palette::exact(pixels.iter().copied())
        .unwrap_or_else(|| quantise::quantise(&pixels, raster.width as usize));

    let side = |pixels: u32| u16::try_from(pixels).expect("no thumbnail is larger than GIF allows");
    let (width, height) = (side(raster.width), side(raster.height));
    let global: Vec<u8> = colours
        .iter()
        .flat_map(|colour| &colour[..3])
        .copied()
        .collect();
    let frame = Frame {
        width,
        height,
        transparent: (colours[0][3] == 0).then_some(0),
        buffer: Cow::Owned(indices),
        ..Frame::default()
    };
    let mut bytes = Vec::new();
    let mut encoder =
        Encoder::new(&mut bytes, width, height, &global).expect("writing to memory does not fail");
    encoder
        .write_frame(&frame)
        .expect("writing to memory does not fail");
    drop(encoder);
    bytes
}
