//! Transforms, undone for a whole picture at once (RFC 9649, 3.5).

use super::Pixel;
use super::image::Stream;
use alloc::vec::Vec;

/// A transform, with the bits of a tile's side and a pixel for each tile where it has such.
pub(super) enum Transform {
    Predict(u32, Vec<Pixel>),
    Colour(u32, Vec<Pixel>),
    Green,
    Palette(Vec<Pixel>),
}

/// How many indices share a pixel.
pub(super) const fn indices(colours: &[Pixel]) -> usize {
    match colours.len() {
        0..=2 => 8,
        3..=4 => 4,
        5..=16 => 2,
        _ => 1,
    }
}

impl Transform {
    pub(super) fn read(
        kind: u32,
        stream: &mut Stream<'_>,
        (width, height): (usize, usize),
    ) -> Option<Self> {
        let tiles = |stream: &mut Stream<'_>| {
            let side = stream.bits(3)? + 2;
            let size = (width.div_ceil(1 << side), height.div_ceil(1 << side));
            Some((side, stream.inner(size)?))
        };
        Some(match kind {
            0 => {
                let (side, modes) = tiles(stream)?;
                Self::Predict(side, modes)
            }
            1 => {
                let (side, factors) = tiles(stream)?;
                Self::Colour(side, factors)
            }
            2 => Self::Green,
            _ => {
                let count = stream.bits(8)? as usize + 1;
                let mut colours = stream.inner((count, 1))?;
                for nth in 1..count {
                    colours[nth] = add(colours[nth], colours[nth - 1]);
                }
                Self::Palette(colours)
            }
        })
    }

    pub(super) fn undo(&self, mut pixels: Vec<Pixel>, width: usize) -> Vec<Pixel> {
        let tile = |at: usize, side: u32| {
            let across = width.div_ceil(1 << side);
            ((at / width) >> side) * across + ((at % width) >> side)
        };
        match self {
            Self::Predict(side, modes) => {
                for at in 0..pixels.len() {
                    let mode = modes[tile(at, *side)][1] & 15;
                    pixels[at] = add(pixels[at], predict(&pixels, at, width, mode));
                }
            }
            Self::Colour(side, factors) => {
                for (at, [blue, green, red, _]) in pixels.iter_mut().enumerate() {
                    let [green_red, green_blue, red_blue, _] = factors[tile(at, *side)];
                    *red = red.wrapping_add(share(green_red, *green));
                    *blue = blue
                        .wrapping_add(share(green_blue, *green))
                        .wrapping_add(share(red_blue, *red));
                }
            }
            Self::Green => {
                for [blue, green, red, _] in &mut pixels {
                    *red = red.wrapping_add(*green);
                    *blue = blue.wrapping_add(*green);
                }
            }
            Self::Palette(colours) => {
                let count = indices(colours);
                let bits = 8 / count;
                let rows = pixels.chunks(width.div_ceil(count));
                return rows
                    .flat_map(|row| {
                        (0..width).map(move |x| {
                            let shared = u32::from(row[x / count][1]);
                            let index = shared >> (x % count * bits) & ((1 << bits) - 1);
                            colours.get(index as usize).copied().unwrap_or_default()
                        })
                    })
                    .collect();
            }
        }
        pixels
    }
}

fn add(one: Pixel, other: Pixel) -> Pixel {
    core::array::from_fn(|nth| one[nth].wrapping_add(other[nth]))
}

/// 3.5.2, `ColorTransformDelta`.
fn share(factor: u8, sample: u8) -> u8 {
    ((i32::from(factor as i8) * i32::from(sample as i8)) >> 5) as u8
}

/// 3.5.1, what the pixel at `at` is expected to be.
fn predict(pixels: &[Pixel], at: usize, width: usize, mode: u8) -> Pixel {
    let black = [0, 0, 0, 255];
    match (at / width, at % width) {
        (0, 0) => return black,
        (0, _) => return pixels[at - 1],
        (_, 0) => return pixels[at - width],
        _ => {}
    }
    let (left, above) = (pixels[at - 1], pixels[at - width]);
    // Behind the last pixel of the row above comes the first of this row.
    let (above_right, above_left) = (pixels[at - width + 1], pixels[at - width - 1]);
    let each = |of: &dyn Fn(usize) -> i32| -> Pixel { core::array::from_fn(|nth| of(nth) as u8) };
    let mean =
        |one: Pixel, other: Pixel| each(&|nth| (i32::from(one[nth]) + i32::from(other[nth])) / 2);
    match mode {
        1 => left,
        2 => above,
        3 => above_right,
        4 => above_left,
        5 => mean(mean(left, above_right), above),
        6 => mean(left, above_left),
        7 => mean(left, above),
        8 => mean(above_left, above),
        9 => mean(above, above_right),
        10 => mean(mean(left, above_left), mean(above, above_right)),
        11 => {
            let apart = |pixel: Pixel| -> i32 {
                (0..4)
                    .map(|nth| {
                        let [left, above, corner] =
                            [left, above, above_left].map(|pixel| i32::from(pixel[nth]));
                        (left + above - corner - i32::from(pixel[nth])).abs()
                    })
                    .sum()
            };
            if apart(left) < apart(above) {
                left
            } else {
                above
            }
        }
        12 => each(&|nth| {
            let sum = i32::from(left[nth]) + i32::from(above[nth]);
            (sum - i32::from(above_left[nth])).clamp(0, 255)
        }),
        13 => {
            let middle = mean(left, above);
            each(&|nth| {
                let middle = i32::from(middle[nth]);
                (middle + (middle - i32::from(above_left[nth])) / 2).clamp(0, 255)
            })
        }
        _ => black,
    }
}
