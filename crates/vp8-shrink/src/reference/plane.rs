//! A whole plane: prediction, what is added to it, and its means.

use super::ReferencePlane;
use crate::geometry::{MACROBLOCK, PlaneShape};
use crate::modes::{BlockMode, Mode};
use alloc::vec::Vec;

/// One component of all macroblocks.
pub(super) struct WholePlane {
    /// Samples along one side of a macroblock.
    pub(super) side: usize,
    pub(super) stride: usize,
    /// Columns and rows that belong to the picture.
    pub(super) size: (usize, usize),
    pub(super) samples: Vec<u8>,
}

impl WholePlane {
    /// 12.2 and 12.3: what is seen outside of the plane, too.
    fn at(&self, x: isize, y: isize) -> i32 {
        if y < 0 {
            127
        } else if x < 0 {
            129
        } else {
            let x = (x as usize).min(self.stride - 1);
            self.samples[y as usize * self.stride + x].into()
        }
    }

    fn set(&mut self, x: usize, y: usize, value: i32) {
        self.samples[y * self.stride + x] = value.clamp(0, 255) as u8;
    }

    pub(super) fn predict(&mut self, mode: Mode, column: usize, row: usize) {
        let side = self.side;
        let (left, top) = ((column * side) as isize, (row * side) as isize);
        let above: i32 = (0..side as isize).map(|x| self.at(left + x, top - 1)).sum();
        let beside: i32 = (0..side as isize).map(|y| self.at(left - 1, top + y)).sum();
        let half = side as i32 / 2;
        let mean = match (row > 0, column > 0) {
            (true, true) => (above + beside + 2 * half) / (4 * half),
            (true, false) => (above + half) / (2 * half),
            (false, true) => (beside + half) / (2 * half),
            (false, false) => 128,
        };
        let corner = self.at(left - 1, top - 1);
        for y in 0..side as isize {
            for x in 0..side as isize {
                let (above, beside) = (self.at(left + x, top - 1), self.at(left - 1, top + y));
                let value = match mode {
                    Mode::Dc => mean,
                    Mode::Vertical => above,
                    Mode::Horizontal => beside,
                    Mode::TrueMotion => above + beside - corner,
                };
                self.set((left + x) as usize, (top + y) as usize, value);
            }
        }
    }

    /// 12.3. The edge goes from the lowest sample to the left, -4, over the corner, 0, to the last one above to the right, 8; beyond its ends
    /// it repeats them.
    pub(super) fn predict_block(&mut self, mode: BlockMode, (left, top): (usize, usize)) {
        let (x0, y0) = (left as isize, top as isize);
        // To the right, blocks see the row above their macroblock.
        let far = if x0 % 16 == 12 { y0 / 16 * 16 } else { y0 } - 1;
        let edge: [i32; 13] = core::array::from_fn(|index| match index as isize - 4 {
            at if at < 0 => self.at(x0 - 1, y0 - at - 1),
            at if at > 4 => self.at(x0 + at - 1, far),
            at => self.at(x0 + at - 1, y0 - 1),
        });
        let e = |at: i32| edge[(at.clamp(-4, 8) + 4) as usize];
        let two = |at: i32| (e(at) + e(at + 1) + 1) >> 1;
        let three = |at: i32| (e(at - 1) + 2 * e(at) + e(at + 1) + 2) >> 2;
        let mean = (4 + (1..=4).map(|at| e(at) + e(-at)).sum::<i32>()) >> 3;
        for y in 0..4 {
            for x in 0..4 {
                let value = match (mode, x, y) {
                    (BlockMode::Dc, ..) => mean,
                    (BlockMode::TrueMotion, ..) => e(x + 1) + e(-1 - y) - e(0),
                    (BlockMode::Vertical, ..) => three(x + 1),
                    (BlockMode::Horizontal, ..) => three(-1 - y),
                    (BlockMode::LeftDown, ..) => three(x + y + 2),
                    (BlockMode::RightDown, ..) => three(x - y),
                    (BlockMode::VerticalRight, 0, 2..) => three(1 - y),
                    (BlockMode::VerticalRight, _, 0 | 2) => two(x - y / 2),
                    (BlockMode::VerticalRight, ..) => three(x - y / 2),
                    (BlockMode::VerticalLeft, 3, 2..) => three(y + 4),
                    (BlockMode::VerticalLeft, _, 0 | 2) => two(x + y / 2 + 1),
                    (BlockMode::VerticalLeft, ..) => three(x + y / 2 + 2),
                    (BlockMode::HorizontalDown, 2.., 0) => three(x - 1),
                    (BlockMode::HorizontalDown, 0 | 2, _) => two(x / 2 - y - 1),
                    (BlockMode::HorizontalDown, ..) => three(x / 2 - y),
                    (BlockMode::HorizontalUp, ..) => match (x + 2 * y, (x + 2 * y) / 2) {
                        (6.., _) => e(-4),
                        (0 | 2 | 4, half) => two(-2 - half),
                        (_, half) => three(-2 - half),
                    },
                };
                self.set(left + x as usize, top + y as usize, value);
            }
        }
    }

    /// 14.4 and 14.5.
    pub(super) fn add(&mut self, coefficients: &[i16; 16], (left, top): (usize, usize)) {
        let mut values = coefficients.map(i32::from);
        for (between, step, rounding) in [(4, 1, 0), (1, 4, 4)] {
            for lane in 0..4 {
                let places = [0, 1, 2, 3].map(|place| place * between + lane * step);
                let [a, b, c, d] = places.map(|place| values[place]);
                let cosine = |value: i32| value + ((value * 20_091) >> 16);
                let sine = |value: i32| (value * 35_468) >> 16;
                let (even, odd) = (a + c + rounding, a - c + rounding);
                let (outer, inner) = (cosine(b) + sine(d), sine(b) - cosine(d));
                values[places[0]] = even + outer;
                values[places[1]] = odd + inner;
                values[places[2]] = odd - inner;
                values[places[3]] = even - outer;
            }
        }
        for (index, value) in values.iter().enumerate() {
            let (x, y) = (left + index % 4, top + index / 4);
            let before = self.at(x as isize, y as isize);
            self.set(x, y, before + (value >> 3));
        }
    }

    /// The means of squares. What lies outside of the picture repeats the last samples inside, and what was not decoded is mid-grey.
    pub(super) fn reduced(
        &self,
        shape: PlaneShape,
        undecoded: &[bool],
        across: usize,
    ) -> ReferencePlane {
        let square = shape.pixels * self.side / MACROBLOCK;
        let mut samples = Vec::new();
        for row in shape.y..shape.y + shape.height {
            for column in shape.x..shape.x + shape.width {
                let macroblock = row * square / self.side * across + column * square / self.side;
                if undecoded[macroblock] {
                    samples.push(128);
                    continue;
                }
                let mut sum = 0;
                for y in row * square..(row + 1) * square {
                    for x in column * square..(column + 1) * square {
                        let (x, y) = (x.min(self.size.0 - 1), y.min(self.size.1 - 1));
                        sum += self.at(x as isize, y as isize) as usize;
                    }
                }
                samples.push(((sum + square * square / 2) / (square * square)) as u8);
            }
        }
        ReferencePlane { shape, samples }
    }
}
