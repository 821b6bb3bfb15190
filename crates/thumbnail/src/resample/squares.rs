//! Means of squares of pixels: a picture that is many times larger than its thumbnail is brought near to it by sums, which cost a
//! fraction of what the kernel costs for as many pixels. That a mean blurs is made good by the kernel, as for JPEG.

use super::{Grid, Plane, Samples, plane_bytes, planes};
use crate::fit::{Crop, Plan};
use crate::raster::{Depth, Layout};
use crate::scratch::Buffer;
use std::ops::Range;

/// By how much the means have to be larger than a thumbnail at least.
const MARGIN: f64 = 2.0;

/// The longest side of a square, so that the sum of its samples fits 16 bits.
const LONGEST: u32 = 16;

/// Sums rows of pixels to planes of means of squares, which begin at the first row and column that are needed.
pub(super) struct Squares {
    side: u32,
    columns: Range<u32>,
    rows: Range<u32>,
    channels: usize,
    /// Of each sample of a row, over the `added` rows of this row of squares that have come.
    sums: Vec<u16>,
    added: u32,
    /// One for each channel.
    means: Vec<Vec<u8>>,
}

impl Squares {
    /// For the columns and rows of a picture that a thumbnail needs. `None` where squares would be no larger than pixels, or
    /// samples have more than eight bits.
    pub(super) fn new(
        plan: &Plan,
        layout: Layout,
        margin: f64,
        columns: Range<u32>,
        rows: Range<u32>,
    ) -> Option<Self> {
        let ratio = f64::min(
            plan.crop.width / f64::from(plan.scaled.0),
            plan.crop.height / f64::from(plan.scaled.1),
        );
        // Never negative, and a quotient that is too large becomes the largest number.
        let side = ((ratio / (MARGIN * margin)) as u32).min(LONGEST);
        let channels = layout.channels.count();
        (side > 1 && layout.depth == Depth::Eight).then(|| Self {
            side,
            columns,
            rows,
            channels,
            sums: Vec::new(),
            added: 0,
            means: vec![Vec::new(); channels],
        })
    }

    /// Squares in a row, and rows of them.
    fn size(&self) -> (usize, usize) {
        let count = |range: &Range<u32>| (range.end - range.start).div_ceil(self.side) as usize;
        (count(&self.columns), count(&self.rows))
    }

    /// Bytes that it takes to sum and to resample the means, of which `step` come to one of the thumbnail.
    pub(super) fn memory(&self, plan: &Plan) -> u64 {
        let (width, height) = self.size();
        let step = plan.crop.height / f64::from(plan.scaled.1) / f64::from(self.side);
        let sums = u64::from(self.columns.end - self.columns.start) * self.channels as u64 * 2;
        let means = width as u64 * height as u64 * self.channels as u64;
        sums + means + plane_bytes((width as u64, height as u64), step)
    }

    /// Adds the next needed row, given as a whole.
    pub(super) fn add(&mut self, row: &[u8]) {
        let samples = |column: u32| column as usize * self.channels;
        let row = &row[samples(self.columns.start)..samples(self.columns.end)];
        if self.added == 0 {
            self.sums.clear();
            self.sums
                .extend(row.iter().map(|&sample| u16::from(sample)));
        } else {
            for (sum, &sample) in self.sums.iter_mut().zip(row) {
                *sum += u16::from(sample);
            }
        }
        self.added += 1;
        if self.added == self.side {
            self.complete();
        }
    }

    /// Ends a row of squares, after as many rows as there are.
    fn complete(&mut self) {
        match self.channels {
            1 => self.divide::<1>(),
            2 => self.divide::<2>(),
            3 => self.divide::<3>(),
            _ => self.divide::<4>(),
        }
        self.added = 0;
    }

    fn divide<const CHANNELS: usize>(&mut self) {
        let pixels = self.sums.as_chunks::<CHANNELS>().0;
        for square in pixels.chunks(self.side as usize) {
            let mut sums = [0_u32; CHANNELS];
            for pixel in square {
                for (sum, &sample) in sums.iter_mut().zip(pixel) {
                    *sum += u32::from(sample);
                }
            }
            // At the right and the lower edge, of as many pixels as there are.
            let count = self.added * square.len() as u32;
            for (means, sum) in self.means.iter_mut().zip(sums) {
                means.push(((sum + count / 2) / count) as u8);
            }
        }
    }

    /// The thumbnail. Rows that have not come are 0.
    pub(super) fn finish(mut self, plan: &Plan) -> Buffer {
        if self.added > 0 {
            self.complete();
        }
        let size = self.size();
        let scale = 1.0 / f64::from(self.side);
        let grid = Grid {
            size,
            crop: Crop {
                left: (plan.crop.left - f64::from(self.columns.start)) * scale,
                top: (plan.crop.top - f64::from(self.rows.start)) * scale,
                width: plan.crop.width * scale,
                height: plan.crop.height * scale,
            },
            kind: Samples::Means,
        };
        for means in &mut self.means {
            means.resize(size.0 * size.1, 0);
        }
        let channels: Vec<_> = self
            .means
            .iter()
            .map(|samples| Plane {
                grid,
                stride: size.0,
                samples,
            })
            .collect();
        planes(&channels, plan.scaled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Channels;
    use proptest::prelude::*;

    proptest! {
        /// As computed pixel by pixel from the definition.
        #[test]
        fn means_are_those_of_the_pixels_there_are(
            side in 2..=LONGEST,
            shown in (1..60_u32, 1..60_u32),
            left in 0..20_u32,
            channels in prop::sample::select(vec![Channels::Grey, Channels::GreyAlpha, Channels::Rgb, Channels::Rgba]),
            seed: u8,
        ) {
            let count = channels.count();
            let sample = |x: u32, y: u32, channel: usize| {
                (x * 31 + y * 17 + channel as u32 * 71 + x * y * 7) as u8 ^ seed
            };
            let crop = Crop { left: 0.0, top: 0.0, width: f64::from(side) * MARGIN, height: f64::from(side) * MARGIN };
            let plan = Plan { crop, scaled: (1, 1), canvas: (1, 1) };
            let layout = Layout::new(channels, Depth::Eight);
            let mut squares =
                Squares::new(&plan, layout, 1.0, left..left + shown.0, 5..5 + shown.1).expect("large enough");
            prop_assert_eq!(squares.side, side);
            for y in 0..shown.1 {
                let row: Vec<u8> = (0..left + shown.0 + 3)
                    .flat_map(|x| (0..count).map(move |channel| sample(x, y, channel)))
                    .collect();
                squares.add(&row);
            }
            if squares.added > 0 {
                squares.complete();
            }
            for channel in 0..count {
                let mut expected = Vec::new();
                for top in (0..shown.1).step_by(side as usize) {
                    for start in (0..shown.0).step_by(side as usize) {
                        let (right, bottom) = ((start + side).min(shown.0), (top + side).min(shown.1));
                        let pixels = (top..bottom).flat_map(|y| (start..right).map(move |x| (x, y)));
                        let sum: f64 = pixels.map(|(x, y)| f64::from(sample(left + x, y, channel))).sum();
                        let mean = sum / f64::from((right - start) * (bottom - top));
                        expected.push((mean + 0.5).floor() as u8);
                    }
                }
                prop_assert_eq!(&squares.means[channel], &expected);
            }
        }
    }

    #[test]
    fn a_thumbnail_of_one_colour_has_it_up_to_its_edges() {
        let crop = Crop {
            left: 3.5,
            top: 0.0,
            width: 63.0,
            height: 63.0,
        };
        let plan = Plan {
            crop,
            scaled: (10, 10),
            canvas: (10, 10),
        };
        let layout = Layout::new(Channels::Rgb, Depth::Eight);
        let mut squares = Squares::new(&plan, layout, 1.0, 0..70, 0..63).expect("large enough");
        for _ in 0..63 {
            squares.add(&[10, 200, 90].repeat(70));
        }
        let thumbnail = squares.finish(&plan);
        let pixels = thumbnail.bytes()[..300].chunks(3);
        assert!(pixels.into_iter().all(|pixel| pixel == [10, 200, 90]));
    }
}
