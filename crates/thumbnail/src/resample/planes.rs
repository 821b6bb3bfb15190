//! Resampling of pictures of eight bits a sample, stored plane by plane or with their channels interleaved.
//!
//! Eight rows of the result at a time: each is the weighted sum of rows of the source; side by side they are then summed along
//! the rows, eight values at once. Nothing is rounded in between, no picture stands between the passes, and since sums of `f32` are
//! the same everywhere, so is the result.

use super::kernel::Kernel;
use crate::fit::Crop;
use crate::scratch::Buffer;
use dispatch::Work;
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_4};
use std::ops::Range;

/// One component of a picture that is stored component by component, or all of one whose channels are interleaved.
pub(crate) struct Plane<'a> {
    pub(crate) grid: Grid,
    /// Samples from the start of one row to that of the next.
    pub(crate) stride: usize,
    pub(crate) samples: &'a [u8],
}

/// Where the samples of a plane lie, and what they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Grid {
    /// Samples in a row, and rows.
    pub(crate) size: (usize, usize),
    /// What is shown, in samples of the plane.
    pub(crate) crop: Crop,
    pub(crate) kind: Samples,
}

/// What samples say of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Samples {
    /// What it is at their middle.
    Points,
    /// The mean of all of it that they cover. That blurs, and is made good by the kernel: a mean differs from the point in its
    /// middle by about a 24th of the second difference, which would do for slow waves. More of it takes back all that means lose
    /// of a wave of four samples, which is among the finest that a thumbnail shows.
    Means,
    /// Points, each of which stands for so many pixels across and down. Where the picture is enlarged, those of the pixels are
    /// made first, on straight lines between the samples, as other decoders do: between so few samples the kernel would swing
    /// to colours that are brighter than any of them.
    Shared(u8, u8),
}

impl Samples {
    const fn sharpening(self) -> f64 {
        match self {
            Self::Points | Self::Shared(..) => 0.0,
            // Of that wave sin(pi / 4) / (pi / 4) is left, and its second difference is -2 times itself.
            Self::Means => (FRAC_PI_4 / FRAC_1_SQRT_2 - 1.0) / 2.0,
        }
    }

    /// By how many samples the kernel gets wider to each side.
    pub(super) const fn widening(self) -> f64 {
        match self {
            Self::Points | Self::Shared(..) => 0.0,
            Self::Means => 1.0,
        }
    }

    /// The weight of a sample, from what that of points is there and on both sides of it.
    pub(super) fn weight(self, [before, here, after]: [f64; 3]) -> f64 {
        here + self.sharpening() * (2.0 * here - before - after)
    }
}

/// Rows of the result that are worked on together.
const ROWS: usize = 8;

/// Resamples planes to one size, in which they are interleaved.
pub(crate) fn planes(planes: &[Plane<'_>], size: (u32, u32)) -> Buffer {
    let (width, height) = (size.0 as usize, size.1 as usize);
    let mut interleaved = Buffer::default();
    let to = interleaved.zeroed(width * height * planes.len());
    let mut kernels: Option<(Grid, [Kernel; 2])> = None;
    for (channel, plane) in planes.iter().enumerate() {
        let grid = plane.grid;
        // The two of chroma mostly lie alike.
        let (_, [across, down]) = match kernels.take() {
            Some(known) if known.0 == grid => kernels.insert(known),
            _ => kernels.insert((grid, kernels_of(&grid, (width, height)))),
        };
        dispatch::with_best(Resampling::<1> {
            plane,
            across,
            down,
            to: &mut *to,
            channel,
            channels: planes.len(),
        });
    }
    interleaved
}

/// Resamples a picture of so many interleaved `channels`.
pub(crate) fn interleaved(pixels: &Plane<'_>, channels: usize, size: (u32, u32)) -> Buffer {
    let kernels = kernels_of(&pixels.grid, (size.0 as usize, size.1 as usize));
    let mut resampled = Buffer::default();
    let to = resampled.zeroed(size.0 as usize * size.1 as usize * channels);
    match channels {
        1 => resample::<1>(pixels, &kernels, to),
        2 => resample::<2>(pixels, &kernels, to),
        3 => resample::<3>(pixels, &kernels, to),
        _ => resample::<4>(pixels, &kernels, to),
    }
    resampled
}

fn resample<const CHANNELS: usize>(
    pixels: &Plane<'_>,
    [across, down]: &[Kernel; 2],
    to: &mut [u8],
) {
    dispatch::with_best(Resampling::<CHANNELS> {
        plane: pixels,
        across,
        down,
        to,
        channel: 0,
        channels: CHANNELS,
    });
}

/// Bytes that it takes to resample one plane of rows of `width` samples, and `height` rows of which `step` come to one of the
/// result, beside the plane and the result.
pub(crate) fn plane_bytes((width, height): (u64, u64), step: f64) -> u64 {
    let rows = (Kernel::most_taps(step) as u64).min(height) + ROWS as u64;
    (width + WIDE as u64) * rows * size_of::<f32>() as u64
}

/// Those along the rows and down the columns, without what rounding puts outside of the plane.
fn kernels_of(grid: &Grid, (width, height): (usize, usize)) -> [Kernel; 2] {
    // So libjpeg does it, by which everybody knows these pictures.
    let steps = grid.size.0 <= 2;
    let kernel = |start: f64, shown: f64, size: usize, length, pixels: u8| {
        let start = start.max(0.0);
        let shown = shown.min(length as f64 - start);
        if pixels > 1 && shown * f64::from(pixels) < size as f64 {
            Kernel::by_pixels(start, shown, size, length, usize::from(pixels), steps)
        } else {
            Kernel::new(start, shown, size, length, grid.kind)
        }
    };
    let (across, down) = match grid.kind {
        Samples::Shared(across, down) => (across, down),
        Samples::Points | Samples::Means => (1, 1),
    };
    let Crop {
        left,
        top,
        width: wide,
        height: high,
    } = grid.crop;
    [
        kernel(left, wide, width, grid.size.0, across),
        kernel(top, high, height, grid.size.1, down),
    ]
}

/// Resampling one plane of so many interleaved channels, to as many channels of the result; which is compiled for several
/// instruction sets.
struct Resampling<'a, const CHANNELS: usize> {
    plane: &'a Plane<'a>,
    across: &'a Kernel,
    down: &'a Kernel,
    to: &'a mut [u8],
    /// The first of the result's channels that is written, and how many it has.
    channel: usize,
    channels: usize,
}

impl<const CHANNELS: usize> Work for Resampling<'_, CHANNELS> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self {
            plane,
            across,
            down,
            channel,
            channels,
            ..
        } = self;
        // The columns that are reached.
        let left = across.first.first().copied().unwrap_or(0);
        let right = across.first.last().map_or(0, |last| last + across.taps);
        let mut recent = Recent::new(plane, left * CHANNELS..right * CHANNELS, down.taps);
        let mut columns = vec![[0.0; ROWS]; (right - left) * CHANNELS];
        let mut finished = vec![[[0; ROWS]; CHANNELS]; across.first.len()];

        let height = down.first.len();
        let bands = self.to.chunks_mut(ROWS * across.first.len() * channels);
        for (first_row, band) in (0..height).step_by(ROWS).zip(bands) {
            for nth in 0..ROWS.min(height - first_row) {
                let row = first_row + nth;
                recent.sum(down.first[row], down.weights(row), nth, &mut columns);
            }
            let columns = columns.as_chunks::<CHANNELS>().0;
            for ((nth, &from), finished) in across.first.iter().enumerate().zip(&mut finished) {
                let reached = &columns[from - left..][..across.taps];
                let mut sums = [[0.0; ROWS]; CHANNELS];
                for (pixel, &weight) in reached.iter().zip(across.weights(nth)) {
                    for (sums, values) in sums.iter_mut().zip(pixel) {
                        for (sum, value) in sums.iter_mut().zip(values) {
                            *sum += weight * value;
                        }
                    }
                }
                *finished = sums.map(|sums| sums.map(nearest));
            }
            for (nth, row) in band.chunks_exact_mut(finished.len() * channels).enumerate() {
                for (pixel, finished) in row.chunks_exact_mut(channels).zip(&finished) {
                    for (sample, finished) in pixel[channel..].iter_mut().zip(finished) {
                        *sample = finished[nth];
                    }
                }
            }
        }
    }
}

/// The nearest sample. A float from 2^23 on has the whole number in its lowest bits; a cast would be done one by one.
#[inline(always)]
fn nearest(sum: f32) -> u8 {
    const SHIFT: f32 = (1 << 23) as f32;
    let sum = if sum > 0.0 { sum } else { 0.0 };
    let sum = if sum < 255.0 { sum } else { 255.0 };
    (sum + SHIFT).to_bits() as u8
}

/// Values of a row that are summed together.
const WIDE: usize = 32;

/// The rows of a plane that are summed next, as numbers to be summed.
struct Recent<'a> {
    plane: &'a Plane<'a>,
    columns: Range<usize>,
    /// How many rows there are: row `y` of the plane is in place `y % taps`.
    taps: usize,
    /// The first values of all rows, then the next ones of all rows, and so on.
    values: Vec<[f32; WIDE]>,
    /// The row behind the last one that is there.
    end: usize,
}

impl<'a> Recent<'a> {
    fn new(plane: &'a Plane<'_>, columns: Range<usize>, taps: usize) -> Self {
        let values = vec![[0.0; WIDE]; columns.len().div_ceil(WIDE) * taps];
        Self {
            plane,
            columns,
            taps,
            values,
            end: 0,
        }
    }

    /// The sum of the rows from `first` on by their weights, into place `nth` of the columns. `first` never decreases.
    #[inline(always)]
    fn sum(&mut self, first: usize, weights: &[f32], nth: usize, columns: &mut [[f32; ROWS]]) {
        let taps = self.taps;
        for y in self.end.max(first)..first + taps {
            let samples = &self.plane.samples[y * self.plane.stride..][self.columns.clone()];
            let places = self.values[y % taps..].iter_mut().step_by(taps);
            for (to, samples) in places.zip(samples.chunks(WIDE)) {
                for (to, &sample) in to.iter_mut().zip(samples) {
                    *to = f32::from(sample);
                }
            }
        }
        self.end = self.end.max(first + taps);

        // The ring begins anew behind the rows that come last in it.
        let begin = first % taps;
        let (weights, weights_anew) = weights.split_at(taps - begin);
        for (rows, columns) in self.values.chunks_exact(taps).zip(columns.chunks_mut(WIDE)) {
            let mut sums = [0.0; WIDE];
            let (rows_anew, rows) = rows.split_at(begin);
            add(&mut sums, rows, weights);
            add(&mut sums, rows_anew, weights_anew);
            for (column, sum) in columns.iter_mut().zip(sums) {
                column[nth] = sum;
            }
        }
    }
}

/// Adds vectors by their weights.
#[inline(always)]
fn add<const N: usize>(sums: &mut [f32; N], vectors: &[[f32; N]], weights: &[f32]) {
    for (vector, &weight) in vectors.iter().zip(weights) {
        for (sum, value) in sums.iter_mut().zip(vector) {
            *sum += weight * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::f64::consts::PI;

    /// Weights straight from the formula, for every sample there is.
    fn weights(start: f64, shown: f64, size: usize, length: usize, kind: Samples) -> Vec<Vec<f64>> {
        let step = shown / size as f64;
        let lanczos = |x: f64| match x.abs() {
            0.0 => 1.0,
            3.0.. => 0.0,
            _ => 3.0 * (PI * x).sin() * (PI * x / 3.0).sin() / (PI * x).powi(2),
        };
        let of_result = |nth: usize| {
            let centre = start + (nth as f64 + 0.5) * step;
            let point = |i: f64| lanczos((i + 0.5 - centre) / step.max(1.0));
            let weight = |i: usize| {
                let i = i as f64;
                match kind {
                    Samples::Points | Samples::Shared(..) => point(i),
                    Samples::Means => {
                        let second = point(i - 1.0) - 2.0 * point(i) + point(i + 1.0);
                        point(i) - 0.055_36 * second
                    }
                }
            };
            let weights: Vec<f64> = (0..length).map(weight).collect();
            let sum: f64 = weights.iter().sum();
            weights.iter().map(|weight| weight / sum).collect()
        };
        (0..size).map(of_result).collect()
    }

    proptest! {
        #[test]
        fn every_sample_is_the_weighted_mean_by_the_formula(
            size in (1_usize..40, 1_usize..40),
            result in (1_u32..30, 1_u32..30),
            corner in (0.0_f64..0.9, 0.0_f64..0.9),
            shown in (0.05_f64..1.0, 0.05_f64..1.0),
            means: bool,
            seed: u32,
        ) {
            let left = corner.0 * size.0 as f64;
            let top = corner.1 * size.1 as f64;
            let grid = Grid {
                size,
                crop: Crop {
                    left,
                    top,
                    width: shown.0 * (size.0 as f64 - left),
                    height: shown.1 * (size.1 as f64 - top),
                },
                kind: if means { Samples::Means } else { Samples::Points },
            };
            // Two alike, with padding behind their rows, and one that is flat.
            let stride = size.0 + 3;
            let noise: Vec<u8> = (0..stride * size.1)
                .map(|at| (seed.wrapping_mul(at as u32 * 2 + 1).wrapping_add(seed) >> 20) as u8)
                .collect();
            let flat = vec![77; stride * size.1];
            let plane = |samples| Plane { grid, stride, samples };
            let found = planes(&[plane(&noise), plane(&flat), plane(&noise)], result);

            let across = weights(grid.crop.left, grid.crop.width, result.0 as usize, size.0, grid.kind);
            let down = weights(grid.crop.top, grid.crop.height, result.1 as usize, size.1, grid.kind);
            for (nth, pixel) in found.bytes().chunks_exact(3).take((result.0 * result.1) as usize).enumerate() {
                let (x, y) = (nth % result.0 as usize, nth / result.0 as usize);
                let mut wanted = 0.0;
                for (row, weight) in noise.chunks(stride).zip(&down[y]) {
                    for (&sample, along) in row.iter().zip(&across[x]) {
                        wanted += f64::from(sample) * weight * along;
                    }
                }
                let wanted = wanted.clamp(0.0, 255.0);
                prop_assert!((f64::from(pixel[0]) - wanted).abs() < 0.51, "{nth}: {}, {wanted}", pixel[0]);
                prop_assert_eq!(pixel[0], pixel[2]);
                prop_assert_eq!(pixel[1], 77);
            }
        }
    }

    #[test]
    fn interleaved_channels_are_resampled_as_planes_are() {
        let size = (37, 29);
        let grid = Grid {
            size,
            crop: Crop {
                left: 2.5,
                top: 0.25,
                width: 30.0,
                height: 28.0,
            },
            kind: Samples::Points,
        };
        for channels in 1..=4 {
            let sample = |at: usize| (at * at * 7 + at * 31) as u8;
            let pixels: Vec<u8> = (0..size.0 * size.1 * channels).map(sample).collect();
            let separate: Vec<Vec<u8>> = (0..channels)
                .map(|channel| {
                    pixels
                        .iter()
                        .skip(channel)
                        .step_by(channels)
                        .copied()
                        .collect()
                })
                .collect();
            let plane = |samples, stride| Plane {
                grid,
                stride,
                samples,
            };
            let by_planes: Vec<_> = separate
                .iter()
                .map(|samples| plane(samples, size.0))
                .collect();
            let wanted = planes(&by_planes, (11, 13));
            let found = interleaved(&plane(&pixels, size.0 * channels), channels, (11, 13));
            let bytes = 11 * 13 * channels;
            assert_eq!(
                found.bytes()[..bytes],
                wanted.bytes()[..bytes],
                "{channels}"
            );
        }
    }
}
