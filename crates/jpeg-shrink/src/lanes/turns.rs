//! Decoding segments in turn, a few look-ups of one and then of the next.

use super::code::{Code, Step};
use super::{EVENTS, Event, LANES, Lane, Segment};
use crate::symbols::{
    State, advance_state, before_closer, block_of, is_closer, is_end, starts_block, taken,
    with_none_taken,
};
use crate::window::Window;
use alloc::vec::Vec;
use core::hint::select_unpredictable;

/// Look-ups for each load of bits.
pub(super) const STEPS: usize = 3;

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
            } else if !self.renew(nth, segments) {
                return false;
            }
        }
        true
    }

    /// Gives a lane a new segment. False if there are no more.
    fn renew(&mut self, nth: usize, segments: usize) -> bool {
        let is_there = self.next < segments;
        self.running[nth] = if is_there { self.next } else { usize::MAX };
        self.next += usize::from(is_there);
        is_there
    }
}

/// Decodes `N` segments in turn, for as long as there are so many. After `ROW` look-ups of each comes
/// what is to be done at the end of a block. `WIDTH` is that of the tables: each look-up takes less time where the compiler knows it.
#[inline(always)]
pub(super) fn turns<const N: usize, const ROW: usize, const WIDTH: u32>(
    code: &Code,
    window: &Window,
    found: &mut Findings<'_>,
    segments: &mut [Segment],
    queue: &mut Queue,
) {
    if !queue.fill(N, segments.len()) {
        return;
    }
    let mut lanes: [Lane; N] = core::array::from_fn(|nth| segments[queue.running[nth]].lane);
    let mut ends: [usize; N] = core::array::from_fn(|nth| segments[queue.running[nth]].end);
    let mut enough = true;
    while enough {
        lanes = until_one_ends::<N, ROW, WIDTH>(code, window, found, &queue.running, lanes, ends);
        for (nth, (lane, end)) in lanes.iter_mut().zip(&mut ends).enumerate() {
            if lane.position < *end {
                continue;
            }
            segments[queue.running[nth]].lane = *lane;
            if queue.renew(nth, segments.len()) {
                let segment = &segments[queue.running[nth]];
                (*lane, *end) = (segment.lane, segment.end);
            } else {
                enough = false;
            }
        }
    }
    for (lane, &segment) in lanes.iter().zip(&queue.running) {
        if let Some(segment) = segments.get_mut(segment) {
            segment.lane = *lane;
        }
    }
}

/// Takes all lanes on until one of them is at its end.
#[inline(always)]
fn until_one_ends<const N: usize, const ROW: usize, const WIDTH: u32>(
    code: &Code,
    window: &Window,
    found: &mut Findings<'_>,
    running: &[usize; LANES],
    mut lanes: [Lane; N],
    ends: [usize; N],
) -> [Lane; N] {
    let mut busy = true;
    while busy {
        // As many look-ups in each lane as one load has bits enough for.
        let mut bits: [u64; N] = core::array::from_fn(|nth| window.bits(lanes[nth].position));
        for _ in 0..STEPS / ROW {
            // Behind the end of a block they find nothing: that a few are in vain costs less than to look after each of them
            // whether there is an end.
            let mut states: [State; N] = core::array::from_fn(|nth| lanes[nth].state);
            for _ in 0..ROW {
                for nth in 0..N {
                    let entry = code.tables.entry(states[nth], bits[nth], WIDTH);
                    states[nth] = advance_state(states[nth], entry);
                    bits[nth] = bits[nth].wrapping_shl(entry.into());
                }
            }
            if is_closer(states.iter().fold(0, |any, &state| any | state)) {
                for nth in 0..N {
                    if is_closer(states[nth]) {
                        let (lane, state) = (lanes[nth], states[nth]);
                        lanes[nth] =
                            look_closer::<ROW>(code, window, found, running[nth], lane, state);
                        // Nothing of this round is left to be done for it.
                        states[nth] = lanes[nth].state;
                        bits[nth] = window.bits(lanes[nth].position);
                    }
                }
            }
            for nth in 0..N {
                let (lane, state) = (lanes[nth], states[nth]);
                let position = lane.position + taken(state);
                found.events[lane.out & (EVENTS - 1)] = position as Event;
                let next = code.next[block_of(state)];
                lanes[nth] = Lane {
                    position,
                    state: select_unpredictable(is_end(state), next, with_none_taken(state)),
                    out: lane.out + usize::from(is_end(state)),
                };
            }
        }
        for nth in 0..N {
            busy &= lanes[nth].position < ends[nth];
        }
    }
    lanes
}

/// The symbol for which the tables had no entry. The lane is where it was before the look-ups, and `state` is what these came to.
#[cold]
#[inline(never)]
fn look_closer<const ROW: usize>(
    code: &Code,
    window: &Window,
    found: &mut Findings<'_>,
    segment: usize,
    mut lane: Lane,
    state: State,
) -> Lane {
    let mut go = |lane: &mut Lane, step: Step| {
        if step.is_unknown {
            found.unknown.push((segment, lane.position));
        }
        lane.position += step.bits;
        lane.state = step.state;
        found.events[lane.out & (EVENTS - 1)] = lane.position as Event;
        lane.out += usize::from(starts_block(lane.state));
    };
    if let Some(before) = before_closer(state) {
        lane.position += taken(before);
        lane.state = with_none_taken(before);
        let step = code.long_step(window.bits(lane.position), lane.state);
        go(&mut lane, step);
    } else {
        // Which of them it was that passed the last coefficient is not known.
        for _ in 0..ROW {
            let step = code.step(window.bits(lane.position), lane.state);
            go(&mut lane, step);
        }
    }
    lane
}
