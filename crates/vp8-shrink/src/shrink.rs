//! From a macroblock's samples to those that are kept.

use crate::canvas::Canvas;
use crate::request::Reduction;

impl<const SIDE: usize, const WIDTH: usize, const HEIGHT: usize> Canvas<SIDE, WIDTH, HEIGHT> {
    /// Writes the means of squares of samples, rounded to the nearest, to where `to` starts, in rows that are `stride` apart.
    #[inline(always)]
    pub(crate) fn shrink(&self, reduction: Reduction, to: &mut [u8], stride: usize) {
        match reduction {
            Reduction::Full => {
                for (row, to) in to.chunks_mut(stride).take(SIDE).enumerate() {
                    to[..SIDE].copy_from_slice(&self.own(row + 1));
                }
            }
            Reduction::Half => self.means::<2>(to, stride),
            Reduction::Quarter => self.means::<4>(to, stride),
            Reduction::Eighth => self.means::<8>(to, stride),
        }
    }

    #[inline(always)]
    fn means<const SQUARE: usize>(&self, to: &mut [u8], stride: usize) {
        let bits = 2 * SQUARE.ilog2();
        for (row, to) in to.chunks_mut(stride).take(SIDE / SQUARE).enumerate() {
            let mut sums = [0_u16; SIDE];
            for inner in 0..SQUARE {
                let samples = self.own(1 + row * SQUARE + inner);
                for (sum, sample) in sums.iter_mut().zip(samples) {
                    *sum += u16::from(sample);
                }
            }
            for (to, sums) in to.iter_mut().zip(sums.as_chunks::<SQUARE>().0) {
                let sum: u16 = sums.iter().sum();
                *to = ((sum + (1 << (bits - 1))) >> bits) as u8;
            }
        }
    }
}
