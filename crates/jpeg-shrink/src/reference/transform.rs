//! Inverse transforms as products of matrices.

use super::blocks::Block;
use crate::tables::ZIGZAG;

/// Rows are samples, columns coefficients; the 3-point transform in units of 1/8192.
pub const MATRIX_3: [[i32; 3]; 3] = [[8192, 10033, 5793], [8192, 0, -11585], [8192, -10033, 5793]];

/// Rows are samples, columns coefficients; the 4-point transform in units of 1/8192.
pub const MATRIX_4: [[i32; 4]; 4] = [
    [8192, 10703, 8192, 4433],
    [8192, 4433, -8192, -10704],
    [8192, -4433, -8192, 10704],
    [8192, -10703, 8192, -4433],
];

/// The 8-point transform in units of 1/8192, with the roundings of the factors that fast forms of it are made of
/// (Loeffler, Ligtenberg and Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications", 1989).
pub const MATRIX_8: [[i32; 8]; 8] = [
    [8192, 11363, 10703, 9633, 8192, 6437, 4433, 2260],
    [8192, 9633, 4433, -2259, -8192, -11362, -10704, -6436],
    [8192, 6437, -4433, -11362, -8192, 2261, 10704, 9633],
    [8192, 2260, -10703, -6436, 8192, 9633, -4433, -11363],
    [8192, -2260, -10703, 6436, 8192, -9633, -4433, 11363],
    [8192, -6437, -4433, 11362, -8192, -2261, 10704, -9633],
    [8192, -9633, 4433, 2259, -8192, 11362, -10704, 6436],
    [8192, -11363, 10703, -9633, 8192, -6437, 4433, -2260],
];

/// Whether a transform of so many points uses the coefficient: 3 of 2x2, 8 of 3x3, 15 of 4x4, all of 8x8.
pub(super) fn is_kept(k: usize, points: usize) -> bool {
    let place = usize::from(ZIGZAG[k]);
    let (row, column) = (place / 8, place % 8);
    let left_out = match points {
        2..=4 => row == points - 1 && column == points - 1,
        _ => false,
    };
    row < points && column < points && !left_out
}

/// Samples of a block, in the first `points` rows and columns of an 8x8 square.
pub(super) fn transform(block: &Block, quant: &[u16; 64], points: usize) -> [u8; 64] {
    let mut square = [[0i32; 8]; 8];
    for k in (0..64).filter(|&k| is_kept(k, points)) {
        let place = usize::from(ZIGZAG[k]);
        square[place / 8][place % 8] = i32::from(block.coefficients[k]) * i32::from(quant[k]);
    }
    let mut samples = [0; 64];
    for y in 0..points {
        for x in 0..points {
            let value = match points {
                1 => square[0][0].wrapping_add(4) >> 3,
                2 => {
                    let sign = |value: i32, odd: usize| {
                        if odd == 1 {
                            value.wrapping_neg()
                        } else {
                            value
                        }
                    };
                    let top = square[0][0].wrapping_add(sign(square[0][1], x));
                    let bottom = square[1][0].wrapping_add(sign(square[1][1], x));
                    top.wrapping_add(sign(bottom, y)).wrapping_add(4) >> 3
                }
                3 => product(&MATRIX_3, &square, x, y),
                4 => product(&MATRIX_4, &square, x, y),
                _ => product(&MATRIX_8, &square, x, y),
            };
            samples[y * 8 + x] = value.wrapping_add(128).clamp(0, 255) as u8;
        }
    }
    samples
}

fn product<const N: usize>(
    matrix: &[[i32; N]; N],
    square: &[[i32; 8]; 8],
    x: usize,
    y: usize,
) -> i32 {
    let mut along = 1i32 << 17;
    for u in 0..N {
        let down = (0..N).fold(1 << 10, |sum: i32, v| {
            sum.wrapping_add(matrix[y][v].wrapping_mul(square[v][u]))
        }) >> 11;
        along = along.wrapping_add(matrix[x][u].wrapping_mul(down));
    }
    along >> 18
}
