//! From luma and chroma to colours.

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
    pub(super) matrix: Matrix,
    /// What luma of no light is, and by what it is multiplied to be 1 in full light.
    luma: (f32, f32),
    /// The same for chroma, to be from -0.5 to 0.5.
    pub(super) chroma: (f32, f32),
}

pub(super) enum Matrix {
    /// The planes are green, blue and red.
    Identity,
    /// Luma, and the differences of green and orange.
    YCgCo,
    /// The same in whole numbers, from which colours of fewer bits come back exactly: what chroma of no colour is, and white.
    YCgCoWhole {
        middle: i32,
        white: f32,
    },
    Weights(Weights),
}

/// Of red to the second chroma, of green to both, and of blue to the first.
#[derive(Clone, Copy)]
pub(super) struct Weights {
    red: f32,
    green: (f32, f32),
    blue: f32,
}

impl Weights {
    /// What chroma adds to luma, for red, green and blue.
    pub(super) fn tint(self, cb: f32, cr: f32) -> [f32; 3] {
        [
            self.red * cr,
            -self.green.0 * cb - self.green.1 * cr,
            self.blue * cb,
        ]
    }
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
        let matrix = Matrix::Weights(Weights {
            red: 2.0 * (1.0 - red),
            green: (
                2.0 * blue * (1.0 - blue) / green,
                2.0 * red * (1.0 - red) / green,
            ),
            blue: 2.0 * (1.0 - blue),
        });
        Self {
            smooths: false,
            matrix,
            luma,
            chroma,
        }
    }

    /// Red, green and blue from 0 to 1, not cut off at the ends.
    pub(super) fn colour(&self, samples: [u16; 3]) -> [f32; 3] {
        let y = self.light(samples[0]);
        let [cb, cr] = [samples[1], samples[2]].map(|sample| scaled(sample, self.chroma));
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
            Matrix::Weights(weights) => weights.tint(cb, cr).map(|tint| y + tint),
        }
    }

    pub(super) fn light(&self, sample: u16) -> f32 {
        scaled(sample, self.luma)
    }
}

pub(super) fn scaled(sample: u16, (zero, factor): (f32, f32)) -> f32 {
    (f32::from(sample) - zero) * factor
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
}
