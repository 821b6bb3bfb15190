//! Decoding segments in turn, a few look-ups of one and then of the next.

use super::code::Code;
use super::{EVENTS, Event, LANES, Lane, Segment};
use crate::symbols::{self, Tables, advance_state, bits_of, block_of, is_closer, is_dc, is_end};
use crate::window::Window;
use alloc::vec::Vec;
use core::hint::select_unpredictable;

/// Where lanes put what they find.
pub(super) struct Findings<'a> {
    pub(super) events: &'a mut [Event; EVENTS],
    pub(super) unknown: &'a mut Vec<(usize, usize)>,
}

/// Which segments are under way, and which comes next.
pub(super) struct Queue {
    next: usize,
    running: [usize; LANES],
}

impl Queue {
    pub(super) fn new() -> Self {
        Queue {
            next: 0,
            running: [usize::MAX; LANES],
        }
    }

    /// Gives every lane up to `count` a segment: those that more lanes had, then new ones. False if there are not enough.
    fn fill(&mut self, count: usize, segments: usize) -> bool {
        for nth in 0..count {
            if self.running[nth] != usize::MAX {
                continue;
            }
            let (_, later) = self.running.split_at_mut(nth + 1);
            let left = later.iter_mut().find(|other| **other != usize::MAX);
            if let Some(left) = left {
                self.running[nth] = core::mem::replace(left, usize::MAX);
            } else if self.next < segments {
                self.running[nth] = self.next;
                self.next += 1;
            } else {
                return false;
            }
        }
        true
    }
}

/// Decodes `N` segments in turn, for as long as there are so many.
#[inline(always)]
pub(super) fn turns<const N: usize, const W: u32>(
    code: &Code,
    window: &Window,
    found: &mut Findings<'_>,
    segments: &mut [Segment],
    queue: &mut Queue,
) {
    let entries = &*code.tables.entries;
    while queue.fill(N, segments.len()) {
        let mut lanes: [Lane; N] = core::array::from_fn(|nth| segments[queue.running[nth]].lane);
        let ends: [usize; N] = core::array::from_fn(|nth| segments[queue.running[nth]].end);
        let mut busy = true;
        while busy {
            // Three look-ups in each lane, which one load has bits enough for.
            let mut bits: [u64; N] = core::array::from_fn(|nth| window.bits(lanes[nth].position));
            for _ in 0..3 {
                for nth in 0..N {
                    let lane = &mut lanes[nth];
                    let entry = entries[Tables::place::<W>(lane.state, bits[nth])];
                    let sum = advance_state(lane.state, entry);
                    if is_closer(sum) {
                        look_closer(code, window, found, queue.running[nth], lane);
                        bits[nth] = window.bits(lane.position);
                        continue;
                    }
                    found.events[lane.out & (EVENTS - 1)] =
                        (lane.position as u64) << 32 | u64::from(entry);
                    lane.out += usize::from(is_dc(entry));
                    let taken = bits_of(entry);
                    bits[nth] <<= taken;
                    lane.position += taken as usize;
                    let next = code.next[block_of(lane.state)];
                    lane.state = select_unpredictable(is_end(sum), next, sum);
                }
            }
            for nth in 0..N {
                busy &= lanes[nth].position < ends[nth];
            }
        }
        for nth in 0..N {
            segments[queue.running[nth]].lane = lanes[nth];
            if lanes[nth].position >= ends[nth] {
                queue.running[nth] = usize::MAX;
            }
        }
    }
}

/// One symbol, by the table of long codes or in the way of the standard.
#[cold]
#[inline(never)]
fn look_closer(
    code: &Code,
    window: &Window,
    found: &mut Findings<'_>,
    segment: usize,
    lane: &mut Lane,
) {
    let from = lane.position;
    let entry = code.long_entry(window.bits(from), lane.state);
    let sum = advance_state(lane.state, entry);
    if entry != 0 && !is_closer(sum) {
        lane.position += bits_of(entry) as usize;
        lane.state = if is_end(sum) {
            code.next[block_of(lane.state)]
        } else {
            sum
        };
        return;
    }
    let symbol = code.symbol(window, from, lane.state);
    if symbol.starts_block {
        found.events[lane.out & (EVENTS - 1)] =
            (from as u64) << 32 | u64::from(symbols::LOOK_ENTRY);
        lane.out += 1;
    }
    if symbol.is_unknown {
        found.unknown.push((segment, from));
    }
    lane.position += symbol.bits;
    lane.state = symbol.state;
}
