//! From pixels to luma and chroma, whole blocks of each.

use super::transform::Block;
use crate::raster::{Channels, Raster};

/// One component, with what is at its right and lower edge repeated to whole blocks. A sample is what it is less 128, and not
/// rounded: averages are exact.
pub(super) struct Plane {
    samples: Vec<f32>,
    /// Blocks in a row, and rows of blocks.
    pub(super) blocks: (usize, usize),
    /// Blocks of a minimum coded unit, across and down.
    pub(super) sampling: [usize; 2],
    /// Which of the tables: 0 those for luma, 1 those for chroma.
    pub(super) tables: usize,
}

impl Plane {
    fn new((width, height): (usize, usize), sampling: [usize; 2], tables: usize) -> Self {
        let blocks = (width.div_ceil(8), height.div_ceil(8));
        Self {
            samples: vec![0.0; blocks.0 * blocks.1 * 64],
            blocks,
            sampling,
            tables,
        }
    }

    #[inline(always)]
    const fn stride(&self) -> usize {
        self.blocks.0 * 8
    }

    /// The block in column `x` and row `y` of blocks.
    #[inline(always)]
    pub(super) fn block(&self, x: usize, y: usize) -> Block {
        let rows = self.samples[y * 8 * self.stride() + x * 8..].chunks(self.stride());
        let mut block = [[0.0; 8]; 8];
        for (to, from) in block.iter_mut().zip(rows) {
            to.copy_from_slice(&from[..8]);
        }
        block
    }

    /// Repeats the last of `width` columns and `height` rows to the edge of the blocks.
    fn extend(&mut self, width: usize, height: usize) {
        let stride = self.stride();
        for row in self.samples.chunks_exact_mut(stride).take(height) {
            let last = row[width - 1];
            row[width..].fill(last);
        }
        let (picture, below) = self.samples.split_at_mut(height * stride);
        let last = &picture[(height - 1) * stride..];
        for row in below.chunks_exact_mut(stride) {
            row.copy_from_slice(last);
        }
    }
}

/// The components of a picture without alpha; chroma at half the resolution if `halved`.
pub(super) fn of(raster: &Raster, halved: bool) -> Vec<Plane> {
    let (width, height) = (raster.width as usize, raster.height as usize);
    if raster.channels == Channels::Grey {
        let mut luma = Plane::new((width, height), [1, 1], 0);
        for (y, row) in raster.samples.chunks_exact(width).enumerate() {
            let at = y * luma.stride();
            for (to, &from) in luma.samples[at..].iter_mut().zip(row) {
                *to = f32::from(from) - 128.0;
            }
        }
        luma.extend(width, height);
        return vec![luma];
    }

    let factor = if halved { 2 } else { 1 };
    let half = (width.div_ceil(factor), height.div_ceil(factor));
    let mut luma = Plane::new((width, height), [factor; 2], 0);
    let mut blue = Plane::new(half, [1, 1], 1);
    let mut red = Plane::new(half, [1, 1], 1);
    let split = match raster.channels {
        Channels::YCbCr => split_ycbcr,
        _ => split_rgb,
    };
    let mut wide = [vec![0.0; width], vec![0.0; width]];
    for (y, row) in raster.samples.chunks_exact(3 * width).enumerate() {
        let at = y * luma.stride();
        let [wide_blue, wide_red] = &mut wide;
        split(row, &mut luma.samples[at..], wide_blue, wide_red);
        for (wide, plane) in [(wide_blue, &mut blue), (wide_red, &mut red)] {
            let at = y / factor * plane.stride();
            let row = &mut plane.samples[at..][..half.0];
            // The last row of an odd number counts twice.
            let weight = if factor == 1 {
                1.0
            } else if y + 1 == height && height % 2 == 1 {
                0.5
            } else {
                0.25
            };
            add(wide, factor, weight, row);
        }
    }
    luma.extend(width, height);
    blue.extend(half.0, half.1);
    red.extend(half.0, half.1);
    vec![luma, blue, red]
}

fn split_ycbcr(pixels: &[u8], luma: &mut [f32], blue: &mut [f32], red: &mut [f32]) {
    let places = luma.iter_mut().zip(blue).zip(red);
    for (((luma, blue), red), pixel) in places.zip(pixels.as_chunks::<3>().0) {
        let [y, b, r] = pixel.map(|sample| f32::from(sample) - 128.0);
        (*luma, *blue, *red) = (y, b, r);
    }
}

/// By the formula of JFIF (ITU-T T.871, 7).
fn split_rgb(pixels: &[u8], luma: &mut [f32], blue: &mut [f32], red: &mut [f32]) {
    let places = luma.iter_mut().zip(blue).zip(red);
    for (((luma, blue), red), pixel) in places.zip(pixels.as_chunks::<3>().0) {
        let [r, g, b] = pixel.map(f32::from);
        let y = 0.299 * r + 0.587 * g + 0.114 * b;
        *luma = y - 128.0;
        *blue = (b - y) * (1.0 / 1.772);
        *red = (r - y) * (1.0 / 1.402);
    }
}

/// Adds `weight` times every sample to the one that it is a part of. The last one of an odd number counts twice.
fn add(wide: &[f32], factor: usize, weight: f32, row: &mut [f32]) {
    if factor == 1 {
        row.copy_from_slice(wide);
        return;
    }
    let (pairs, odd) = wide.as_chunks::<2>();
    for (to, [left, right]) in row.iter_mut().zip(pairs) {
        *to += weight * (left + right);
    }
    if let (Some(to), [last]) = (row.last_mut(), odd) {
        *to += weight * (last + last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raster(channels: Channels, width: u32, height: u32, samples: &[u8]) -> Raster {
        Raster {
            channels,
            width,
            height,
            samples: samples.to_vec(),
        }
    }

    #[test]
    fn chroma_is_the_average_of_its_pixels_and_edges_are_repeated() {
        // Three by three pixels; the last column and row stand for two.
        let chroma = [10, 20, 30, 50, 60, 70, 90, 100, 110];
        let samples: Vec<u8> = chroma.iter().flat_map(|&blue| [128, blue, 255]).collect();
        let planes = of(&raster(Channels::YCbCr, 3, 3, &samples), true);
        let [luma, blue, red] = &planes[..] else {
            panic!("three components")
        };
        assert_eq!((luma.blocks, luma.sampling), ((1, 1), [2, 2]));
        assert_eq!((blue.blocks, blue.sampling), ((1, 1), [1, 1]));
        assert!(luma.block(0, 0).as_flattened().iter().all(|&y| y == 0.0));
        assert!(red.block(0, 0).as_flattened().iter().all(|&r| r == 127.0));
        let found = blue.block(0, 0).map(|row| row.map(|sample| sample + 128.0));
        let (top, below) = ([35.0, 50.0], [95.0, 110.0]);
        for (y, row) in found.iter().enumerate() {
            let [first, last] = if y == 0 { top } else { below };
            assert_eq!(row, &[first, last, last, last, last, last, last, last]);
        }
    }

    #[test]
    fn colours_follow_the_formula() {
        let check = |rgb: [u8; 3], wanted: [f32; 3]| {
            let planes = of(&raster(Channels::Rgb, 1, 1, &rgb), false);
            for (plane, wanted) in planes.iter().zip(wanted) {
                let found = plane.block(0, 0)[7][7] + 128.0;
                assert!((found - wanted).abs() < 0.01, "{rgb:?}: {found}, {wanted}");
            }
        };
        check([0, 0, 0], [0.0, 128.0, 128.0]);
        check([255, 255, 255], [255.0, 128.0, 128.0]);
        check([255, 0, 0], [76.245, 84.97, 255.5]);
        check([0, 255, 0], [149.685, 43.53, 21.23]);
        check([0, 0, 255], [29.07, 255.5, 107.27]);
    }

    #[test]
    fn grey_is_one_component() {
        let planes = of(&raster(Channels::Grey, 9, 1, &[128; 9]), true);
        assert_eq!(planes.len(), 1);
        assert_eq!((planes[0].blocks, planes[0].sampling), ((2, 1), [1, 1]));
    }
}
