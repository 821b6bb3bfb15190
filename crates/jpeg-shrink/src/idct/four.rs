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

#[inline(always)]
pub(super) fn transform(block: &[i32; 64], samples: &mut [u8; 64]) {
    let mut columns = [[Wrapping(0); 4]; 4];
    for x in 0..4 {
        let down = points(core::array::from_fn(|v| Wrapping(block[v * 4 + x])));
        for y in 0..4 {
            columns[x][y] = (down[y] + Wrapping(1 << 10)) >> 11;
        }
    }
    // Four rows at once: `along[x][y]`.
    let mut along = [[Wrapping(0); 4]; 4];
    for y in 0..4 {
        let row = points(core::array::from_fn(|u| columns[u][y]));
        for x in 0..4 {
            along[x][y] = row[x];
        }
    }
    for y in 0..4 {
        for x in 0..4 {
            samples[y * 4 + x] = sample(((along[x][y] + Wrapping(1 << 17)) >> 18).0);
        }
    }
}
