//! Four points: the even half of the 8-point transform.

use super::{Int, fixed};
use core::num::Wrapping;

/// In units of 1/8192 of the input's.
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
