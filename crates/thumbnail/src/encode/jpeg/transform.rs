//! A block's frequencies, in steps of the quantisation tables.
//!
//! The forward transform is the one of Arai, Agui and Nakajima ("A Fast DCT-SQ Scheme for Images", 1988): five multiplications in
//! each dimension, if what it gives may differ from the true frequencies by a factor for each of them, which the division by the
//! quantisation step takes along.

use super::tokens::{Coefficients, ZIGZAG};
use crate::Quality;

/// Eight rows of eight samples.
pub(super) type Block = [[f32; 8]; 8];

/// The step of the mean at a quality of 50.
const FIRST_STEP: u32 = 12;

/// By how much a step is larger than that of the frequency before, across or down.
///
/// A thumbnail is looked at closely, and most of what is in it is fine. The example tables of ITU-T T.81 (K.1, K.2) spare the lowest
/// frequencies and drop the highest, as suits a large picture from afar; steps that grow in a straight line come to about as many
/// bytes at a quality of 80, and to thumbnails nearer to the picture, as `cargo xtask bench` measures.
const LUMA_SLOPE: u32 = 4;
const CHROMA_SLOPE: u32 = 6;

/// By how much the transform's frequency `k` is too large, in one dimension: cos(k pi / 16) times the root of 2, but 1 for 0.
const EXCESS: [f32; 8] = [
    1.0,
    1.387_039_8,
    1.306_563,
    1.175_875_6,
    1.0,
    0.785_694_96,
    0.541_196_1,
    0.275_899_38,
];

/// The steps of a table, and what the transform's values are multiplied by to count them.
pub(super) struct Quantiser {
    pub(super) steps: [u8; 64],
    /// In the order that the transform leaves them in: columns first.
    factors: [f32; 64],
}

impl Quantiser {
    pub(super) fn luma(quality: Quality) -> Self {
        Self::new(LUMA_SLOPE, quality)
    }

    pub(super) fn chroma(quality: Quality) -> Self {
        Self::new(CHROMA_SLOPE, quality)
    }

    /// Scales a table as libjpeg does, so that a quality means about what people expect.
    fn new(slope: u32, quality: Quality) -> Self {
        let quality = u32::from(quality.get());
        let percent = if quality < 50 {
            5000 / quality
        } else {
            200 - 2 * quality
        };
        let steps = std::array::from_fn(|at| {
            let step = FIRST_STEP + slope * (at / 8 + at % 8) as u32;
            ((step * percent + 50) / 100).clamp(1, 255) as u8
        });
        let factors = std::array::from_fn(|at| {
            let (column, row) = (at / 8, at % 8);
            let step = f32::from(steps[8 * row + column]);
            1.0 / (8.0 * EXCESS[row] * EXCESS[column] * step)
        });
        Self { steps, factors }
    }

    /// The steps as a file has them, in zigzag order.
    pub(super) fn steps(&self) -> impl Iterator<Item = u8> {
        ZIGZAG.iter().map(|&at| self.steps[usize::from(at)])
    }

    /// The frequencies of a block of samples, each to the nearest step.
    #[inline(always)]
    pub(super) fn coefficients(&self, block: Block) -> Coefficients {
        let columns = transposed(points(block));
        let frequencies = points(columns);
        let mut counts = [0; 64];
        let places = counts.iter_mut().zip(frequencies.as_flattened());
        for ((count, frequency), factor) in places.zip(&self.factors) {
            *count = nearest(frequency * factor);
        }
        Coefficients::from_columns(counts)
    }
}

/// The nearest whole number; of two, the even one. No coefficient of 8-bit samples is larger than 2^11.
#[inline(always)]
fn nearest(value: f32) -> i32 {
    // Beyond 2^23 a float has no bits for fractions, and its lowest bits are those of the whole number. The half more is for
    // those below zero.
    const SHIFT: f32 = (3 << 22) as f32;
    (value + SHIFT).to_bits() as i32 - SHIFT.to_bits() as i32
}

/// Eight transforms of eight points side by side: `x[i][n]` is point `i` of transform `n`.
#[inline(always)]
fn points(x: Block) -> Block {
    // Cosines of multiples of pi / 16, 4, 6, 2 - 6 and 2 + 6 of them.
    const C4: f32 = 0.707_106_77;
    const C6: f32 = 0.382_683_43;
    const C2_LESS_C6: f32 = 0.541_196_1;
    const C2_AND_C6: f32 = 1.306_563;

    let mut out = [[0.0; 8]; 8];
    for n in 0..8 {
        let sum = |i: usize| x[i][n] + x[7 - i][n];
        let difference = |i: usize| x[i][n] - x[7 - i][n];

        let (outer, inner) = (sum(0) + sum(3), sum(1) + sum(2));
        let (outer_difference, inner_difference) = (sum(0) - sum(3), sum(1) - sum(2));
        let turned = (inner_difference + outer_difference) * C4;
        out[0][n] = outer + inner;
        out[4][n] = outer - inner;
        out[2][n] = outer_difference + turned;
        out[6][n] = outer_difference - turned;

        let low = difference(3) + difference(2);
        let middle = (difference(2) + difference(1)) * C4;
        let high = difference(1) + difference(0);
        let shared = (low - high) * C6;
        let (low, high) = (low * C2_LESS_C6 + shared, high * C2_AND_C6 + shared);
        let (plus, minus) = (difference(0) + middle, difference(0) - middle);
        out[1][n] = plus + high;
        out[7][n] = plus - high;
        out[3][n] = minus - low;
        out[5][n] = minus + low;
    }
    out
}

#[inline(always)]
fn transposed(rows: Block) -> Block {
    std::array::from_fn(|x| std::array::from_fn(|y| rows[y][x]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::f64::consts::PI;

    fn quality(quality: u8) -> Quality {
        Quality::new(quality).expect("within 1 to 100")
    }

    /// ITU-T T.81, A.3.3, word for word; rows of `v`, each of them `u`.
    fn by_definition(block: &Block) -> [f64; 64] {
        std::array::from_fn(|at| {
            let (v, u) = (at / 8, at % 8);
            let c = |k: usize| if k == 0 { 0.5_f64.sqrt() } else { 1.0 };
            let cosine = |x: usize, u: usize| (((2 * x + 1) * u) as f64 * PI / 16.0).cos();
            let mut sum = 0.0;
            for (y, row) in block.iter().enumerate() {
                for (x, &sample) in row.iter().enumerate() {
                    sum += f64::from(sample) * cosine(x, u) * cosine(y, v);
                }
            }
            c(u) * c(v) * sum / 4.0
        })
    }

    proptest! {
        /// Within what a half and the arithmetic's rounding come to.
        #[test]
        fn frequencies_are_those_of_the_standard(samples in proptest::collection::vec(-128_i16..=127, 64), at in 1_u8..=100) {
            let block: Block = std::array::from_fn(|y| std::array::from_fn(|x| f32::from(samples[8 * y + x])));
            let quantiser = Quantiser::luma(quality(at));
            let found = quantiser.coefficients(block);
            let wanted = by_definition(&block);
            for (k, &place) in ZIGZAG.iter().enumerate() {
                let place = usize::from(place);
                let wanted = wanted[place] / f64::from(quantiser.steps[place]);
                let found = f64::from(found.in_zigzag(k));
                prop_assert!((found - wanted).abs() < 0.501, "{k}: {found}, {wanted}");
            }
        }
    }

    #[test]
    fn halves_go_to_the_even_side() {
        for (value, wanted) in [
            (0.0, 0),
            (0.49, 0),
            (0.5, 0),
            (0.51, 1),
            (1.5, 2),
            (-0.5, 0),
            (-0.51, -1),
            (-1.5, -2),
            (2047.4, 2047),
            (-2047.4, -2047),
        ] {
            assert_eq!(nearest(value), wanted, "{value}");
        }
    }

    /// As libjpeg scales a table: at 50 it is as it is, at 100 has steps of 1, and no step is more than a byte or less than 1.
    #[test]
    fn qualities_are_those_of_libjpeg() {
        let middle = Quantiser::luma(quality(50)).steps;
        assert_eq!((middle[0], middle[63]), (12, 12 + 14 * 4));
        assert_eq!((middle[3], middle[8 * 3]), (24, 24));
        assert_eq!(Quantiser::chroma(quality(50)).steps[63], 12 + 14 * 6);
        assert_eq!(Quantiser::luma(quality(100)).steps, [1; 64]);
        assert_eq!(Quantiser::luma(quality(1)).steps, [255; 64]);
        // 12 * 40 % = 4.8, 16 * 40 % = 6.4
        assert_eq!(Quantiser::luma(quality(80)).steps[..2], [5, 6]);
        let first: Vec<u8> = Quantiser::luma(quality(50)).steps().take(4).collect();
        assert_eq!(first, [12, 16, 16, 20], "in zigzag order");
    }
}
