//! Decoding segments in turn, a few look-ups of one and then of the next.

use super::code::Code;
use super::{EVENTS, Event, LANES, Lane, Segment};
use crate::symbols::{self, START, advance_state, bits_of, is_closer, is_dc, is_end};
use crate::window::Window;
use core::hint::select_unpredictable;

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
    events: &mut [Event; EVENTS],
    segments: &mut [Segment],
    queue: &mut Queue,
) {
    let shift = 64 - W;
    let entries = &*code.tables.entries;
    let nodes = &code.nodes;
    while queue.fill(N, segments.len()) {
        let mut lanes: [Lane; N] = core::array::from_fn(|nth| segments[queue.running[nth]].lane);
        let mut ends: [usize; N] = core::array::from_fn(|nth| segments[queue.running[nth]].end);
        let mut busy = true;
        while busy {
            // Three look-ups in each lane, which one load has bits enough for.
            let mut bits: [u64; N] = core::array::from_fn(|nth| window.bits(lanes[nth].position));
            for _ in 0..3 {
                for nth in 0..N {
                    let lane = &mut lanes[nth];
                    let node = &nodes[usize::from((lane.state >> 8) as u8)];
                    let place = usize::from(node.table) + (bits[nth] >> shift) as usize;
                    let entry = entries[place];
                    let sum = advance_state(lane.state, entry);
                    if is_closer(sum) {
                        let segment = &mut segments[queue.running[nth]];
                        if !look_closer(code, window, events, lane, segment) {
                            ends[nth] = 0;
                        }
                        bits[nth] = window.bits(lane.position);
                        continue;
                    }
                    events[lane.out & (EVENTS - 1)] =
                        (lane.position as u64) << 32 | u64::from(entry);
                    lane.out += usize::from(is_dc(entry));
                    let taken = bits_of(entry);
                    bits[nth] <<= taken;
                    lane.position += taken as usize;
                    lane.state = select_unpredictable(is_end(sum), node.next, sum);
                }
            }
            for nth in 0..N {
                busy &= lanes[nth].position < ends[nth];
            }
        }
        for nth in 0..N {
            let segment = &mut segments[queue.running[nth]];
            if !segment.failed {
                segment.lane = lanes[nth];
            }
            if lanes[nth].position >= ends[nth] {
                queue.running[nth] = usize::MAX;
            }
        }
    }
}

/// One symbol in the way of the standard. False if there is none and the segment was in step; its lane then stands
/// there.
#[cold]
#[inline(never)]
fn look_closer(
    code: &Code,
    window: &Window,
    events: &mut [Event; EVENTS],
    lane: &mut Lane,
    segment: &mut Segment,
) -> bool {
    let from = lane.position;
    let Some(symbol) = code.symbol(window, from, lane.state) else {
        if segment.exact {
            if !segment.failed {
                segment.failed = true;
                segment.lane = *lane;
            }
            return false;
        }
        // Not in step, or broken data: starts anew. If it was in step, joining will come here in order.
        *lane = Lane {
            position: from + 1,
            state: START,
            out: segment.first_event,
        };
        return true;
    };
    if symbol.starts_block {
        events[lane.out & (EVENTS - 1)] = (from as u64) << 32 | u64::from(symbols::LOOK_ENTRY);
        lane.out += 1;
    }
    lane.position += symbol.bits;
    lane.state = symbol.state;
    true
}
