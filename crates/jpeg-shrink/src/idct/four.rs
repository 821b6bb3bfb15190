//! 4x4: the even half of the 8-point transform.

use super::{fixed, sample};
use core::num::Wrapping;

type Int = Wrapping<i32>;

/// One dimension, in units of 1/8192 of the input's.
#[inline(always)]
pub(super) fn points(c: [Int; 4]) -> [Int; 4] {
    const A: Int = Wrapping(fixed(0.541_196_1));
    const B: Int = Wrapping(fixed(0.765_366_865));
    const C: Int = Wrapping(fixed(1.847_759_065));
    let (sum, difference) = ((c[0] + c[2]) << 13, (c[0] - c[2]) << 13);
    let shared = (c[1] + c[3]) * A;
    let (outer, inner) = (shared + c[1] * B, shared - c[3] * C);
    [
        sum + outer,
        difference + inner,
        difference - inner,
        sum - outer,
    ]
}

/// Four transforms side by side: `c[u][i]` is coefficient `u` of transform `i`.
#[inline(always)]
fn side_by_side(c: &[[Int; 4]; 4], bias: Int, shift: usize) -> [[Int; 4]; 4] {
    let mut out = [[Wrapping(0); 4]; 4];
    for i in 0..4 {
        let one = points([c[0][i], c[1][i], c[2][i], c[3][i]]);
        for x in 0..4 {
            out[x][i] = (one[x] + bias) >> shift;
        }
    }
    out
}

#[inline(always)]
fn transpose(rows: &[[Int; 4]; 4]) -> [[Int; 4]; 4] {
    core::array::from_fn(|x| core::array::from_fn(|y| rows[y][x]))
}

#[inline(always)]
pub(super) fn transform(block: &[i32; 64], samples: &mut [u8; 64]) {
    let rows: [[Int; 4]; 4] =
        core::array::from_fn(|v| core::array::from_fn(|u| Wrapping(block[v * 4 + u])));
    let down = side_by_side(&rows, Wrapping(1 << 10), 11);
    let along = transpose(&side_by_side(&transpose(&down), Wrapping(1 << 17), 18));
    for (sample_row, row) in samples.chunks_exact_mut(4).zip(along) {
        for (place, value) in sample_row.iter_mut().zip(row) {
            *place = sample(value.0);
        }
    }
}
