//! The definition: RFC 9649, section 3, as it is written there, bit by bit and pixel by pixel. Slow, and to be read.
//!
//! The fast decoder must give the same rows. What it refuses, [`decode`] refuses too; of a picture that ends too early this one gives
//! nothing.

mod codes;
mod image;
mod transforms;

use crate::header::Header;
use alloc::vec::Vec;
use image::Stream;
use transforms::Transform;

/// A pixel's blue, green, red and alpha.
pub type Pixel = [u8; 4];

/// All pixels of a picture, or `None` where there is anything wrong with it, or where it has more than `most`.
#[must_use]
pub fn decode(data: &[u8], most: usize) -> Option<Vec<Pixel>> {
    let header = Header::read(data).ok()?;
    let (mut width, height) = (header.width as usize, header.height as usize);
    if width * height > most {
        return None;
    }
    let mut stream = Stream::new(data);
    stream.bits(5 * 8)?;
    let mut transforms = Vec::new();
    while stream.bits(1)? == 1 {
        let kind = stream.bits(2)?;
        if transforms.iter().any(|(before, _, _)| *before == kind) {
            return None;
        }
        let transform = Transform::read(kind, &mut stream, (width, height))?;
        transforms.push((kind, transform, width));
        if let Some((_, Transform::Palette(colours), _)) = transforms.last() {
            width = width.div_ceil(transforms::indices(colours));
        }
    }
    let mut pixels = stream.outer((width, height))?;
    for (_, transform, width) in transforms.iter().rev() {
        pixels = transform.undo(pixels, *width);
    }
    Some(pixels)
}
