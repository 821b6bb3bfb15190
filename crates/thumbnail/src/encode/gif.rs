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
/// Where alpha is in between, as many pixels are solid as make up for it: half of a shadow, and half of what lies between a few pixels
/// that are enlarged. What is solid or clear stays so, and lets no error through; the border between the two is cut where alpha is half,
/// for dots along a line would be seen.
fn solid_or_clear(pixels: &[[u8; 4]], width: usize) -> Vec<[u8; 4]> {
    let mut errors = Diffusion::new(width);
    let mut result = pixels.to_vec();
    for (y, line) in result.chunks_mut(width).enumerate() {
        for x in errors.columns() {
            let pixel = &mut line[x];
            if (1..255).contains(&pixel[3]) {
                let is_border = is_border(pixels, width, (x, y));
                let left_over = if is_border { 0 } else { errors.left_over(x)[0] };
                let wanted = i32::from(pixel[3]) + left_over;
                pixel[3] = if wanted < 128 { 0 } else { 255 };
                if !is_border {
                    errors.hand_on(x, [wanted - i32::from(pixel[3])]);
                }
            }
            if pixel[3] == 0 {
                *pixel = [0; 4];
            }
        }
        errors.next_row();
    }
    result
}

/// Whether there is something solid as well as something clear around a pixel.
fn is_border(pixels: &[[u8; 4]], width: usize, (x, y): (usize, usize)) -> bool {
    /// A border takes a pixel, and some more where it is enlarged.
    const REACH: usize = 2;
    let rows = y.saturating_sub(REACH)..(y + REACH + 1).min(pixels.len() / width);
    let columns = x.saturating_sub(REACH)..(x + REACH + 1).min(width);
    let around = rows.flat_map(|y| &pixels[y * width..][columns.clone()]);
    let (mut is_solid, mut is_clear) = (false, false);
    for [.., alpha] in around {
        is_solid |= *alpha == 255;
        is_clear |= *alpha == 0;
    }
    is_solid && is_clear
}
