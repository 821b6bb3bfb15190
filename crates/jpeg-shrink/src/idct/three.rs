//! 3x3: one odd and two even terms.

use super::{fixed, sample};
use core::f64::consts::{FRAC_1_SQRT_2, SQRT_2};
use core::num::Wrapping;

type Int = Wrapping<i32>;

/// One dimension, in units of 1/8192 of the input's.
#[inline(always)]
fn points(c: [Int; 3], bias: Int, shift: usize) -> [Int; 3] {
    const ODD: Int = Wrapping(fixed(1.224_744_871));
    const EVEN: Int = Wrapping(fixed(FRAC_1_SQRT_2));
    const MIDDLE: Int = Wrapping(fixed(SQRT_2));
    let mean = (c[0] << 13) + bias;
    let (outer, odd) = (mean + c[2] * EVEN, c[1] * ODD);
    [
        (outer + odd) >> shift,
        (mean - c[2] * MIDDLE) >> shift,
        (outer - odd) >> shift,
    ]
}

#[inline(always)]
pub(super) fn transform(block: &[i32; 64], samples: &mut [u8; 64]) {
    let down: [[Int; 3]; 3] = core::array::from_fn(|u| {
        let column = core::array::from_fn(|v| Wrapping(block[v * 3 + u]));
        points(column, Wrapping(1 << 10), 11)
    });
    for y in 0..3 {
        let row = core::array::from_fn(|u| down[u][y]);
        for (x, value) in points(row, Wrapping(1 << 17), 18).into_iter().enumerate() {
            samples[y * 3 + x] = sample(value.0);
        }
    }
}
