//! 8x8, by the method of Loeffler, Ligtenberg and Moschytz (1989) with the odd half in its form of twelve multiplications.

use super::{Int, fixed, sample};
use core::num::Wrapping;

/// One dimension of eight transforms side by side: `c[u][i]` is coefficient `u` of transform `i`.
#[inline(always)]
fn points(c: &[[Int; 8]; 8], bias: Int, shift: usize) -> [[Int; 8]; 8] {
    const fn factor(value: f64) -> Int {
        Wrapping(fixed(value))
    }
    let mut out = [[Wrapping(0); 8]; 8];
    for i in 0..8 {
        let even = super::four::points([c[0][i], c[2][i], c[4][i], c[6][i]]);
        let (c1, c3, c5, c7) = (c[1][i], c[3][i], c[5][i], c[7][i]);
        let all = (c1 + c3 + c5 + c7) * factor(1.175_875_602);
        let (a, b) = (
            (c1 + c7) * factor(0.899_976_223),
            (c3 + c5) * factor(2.562_915_447),
        );
        let p = all - (c3 + c7) * factor(1.961_570_56);
        let q = all - (c1 + c5) * factor(0.390_180_644);
        let odd = [
            c1 * factor(1.501_321_11) - a + q,
            c3 * factor(3.072_711_026) - b + p,
            c5 * factor(2.053_119_869) - b + q,
            c7 * factor(0.298_631_336) - a + p,
        ];
        for x in 0..4 {
            out[x][i] = (even[x] + odd[x] + bias) >> shift;
            out[7 - x][i] = (even[x] - odd[x] + bias) >> shift;
        }
    }
    out
}

#[inline(always)]
fn transpose(rows: &[[Int; 8]; 8]) -> [[Int; 8]; 8] {
    core::array::from_fn(|x| core::array::from_fn(|y| rows[y][x]))
}

#[inline(always)]
pub(super) fn transform(block: &[i32; 64], samples: &mut [u8; 64]) {
    let rows: [[Int; 8]; 8] =
        core::array::from_fn(|v| core::array::from_fn(|u| Wrapping(block[v * 8 + u])));
    let down = points(&rows, Wrapping(1 << 10), 11);
    let along = transpose(&points(&transpose(&down), Wrapping(1 << 17), 18));
    for y in 0..8 {
        for x in 0..8 {
            samples[y * 8 + x] = sample(along[y][x].0);
        }
    }
}
