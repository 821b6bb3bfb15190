//! Eight rows at a time: as soon as a row is one pixel ahead of the next, that one can follow. So they go side by side, each a pixel
//! behind the one above, as the lanes of one vector.

use super::{mean, paeth};
use dispatch::Work;
use std::array;
use std::ops::Range;

/// Rows that go side by side.
pub(super) const ROWS: usize = 8;
/// Pixels that all rows are taken on by together, once it is known that each has as many.
const BLOCK: usize = 32;
/// Lanes for each of them: the most samples that a pixel has.
const STRIDE: usize = 4;

type Lanes = [u8; ROWS * STRIDE];

/// Undoes the filters of eight rows, each of which has one that is known.
pub(super) fn undo<const PIXEL: usize>(filtered: &[u8], above: &[u8], rows: &mut [u8]) {
    let kinds = filtered.iter().step_by(above.len() + 1);
    match kinds.filter(|&&kind| kind == 3).count() {
        0 => dispatch::with_best(Side::<PIXEL, true, false> {
            filtered,
            above,
            rows,
        }),
        ROWS => dispatch::with_best(Side::<PIXEL, false, true> {
            filtered,
            above,
            rows,
        }),
        _ => dispatch::with_best(Side::<PIXEL, true, true> {
            filtered,
            above,
            rows,
        }),
    }
}

/// The eight rows, which is compiled for several instruction sets: any of them may be predicted by a neighbour if `NEIGHBOUR`, and by a
/// mean if `MEAN`.
struct Side<'a, const PIXEL: usize, const NEIGHBOUR: bool, const MEAN: bool> {
    filtered: &'a [u8],
    above: &'a [u8],
    rows: &'a mut [u8],
}

impl<const PIXEL: usize, const NEIGHBOUR: bool, const MEAN: bool> Work
    for Side<'_, PIXEL, NEIGHBOUR, MEAN>
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let length = self.above.len();
        let above = self.above.as_chunks().0;
        let mut kinds = Kinds::default();
        for nth in 0..ROWS {
            kinds.set(nth, self.filtered[nth * (length + 1)]);
        }
        // Arrays that are made in one go are kept in registers.
        let mut filtered = self.filtered.chunks_exact(length + 1);
        let mut filtered = || filtered.next().expect("eight rows");
        let mut rows = self.rows.chunks_exact_mut(length);
        let mut wave = Wave::<PIXEL, NEIGHBOUR, MEAN> {
            kinds,
            front: Front {
                last: [0; ROWS * STRIDE],
                corner: [0; ROWS * STRIDE],
            },
            filtered: array::from_fn(|_| filtered()[1..].as_chunks().0),
            above,
            rows: array::from_fn(|_| rows.next().expect("eight rows").as_chunks_mut().0),
        };
        let pixels = above.len();
        let begun = (ROWS - 1).min(pixels);
        for place in 0..begun {
            wave.step(place, 0..place + 1);
        }
        let blocks = (pixels - begun) / BLOCK * BLOCK;
        for place in (begun..begun + blocks).step_by(BLOCK) {
            wave.block(place);
        }
        for place in begun + blocks..pixels {
            wave.step(place, 0..ROWS);
        }
        for place in pixels..pixels + ROWS - 1 {
            wave.step(place, place + 1 - pixels..(place + 1).min(ROWS));
        }
    }
}

/// All bits of the lanes of the rows that are predicted by what is to the left, above, and between the two; and of those that are
/// predicted by a mean.
///
/// Of a neighbour and two that are 0 the nearest is that neighbour, so that four of the five filters are one.
#[derive(Default)]
struct Kinds {
    left: Lanes,
    above: Lanes,
    corner: Lanes,
    mean: Lanes,
}

impl Kinds {
    #[inline(always)]
    fn set(&mut self, nth: usize, kind: u8) {
        let all = |wanted: bool| if wanted { u8::MAX } else { 0 };
        for lane in nth * STRIDE..(nth + 1) * STRIDE {
            self.left[lane] = all(kind == 1 || kind == 4);
            self.above[lane] = all(kind == 2 || kind == 4);
            self.corner[lane] = all(kind == 4);
            self.mean[lane] = all(kind == 3);
        }
    }

    #[inline(always)]
    fn predict<const NEIGHBOUR: bool, const MEAN: bool>(
        &self,
        left: &Lanes,
        above: &Lanes,
        corner: &Lanes,
    ) -> Lanes {
        let mut predicted = [0; ROWS * STRIDE];
        for (at, predicted) in predicted.iter_mut().enumerate() {
            let (left, above, corner) = (left[at], above[at], corner[at]);
            if NEIGHBOUR {
                *predicted = paeth(
                    left & self.left[at],
                    above & self.above[at],
                    corner & self.corner[at],
                );
            }
            if MEAN {
                *predicted |= mean(left, above) & self.mean[at];
            }
        }
        predicted
    }
}

/// Eight rows on their way.
struct Wave<'a, const PIXEL: usize, const NEIGHBOUR: bool, const MEAN: bool> {
    kinds: Kinds,
    front: Front,
    filtered: [&'a [[u8; PIXEL]]; ROWS],
    above: &'a [[u8; PIXEL]],
    rows: [&'a mut [[u8; PIXEL]]; ROWS],
}

impl<const PIXEL: usize, const NEIGHBOUR: bool, const MEAN: bool> Wave<'_, PIXEL, NEIGHBOUR, MEAN> {
    /// Takes the first row to its pixel `place`, and each further row to one pixel less; of all rows those that are under way.
    #[inline(always)]
    fn step(&mut self, place: usize, under_way: Range<usize>) {
        let mut samples = [0; ROWS * STRIDE];
        for nth in under_way.start..under_way.end {
            samples[nth * STRIDE..][..PIXEL].copy_from_slice(&self.filtered[nth][place - nth]);
        }
        let above = self.above.get(place).copied().unwrap_or([0; PIXEL]);
        self.front
            .advance::<PIXEL, NEIGHBOUR, MEAN>(&self.kinds, above, &samples);
        self.front.last[..under_way.start * STRIDE].fill(0);
        self.front.last[under_way.end * STRIDE..].fill(0);
        for nth in under_way.start..under_way.end {
            self.rows[nth][place - nth].copy_from_slice(&self.front.last[nth * STRIDE..][..PIXEL]);
        }
    }

    /// The same for a block of the first row's pixels, from `place` on, with all rows under way.
    #[inline(always)]
    fn block(&mut self, place: usize) {
        // In registers, while it is not in anybody else's hands.
        let mut front = self.front;
        let from: [&[[u8; PIXEL]; BLOCK]; ROWS] =
            array::from_fn(|nth| block(&self.filtered[nth][place - nth..]));
        let above = block(&self.above[place..]);
        let mut starts = (0..ROWS).map(|nth| place - nth);
        let mut to = self.rows.each_mut().map(|row| {
            let start = starts.next().expect("one for each row");
            let pixels = row[start..].first_chunk_mut::<BLOCK>();
            pixels.expect("a block within the row")
        });
        for at in 0..BLOCK {
            let mut samples = [0; ROWS * STRIDE];
            for (nth, from) in from.iter().enumerate() {
                samples[nth * STRIDE..][..PIXEL].copy_from_slice(&from[at]);
            }
            front.advance::<PIXEL, NEIGHBOUR, MEAN>(&self.kinds, above[at], &samples);
            for (nth, to) in to.iter_mut().enumerate() {
                to[at].copy_from_slice(&front.last[nth * STRIDE..][..PIXEL]);
            }
        }
        self.front = front;
    }
}

/// The first pixels of a row, which has as many.
#[inline(always)]
fn block<const PIXEL: usize>(row: &[[u8; PIXEL]]) -> &[[u8; PIXEL]; BLOCK] {
    row.first_chunk().expect("a block within the row")
}

/// How far eight rows have come.
#[derive(Clone, Copy)]
struct Front {
    /// The newest pixel of each row, and what was above it; 0 in rows that have not begun.
    last: Lanes,
    corner: Lanes,
}

impl Front {
    /// Puts the next pixel of each row into `last`, from what is stored of it; `first_above` is the one above that of the first row.
    #[inline(always)]
    fn advance<const PIXEL: usize, const NEIGHBOUR: bool, const MEAN: bool>(
        &mut self,
        kinds: &Kinds,
        first_above: [u8; PIXEL],
        samples: &Lanes,
    ) {
        // What is above a row's pixel is the pixel that the row above has come to.
        let mut above = [0; ROWS * STRIDE];
        above[STRIDE..].copy_from_slice(&self.last[..(ROWS - 1) * STRIDE]);
        above[..PIXEL].copy_from_slice(&first_above);
        let mut here = kinds.predict::<NEIGHBOUR, MEAN>(&self.last, &above, &self.corner);
        for (here, sample) in here.iter_mut().zip(samples) {
            *here = here.wrapping_add(*sample);
        }
        self.corner = above;
        self.last = here;
    }
}
