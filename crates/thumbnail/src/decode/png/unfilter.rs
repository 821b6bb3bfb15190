//! Undoing the filters of rows (PNG specification, third edition, 9).
//!
//! Each sample depends on the one before it, so that a row on its own keeps a processor waiting. Therefore rows whose filters look to the left
//! and above go side by side, eight at a time ([`wave`]), and where they look to the left alone several pixels are summed at once ([`sums`]).

mod sums;
mod wave;

use wave::ROWS;

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
        let side_by_side = kinds().any(|&kind| kind == 3 || kind == 4);
        if kinds().len() == ROWS
            && rows.len() == ROWS * length
            && side_by_side
            && kinds().all(|&kind| kind <= 4)
        {
            wave::undo::<PIXEL>(filtered, above, rows);
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

/// One row.
fn one<const PIXEL: usize>(
    kind: u8,
    filtered: &[u8],
    above: &[u8],
    row: &mut [u8],
) -> Result<(), UnknownFilter> {
    match kind {
        0 => row.copy_from_slice(filtered),
        1 => sums::undo::<PIXEL>(filtered, row),
        2 => {
            for ((to, sample), above) in row.iter_mut().zip(filtered).zip(above) {
                *to = sample.wrapping_add(*above);
            }
        }
        3 => by_definition::<PIXEL>(filtered, above, row, |left, above, _| mean(left, above)),
        4 => by_definition::<PIXEL>(filtered, above, row, paeth),
        _ => return Err(UnknownFilter),
    }
    Ok(())
}

/// Pixel by pixel, each predicted from those to the left of it, above, and between the two.
fn by_definition<const PIXEL: usize>(
    filtered: &[u8],
    above: &[u8],
    row: &mut [u8],
    predict: impl Fn(u8, u8, u8) -> u8,
) {
    let pixels = filtered.as_chunks::<PIXEL>().0;
    let above = above.as_chunks::<PIXEL>().0;
    let to = row.as_chunks_mut::<PIXEL>().0;
    let (mut left, mut corner) = ([0_u8; PIXEL], [0; PIXEL]);
    for ((to, pixel), above) in to.iter_mut().zip(pixels).zip(above) {
        for lane in 0..PIXEL {
            let predicted = predict(left[lane], above[lane], corner[lane]);
            left[lane] = pixel[lane].wrapping_add(predicted);
        }
        corner = *above;
        *to = left;
    }
}

/// Rounded down.
#[inline(always)]
fn mean(left: u8, above: u8) -> u8 {
    (left & above) + ((left ^ above) >> 1)
}

/// Which of three neighbours is nearest to `left + above - corner`; in bytes, and without a branch.
///
/// Left and above can change places. Where the corner does not lie between the two, the nearest is the one that is farther from the corner.
/// Where it does, it is the corner itself, unless that is at least twice as far from one of them as from the other: then it is the far one.
#[inline(always)]
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (low, high) = (left.min(above), left.max(above));
    let (over, under) = (corner.saturating_sub(low), high.saturating_sub(corner));
    // Twice the one is at most the other, in numbers that stay within a byte.
    let far_over = under <= over.saturating_sub(under);
    let far_under = over <= under.saturating_sub(over);
    let other = if far_under { high } else { corner };
    if far_over { low } else { other }
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
            pixels in 1..150_usize,
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
