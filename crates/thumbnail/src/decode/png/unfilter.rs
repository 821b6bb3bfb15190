//! Undoing the filters of rows (PNG specification, third edition, 9), eight rows at a time.
//!
//! Each sample depends on the one before it, so that a row on its own keeps a processor waiting. But as soon as a row is one pixel
//! ahead of the next, that one can follow: here eight rows go side by side, each a pixel behind the one above, as the lanes of one vector.

use dispatch::Work;
use std::array;
use std::ops::Range;

/// Rows that go side by side.
const ROWS: usize = 8;
/// Pixels that all rows are taken on by together, once it is known that each has as many.
const BLOCK: usize = 8;
/// Lanes for each of them: the most samples that a pixel has.
const STRIDE: usize = 4;

type Lanes = [u8; ROWS * STRIDE];

/// A row that says it is filtered in a way that there is not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnknownFilter;

/// Undoes the filters of rows of `PIXEL` bytes a pixel, of which `filtered` holds each behind the byte that names its filter, into `rows`.
/// `above` is the row above the first of them, 0 where there is none. Where a filter is not known, the rows before it are there.
pub(super) fn unfilter<const PIXEL: usize>(
    filtered: &[u8],
    above: &[u8],
    rows: &mut [u8],
) -> Result<(), UnknownFilter> {
    let length = above.len();
    let mut above = above;
    let groups = filtered.chunks(ROWS * (length + 1));
    for (filtered, rows) in groups.zip(rows.chunks_mut(ROWS * length)) {
        let kinds = || filtered.iter().step_by(length + 1);
        let follow_the_left = kinds().any(|&kind| kind == 3 || kind == 4);
        if kinds().len() == ROWS
            && rows.len() == ROWS * length
            && follow_the_left
            && kinds().all(|&kind| kind <= 4)
        {
            dispatch::with_best(Side::<PIXEL> {
                filtered,
                above,
                rows,
            });
        } else {
            let mut above = above;
            for (filtered, row) in filtered.chunks(length + 1).zip(rows.chunks_mut(length)) {
                let (kind, filtered) = filtered.split_first().ok_or(UnknownFilter)?;
                one::<PIXEL>(*kind, filtered, above, row)?;
                above = row;
            }
        }
        above = &rows[rows.len() - length..];
    }
    Ok(())
}

/// One row, by the definition.
fn one<const PIXEL: usize>(
    kind: u8,
    filtered: &[u8],
    above: &[u8],
    row: &mut [u8],
) -> Result<(), UnknownFilter> {
    let pixels = filtered.as_chunks::<PIXEL>().0;
    let above_pixels = above.as_chunks::<PIXEL>().0;
    let to = row.as_chunks_mut::<PIXEL>().0;
    let (mut left, mut corner) = ([0_u8; PIXEL], [0; PIXEL]);
    match kind {
        0 => row.copy_from_slice(filtered),
        1 => {
            for (to, pixel) in to.iter_mut().zip(pixels) {
                for (left, sample) in left.iter_mut().zip(pixel) {
                    *left = left.wrapping_add(*sample);
                }
                *to = left;
            }
        }
        2 => {
            for ((to, sample), above) in row.iter_mut().zip(filtered).zip(above) {
                *to = sample.wrapping_add(*above);
            }
        }
        3 | 4 => {
            for ((to, pixel), above) in to.iter_mut().zip(pixels).zip(above_pixels) {
                for lane in 0..PIXEL {
                    let predicted = if kind == 3 {
                        mean(left[lane], above[lane])
                    } else {
                        paeth(left[lane], above[lane], corner[lane])
                    };
                    left[lane] = pixel[lane].wrapping_add(predicted);
                }
                corner = *above;
                *to = left;
            }
        }
        _ => return Err(UnknownFilter),
    }
    Ok(())
}

/// Rounded down.
#[inline(always)]
fn mean(left: u8, above: u8) -> u8 {
    (left & above) + ((left ^ above) >> 1)
}

/// Which of three neighbours is nearest to `left + above - corner`; in bytes, and without a branch.
#[inline(always)]
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let distance = |one: u8, other: u8| one.max(other) - one.min(other);
    let (to_left, to_above) = (distance(above, corner), distance(left, corner));
    // Where the corner lies between the two, it is as far off as their distances differ. Else it is off by their sum, which is
    // never the least, and nor is the larger of them.
    let between = (above > corner) != (left > corner);
    let to_corner = if between {
        distance(to_left, to_above)
    } else {
        to_left.max(to_above)
    };
    let other = if to_above <= to_corner { above } else { corner };
    if to_left <= to_above.min(to_corner) {
        left
    } else {
        other
    }
}

/// Eight rows whose filters are known, which is compiled for several instruction sets.
struct Side<'a, const PIXEL: usize> {
    filtered: &'a [u8],
    above: &'a [u8],
    rows: &'a mut [u8],
}

impl<const PIXEL: usize> Work for Side<'_, PIXEL> {
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
        let mut wave = Wave::<PIXEL> {
            front: Front {
                kinds,
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

/// The first pixels of a row, which has as many.
#[inline(always)]
fn block<const PIXEL: usize>(row: &[[u8; PIXEL]]) -> &[[u8; PIXEL]; BLOCK] {
    row.first_chunk().expect("a block within the row")
}

/// All bits of the lanes of the rows that have a filter.
#[derive(Default)]
struct Kinds {
    left: Lanes,
    above: Lanes,
    mean: Lanes,
    paeth: Lanes,
}

impl Kinds {
    #[inline(always)]
    fn set(&mut self, nth: usize, kind: u8) {
        let all = |wanted: u8| if kind == wanted { u8::MAX } else { 0 };
        for lane in nth * STRIDE..(nth + 1) * STRIDE {
            self.left[lane] = all(1);
            self.above[lane] = all(2);
            self.mean[lane] = all(3);
            self.paeth[lane] = all(4);
        }
    }

    #[inline(always)]
    fn predict(&self, left: &Lanes, above: &Lanes, corner: &Lanes) -> Lanes {
        let mut predicted = [0; ROWS * STRIDE];
        for (at, predicted) in predicted.iter_mut().enumerate() {
            let (left, above, corner) = (left[at], above[at], corner[at]);
            *predicted = (left & self.left[at])
                | (above & self.above[at])
                | (mean(left, above) & self.mean[at])
                | (paeth(left, above, corner) & self.paeth[at]);
        }
        predicted
    }
}

/// Eight rows on their way.
struct Wave<'a, const PIXEL: usize> {
    front: Front,
    filtered: [&'a [[u8; PIXEL]]; ROWS],
    above: &'a [[u8; PIXEL]],
    rows: [&'a mut [[u8; PIXEL]]; ROWS],
}

impl<const PIXEL: usize> Wave<'_, PIXEL> {
    /// Takes the first row to its pixel `place`, and each further row to one pixel less; of all rows those that are under way.
    #[inline(always)]
    fn step(&mut self, place: usize, under_way: Range<usize>) {
        let mut samples = [0; ROWS * STRIDE];
        for nth in under_way.start..under_way.end {
            samples[nth * STRIDE..][..PIXEL].copy_from_slice(&self.filtered[nth][place - nth]);
        }
        let above = self.above.get(place).copied().unwrap_or([0; PIXEL]);
        self.front.advance(above, &samples);
        self.front.last[..under_way.start * STRIDE].fill(0);
        self.front.last[under_way.end * STRIDE..].fill(0);
        for nth in under_way.start..under_way.end {
            self.rows[nth][place - nth].copy_from_slice(&self.front.last[nth * STRIDE..][..PIXEL]);
        }
    }

    /// The same for a block of the first row's pixels, from `place` on, with all rows under way.
    #[inline(always)]
    fn block(&mut self, place: usize) {
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
            self.front.advance(above[at], &samples);
            for (nth, to) in to.iter_mut().enumerate() {
                to[at].copy_from_slice(&self.front.last[nth * STRIDE..][..PIXEL]);
            }
        }
    }
}

/// How far eight rows have come.
struct Front {
    kinds: Kinds,
    /// The newest pixel of each row, and what was above it; 0 in rows that have not begun.
    last: Lanes,
    corner: Lanes,
}

impl Front {
    /// Puts the next pixel of each row into `last`, from what is stored of it; `first_above` is the one above that of the first row.
    #[inline(always)]
    fn advance<const PIXEL: usize>(&mut self, first_above: [u8; PIXEL], samples: &Lanes) {
        // What is above a row's pixel is the pixel that the row above has come to.
        let mut above = [0; ROWS * STRIDE];
        above[STRIDE..].copy_from_slice(&self.last[..(ROWS - 1) * STRIDE]);
        above[..PIXEL].copy_from_slice(&first_above);
        let mut here = self.kinds.predict(&self.last, &above, &self.corner);
        for (here, sample) in here.iter_mut().zip(samples) {
            *here = here.wrapping_add(*sample);
        }
        self.corner = above;
        self.last = here;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Straight from the specification, byte by byte, in whole numbers.
    fn plain(pixel: usize, filtered: &[u8], above: &[u8]) -> Vec<u8> {
        let length = above.len();
        let mut rows = Vec::new();
        let mut above = above.to_vec();
        for filtered in filtered.chunks(length + 1) {
            let mut row: Vec<u8> = Vec::new();
            for (x, &sample) in filtered[1..].iter().enumerate() {
                let before = |row: &[u8]| {
                    if x < pixel {
                        0
                    } else {
                        i32::from(row[x - pixel])
                    }
                };
                let (a, b, c) = (before(&row), i32::from(above[x]), before(&above));
                let estimate = a + b - c;
                let nearest = [a, b, c]
                    .into_iter()
                    .min_by_key(|&one| (estimate - one).abs());
                let predicted = match filtered[0] {
                    0 => 0,
                    1 => a,
                    2 => b,
                    3 => (a + b) / 2,
                    _ => nearest.unwrap(),
                };
                row.push((i32::from(sample) + predicted) as u8);
            }
            rows.extend_from_slice(&row);
            above = row;
        }
        rows
    }

    fn check<const PIXEL: usize>(kinds: &[u8], pixels: usize, noise: &[u8]) {
        let length = pixels * PIXEL;
        let mut noise = noise.iter().copied().cycle();
        let above: Vec<u8> = noise.by_ref().take(length).collect();
        let filtered: Vec<u8> = kinds
            .iter()
            .flat_map(|&kind| {
                std::iter::once(kind)
                    .chain(noise.by_ref().take(length))
                    .collect::<Vec<_>>()
            })
            .collect();
        let mut rows = vec![0; kinds.len() * length];
        unfilter::<PIXEL>(&filtered, &above, &mut rows).expect("known filters");
        assert_eq!(rows, plain(PIXEL, &filtered, &above), "{PIXEL}");
    }

    proptest! {
        #[test]
        fn rows_are_what_the_specification_says(
            kinds in prop::collection::vec(0..5_u8, 1..30),
            pixels in 1..50_usize,
            noise in prop::collection::vec(any::<u8>(), 251),
        ) {
            check::<1>(&kinds, pixels, &noise);
            check::<2>(&kinds, pixels, &noise);
            check::<3>(&kinds, pixels, &noise);
            check::<4>(&kinds, pixels, &noise);
        }
    }

    #[test]
    fn the_nearest_neighbour_is_found_for_all_there_are() {
        for left in 0..=255_u8 {
            for above in 0..=255_u8 {
                for corner in (0..=255_u8).step_by(3).chain([left, above]) {
                    let [a, b, c] = [left, above, corner].map(i32::from);
                    let distance = |one: &i32| (a + b - c - one).abs();
                    let nearest = [a, b, c].into_iter().min_by_key(distance).unwrap();
                    assert_eq!(
                        i32::from(paeth(left, above, corner)),
                        nearest,
                        "{left} {above} {corner}"
                    );
                }
            }
        }
    }

    #[test]
    fn an_unknown_filter_ends_the_rows() {
        let mut filtered = [[0, 7, 8]; 8].concat();
        filtered[3 * 3] = 5;
        let mut rows = [0; 16];
        assert_eq!(
            unfilter::<1>(&filtered, &[0; 2], &mut rows),
            Err(UnknownFilter)
        );
        assert_eq!(rows, [7, 8, 7, 8, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
}
