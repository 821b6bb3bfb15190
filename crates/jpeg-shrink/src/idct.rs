//! Inverse transforms of 2x2, 3x3, 4x4 and 8x8 coefficients. What they must give is defined in `reference`.
//!
//! Blocks hold dequantised coefficients row by row.

mod eight;
mod four;
mod three;
mod two;

/// Samples of a block, `N` rows of `N`, in the first places.
#[inline(always)]
pub(crate) fn transform<const N: usize>(block: &[i32; 64], samples: &mut [u8; 64]) {
    match N {
        2 => two::transform(block, samples),
        3 => three::transform(block, samples),
        4 => four::transform(block, samples),
        _ => eight::transform(block, samples),
    }
}

/// The sample that is the whole of a block without AC coefficients, at any size.
#[inline(always)]
pub(crate) fn flat(dc: i32) -> u8 {
    sample(dc.wrapping_add(4) >> 3)
}

#[inline(always)]
fn sample(value: i32) -> u8 {
    value.wrapping_add(128).clamp(0, 255) as u8
}

/// Fixed-point factors, in units of 1/8192.
const fn fixed(factor: f64) -> i32 {
    (factor * 8192.0 + 0.5) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{MATRIX_3, MATRIX_4, MATRIX_8};
    use proptest::prelude::*;

    fn product<const N: usize>(
        matrix: &[[i32; N]; N],
        block: &[i32; 64],
        x: usize,
        y: usize,
    ) -> u8 {
        let along = (0..N).fold(1i32 << 17, |along, u| {
            let down = (0..N).fold(1i32 << 10, |sum, v| {
                sum.wrapping_add(matrix[y][v].wrapping_mul(block[v * N + u]))
            });
            along.wrapping_add(matrix[x][u].wrapping_mul(down >> 11))
        });
        sample(along >> 18)
    }

    fn check<const N: usize>(matrix: &[[i32; N]; N], block: &[i32; 64]) {
        let mut samples = [0; 64];
        transform::<N>(block, &mut samples);
        for y in 0..N {
            for x in 0..N {
                assert_eq!(
                    samples[y * N + x],
                    product(matrix, block, x, y),
                    "column {x}, row {y}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn fast_transforms_equal_matrix_products(block in prop::collection::vec(prop_oneof![-2000..2000, any::<i32>(), Just(0)], 64)) {
            let block: [i32; 64] = block.try_into().unwrap();
            check(&MATRIX_3, &block);
            check(&MATRIX_4, &block);
            check(&MATRIX_8, &block);
        }

        #[test]
        fn a_block_without_ac_is_flat(dc in -32768..32768) {
            let mut block = [0; 64];
            block[0] = dc;
            let mut samples = [0; 64];
            transform::<2>(&block, &mut samples);
            prop_assert!(samples[..4].iter().all(|&sample| sample == flat(dc)));
            transform::<3>(&block, &mut samples);
            prop_assert!(samples[..9].iter().all(|&sample| sample == flat(dc)));
            transform::<4>(&block, &mut samples);
            prop_assert!(samples[..16].iter().all(|&sample| sample == flat(dc)));
            transform::<8>(&block, &mut samples);
            prop_assert!(samples.iter().all(|&sample| sample == flat(dc)));
        }
    }

    #[test]
    fn matrices_are_the_cosines_but_for_rounding() {
        let cosine = |x: usize, u: usize, n: usize| {
            let scale = if u == 0 {
                1.0
            } else {
                core::f64::consts::SQRT_2
            };
            scale
                * 8192.0
                * (((2 * x + 1) * u) as f64 * core::f64::consts::PI / (2 * n) as f64).cos()
        };
        for x in 0..8 {
            for u in 0..8 {
                assert!(
                    (f64::from(MATRIX_8[x][u]) - cosine(x, u, 8)).abs() < 2.5,
                    "8 points, {x}, {u}"
                );
                if x < 3 && u < 3 {
                    assert!(
                        (f64::from(MATRIX_3[x][u]) - cosine(x, u, 3)).abs() < 0.51,
                        "3 points, {x}, {u}"
                    );
                }
                if x < 4 && u < 4 {
                    assert!(
                        (f64::from(MATRIX_4[x][u]) - cosine(x, u, 4)).abs() < 2.5,
                        "4 points, {x}, {u}"
                    );
                }
            }
        }
    }
}
