//! Two points: the sum and the difference.

use super::Int;

#[inline(always)]
pub(super) fn points([mean, wave]: [Int; 2]) -> [Int; 2] {
    [mean + wave, mean - wave]
}
