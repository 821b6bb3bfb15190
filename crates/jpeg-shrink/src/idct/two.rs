//! 2x2: sums and differences.

use super::sample;

#[inline(always)]
pub(super) fn transform(block: &[i32; 64], samples: &mut [u8; 64]) {
    let (left, right) = (
        block[0].wrapping_add(block[1]),
        block[0].wrapping_sub(block[1]),
    );
    let (lower_left, lower_right) = (
        block[2].wrapping_add(block[3]),
        block[2].wrapping_sub(block[3]),
    );
    let round = |sum: i32| sample(sum.wrapping_add(4) >> 3);
    samples[0] = round(left.wrapping_add(lower_left));
    samples[1] = round(right.wrapping_add(lower_right));
    samples[2] = round(left.wrapping_sub(lower_left));
    samples[3] = round(right.wrapping_sub(lower_right));
}
