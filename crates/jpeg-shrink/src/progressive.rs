//! The scans of a progressive frame that are decoded in order: refinements of DC, and bands of AC coefficients.

use crate::blocks::{Places, Value, Values};
use crate::frame::{Frame, grow};
use crate::huffman::{Huffman, top_bits};
use crate::lanes::{Joined, Stop};
use crate::runs::Grid;
use crate::tables::Scan;
use crate::window::Window;
use core::ops::Range;

/// No block of an AC scan takes more bits: 63 symbols with 16 bits of code and 16 of value, and 63 corrections.
const MOST_BITS: usize = 63 * 33;

/// One more bit for each DC coefficient: every MCU is as long as the others.
#[allow(
    clippy::too_many_arguments,
    reason = "the parts of a scan, which are borrowed apart"
)]
#[inline(always)]
pub(crate) fn refine_dc(
    frame: &mut Frame,
    scan: &Scan,
    shape: &[(usize, usize)],
    grid: &Grid,
    window: &Window,
    bits: Range<usize>,
    complete: bool,
    first: usize,
    most: usize,
) -> Joined {
    let per_mcu: usize = shape.iter().map(|(h, v)| h * v).sum();
    let count = (bits.len() / per_mcu).min(most);
    let mut skipped = 0;
    for (component, &(h, v)) in scan.components.iter().zip(shape) {
        let geometry = &frame.geometry.components[component.index];
        let stride = geometry.right - geometry.left;
        let dc = &mut frame.channels[component.index].dc;
        grow(dc, geometry.stored_blocks(), 0);
        for y in (first / grid.columns).max(grid.top)..grid.bottom {
            let row = y * grid.columns;
            let from = (row + grid.left).max(first);
            let until = (row + grid.right).min(first + count);
            for mcu in from..until {
                let at = bits.start + (mcu - first) * per_mcu + skipped;
                let mut stream = window.bits(at);
                for line in 0..v {
                    let start = ((y - grid.top) * v + line) * stride + (mcu - row - grid.left) * h;
                    for value in &mut dc[start..start + h] {
                        *value |= ((stream >> 63) << scan.low) as i16;
                        stream <<= 1;
                    }
                }
            }
        }
        skipped += h * v;
    }
    let stop = if count == most {
        Stop::Enough
    } else if complete {
        Stop::Damage
    } else {
        Stop::Hungry
    };
    Joined {
        mcus: count,
        position: bits.start + count * per_mcu,
        unknown: None,
        stop,
    }
}

/// A stretch of a scan of AC coefficients.
#[derive(Debug)]
pub(crate) struct AcScan<'a> {
    pub(crate) scan: &'a Scan,
    pub(crate) grid: &'a Grid,
    pub(crate) table: &'a Huffman,
    pub(crate) values: &'a Values,
    pub(crate) window: &'a Window,
    pub(crate) bits: Range<usize>,
    pub(crate) complete: bool,
}

/// What a block's data says, before it is known to be whole: at most one change for each coefficient.
struct Changes {
    list: [(u8, i16); 64],
    count: usize,
    /// The bit of its first unknown code.
    unknown: Option<usize>,
}

impl Changes {
    /// Behind a block's last coefficient there is nothing to change.
    fn add(&mut self, k: usize, value: i16) {
        if k < 64 {
            self.list[self.count & 63] = (k as u8, value);
            self.count += 1;
        }
    }

    fn made(&self) -> &[(u8, i16)] {
        &self.list[..self.count.min(64)]
    }
}

impl AcScan<'_> {
    /// `run` is the number of blocks that an end-of-band run still covers.
    #[inline(always)]
    pub(crate) fn decode(
        &self,
        frame: &mut Frame,
        run: &mut i32,
        first: usize,
        most: usize,
    ) -> Joined {
        let index = self.scan.components[0].index;
        let geometry = frame.geometry.components[index];
        let points = geometry.points;
        let padded = geometry.padded_wide(frame.geometry.mcu_columns);
        let wide = geometry.right - geometry.left;
        let places = Places::new(points);
        let channel = &mut frame.channels[index];
        let mut joined = Joined {
            mcus: 0,
            position: self.bits.start,
            unknown: None,
            stop: Stop::Enough,
        };
        let mut changes = Changes {
            list: [(0, 0); 64],
            count: 0,
            unknown: None,
        };
        while joined.mcus < most {
            let mcu = first + joined.mcus;
            let (x, y) = (mcu % self.grid.columns, mcu / self.grid.columns);
            if *run > 0 && !self.scan.refines {
                let count = (*run as usize).min(most - joined.mcus);
                *run -= count as i32;
                joined.mcus += count;
                continue;
            }
            if !self.complete && joined.position + MOST_BITS > self.bits.end {
                joined.stop = Stop::Hungry;
                break;
            }
            grow(&mut channel.history, (y + 1) * padded, 0);
            let history = &mut channel.history[y * padded + x];
            changes.count = 0;
            changes.unknown = None;
            let mut left = *run;
            let end = if self.scan.refines {
                self.refine(joined.position, *history, &mut left, &mut changes)
            } else {
                self.begin(joined.position, &mut left, &mut changes)
            };
            if end > self.bits.end {
                joined.stop = Stop::Damage;
                break;
            }
            *run = left;
            joined.position = end;
            joined.unknown = joined.unknown.or(changes.unknown);
            joined.mcus += 1;
            let stored = x >= geometry.left && x < geometry.right && y >= geometry.top;
            let block = ((y.wrapping_sub(geometry.top)).wrapping_mul(wide))
                .wrapping_add(x.wrapping_sub(geometry.left));
            if stored && changes.count > 0 {
                grow(
                    &mut channel.ac,
                    (y + 1 - geometry.top) * wide * points * points,
                    0,
                );
            }
            for &(k, value) in changes.made() {
                let in_band = usize::from(k) <= self.scan.last;
                let corrects = self.scan.refines && in_band && *history >> k & 1 == 1;
                *history |= 1 << k;
                if !stored || !places.keeps(usize::from(k), points) {
                    continue;
                }
                let place = block * points * points + usize::from(places.of[usize::from(k)]);
                let coefficient = &mut channel.ac[place];
                *coefficient = match *coefficient {
                    _ if !corrects => value,
                    known if known & value != 0 => known,
                    known if known < 0 => known.wrapping_sub(value),
                    known => known.wrapping_add(value),
                };
            }
        }
        joined
    }

    /// A block's first values. Gives the bit behind it.
    #[inline(always)]
    fn begin(&self, start: usize, run: &mut i32, changes: &mut Changes) -> usize {
        let mut position = start;
        let mut k = self.scan.first;
        while k <= self.scan.last {
            let next = self.symbol(&mut position, changes);
            if next.advance == 64 {
                *run = (1 << next.run) - 1 + self.take(&mut position, next.run) as i32;
                break;
            }
            k += next.advance as usize;
            if next.value != 0 {
                changes.add(k - 1, (next.value << self.scan.low) as i16);
            }
        }
        position
    }

    /// The next symbol with its value.
    #[inline(always)]
    fn symbol(&self, position: &mut usize, changes: &mut Changes) -> Value {
        let symbol = self.values.read(self.table, self.window.bits(*position));
        if symbol.is_unknown {
            changes.unknown.get_or_insert(*position);
        }
        *position += symbol.bits as usize;
        symbol
    }

    /// One more bit for those coefficients that have a value, and first values for some others.
    #[inline(always)]
    fn refine(&self, start: usize, history: u64, run: &mut i32, changes: &mut Changes) -> usize {
        let one = (1i32 << self.scan.low) as i16;
        let mut position = start;
        let mut k = self.scan.first;
        if *run == 0 {
            while k <= self.scan.last {
                let before = position;
                let mut next = self.symbol(&mut position, changes);
                if next.advance == 64 {
                    *run = (1 << next.run) + self.take(&mut position, next.run) as i32;
                    break;
                }
                if !(-1..=1).contains(&next.value) {
                    (position, next.value) = self.single_bit(before);
                    changes.unknown.get_or_insert(before);
                }
                let mut zeros = next.advance - 1;
                while k <= self.scan.last {
                    if history >> k & 1 == 1 {
                        if self.take(&mut position, 1) == 1 {
                            changes.add(k, one);
                        }
                    } else if zeros == 0 {
                        break;
                    } else {
                        zeros -= 1;
                    }
                    k += 1;
                }
                if next.value != 0 {
                    changes.add(
                        k,
                        if next.value > 0 {
                            one
                        } else {
                            one.wrapping_neg()
                        },
                    );
                }
                k += 1;
            }
        }
        if *run > 0 {
            *run -= 1;
            // Two shifts, for `last` may be 63.
            let band = (u64::MAX << 1 << self.scan.last) ^ u64::MAX;
            let mut rest = history & band & if k < 64 { u64::MAX << k } else { 0 };
            while rest != 0 {
                if self.take(&mut position, 1) == 1 {
                    changes.add(rest.trailing_zeros() as usize, one);
                }
                rest &= rest - 1;
            }
        }
        position
    }

    /// A value of several bits, where the standard has none but of a single bit. As for libjpeg it is one of them. Gives the bit
    /// behind it, and the value.
    #[cold]
    fn single_bit(&self, position: usize) -> (usize, i32) {
        let bits = self.window.bits(position);
        let length = self.table.decode(bits).map_or(0, |(length, _)| length);
        let value = if top_bits(bits << length, 1) == 1 {
            1
        } else {
            -1
        };
        (position + length as usize + 1, value)
    }

    #[inline(always)]
    fn take(&self, position: &mut usize, count: u32) -> u32 {
        let value = top_bits(self.window.bits(*position), count);
        *position += count as usize;
        value
    }
}
