//! Indices in the place of colours (RFC 9649, 3.5.4).

use crate::bits::Bits;
use crate::budget::Budget;
use crate::error::Error;
use crate::image::Image;
use alloc::vec::Vec;

/// The colours, and how many indices share a pixel.
#[derive(Debug)]
pub(super) struct Palette {
    /// As many as there can be indices. Those that the picture does not name are transparent black.
    colours: Vec<u32>,
    /// Bits of an index: 1, 2, 4 or 8.
    bits: usize,
    width: usize,
}

impl Palette {
    pub(super) fn read(
        bits: &mut Bits<'_>,
        width: usize,
        image: &mut Image,
        budget: &mut Budget<'_>,
    ) -> Result<Self, Error> {
        let count = bits.read(8) as usize + 1;
        let differences = image.read_inner(bits, (count, 1), budget)?;
        budget.take(256, 4)?;
        let mut colours = Vec::with_capacity(256);
        let mut last = [0_u8; 4];
        for difference in differences {
            let more = difference.to_le_bytes();
            last = core::array::from_fn(|nth| last[nth].wrapping_add(more[nth]));
            colours.push(u32::from_le_bytes(last));
        }
        let bits = match count {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            _ => 8,
        };
        colours.resize(1 << bits, 0);
        Ok(Self {
            colours,
            bits,
            width,
        })
    }

    /// Pixels in a row as it is coded.
    pub(super) fn packed(&self) -> usize {
        self.width.div_ceil(8 / self.bits)
    }

    /// Gives whole rows their colours.
    pub(super) fn undo(&self, packed: &[u32], rows: &mut Vec<u32>) {
        match self.bits {
            1 => self.unpack::<1>(packed, rows),
            2 => self.unpack::<2>(packed, rows),
            4 => self.unpack::<4>(packed, rows),
            _ => self.unpack::<8>(packed, rows),
        }
    }

    fn unpack<const BITS: usize>(&self, packed: &[u32], rows: &mut Vec<u32>) {
        let count = packed.len() / self.packed() * self.width;
        rows.resize(count, 0);
        let from = packed.chunks_exact(self.packed());
        for (row, from) in rows.chunks_exact_mut(self.width).zip(from) {
            for (pixels, from) in row.chunks_mut(8 / BITS).zip(from) {
                let mut indices = (from >> 8) as usize & 0xFF;
                for pixel in pixels {
                    *pixel = self.colours[indices & ((1 << BITS) - 1)];
                    indices >>= BITS;
                }
            }
        }
    }
}
