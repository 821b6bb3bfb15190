//! From the bits of a row to pixels.

use super::header::Bitmap;
use crate::raster::Channels;

/// How a row is unpacked.
pub(super) enum Unpacker {
    /// Indices of so many bits into a palette; `Grey` where all of its colours are.
    Palette {
        bits: u8,
        colours: Vec<[u8; 3]>,
        is_grey: bool,
    },
    /// Blue, green, red, each a byte.
    Bytes,
    /// Samples that are parts of 16 or 32 bits; the fourth is alpha, where it is any.
    Fields {
        bytes: usize,
        fields: [Field; 3],
        alpha: Option<Field>,
    },
}

impl Unpacker {
    pub(super) fn new(bitmap: &Bitmap<'_>) -> Self {
        let [red, green, blue, alpha] = bitmap.masks.map(Field::new);
        match bitmap.bits {
            bits @ (1 | 2 | 4 | 8) => {
                let mut colours = bitmap.palette.clone();
                // An index that the palette does not have is black.
                colours.resize(256, [0; 3]);
                let is_grey = bitmap.palette.iter().all(|[r, g, b]| r == g && g == b);
                Self::Palette {
                    bits: bits as u8,
                    colours,
                    is_grey,
                }
            }
            24 => Self::Bytes,
            bits => {
                let bytes = usize::from(bits / 8);
                let fields = [red, green, blue];
                // Many programs name an alpha channel and write nothing into it.
                let is_used = || {
                    let mut rows = (0..bitmap.height as usize).map(|row| bitmap.row(row));
                    rows.any(|row| values(row, bytes).any(|value| alpha.of(value) != 0))
                };
                let alpha = (alpha.largest > 0 && is_used()).then_some(alpha);
                Self::Fields {
                    bytes,
                    fields,
                    alpha,
                }
            }
        }
    }

    pub(super) const fn channels(&self) -> Channels {
        match self {
            Self::Palette { is_grey: true, .. } => Channels::Grey,
            Self::Fields { alpha: Some(_), .. } => Channels::Rgba,
            _ => Channels::Rgb,
        }
    }

    /// The 256 colours of a palette, none where there is no palette.
    pub(super) fn palette(&self) -> &[[u8; 3]] {
        match self {
            Self::Palette { colours, .. } => colours,
            _ => &[],
        }
    }

    /// Unpacks as many pixels of `stored` as there are into `to`.
    pub(super) fn unpack(&self, stored: &[u8], to: &mut [u8]) {
        match self {
            Self::Palette {
                bits,
                colours,
                is_grey,
            } => {
                let indices = packed(stored, *bits);
                let colours = indices.map(|index| colours[usize::from(index)]);
                if *is_grey {
                    to.iter_mut()
                        .zip(colours)
                        .for_each(|(to, [grey, ..])| *to = grey);
                } else {
                    let (to, _) = to.as_chunks_mut::<3>();
                    to.iter_mut()
                        .zip(colours)
                        .for_each(|(to, colour)| *to = colour);
                }
            }
            Self::Bytes => {
                let ((to, _), (from, _)) = (to.as_chunks_mut::<3>(), stored.as_chunks::<3>());
                for (to, &[blue, green, red]) in to.iter_mut().zip(from) {
                    *to = [red, green, blue];
                }
            }
            Self::Fields {
                bytes,
                fields,
                alpha,
            } => {
                let count = 3 + usize::from(alpha.is_some());
                for (to, value) in to.chunks_exact_mut(count).zip(values(stored, *bytes)) {
                    let fields = fields.iter().chain(alpha);
                    to.iter_mut()
                        .zip(fields)
                        .for_each(|(to, field)| *to = field.of(value));
                }
            }
        }
    }
}

/// Samples of 1, 2, 4 or 8 bits, the first in the highest bits of a byte.
fn packed(line: &[u8], bits: u8) -> impl Iterator<Item = u8> {
    let mask = u8::MAX >> (8 - bits);
    line.iter().flat_map(move |&byte| {
        let places = (0..8 / bits).rev();
        places.map(move |place| byte >> (place * bits) & mask)
    })
}

/// Numbers of two or four bytes, the low one first.
fn values(row: &[u8], bytes: usize) -> impl Iterator<Item = u32> {
    row.chunks_exact(bytes).map(|value| {
        let high_first = value.iter().rev();
        high_first.fold(0, |value, &byte| value << 8 | u32::from(byte))
    })
}

/// A sample's place in a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    mask: u32,
    shift: u32,
    /// Its largest value, 0 where it has no bits.
    largest: u32,
}

impl Field {
    const fn new(mask: u32) -> Self {
        let shift = if mask == 0 { 0 } else { mask.trailing_zeros() };
        Self {
            mask,
            shift,
            largest: mask >> shift,
        }
    }

    /// The sample in eight bits.
    fn of(self, value: u32) -> u8 {
        if self.largest == 0 {
            return 0;
        }
        let sample = u64::from((value & self.mask) >> self.shift);
        let largest = u64::from(self.largest);
        ((sample * 255 + largest / 2) / largest) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_samples_come_from_the_highest_bits_down() {
        let check = |bits, expected: &[u8]| {
            assert_eq!(packed(&[0b1011_0001], bits).collect::<Vec<_>>(), expected);
        };
        check(1, &[1, 0, 1, 1, 0, 0, 0, 1]);
        check(2, &[2, 3, 0, 1]);
        check(4, &[11, 1]);
        check(8, &[0xB1]);
    }

    #[test]
    fn a_field_of_any_width_reaches_black_and_white() {
        for mask in [
            0x7C00,
            0x07E0,
            0x1,
            0x8000,
            0xFF00_0000,
            0x3FF0_0000,
            u32::MAX,
        ] {
            let field = Field::new(mask);
            assert_eq!((field.of(0), field.of(mask), field.of(!mask)), (0, 255, 0));
        }
        assert_eq!(Field::new(0).of(u32::MAX), 0);
        assert_eq!(Field::new(0xF0).of(0x80), 136, "8 of 15");
    }
}
