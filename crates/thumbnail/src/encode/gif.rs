//! GIF, by `gif`.

use super::diffusion::Diffusion;
use super::palette::{self, Indexed};
use super::{in_colour, quantise};
use crate::raster::Raster;
use gif::{Encoder, Frame};
use std::borrow::Cow;

/// One picture of at most 256 colours: its own where they are not more.
pub(super) fn encode(raster: &Raster) -> Vec<u8> {
    let samples = in_colour(raster);
    let pixels: Vec<[u8; 4]> = if raster.channels.has_alpha() {
        solid_or_clear(samples.as_chunks::<4>().0, raster.width as usize)
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

/// The pixels with alpha 0 or 255, which is all that GIF knows.
///
/// Where alpha is in between, as many pixels are solid as make up for it: half of a shadow, and half of a border that a few pixels
/// enlarged have. What is solid or clear stays so, and lets no error through.
fn solid_or_clear(pixels: &[[u8; 4]], width: usize) -> Vec<[u8; 4]> {
    let mut errors = Diffusion::new(width);
    let mut result = pixels.to_vec();
    for line in result.chunks_mut(width) {
        for x in errors.columns() {
            let pixel = &mut line[x];
            if (1..255).contains(&pixel[3]) {
                let wanted = i32::from(pixel[3]) + errors.left_over(x)[0];
                pixel[3] = if wanted < 128 { 0 } else { 255 };
                errors.hand_on(x, [wanted - i32::from(pixel[3])]);
            }
            if pixel[3] == 0 {
                *pixel = [0; 4];
            }
        }
        errors.next_row();
    }
    result
}
