//! Eight rows at a time.
//!
//! Most predictions need the pixel to the left, so that a row on its own keeps a processor waiting. But as soon as a row is two pixels
//! ahead of the next, that one can follow: here eight rows go side by side, each two pixels behind the one above, as the lanes of
//! one vector. Where they are within one tile, all have the same mode.

use super::modes::{Neighbours, Row, add, with_mode};
use crate::transform::ROWS;
use core::array;
use core::ops::Range;

/// How far the last row is behind the first.
const BEHIND: usize = 2 * (ROWS - 1);

/// The least width for which this is worth it.
pub(super) const LEAST: usize = 4 * BEHIND;

/// The bits of the side of a tile that is at least as long as the last row is behind.
pub(super) const LEAST_BITS: u32 = 4;
const _: () = assert!(1 << LEAST_BITS >= BEHIND);

/// A pixel of each row.
type Lanes = [u32; ROWS];

/// All bits of the first row, of the first two, and so on.
const FIRST: [Lanes; ROWS] = {
    let mut masks = [[0; ROWS]; ROWS];
    let mut count = 0;
    while count < ROWS {
        let mut nth = 0;
        while nth <= count {
            masks[count][nth] = u32::MAX;
            nth += 1;
        }
        count += 1;
    }
    masks
};

/// Undoes the prediction of eight rows of one row of tiles.
#[inline(always)]
pub(super) fn undo(bits: u32, modes: &[u8], above: &[u32], rows: &mut [u32]) {
    let width = above.len();
    // The pixels of the first row at which all rows are under way, and have pixels to their right.
    let (begin, end) = (BEHIND + 1, width - 1);
    corner(bits, modes, above, rows, |nth| 0..begin - 2 * nth);
    let mut split = rows.chunks_exact_mut(width);
    let mut wave = Wave {
        above,
        rows: array::from_fn(|_| split.next().expect("eight rows")),
        left: [0; ROWS],
        here: [0; ROWS],
        corner: [0; ROWS],
    };
    wave.begin(begin);
    let mut at = begin;
    while at < end {
        let tile = at >> bits;
        let until = ((tile + 1) << bits).min(end);
        // Until the last row has come to the tile, too.
        let together = ((tile << bits) + BEHIND).clamp(at, until);
        for place in at..together {
            wave.mixed(place, bits, modes);
        }
        with_mode!(modes[tile], wave.some(together..until));
        at = until;
    }
    corner(bits, modes, above, rows, |nth| end - 2 * nth..width);
}

/// Undoes what there is of each row before or behind those places.
#[inline(always)]
fn corner(
    bits: u32,
    modes: &[u8],
    above: &[u32],
    rows: &mut [u32],
    columns: impl Fn(usize) -> Range<usize>,
) {
    let mut above = above;
    for (nth, row) in rows.chunks_exact_mut(above.len()).enumerate() {
        Row { above, row }.undo(bits, modes, columns(nth));
        above = row;
    }
}

/// Eight rows on their way.
struct Wave<'a> {
    above: &'a [u32],
    rows: [&'a mut [u32]; ROWS],
    /// The newest pixel of each row, what is above the next one, and what is above and left of that.
    left: Lanes,
    here: Lanes,
    corner: Lanes,
}

impl Wave<'_> {
    /// Takes up what is there before the first row's pixel `place`.
    #[inline(always)]
    fn begin(&mut self, place: usize) {
        for nth in 0..ROWS {
            let column = place - 2 * nth;
            let above = match nth.checked_sub(1) {
                Some(above) => &*self.rows[above],
                None => self.above,
            };
            self.left[nth] = self.rows[nth][column - 1];
            self.here[nth] = above[column];
            self.corner[nth] = above[column - 1];
        }
    }

    /// Takes the first row over these places in one mode, and the others with it.
    #[inline(always)]
    fn some<const MODE: u8>(&mut self, places: Range<usize>) {
        for place in places {
            let above_right = self.above_right(place);
            let predicted = self.predict::<MODE>(&above_right);
            self.step(place, above_right, predicted);
        }
    }

    /// One step where the first rows have come to the next tile.
    #[inline(always)]
    fn mixed(&mut self, place: usize, bits: u32, modes: &[u8]) {
        let above_right = self.above_right(place);
        let tile = place >> bits;
        let ahead = with_mode!(modes[tile], self.predict(&above_right));
        let behind = with_mode!(modes[tile - 1], self.predict(&above_right));
        let mask = &FIRST[(place - (tile << bits)) / 2];
        let mut predicted = [0; ROWS];
        for (nth, predicted) in predicted.iter_mut().enumerate() {
            *predicted = (ahead[nth] & mask[nth]) | (behind[nth] & !mask[nth]);
        }
        self.step(place, above_right, predicted);
    }

    /// What is above and right of a row's next pixel is what the row above has come to.
    #[inline(always)]
    fn above_right(&self, place: usize) -> Lanes {
        let mut lanes = [self.above[place + 1]; ROWS];
        lanes[1..].copy_from_slice(&self.left[..ROWS - 1]);
        lanes
    }

    #[inline(always)]
    fn predict<const MODE: u8>(&self, above_right: &Lanes) -> Lanes {
        let mut predicted = [0; ROWS];
        for (nth, predicted) in predicted.iter_mut().enumerate() {
            let neighbours = Neighbours {
                left: self.left[nth],
                above: self.here[nth],
                above_right: above_right[nth],
                above_left: self.corner[nth],
            };
            *predicted = neighbours.predict::<MODE>();
        }
        predicted
    }

    /// Takes each row one pixel on, the first of them its pixel `place`.
    #[inline(always)]
    fn step(&mut self, place: usize, above_right: Lanes, predicted: Lanes) {
        let mut pixels = [0; ROWS];
        for (nth, pixel) in pixels.iter_mut().enumerate() {
            *pixel = self.rows[nth][place - 2 * nth];
        }
        for (pixel, predicted) in pixels.iter_mut().zip(predicted) {
            *pixel = add(*pixel, predicted);
        }
        for (nth, pixel) in pixels.iter().enumerate() {
            self.rows[nth][place - 2 * nth] = *pixel;
        }
        self.corner = self.here;
        self.here = above_right;
        self.left = pixels;
    }
}
