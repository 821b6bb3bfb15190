//! The fourteen predictions, with the samples of a pixel side by side in one number.

use core::ops::Range;

/// Opaque black.
pub(super) const BLACK: u32 = 0xFF00_0000;

/// The neighbours of a pixel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighbours {
    pub(super) left: u32,
    pub(super) above: u32,
    pub(super) above_right: u32,
    pub(super) above_left: u32,
}

impl Neighbours {
    /// What the pixel is expected to be. Without a branch, so that several can be computed at once.
    #[inline(always)]
    pub(super) fn predict<const MODE: u8>(self) -> u32 {
        let Neighbours {
            left,
            above,
            above_right,
            above_left,
        } = self;
        match MODE {
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
                // From left + above - corner it is as far to the left pixel as from the corner to the one above, and the other way round.
                if distance(above, above_left) < distance(left, above_left) {
                    left
                } else {
                    above
                }
            }
            12 => halves(|half| clamp(half(left) + half(above) + PLUS_256 - half(above_left))),
            13 => {
                let middle = mean(left, above);
                halves(|half| {
                    let difference = half(middle) + PLUS_256 - half(above_left);
                    // Halved towards 0: one more where it is negative.
                    let negative = !(difference >> 8) & ONES;
                    let halved = (difference + negative) >> 1 & LOW;
                    clamp(half(middle) + halved + PLUS_256 / 2)
                })
            }
            // Nobody defines 14 and 15, and all read them as 0.
            _ => BLACK,
        }
    }
}

/// Two samples in 16 bits each.
const LOW: u32 = 0x00FF_00FF;
const ONES: u32 = 0x0001_0001;
/// So that no difference of samples is negative.
const PLUS_256: u32 = ONES << 8;

/// Rounded down.
#[inline(always)]
const fn mean(one: u32, other: u32) -> u32 {
    (one & other) + ((one ^ other) >> 1 & 0x7F7F_7F7F)
}

/// The sums of samples, none of which carries into the next.
#[inline(always)]
pub(super) const fn add(one: u32, other: u32) -> u32 {
    let without_highest = (one & 0x7F7F_7F7F) + (other & 0x7F7F_7F7F);
    without_highest ^ ((one ^ other) & 0x8080_8080)
}

/// Computes the first and third samples, and then the second and fourth.
#[inline(always)]
fn halves(of: impl Fn(fn(u32) -> u32) -> u32) -> u32 {
    of(|pixel| pixel & LOW) | of(|pixel| pixel >> 8 & LOW) << 8
}

/// Two numbers from -255 to 510, to which 256 was added, as samples.
#[inline(always)]
const fn clamp(sums: u32) -> u32 {
    let at_least_0 = sums >> 8 & ONES;
    let above_255 = sums >> 9 & ONES;
    (sums & (at_least_0 * 255)) | (above_255 * 255)
}

/// How far two pixels are apart, summed over their samples.
#[inline(always)]
fn distance(one: u32, other: u32) -> u32 {
    let sample = |pixel: u32, nth: u32| (pixel >> (8 * nth) & 255) as i32;
    let apart = |nth| (sample(one, nth) - sample(other, nth)).unsigned_abs();
    apart(0) + apart(1) + apart(2) + apart(3)
}

/// Calls a function of a mode, which is known to it when it is compiled.
macro_rules! with_mode {
    ($mode:expr, $object:ident . $function:ident ( $($argument:expr),* )) => {
        match $mode {
            1 => $object.$function::<1>($($argument),*),
            2 => $object.$function::<2>($($argument),*),
            3 => $object.$function::<3>($($argument),*),
            4 => $object.$function::<4>($($argument),*),
            5 => $object.$function::<5>($($argument),*),
            6 => $object.$function::<6>($($argument),*),
            7 => $object.$function::<7>($($argument),*),
            8 => $object.$function::<8>($($argument),*),
            9 => $object.$function::<9>($($argument),*),
            10 => $object.$function::<10>($($argument),*),
            11 => $object.$function::<11>($($argument),*),
            12 => $object.$function::<12>($($argument),*),
            13 => $object.$function::<13>($($argument),*),
            _ => $object.$function::<0>($($argument),*),
        }
    };
}
pub(super) use with_mode;

/// A row whose prediction is undone, and the row above.
pub(super) struct Row<'a> {
    pub(super) above: &'a [u32],
    pub(super) row: &'a mut [u32],
}

impl Row<'_> {
    /// Undoes the prediction of some columns, by the modes of the row's tiles. Those to the left of them are done.
    #[inline(always)]
    pub(super) fn undo(&mut self, bits: u32, modes: &[u8], columns: Range<usize>) {
        let (mut at, end) = (columns.start, columns.end);
        if at == 0 && end > 0 {
            self.row[0] = add(self.row[0], self.above[0]);
            at = 1;
        }
        let last = self.row.len() - 1;
        while at < end.min(last) {
            let tile = at >> bits;
            let until = ((tile + 1) << bits).min(end).min(last);
            with_mode!(modes[tile], self.some(at..until));
            at = until;
        }
        if at < end {
            with_mode!(modes[at >> bits], self.last());
        }
    }

    #[inline(always)]
    fn some<const MODE: u8>(&mut self, columns: Range<usize>) {
        let mut left = self.row[columns.start - 1];
        let above = &self.above[columns.start - 1..columns.end + 1];
        for (pixel, above) in self.row[columns].iter_mut().zip(above.windows(3)) {
            let neighbours = Neighbours {
                left,
                above: above[1],
                above_right: above[2],
                above_left: above[0],
            };
            left = add(*pixel, neighbours.predict::<MODE>());
            *pixel = left;
        }
    }

    /// The last pixel of a row that has more than one: above and right of it is taken to be the row's first.
    #[inline(always)]
    fn last<const MODE: u8>(&mut self) {
        let last = self.row.len() - 1;
        let neighbours = Neighbours {
            left: self.row[last - 1],
            above: self.above[last],
            above_right: self.row[0],
            above_left: self.above[last - 1],
        };
        self.row[last] = add(self.row[last], neighbours.predict::<MODE>());
    }
}
