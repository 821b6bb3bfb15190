//! What was done to the pixels before they were coded, and is undone here a few rows at a time (RFC 9649, 3.5).

mod colour;
mod palette;
mod predict;

use crate::bits::Bits;
use crate::budget::Budget;
use crate::error::{Error, Part};
use crate::image::Image;
use alloc::vec::Vec;
use colour::Colour;
use palette::Palette;
use predict::Predict;

/// Rows that are undone at a time, from a multiple of this on.
pub(crate) const ROWS: usize = 8;

/// One of the four transforms.
#[derive(Debug)]
enum Transform {
    Predict(Predict),
    Colour(Colour),
    Green,
    Palette(Palette),
}

/// The transforms of a picture, in the order in which they were done.
#[derive(Debug, Default)]
pub(crate) struct Transforms(Vec<Transform>);

impl Transforms {
    /// Reads them all; gives the width of the image as it is coded, too.
    pub(crate) fn read(
        bits: &mut Bits<'_>,
        (mut width, height): (usize, usize),
        image: &mut Image,
        budget: &mut Budget<'_>,
    ) -> Result<(Self, usize), Error> {
        let mut transforms = Vec::new();
        let mut seen = [false; 4];
        while bits.read(1) == 1 {
            let kind = bits.read(2) as usize;
            if core::mem::replace(&mut seen[kind], true) {
                return Err(Error::Broken(Part::Transform));
            }
            transforms.push(match kind {
                0 => Transform::Predict(Predict::read(bits, (width, height), image, budget)?),
                1 => Transform::Colour(Colour::read(bits, (width, height), image, budget)?),
                2 => Transform::Green,
                _ => {
                    let palette = Palette::read(bits, width, image, budget)?;
                    width = palette.packed();
                    Transform::Palette(palette)
                }
            });
        }
        Ok((Self(transforms), width))
    }

    /// Undoes them in the rows from `first` on, which become as wide as the picture. `other` is memory to work with.
    pub(crate) fn undo(&mut self, first: usize, rows: &mut Vec<u32>, other: &mut Vec<u32>) {
        for transform in self.0.iter_mut().rev() {
            match transform {
                Transform::Predict(predict) => predict.undo(first, rows),
                Transform::Colour(colour) => colour.undo(first, rows),
                Transform::Green => colour::add_green(rows),
                Transform::Palette(palette) => {
                    palette.undo(rows, other);
                    core::mem::swap(rows, other);
                }
            }
        }
    }
}

/// Squares of pixels that a transform treats alike.
#[derive(Debug)]
struct Tiles {
    /// A side has `1 << bits` pixels.
    bits: u32,
    across: usize,
    /// Pixels in a row of the picture.
    width: usize,
}

impl Tiles {
    /// Reads their size, and a pixel for each of them.
    fn read(
        bits: &mut Bits<'_>,
        (width, height): (usize, usize),
        image: &mut Image,
        budget: &mut Budget<'_>,
    ) -> Result<(Self, Vec<u32>), Error> {
        let side = bits.read(3) + 2;
        let (across, down) = (width.div_ceil(1 << side), height.div_ceil(1 << side));
        let pixels = image.read_inner(bits, (across, down), budget)?;
        let tiles = Self {
            bits: side,
            across,
            width,
        };
        Ok((tiles, pixels))
    }

    /// Where the tiles of a row are.
    fn row(&self, row: usize) -> core::ops::Range<usize> {
        let start = (row >> self.bits) * self.across;
        start..start + self.across
    }
}
