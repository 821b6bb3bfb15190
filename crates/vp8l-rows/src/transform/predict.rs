//! What of a pixel is predicted from its neighbours (RFC 9649, 3.5.1).

mod modes;
mod wave;

use super::{ROWS, Tiles};
use crate::bits::Bits;
use crate::budget::Budget;
use crate::error::Error;
use crate::image::Image;
use alloc::vec;
use alloc::vec::Vec;
use dispatch::Work;
use modes::Row;

/// The predictor transform.
#[derive(Debug)]
pub(super) struct Predict {
    tiles: Tiles,
    /// How each tile is predicted.
    modes: Vec<u8>,
    /// The row above the next one.
    above: Vec<u32>,
}

impl Predict {
    pub(super) fn read(
        bits: &mut Bits<'_>,
        size: (usize, usize),
        image: &mut Image,
        budget: &mut Budget<'_>,
    ) -> Result<Self, Error> {
        let (tiles, pixels) = Tiles::read(bits, size, image, budget)?;
        budget.take(pixels.len(), 1)?;
        budget.take(size.0, 4)?;
        Ok(Self {
            tiles,
            modes: pixels.iter().map(|pixel| (pixel >> 8) as u8 & 15).collect(),
            above: vec![0; size.0],
        })
    }

    /// Undoes it in the rows from `first` on, which come after those of the last call.
    pub(super) fn undo(&mut self, first: usize, rows: &mut [u32]) {
        dispatch::with_best(Undo {
            predict: self,
            first,
            rows,
        });
    }
}

struct Undo<'a> {
    predict: &'a mut Predict,
    first: usize,
    rows: &'a mut [u32],
}

impl Work for Undo<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Predict {
            tiles,
            modes,
            above,
        } = self.predict;
        let width = tiles.width;
        if self.first > 0
            && self.first.is_multiple_of(ROWS)
            && self.rows.len() == ROWS * width
            && tiles.bits >= wave::LEAST_BITS
            && width >= wave::LEAST
        {
            let modes = &modes[tiles.row(self.first)];
            wave::undo(tiles.bits, modes, above, self.rows);
        } else {
            for (nth, row) in self.rows.chunks_exact_mut(width).enumerate() {
                if self.first + nth == 0 {
                    first_row(row);
                } else {
                    let modes = &modes[tiles.row(self.first + nth)];
                    Row { above, row }.undo(tiles.bits, modes, 0..width);
                }
                above.copy_from_slice(row);
            }
        }
        above.copy_from_slice(&self.rows[self.rows.len() - width..]);
    }
}

/// There is nothing above, so each pixel is predicted to be the one before, and the first to be black.
#[inline(always)]
fn first_row(row: &mut [u32]) {
    let mut left = modes::BLACK;
    for pixel in row {
        left = modes::add(*pixel, left);
        *pixel = left;
    }
}
