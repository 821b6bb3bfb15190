//! From planes of luma and chroma to colours.

/// One coded picture as its decoder hands it on.
pub(super) struct Planes {
    pub(super) size: (u32, u32),
    /// Bits of a sample: 8 to 16.
    pub(super) bits: u32,
    /// Luma, and the two of chroma, which are empty where the picture is grey.
    pub(super) samples: [Vec<u16>; 3],
    /// Samples from one row to the next, of luma and of chroma.
    pub(super) strides: [usize; 2],
    /// By how many bits a column and a row are shifted to those of the chroma.
    pub(super) shifts: (u32, u32),
    /// What the picture itself says of its samples.
    pub(super) coding: Option<Coding>,
}

impl Planes {
    pub(super) const fn is_grey(&self) -> bool {
        self.samples[1].is_empty()
    }
}

/// What the samples mean, by the code points of ITU-T H.273.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coding {
    pub(super) primaries: u8,
    pub(super) transfer: u8,
    pub(super) matrix: u8,
    /// Whether black and white are at the ends of the scale, and not at 16 and 235 of 255.
    pub(super) is_full_range: bool,
}

/// The way from the samples of one picture to its colours.
pub(super) struct Converter {
    /// Whether chroma is interpolated where there is less of it than of luma. In a picture that is reduced anyway it need not be.
    pub(super) smooths: bool,
    matrix: Matrix,
    /// What luma of no light is, and by what it is multiplied to be 1 in full light.
    luma: (f32, f32),
    /// The same for chroma, to be from -0.5 to 0.5.
    chroma: (f32, f32),
}

enum Matrix {
    /// The planes are green, blue and red.
    Identity,
    /// Luma, and the differences of green and orange.
    YCgCo,
    /// The same in whole numbers, from which colours of fewer bits come back exactly: what chroma of no colour is, and white.
    YCgCoWhole { middle: i32, white: f32 },
    /// Of red to the second chroma, of green to both, and of blue to the first.
    Weights {
        red: f32,
        green: (f32, f32),
        blue: f32,
    },
}

impl Converter {
    pub(super) fn new(coding: Coding, bits: u32) -> Self {
        let steps = ((1_u32 << bits) - 1) as f32;
        let unit = (1_u32 << (bits - 8)) as f32;
        let middle = (1_u32 << (bits - 1)) as f32;
        let (luma, chroma) = if coding.is_full_range {
            ((0.0, 1.0 / steps), (middle, 1.0 / steps))
        } else {
            (
                (16.0 * unit, 1.0 / (219.0 * unit)),
                (middle, 1.0 / (224.0 * unit)),
            )
        };
        // H.273, table 4: the parts of red and blue in luma.
        let (red, blue) = match coding.matrix {
            0 => {
                return Self {
                    smooths: false,
                    matrix: Matrix::Identity,
                    luma,
                    chroma: luma,
                };
            }
            8 => {
                return Self {
                    smooths: false,
                    matrix: Matrix::YCgCo,
                    luma,
                    chroma,
                };
            }
            // H.273 of 2024: of colours with two bits less, and with one bit less.
            16 | 17 if coding.is_full_range => {
                return Self {
                    smooths: false,
                    matrix: Matrix::YCgCoWhole {
                        middle: 1 << (bits - 1),
                        white: ((1_u32 << (bits - if coding.matrix == 16 { 2 } else { 1 })) - 1)
                            as f32,
                    },
                    luma,
                    chroma,
                };
            }
            1 => (0.2126, 0.0722),
            4 => (0.30, 0.11),
            7 => (0.212, 0.087),
            9 | 10 => (0.2627, 0.0593),
            // By the primaries: Display P3 is the one that is in use.
            12 if coding.primaries == 12 => (0.228_97, 0.079_29),
            12 if coding.primaries == 9 => (0.2627, 0.0593),
            12 if coding.primaries == 1 => (0.2126, 0.0722),
            _ => (0.299, 0.114),
        };
        let green = 1.0 - red - blue;
        let matrix = Matrix::Weights {
            red: 2.0 * (1.0 - red),
            green: (
                2.0 * blue * (1.0 - blue) / green,
                2.0 * red * (1.0 - red) / green,
            ),
            blue: 2.0 * (1.0 - blue),
        };
        Self {
            smooths: false,
            matrix,
            luma,
            chroma,
        }
    }

    /// Red, green and blue from 0 to 1, not cut off at the ends.
    fn colour(&self, samples: [u16; 3]) -> [f32; 3] {
        let scale = |sample: u16, (zero, factor): (f32, f32)| (f32::from(sample) - zero) * factor;
        let (y, cb, cr) = (
            scale(samples[0], self.luma),
            scale(samples[1], self.chroma),
            scale(samples[2], self.chroma),
        );
        match self.matrix {
            Matrix::Identity => [cr, y, cb],
            Matrix::YCgCo => [y - cb + cr, y + cb, y - cb - cr],
            Matrix::YCgCoWhole { middle, white } => {
                let [y, green, orange] = samples.map(i32::from);
                let (green, orange) = (green - middle, orange - middle);
                let rest = y - (green >> 1);
                let blue = rest - (orange >> 1);
                [blue + orange, green + rest, blue].map(|part| part as f32 / white)
            }
            Matrix::Weights { red, green, blue } => {
                [y + red * cr, y - green.0 * cb - green.1 * cr, y + blue * cb]
            }
        }
    }

    fn light(&self, sample: u16) -> f32 {
        (f32::from(sample) - self.luma.0) * self.luma.1
    }
}

/// A sample of what is handed on.
pub(super) trait Sample: Copy {
    /// From 0 to 1; what lies outside is cut off.
    fn of(part: f32) -> Self;
}

impl Sample for u8 {
    fn of(part: f32) -> Self {
        (part * 255.0 + 0.5) as Self
    }
}

impl Sample for u16 {
    fn of(part: f32) -> Self {
        (part * 65_535.0 + 0.5) as Self
    }
}

/// Converts a part of a picture's row, which begins at `(x, y)`, to grey or to red, green and blue, and leaves out alpha.
pub(super) fn convert<S: Sample>(
    planes: &Planes,
    converter: &Converter,
    (x, y): (usize, usize),
    row: &mut [S],
    channels: usize,
) {
    let [luma, cb, cr] = &planes.samples;
    let luma = &luma[y * planes.strides[0] + x..];
    let is_grey = channels < 3;
    if is_grey || planes.is_grey() {
        for (pixel, &sample) in row.chunks_exact_mut(channels).zip(luma) {
            let level = S::of(converter.light(sample));
            let colours = if is_grey { 1 } else { 3 };
            pixel[..colours].fill(level);
        }
        return;
    }
    let rows = [cb, cr].map(|plane| Chroma::of(planes, plane, y, converter.smooths));
    for (column, (pixel, &sample)) in row.chunks_exact_mut(channels).zip(luma).enumerate() {
        let [cb, cr] = rows.each_ref().map(|row| row.get(x + column));
        let colour = converter.colour([sample, cb, cr]);
        for (sample, part) in pixel.iter_mut().zip(colour) {
            *sample = S::of(part);
        }
    }
}

/// The samples of chroma that a row's pixels are between.
struct Chroma<'a> {
    near: &'a [u16],
    /// Where there are fewer rows of chroma than of luma, the second nearest.
    far: &'a [u16],
    /// How many there are in a row.
    count: usize,
    shift: u32,
    smooths: bool,
}

impl<'a> Chroma<'a> {
    fn of(planes: &Planes, plane: &'a [u16], y: usize, smooths: bool) -> Self {
        let side = |length: u32, shift: u32| (length as usize).div_ceil(1 << shift);
        let (across, down) = planes.shifts;
        let row = |y: usize| &plane[y * planes.strides[1]..];
        let near = y >> down;
        let far = if down == 0 {
            near
        } else {
            next_nearest(y, side(planes.size.1, down))
        };
        Self {
            near: row(near),
            far: row(far),
            count: side(planes.size.0, across),
            shift: across,
            smooths: smooths && (across, down) != (0, 0),
        }
    }

    /// The chroma at a column. A sample is taken to lie in the middle between the pixels that it is for, so that the nearest
    /// counts three times as much as the next, along both sides.
    fn get(&self, x: usize) -> u16 {
        let near = x >> self.shift;
        if !self.smooths {
            return self.near[near];
        }
        let along = |row: &[u16]| {
            let far = if self.shift == 0 {
                near
            } else {
                next_nearest(x, self.count)
            };
            3 * u32::from(row[near]) + u32::from(row[far])
        };
        ((3 * along(self.near) + along(self.far) + 8) / 16) as u16
    }
}

/// Of `count` samples, each in the middle between two places, the second nearest to a place.
fn next_nearest(place: usize, count: usize) -> usize {
    let near = place / 2;
    if place.is_multiple_of(2) {
        near.saturating_sub(1)
    } else {
        (near + 1).min(count - 1)
    }
}

/// Puts opacities into a row's pixels, of which they are the last channel.
pub(super) fn put_alpha<S: Sample>(
    alpha: &Planes,
    is_full_range: bool,
    size: (u32, u32),
    (x, y): (usize, usize),
    row: &mut [S],
    channels: usize,
) {
    let coding = Coding {
        primaries: 2,
        transfer: 2,
        matrix: 2,
        is_full_range,
    };
    let converter = Converter::new(coding, alpha.bits);
    // An alpha picture may be smaller than the one it is for.
    let scale =
        |at: usize, from: u32, to: u32| (at as u64 * u64::from(to) / u64::from(from)) as usize;
    let y = scale(y, size.1, alpha.size.1);
    let samples = &alpha.samples[0][y * alpha.strides[0]..];
    for (column, pixel) in row.chunks_exact_mut(channels).enumerate() {
        let x = scale(x + column, size.0, alpha.size.0);
        pixel[channels - 1] = S::of(converter.light(samples[x]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way there is that of H.273, 8.3: eight bits become ten in matrix 16, and nine in 17.
    #[test]
    fn whole_luma_and_chroma_come_back_exactly() {
        for (matrix, bits) in [(16, 10), (17, 9)] {
            let coding = Coding {
                primaries: 1,
                transfer: 13,
                matrix,
                is_full_range: true,
            };
            let converter = Converter::new(coding, bits);
            for colour in [[255, 0, 0], [0, 255, 1], [3, 200, 255], [255; 3], [0; 3]] {
                let [red, green, blue]: [i32; 3] = colour;
                let orange = red - blue;
                let rest = blue + (orange >> 1);
                let leaf = green - rest;
                let middle = 1 << (bits - 1);
                let samples = [rest + (leaf >> 1), leaf + middle, orange + middle];
                let found = converter.colour(samples.map(|sample| sample as u16));
                assert_eq!(found.map(|part| (part * 255.0).round() as i32), colour);
            }
        }
    }

    #[test]
    fn between_samples_the_nearer_counts_three_times() {
        let row = Chroma {
            near: &[0, 100, 200],
            far: &[0, 100, 200],
            count: 3,
            shift: 1,
            smooths: true,
        };
        let found: Vec<_> = (0..6).map(|x| row.get(x)).collect();
        assert_eq!(found, [0, 25, 75, 125, 175, 200]);
        let far = Chroma {
            far: &[40, 140, 240],
            shift: 0,
            ..row
        };
        assert_eq!((far.get(0), far.get(2)), (10, 210));
    }
}
