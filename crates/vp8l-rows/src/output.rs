//! From pixels to the bytes that are handed on.

use crate::request::Samples;
use dispatch::Work;

/// Writes `pixels` as `samples` to the start of `to`.
pub(crate) fn write(pixels: &[u32], samples: Samples, to: &mut [u8]) {
    dispatch::with_best(Write {
        pixels,
        samples,
        to,
    });
}

struct Write<'a> {
    pixels: &'a [u32],
    samples: Samples,
    to: &'a mut [u8],
}

impl Work for Write<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        match self.samples {
            Samples::Rgba => {
                for (to, pixel) in self.to.as_chunks_mut().0.iter_mut().zip(self.pixels) {
                    // Red and blue change places. Written with bytes, it would be done byte by byte.
                    let swapped = (pixel & 0x00FF_00FF).rotate_left(16);
                    *to = (pixel & 0xFF00_FF00 | swapped).to_le_bytes();
                }
            }
            Samples::Rgb => {
                let (fours, rest) = self.pixels.as_chunks::<4>();
                let (to, to_rest) = self.to.split_at_mut(12 * fours.len());
                for (to, four) in to.as_chunks_mut::<12>().0.iter_mut().zip(fours) {
                    let [one, two, three, four] = four.map(|pixel| pixel.swap_bytes() >> 8);
                    to[..4].copy_from_slice(&(one | two << 24).to_le_bytes());
                    to[4..8].copy_from_slice(&(two >> 8 | three << 16).to_le_bytes());
                    to[8..].copy_from_slice(&(three >> 16 | four << 8).to_le_bytes());
                }
                for (to, pixel) in to_rest.as_chunks_mut::<3>().0.iter_mut().zip(rest) {
                    let [blue, green, red, _] = pixel.to_le_bytes();
                    *to = [red, green, blue];
                }
            }
            Samples::Green => {
                for (to, pixel) in self.to.iter_mut().zip(self.pixels) {
                    *to = (pixel >> 8) as u8;
                }
            }
        }
    }
}
