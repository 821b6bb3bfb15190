//! What of a pixel's colours is predicted from its other colours (RFC 9649, 3.5.2 and 3.5.3).

use super::Tiles;
use crate::bits::Bits;
use crate::budget::Budget;
use crate::error::Error;
use crate::image::Image;
use alloc::vec::Vec;
use dispatch::Work;

/// The colour transform.
#[derive(Debug)]
pub(super) struct Colour {
    tiles: Tiles,
    /// For each tile how much of green was taken off red and off blue, and how much of red off blue, from the lowest byte on.
    factors: Vec<u32>,
}

impl Colour {
    pub(super) fn read(
        bits: &mut Bits<'_>,
        size: (usize, usize),
        image: &mut Image,
        budget: &mut Budget<'_>,
    ) -> Result<Self, Error> {
        let (tiles, factors) = Tiles::read(bits, size, image, budget)?;
        Ok(Self { tiles, factors })
    }

    /// Undoes it in the rows from `first` on.
    pub(super) fn undo(&self, first: usize, rows: &mut [u32]) {
        dispatch::with_best(Undo {
            colour: self,
            first,
            rows,
        });
    }
}

struct Undo<'a> {
    colour: &'a Colour,
    first: usize,
    rows: &'a mut [u32],
}

impl Work for Undo<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let tiles = &self.colour.tiles;
        for (nth, row) in self.rows.chunks_exact_mut(tiles.width).enumerate() {
            let factors = &self.colour.factors[tiles.row(self.first + nth)];
            for (pixels, factors) in row.chunks_mut(1 << tiles.bits).zip(factors) {
                // As signed numbers, in units of 1/32.
                let [green_red, green_blue, red_blue, _] =
                    factors.to_le_bytes().map(|byte| i32::from(byte as i8));
                for pixel in pixels {
                    let signed = |sample: u32| i32::from(sample as i8);
                    let green = signed(*pixel >> 8);
                    let red = (*pixel >> 16).wrapping_add(((green_red * green) >> 5) as u32) & 0xFF;
                    let of_green = ((green_blue * green) >> 5) as u32;
                    let of_red = ((red_blue * signed(red)) >> 5) as u32;
                    let blue = pixel.wrapping_add(of_green).wrapping_add(of_red) & 0xFF;
                    *pixel = (*pixel & 0xFF00_FF00) | red << 16 | blue;
                }
            }
        }
    }
}

/// Undoes that green was taken off red and blue.
pub(super) fn add_green(rows: &mut [u32]) {
    dispatch::with_best(AddGreen { rows });
}

struct AddGreen<'a> {
    rows: &'a mut [u32],
}

impl Work for AddGreen<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for pixel in self.rows {
            let green = *pixel >> 8 & 0xFF;
            let red_and_blue = (*pixel & 0x00FF_00FF) + (green << 16 | green);
            *pixel = (*pixel & 0xFF00_FF00) | (red_and_blue & 0x00FF_00FF);
        }
    }
}
