//! Prediction of whole macroblocks (RFC 6386, 12.2), and adding to it.

use crate::canvas::{Canvas, LEFT};
use crate::modes::Mode;

/// Which neighbours lie in the picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Neighbours {
    pub(crate) above: bool,
    pub(crate) left: bool,
}

impl<const SIDE: usize, const WIDTH: usize, const HEIGHT: usize> Canvas<SIDE, WIDTH, HEIGHT> {
    /// Predicts all of the macroblock's samples.
    #[inline(always)]
    pub(crate) fn predict(&mut self, mode: Mode, neighbours: Neighbours) {
        let above = self.above();
        match mode {
            Mode::Dc => {
                let mean = self.mean(neighbours);
                self.fill_rows(|_| [mean; SIDE]);
            }
            Mode::Vertical => self.fill_rows(|_| above),
            Mode::Horizontal => self.fill_rows(|row| [row[LEFT - 1]; SIDE]),
            Mode::TrueMotion => {
                let corner = i16::from(self.rows[0][LEFT - 1]);
                let above = above.map(i16::from);
                self.fill_rows(|row| {
                    let change = i16::from(row[LEFT - 1]) - corner;
                    above.map(|above| (above + change).clamp(0, 255) as u8)
                });
            }
        }
    }

    #[inline(always)]
    fn fill_rows(&mut self, samples: impl Fn(&[u8; WIDTH]) -> [u8; SIDE]) {
        for row in &mut self.rows[1..] {
            let samples = samples(row);
            row[LEFT..LEFT + SIDE].copy_from_slice(&samples);
        }
    }

    #[inline(always)]
    fn mean(&self, neighbours: Neighbours) -> u8 {
        let above = || {
            self.above()
                .iter()
                .map(|&sample| u32::from(sample))
                .sum::<u32>()
        };
        let left = || {
            let column = self.rows[1..].iter();
            column.map(|row| u32::from(row[LEFT - 1])).sum::<u32>()
        };
        let side = SIDE as u32;
        let mean = match (neighbours.above, neighbours.left) {
            (true, true) => (above() + left() + side) / (2 * side),
            (true, false) => (above() + side / 2) / side,
            (false, true) => (left() + side / 2) / side,
            (false, false) => 128,
        };
        mean as u8
    }

    /// Adds to the four by four samples at a column and a row of blocks.
    #[inline(always)]
    pub(crate) fn add(&mut self, column: usize, row: usize, differences: &[[i32; 4]; 4]) {
        let left = LEFT + 4 * (column & (SIDE / 4 - 1));
        let top = 1 + 4 * (row & (SIDE / 4 - 1));
        for (y, differences) in differences.iter().enumerate() {
            let samples: &mut [u8; 4] = (&mut self.rows[top + y][left..left + 4])
                .try_into()
                .expect("four samples");
            for (sample, difference) in samples.iter_mut().zip(differences) {
                *sample = (i32::from(*sample) + difference).clamp(0, 255) as u8;
            }
        }
    }
}
