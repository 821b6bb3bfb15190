//! Inverse transforms of 2x2, 3x3, 4x4 and 8x8 coefficients. What they must give is defined in `reference`.
//!
//! Blocks hold dequantised coefficients row by row.

mod eight;
mod four;
mod three;
mod two;

use core::num::Wrapping;

/// What overflows is nonsense, and wraps around.
type Int = Wrapping<i32>;

/// Samples of a block, `N` rows of `N`, in the first places.
#[inline(always)]
pub(crate) fn transform<const N: usize>(block: &[i32; 64], samples: &mut [u8; 64]) {
    if N == 8 {
        return eight::transform(block, samples);
    }
    let single = block.map(|coefficient| [coefficient]);
    let mut several = [[0]; SMALL];
    side_by_side::<N, 1>(&single, &mut several);
    for (to, [sample]) in samples.iter_mut().zip(several) {
        *to = sample;
    }
}

/// The same, in their places: the first row begins with `place`. `coded` unless all but the first coefficient are 0.
#[inline(always)]
pub(crate) fn store<const N: usize>(
    block: &[i32; 64],
    coded: bool,
    place: &mut [u8],
    stride: usize,
) {
    let mut samples = [0; 64];
    // Only nonsense has a DC value that does not fit into 16 bits; it wraps around in the transforms.
    if !coded && i32::from(block[0] as i16) == block[0] {
        samples.fill(flat(block[0]));
    } else {
        transform::<N>(block, &mut samples);
    }
    for y in 0..N {
        place[y * stride..][..N].copy_from_slice(&samples[y * N..][..N]);
    }
}

/// Samples of a block below full size.
pub(crate) const SMALL: usize = 16;

/// `L` blocks of 2x2, 3x3 or 4x4 side by side: of block `i`, coefficient `p` is `c[p][i]`, and so with its samples.
#[inline(always)]
pub(crate) fn side_by_side<const N: usize, const L: usize>(
    c: &[[i32; L]],
    samples: &mut [[u8; L]; SMALL],
) {
    match N {
        2 => both::<2, L>(two::points, [(0, 0), (4, 3)], c, samples),
        3 => both::<3, L>(three::points, [(1 << 10, 11), (1 << 17, 18)], c, samples),
        _ => both::<4, L>(four::points, [(1 << 10, 11), (1 << 17, 18)], c, samples),
    }
}

/// Down the columns, then along the rows; after each what is added and by how much it is shifted, to round.
#[inline(always)]
fn both<const N: usize, const L: usize>(
    points: impl Fn([Int; N]) -> [Int; N],
    [first, second]: [(i32, usize); 2],
    c: &[[i32; L]],
    samples: &mut [[u8; L]; SMALL],
) {
    let mut down = [[[Wrapping(0); L]; N]; N];
    for u in 0..N {
        for i in 0..L {
            let column = points(core::array::from_fn(|v| Wrapping(c[v * N + u][i])));
            for y in 0..N {
                down[y][u][i] = (column[y] + Wrapping(first.0)) >> first.1;
            }
        }
    }
    for y in 0..N {
        for i in 0..L {
            let row = points(core::array::from_fn(|u| down[y][u][i]));
            for x in 0..N {
                samples[y * N + x][i] = sample(((row[x] + Wrapping(second.0)) >> second.1).0);
            }
        }
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
