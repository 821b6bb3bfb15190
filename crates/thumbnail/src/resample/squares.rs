//! Means of squares of pixels: a picture that is many times larger than its thumbnail is brought near to it by sums, which cost a
//! fraction of what the kernel costs for as many pixels. That a mean blurs is made good by the kernel, as for JPEG. The squares of
//! a picture that is not so large are its pixels.

use super::planes::interleaved;
use super::{Grid, Plane, Samples, between, both_passes, plane_bytes};
use crate::fit::{Crop, Plan};
use crate::palette::Palette;
use crate::raster::{Depth, Layout};
use crate::scratch::Buffer;
use fast_image_resize::Resizer;
use fast_image_resize::images::ImageRef;
use std::array;
use std::ops::Range;

/// By how much the means have to be larger than a thumbnail at least.
const MARGIN: f64 = 2.0;

/// Bytes of pixels that are kept until all of them have come.
const MOST: usize = 32 << 20;

/// The longest side of a square, so that the sum of its samples fits 16 bits.
const LONGEST: u32 = 16;

/// Sums rows of pixels to means of squares, which begin at the first row and column that are needed.
pub(super) struct Squares {
    side: u32,
    columns: Range<u32>,
    rows: Range<u32>,
    layout: Layout,
    /// Of each sample of a row, over the `added` rows of this row of squares that have come.
    sums: Vec<u16>,
    /// Of the pixels of each square, up to four samples in one number, where pixels come as places in a palette.
    squares: Vec<u64>,
    added: u32,
    /// With their channels interleaved, as pixels have them.
    means: Vec<u8>,
}

impl Squares {
    /// For the columns and rows of a picture that a thumbnail needs. `None` where samples have more than eight
    /// bits, or are so many that they are better brought to the thumbnail's width as they come.
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
        let side = ((ratio / (MARGIN * margin)) as u32).clamp(1, LONGEST);
        let bytes = columns.len() * rows.len() * layout.bytes();
        let keeps = side > 1 || bytes <= MOST;
        (layout.depth == Depth::Eight && keeps).then(|| Self {
            side,
            columns,
            rows,
            layout,
            sums: Vec::new(),
            squares: Vec::new(),
            added: 0,
            means: Vec::new(),
        })
    }

    /// Squares in a row, and rows of them.
    fn size(&self) -> (usize, usize) {
        let count = |range: &Range<u32>| (range.end - range.start).div_ceil(self.side) as usize;
        (count(&self.columns), count(&self.rows))
    }

    /// Bytes that it takes to sum and to resample the means, of which `step` come to one of the thumbnail.
    pub(super) fn memory(&self, plan: &Plan) -> u64 {
        let channels = self.layout.channels.count() as u64;
        let (width, height) = self.size();
        let (row, height) = (width as u64 * channels, height as u64);
        if self.side == 1 {
            let reached = (self.columns.len() as u32, self.rows.len() as u32);
            return row * height + between(reached, plan.scaled) * channels;
        }
        let step = plan.crop.height / f64::from(plan.scaled.1) / f64::from(self.side);
        let sums = self.columns.len() as u64 * channels * 2;
        sums + row * height + plane_bytes((row, height), step)
    }

    /// Adds the next needed row, given as a whole.
    pub(super) fn add(&mut self, row: &[u8]) {
        let samples = |column: u32| column as usize * self.layout.channels.count();
        let row = &row[samples(self.columns.start)..samples(self.columns.end)];
        self.reserve();
        if self.side == 1 {
            self.means.extend_from_slice(row);
            return;
        }
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

    /// The same with places in a palette.
    pub(super) fn add_indices(&mut self, row: &[u8], palette: &Palette) {
        let row = &row[self.columns.start as usize..self.columns.end as usize];
        self.reserve();
        if self.side == 1 {
            let start = self.means.len();
            let end = start + row.len() * self.layout.bytes();
            self.means.resize(end, 0);
            palette.draw_multiplied(row, &mut self.means[start..]);
            return;
        }
        if self.added == 0 {
            self.squares.clear();
            self.squares.resize(self.size().0, 0);
        }
        match self.side {
            2 => self.add_places::<2>(row, palette),
            3 => self.add_places::<3>(row, palette),
            4 => self.add_places::<4>(row, palette),
            side => {
                let squares = row.chunks(side as usize);
                for (sum, square) in self.squares.iter_mut().zip(squares) {
                    *sum += palette.sum(square);
                }
            }
        }
        self.added += 1;
        if self.added == self.side {
            self.complete();
        }
    }

    /// Short squares of a length that is known are summed without a loop, in half of the time.
    fn add_places<const SIDE: usize>(&mut self, row: &[u8], palette: &Palette) {
        let (squares, rest) = row.as_chunks::<SIDE>();
        let (sums, sums_rest) = self.squares.split_at_mut(squares.len());
        for (sum, square) in sums.iter_mut().zip(squares) {
            *sum += palette.sum(square);
        }
        if let [sum] = sums_rest {
            *sum += palette.sum(rest);
        }
    }

    fn reserve(&mut self) {
        if self.means.is_empty() {
            let (width, height) = self.size();
            self.means
                .reserve_exact(width * height * self.layout.channels.count());
        }
    }

    /// Ends a row of squares, after as many rows as there are.
    fn complete(&mut self) {
        match self.layout.channels.count() {
            1 => self.divide::<1>(),
            2 => self.divide::<2>(),
            3 => self.divide::<3>(),
            _ => self.divide::<4>(),
        }
        self.added = 0;
    }

    fn divide<const CHANNELS: usize>(&mut self) {
        let start = self.means.len();
        let count = self.size().0;
        self.means.resize(start + count * CHANNELS, 0);
        let means = self.means[start..].as_chunks_mut::<CHANNELS>().0;
        let side = self.side as usize;
        let divisor = Divisor::new(self.added * self.side);
        // At the right and the lower edge, of as many pixels as there are.
        let at_edge = self.columns.len() - (count - 1) * side;
        let divisor_at_edge = Divisor::new(self.added * at_edge as u32);
        let (last, means) = means.split_last_mut().expect("a thumbnail needs columns");
        if let Some((sums_at_edge, squares)) = self.squares.split_last() {
            for (mean, &sums) in means.iter_mut().zip(squares) {
                *mean = divisor.means_of(sums);
            }
            *last = divisor_at_edge.means_of(*sums_at_edge);
        } else {
            let pixels = self.sums.as_chunks::<CHANNELS>().0;
            let (squares, pixels_at_edge) = pixels.split_at(pixels.len() - at_edge);
            for (mean, square) in means.iter_mut().zip(squares.chunks_exact(side)) {
                *mean = divisor.means(square);
            }
            *last = divisor_at_edge.means(pixels_at_edge);
        }
    }

    /// The thumbnail. Rows that have not come are 0.
    pub(super) fn finish(
        mut self,
        plan: &Plan,
        resizer: &mut Resizer,
        between: &mut Buffer,
    ) -> Buffer {
        if self.added > 0 {
            self.complete();
        }
        let size = self.size();
        let stride = size.0 * self.layout.channels.count();
        self.means.resize(stride * size.1, 0);
        let scale = 1.0 / f64::from(self.side);
        let crop = Crop {
            left: (plan.crop.left - f64::from(self.columns.start)) * scale,
            top: (plan.crop.top - f64::from(self.rows.start)) * scale,
            width: plan.crop.width * scale,
            height: plan.crop.height * scale,
        };
        if self.side == 1 {
            let (width, height) = (self.columns.len() as u32, self.rows.len() as u32);
            let pixels = ImageRef::new(width, height, &self.means, self.layout.pixel_type());
            let pixels = pixels.expect("there are as many as its size says");
            return both_passes(resizer, &pixels, crop, plan.scaled, between);
        }
        let means = Plane {
            grid: Grid {
                size,
                crop,
                kind: Samples::Means,
            },
            stride,
            samples: &self.means,
        };
        interleaved(&means, self.layout.channels.count(), plan.scaled)
    }
}

/// By how many samples a sum is divided, each time by a multiplication: a processor takes many times as long to divide.
#[derive(Clone, Copy)]
struct Divisor {
    half: u32,
    /// The `count`th part of 2^32, rounded up. That is too much by less than `count`, of which there are at most 256, as a 2^32th
    /// part; times a sum below 2^16 that is less than the least part, so that what is rounded down is the same.
    reciprocal: u64,
}

impl Divisor {
    fn new(count: u32) -> Self {
        Self {
            half: count / 2,
            reciprocal: (1_u64 << 32).div_ceil(count.into()),
        }
    }

    /// The means of pixels whose samples, summed, fit 16 bits: so all of a pixel's are summed with one addition.
    #[inline(always)]
    fn means<const CHANNELS: usize>(self, pixels: &[[u16; CHANNELS]]) -> [u8; CHANNELS] {
        let packed = |pixel: &[u16; CHANNELS]| {
            let samples = pixel.iter().rev();
            samples.fold(0, |packed, &sample| packed << 16 | u64::from(sample))
        };
        self.means_of(pixels.iter().map(packed).sum())
    }

    /// The same of sums that have 16 bits each.
    #[inline(always)]
    fn means_of<const CHANNELS: usize>(self, sums: u64) -> [u8; CHANNELS] {
        array::from_fn(|nth| self.mean((sums >> (16 * nth)) as u32 & 0xFFFF))
    }

    /// To the nearest.
    #[inline(always)]
    fn mean(self, sum: u32) -> u8 {
        ((u64::from(sum + self.half) * self.reciprocal) >> 32) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alpha::multiply;
    use crate::raster::Channels;
    use proptest::prelude::*;

    proptest! {
        /// As computed pixel by pixel from the definition.
        #[test]
        fn means_are_those_of_the_pixels_there_are(
            side in 1..=LONGEST,
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
                let means: Vec<u8> = squares.means.iter().skip(channel).step_by(count).copied().collect();
                prop_assert_eq!(means, expected);
            }
        }
    }

    proptest! {
        /// As if each pixel had its colour.
        #[test]
        fn places_in_a_palette_come_to_the_means_of_their_colours(
            side in 1..=LONGEST,
            shown in (1..60_u32, 1..40_u32),
            left in 0..20_u32,
            channels in prop::sample::select(vec![Channels::Rgb, Channels::Rgba]),
            seed: u8,
        ) {
            let crop = Crop { left: 0.0, top: 0.0, width: f64::from(side) * MARGIN, height: f64::from(side) * MARGIN };
            let plan = Plan { crop, scaled: (1, 1), canvas: (1, 1) };
            let layout = Layout::new(channels, Depth::Eight);
            let colour = |place: u8| [place ^ seed, 255, place.wrapping_mul(71), place.wrapping_add(90)];
            let mut colours = Box::new([[0; 4]; 256]);
            for (place, to) in (0..=255).zip(colours.iter_mut()) {
                *to = colour(place);
            }
            let palette = Palette::new(colours, layout);
            let mut squares = [(); 2].map(|()| {
                Squares::new(&plan, layout, 1.0, left..left + shown.0, 5..5 + shown.1).expect("large enough")
            });
            let width = left + shown.0 + 3;
            for y in 0..shown.1 {
                let indices: Vec<u8> = (0..width).map(|x| (x * 31 + y * 17 + x * y * 7) as u8).collect();
                let mut row: Vec<u8> = indices
                    .iter()
                    .flat_map(|&place| colour(place)[..channels.count()].to_vec())
                    .collect();
                if channels.has_alpha() {
                    multiply(&mut row, (width, 1), layout);
                }
                squares[0].add(&row);
                squares[1].add_indices(&indices, &palette);
            }
            for squares in &mut squares {
                if squares.added > 0 {
                    squares.complete();
                }
            }
            prop_assert_eq!(&squares[0].means, &squares[1].means);
        }
    }

    #[test]
    fn sums_are_divided_to_the_nearest() {
        for count in 1..=LONGEST * LONGEST {
            let divisor = Divisor::new(count);
            for sum in 0..=255 * count {
                let mean = f64::from(sum) / f64::from(count);
                let nearest = (mean + 0.5).floor() as u8;
                assert_eq!(divisor.mean(sum), nearest, "{sum} / {count}");
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
        let thumbnail = squares.finish(&plan, &mut Resizer::new(), &mut Buffer::default());
        let pixels = thumbnail.bytes()[..300].chunks(3);
        assert!(pixels.into_iter().all(|pixel| pixel == [10, 200, 90]));
    }
}
