//! The coefficients of one block.

use super::bools::{Booleans, walk};
use crate::tables;

/// The values 0 to 4, six categories, and the end of the block.
const TOKENS: [i8; 22] = [
    -12, 2, -1, 4, -2, 6, 8, 12, -3, 10, -4, -5, 14, 16, -6, -7, 18, 20, -8, -9, -10, -11,
];
const END: usize = 11;

/// 13.2 and 13.3: a block's coefficients, dequantised and in their places, and whether there are any in the data.
pub(super) fn token_block(
    bools: &mut impl Booleans,
    probabilities: &[[[u8; 11]; 3]; 8],
    mut context: usize,
    first: usize,
    steps: [i32; 2],
) -> ([i16; 16], bool) {
    let mut block = [0; 16];
    let (mut start, mut coded) = (0, false);
    for position in first..16 {
        let of = &probabilities[usize::from(tables::BANDS[position])][context];
        let token = walk(bools, &TOKENS, of, start);
        if token == END {
            break;
        }
        coded = true;
        let mut value = token as i32;
        if token > 4 {
            let (least, extra) = tables::CATEGORIES[token - 5];
            let extra = extra.iter().filter(|&&probability| probability > 0);
            value = least + extra.fold(0, |more, &of| 2 * more + i32::from(bools.read(of)));
        }
        context = value.min(2) as usize;
        // No block ends behind a zero.
        start = if value == 0 { 2 } else { 0 };
        if value != 0 && bools.read(128) {
            value = -value;
        }
        let step = steps[usize::from(position > 0)];
        block[usize::from(tables::ZIGZAG[position])] = (value * step) as i16;
    }
    (block, coded)
}

/// 14.3.
pub(super) fn walsh_hadamard(block: &[i16; 16]) -> [i16; 16] {
    let mut sums = block.map(i32::from);
    for pass in [[0, 4, 8, 12], [0, 1, 2, 3]] {
        let step = if pass[1] == 4 { 1 } else { 4 };
        for lane in 0..4 {
            let places = pass.map(|place| place + step * lane);
            let [a, b, c, d] = places.map(|place| sums[place]);
            sums[places[0]] = a + b + c + d;
            sums[places[1]] = a + b - c - d;
            sums[places[2]] = a - b - c + d;
            sums[places[3]] = a - b + c - d;
        }
    }
    sums.map(|sum| ((sum + 3) >> 3) as i16)
}
