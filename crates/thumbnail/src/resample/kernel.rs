//! How much each sample of a row or column contributes to each sample of the result.

use super::{LOBES, Samples};
use std::f64::consts::PI;

/// Weights for one dimension. Every sample of the result has as many, some of which may be 0.
#[derive(Debug)]
pub(super) struct Kernel {
    /// For each sample of the result the first one that it is made from.
    pub(super) first: Vec<usize>,
    /// Weights of a sample of the result.
    pub(super) taps: usize,
    weights: Vec<f32>,
}

/// Samples of the result whose weights are found together.
const TOGETHER: usize = 4;

impl Kernel {
    /// For `size` samples of the result, which are `shown` of the `length` ones that there are, from `start` on.
    pub(super) fn new(
        start: f64,
        shown: f64,
        size: usize,
        length: usize,
        samples: Samples,
    ) -> Self {
        let step = shown / size as f64;
        // Enlarging interpolates, and must not get coarser by it.
        let scale = step.max(1.0);
        let radius = LOBES * scale + samples.widening();
        let taps = (2.0 * radius).ceil().min(length as f64) as usize;
        let mut kernel = Self {
            first: Vec::with_capacity(size),
            taps,
            weights: Vec::with_capacity(size * taps),
        };
        // What the kernel for points is at each tap, and at one before and behind.
        let mut points = vec![[0.0; TOGETHER]; taps + 2];
        for nth in (0..size).step_by(TOGETHER) {
            // Sample i covers the range from i to i + 1.
            let centre = |more: usize| start + ((nth + more) as f64 + 0.5) * step - 0.5;
            let first = |more: usize| {
                let first = (centre(more) - radius).ceil().max(0.0) as usize;
                first.min(length - taps)
            };
            let before = |more| (first(more) as f64 - 1.0 - centre(more)) / scale;
            lanczos(std::array::from_fn(before), 1.0 / scale, &mut points);
            for more in 0..TOGETHER.min(size - nth) {
                let windows = points.array_windows();
                let weights = windows
                    .map(|window: &[_; 3]| samples.weight(window.map(|points| points[more])));
                let inverse = 1.0 / weights.clone().sum::<f64>();
                kernel.first.push(first(more));
                kernel
                    .weights
                    .extend(weights.map(|weight| (weight * inverse) as f32));
            }
        }
        kernel
    }

    /// The same for samples that stand for so many `pixels` each, which are put on straight lines between them first, or with
    /// `steps` are all as their sample is. Before the first and behind the last sample the line is level.
    pub(super) fn by_pixels(
        start: f64,
        shown: f64,
        size: usize,
        length: usize,
        pixels: usize,
        steps: bool,
    ) -> Self {
        let ratio = pixels as f64;
        let fine = Self::new(
            start * ratio,
            shown * ratio,
            size,
            length * pixels,
            Samples::Points,
        );
        let taps = (fine.taps / pixels + 3).min(length);
        let mut kernel = Self {
            first: Vec::with_capacity(size),
            taps,
            weights: vec![0.0; size * taps],
        };
        let place = |pixel: usize| {
            if steps {
                (pixel / pixels) as f64
            } else {
                ((pixel as f64 + 0.5) / ratio - 0.5).max(0.0)
            }
        };
        for (nth, &pixel) in fine.first.iter().enumerate() {
            let first = (place(pixel) as usize).min(length - taps);
            let weights = &mut kernel.weights[nth * taps..][..taps];
            for (pixel, weight) in (pixel..).zip(fine.weights(nth)) {
                let place = place(pixel);
                let before = place as usize;
                let part = (place - before as f64) as f32;
                weights[before - first] += weight * (1.0 - part);
                weights[(before + 1).min(length - 1) - first] += weight * part;
            }
            kernel.first.push(first);
        }
        kernel
    }

    /// How many weights there are at most where `step` samples come to one of the result.
    pub(super) fn most_taps(step: f64) -> usize {
        (2.0 * (LOBES * step.max(1.0) + Samples::Means.widening())).ceil() as usize
    }

    /// The weights of one sample of the result.
    #[inline(always)]
    pub(super) fn weights(&self, nth: usize) -> &[f32] {
        &self.weights[nth * self.taps..][..self.taps]
    }
}

/// The kernel of Lanczos with three lobes, at `x` and then every `step`: sin(pi x) sin(pi x / 3) / (pi x)^2 * 3.
///
/// Both sines are those of an angle that is turned on by the same each time. That is a chain, so several are gone through together.
fn lanczos(x: [f64; TOGETHER], step: f64, values: &mut [[f64; TOGETHER]]) {
    let (inner_step, outer_step) = (Angle::of(step), Angle::of(step / LOBES));
    let mut inner = x.map(Angle::of);
    let mut outer = x.map(|x| Angle::of(x / LOBES));
    for (nth, values) in values.iter_mut().enumerate() {
        for more in 0..TOGETHER {
            let x = x[more] + nth as f64 * step;
            let square = x * x;
            let value = inner[more].sine * outer[more].sine * LOBES / (PI * PI * square);
            let value = if square < 1e-10 { 1.0 } else { value };
            values[more] = if square < LOBES * LOBES { value } else { 0.0 };
            inner[more] = inner[more].turned_by(inner_step);
            outer[more] = outer[more].turned_by(outer_step);
        }
    }
}

/// An angle, by its sine and cosine.
#[derive(Clone, Copy)]
struct Angle {
    sine: f64,
    cosine: f64,
}

impl Angle {
    /// That of so many half turns. The series are within 1e-11, and the same on every processor, which the functions of a system's
    /// library need not be.
    fn of(half_turns: f64) -> Self {
        let whole = (half_turns + 0.5).floor();
        let angle = (half_turns - whole) * PI;
        let square = angle * angle;
        let (mut sine, mut cosine) = (1.0, 1.0);
        for n in [16.0, 14.0, 12.0, 10.0, 8.0, 6.0, 4.0, 2.0] {
            sine = 1.0 - sine * square / (n * (n + 1.0));
            cosine = 1.0 - cosine * square / (n * (n - 1.0));
        }
        let sign = if whole as i64 % 2 == 0 { 1.0 } else { -1.0 };
        Self {
            sine: sign * angle * sine,
            cosine: sign * cosine,
        }
    }

    fn turned_by(self, other: Self) -> Self {
        Self {
            sine: self.sine * other.cosine + self.cosine * other.sine,
            cosine: self.cosine * other.cosine - self.sine * other.sine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_kernel_is_that_of_the_formula(x in -4.0..0.0, step in 0.001..1.5) {
            let mut found = [[0.0; TOGETHER]; 40];
            let begin = std::array::from_fn(|more| x + more as f64 / 7.0);
            lanczos(begin, step, &mut found);
            for (nth, found) in found.into_iter().enumerate() {
                for (begin, found) in begin.into_iter().zip(found) {
                    let x = begin + nth as f64 * step;
                    let sinc = |x: f64| if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
                    let wanted = if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 };
                    // Next to 0 the error of a sine is divided by next to nothing.
                    prop_assert!((found - wanted).abs() < 1e-6, "{x}: {found}, {wanted}");
                }
            }
        }

        /// Whatever is cut from whatever: weights are of samples that are there, and none of the light is lost.
        #[test]
        fn weights_come_to_one(
            length in 1_usize..300,
            size in 1_usize..300,
            start in 0.0_f64..1.0,
            shown in 0.01_f64..1.0,
            means: bool,
        ) {
            let start = start * length as f64;
            let shown = (shown * length as f64).min(length as f64 - start).max(0.01);
            let samples = if means { Samples::Means } else { Samples::Points };
            let kernel = Kernel::new(start, shown, size, length, samples);
            prop_assert_eq!(kernel.first.len(), size);
            for (nth, &first) in kernel.first.iter().enumerate() {
                prop_assert!(first + kernel.taps <= length);
                let sum: f32 = kernel.weights(nth).iter().sum();
                prop_assert!((sum - 1.0).abs() < 1e-4, "{sum}");
            }
        }
    }

    proptest! {
        /// Making the pixels and resampling those is the same as doing both at once.
        #[test]
        fn samples_of_several_pixels_are_resampled_by_way_of_these(
            samples in proptest::collection::vec(0.0_f64..255.0, 1..40),
            pixels in 2..5_usize,
            enlarged in 1.0_f64..9.0,
            steps: bool,
        ) {
            let length = samples.len();
            let size = ((length * pixels) as f64 * enlarged) as usize;
            let on_lines: Vec<f64> = (0..length * pixels)
                .map(|pixel| {
                    let place = (pixel as f64 + 0.5) / pixels as f64 - 0.5;
                    let at = |place: f64| samples[place.clamp(0.0, length as f64 - 1.0) as usize];
                    if steps {
                        return samples[pixel / pixels];
                    }
                    let part = place - place.floor();
                    at(place.floor()) * (1.0 - part) + at(place.floor() + 1.0) * part
                })
                .collect();
            let sum = |kernel: &Kernel, values: &[f64], nth: usize| -> f64 {
                let weights = kernel.weights(nth).iter();
                weights.zip(&values[kernel.first[nth]..]).map(|(&weight, value)| f64::from(weight) * value).sum()
            };
            let at_once = Kernel::by_pixels(0.0, length as f64, size, length, pixels, steps);
            let of_pixels = Kernel::new(0.0, (length * pixels) as f64, size, length * pixels, Samples::Points);
            for nth in 0..size {
                let (found, wanted) = (sum(&at_once, &samples, nth), sum(&of_pixels, &on_lines, nth));
                prop_assert!((found - wanted).abs() < 0.01, "{nth}: {found}, {wanted}");
            }
        }
    }

    #[test]
    fn the_same_size_is_the_same_picture() {
        let kernel = Kernel::new(0.0, 50.0, 50, 50, Samples::Points);
        for nth in 0..50 {
            for (tap, &weight) in kernel.weights(nth).iter().enumerate() {
                let wanted = if kernel.first[nth] + tap == nth {
                    1.0
                } else {
                    0.0
                };
                assert!((weight - wanted).abs() < 1e-6, "{nth}, {tap}: {weight}");
            }
        }
    }

    /// Of a wave of four samples, points and means can be written down: both give the points of the result, far from the edges.
    #[test]
    fn means_are_taken_back_to_points() {
        let curve = |x: f64| 0.3 + 0.2 * (x * PI / 2.0 + 0.4).cos();
        let integral = |x: f64| 0.3 * x + 0.2 * (x * PI / 2.0 + 0.4).sin() * 2.0 / PI;
        let points: Vec<f64> = (0..100).map(|i| curve(f64::from(i) + 0.5)).collect();
        let means: Vec<f64> = (0..100)
            .map(|i| integral(f64::from(i) + 1.0) - integral(f64::from(i)))
            .collect();
        let resampled = |values: &[f64], samples| {
            let kernel = Kernel::new(0.0, 100.0, 80, 100, samples);
            let weighted = |nth: usize| {
                let values = &values[kernel.first[nth]..];
                let weights = kernel.weights(nth).iter().zip(values);
                weights
                    .map(|(&weight, value)| f64::from(weight) * value)
                    .sum::<f64>()
            };
            (10..70).map(weighted).collect::<Vec<f64>>()
        };
        let from_points = resampled(&points, Samples::Points);
        let from_means = resampled(&means, Samples::Means);
        for (one, other) in from_points.iter().zip(&from_means) {
            assert!((one - other).abs() < 2e-6, "{one}, {other}");
        }
        let as_if = resampled(&means, Samples::Points);
        assert!(
            from_points
                .iter()
                .zip(&as_if)
                .any(|(one, other)| (one - other).abs() > 1e-5)
        );
    }
}
