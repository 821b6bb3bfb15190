//! A row whose pixels were each taken off the next one: the sums of several pixels at once.

use dispatch::Work;

/// Bytes that are summed at a time, as many as a vector has.
const BYTES: usize = 32;

/// Undoes it for pixels of `PIXEL` bytes.
pub(super) fn undo<const PIXEL: usize>(filtered: &[u8], row: &mut [u8]) {
    dispatch::with_best(Sums::<PIXEL> { filtered, row });
}

/// The row, which is compiled for several instruction sets.
struct Sums<'a, const PIXEL: usize> {
    filtered: &'a [u8],
    row: &'a mut [u8],
}

impl<const PIXEL: usize> Work for Sums<'_, PIXEL> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // Whole pixels, and the last of those before them once for each.
        let step = BYTES / PIXEL * PIXEL;
        let mut before = [0; BYTES];
        let mut to = self.row.chunks_exact_mut(step);
        let mut from = self.filtered.chunks_exact(step);
        for (to, from) in to.by_ref().zip(from.by_ref()) {
            let mut sums = [0; BYTES];
            sums[..step].copy_from_slice(from);
            // Of one pixel and the one before it, then of two and two, of four and four, and so on.
            for doubled in 0..5 {
                let reach = PIXEL << doubled;
                if reach < BYTES {
                    sums = with_those_before(&sums, reach);
                }
            }
            for (sum, before) in sums.iter_mut().zip(before) {
                *sum = sum.wrapping_add(before);
            }
            to.copy_from_slice(&sums[..step]);
            for (at, before) in before.iter_mut().enumerate() {
                *before = sums[step - PIXEL + at % PIXEL];
            }
        }
        let (to, from) = (to.into_remainder(), from.remainder());
        let pixels = from.as_chunks::<PIXEL>().0;
        for (to, pixel) in to.as_chunks_mut::<PIXEL>().0.iter_mut().zip(pixels) {
            for (before, sample) in before.iter_mut().zip(pixel) {
                *before = before.wrapping_add(*sample);
            }
            to.copy_from_slice(&before[..PIXEL]);
        }
    }
}

/// Each byte with the one added that lies `reach` bytes before it.
#[inline(always)]
fn with_those_before(bytes: &[u8; BYTES], reach: usize) -> [u8; BYTES] {
    let mut added = [0; BYTES];
    added[reach..].copy_from_slice(&bytes[..BYTES - reach]);
    for (added, byte) in added.iter_mut().zip(bytes) {
        *added = added.wrapping_add(*byte);
    }
    added
}
