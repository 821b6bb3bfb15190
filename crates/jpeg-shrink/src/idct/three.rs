//! Three points: one odd and two even terms.

use super::{Int, fixed};
use core::f64::consts::{FRAC_1_SQRT_2, SQRT_2};
use core::num::Wrapping;

/// In units of 1/8192 of the input's.
#[inline(always)]
pub(super) fn points(c: [Int; 3]) -> [Int; 3] {
    const ODD: Int = Wrapping(fixed(1.224_744_871));
    const EVEN: Int = Wrapping(fixed(FRAC_1_SQRT_2));
    const MIDDLE: Int = Wrapping(fixed(SQRT_2));
    let mean = c[0] << 13;
    let (outer, odd) = (mean + c[2] * EVEN, c[1] * ODD);
    [outer + odd, mean - c[2] * MIDDLE, outer - odd]
}
