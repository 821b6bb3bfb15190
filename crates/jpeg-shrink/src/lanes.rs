//! Finding the blocks of a scan: several places of the data at once, in one thread.
//!
//! Huffman decoding is a chain in which each symbol waits for the one before. The data of an interval is therefore cut
//! into segments, and a few of them are decoded in turn, so that the processor overlaps their chains. Only the first segment of
//! an interval starts at a known place. The others start in the middle of somewhere and soon fall into step by
//! themselves, as Huffman codes do. [`Lanes::join`] accepts what a segment gave only from where the decoder coming from
//! before it arrives at exactly the same bit, at the start of an MCU: from there on both must go the same way, so the result
//! is that of decoding in order.
//!
//! What is found of a block is an event: where it starts, and its DC difference.

mod code;

use crate::symbols::{
    self, START, State, Tables, advance_state, bits_of, is_closer, is_dc, is_end,
};
use crate::window::{CAPACITY, SPAN, Window};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use code::{Code, NODES, Node};
use core::hint::select_unpredictable;

pub(crate) use code::Coding;

/// A block's first bit in the window (upper half), and the [`symbols::Entry`] found there.
pub(crate) type Event = u64;

pub(crate) fn event_position(event: Event) -> usize {
    (event >> 32) as usize
}

/// The DC difference, or [`symbols::LOOK`].
#[inline(always)]
pub(crate) fn event_difference(event: Event) -> i32 {
    event as u32 as i32 >> 21
}

/// The bit behind the DC difference, unless that is [`symbols::LOOK`].
#[inline(always)]
pub(crate) fn event_behind(event: Event) -> usize {
    event_position(event) + (event as u32 >> 17 & 15) as usize
}

/// A block takes at least two bits, so that a segment that starts at bit `b` may write from event `b / 2` on. One
/// more round than planned is the slack between segments.
const EVENTS: usize = SPAN * 4;
const SLACK: usize = 64;
/// A segment is cut to about this many bytes. Not a power of two, or all lanes would fight for the same lines of the cache.
const SEGMENT: usize = (16 << 10) + 72;
/// Shorter ones are not worth a lane.
pub(crate) const LEAST_SEGMENT: usize = 256;
/// Bits before the end of the data at which lanes stop: no round of three steps takes more.
const MARGIN: usize = 128;
/// How many segments are decoded in turn.
const LANES: usize = 4;

const _: () = assert!(CAPACITY * 4 + SLACK * (CAPACITY / LEAST_SEGMENT + 1) <= EVENTS);

#[derive(Debug, Clone, Copy)]
struct Lane {
    position: usize,
    state: State,
    out: usize,
}

/// A piece of an interval.
#[derive(Debug, Clone, Copy)]
struct Segment {
    lane: Lane,
    /// The bit at which the next segment starts, or where careful decoding takes over.
    end: usize,
    first_event: usize,
    /// Starts where an MCU does.
    exact: bool,
    /// Met an unknown code; what was decoded before stands.
    failed: bool,
}

/// A stretch of an interval to decode.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    /// First bit, at which an MCU starts.
    pub(crate) start: usize,
    /// One past the last bit.
    pub(crate) end: usize,
    /// Whether the interval ends there. If not, more data follows that is not here yet.
    pub(crate) complete: bool,
    first_segment: usize,
    segments: usize,
}

/// What became of a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Joined {
    /// Whole MCUs found.
    pub(crate) mcus: usize,
    /// The bit behind the last of them.
    pub(crate) position: usize,
    pub(crate) stop: Stop,
}

/// Why joining went no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// All MCUs that were asked for are there.
    Enough,
    /// The next MCU cannot be decoded.
    Damage,
    /// The next MCU needs data that is not here yet.
    Hungry,
}

/// What becomes of events.
pub(crate) trait Sink {
    /// Takes the events of whole MCUs, which follow those before. To be `#[inline(always)]`.
    fn take(&mut self, events: &[Event]);
}

#[derive(Debug)]
pub(crate) struct Lanes {
    code: Code,
    events: Box<[Event; EVENTS]>,
    segments: Vec<Segment>,
    /// Events between the end of one segment and where the next one is joined.
    bridge: Vec<Event>,
}

impl Lanes {
    pub(crate) fn new() -> Self {
        let Ok(events) = vec![0; EVENTS].into_boxed_slice().try_into() else {
            unreachable!("the slice was made with the array's length")
        };
        let code = Code {
            tables: Tables::new(),
            nodes: [Node::default(); NODES],
            huffman: Vec::new(),
            component: [0; NODES],
            blocks: 1,
            dc_only: false,
        };
        Lanes {
            code,
            events,
            segments: Vec::new(),
            bridge: Vec::new(),
        }
    }

    /// Makes ready for a scan, with tables of an index of `width` bits.
    pub(crate) fn start(&mut self, codings: &[Coding<'_>], width: u32) {
        self.code.start(codings, width);
    }

    /// Forgets the stretches of the window before.
    pub(crate) fn clear(&mut self) {
        self.segments.clear();
    }

    /// How much of a window may be planned at once.
    pub(crate) fn capacity(&self) -> usize {
        if self.code.dc_only {
            CAPACITY / 2
        } else {
            CAPACITY
        }
    }

    /// Cuts a stretch, one of `stretches`, into segments. All stretches of a window are planned before any is joined.
    pub(crate) fn plan(
        &mut self,
        start: usize,
        end: usize,
        complete: bool,
        stretches: usize,
    ) -> Stretch {
        let first_segment = self.segments.len();
        let usable = end.saturating_sub(MARGIN).max(start);
        let bytes = (usable - start) / 8;
        // As many as keep the lanes busy, unless they get too short. Where there are many stretches, each keeps one busy from
        // its known start on, and has nothing to be joined.
        let least = (2 * LANES).div_ceil(stretches.max(1));
        let mut count = (bytes + SEGMENT / 2) / SEGMENT;
        if count < least {
            count = count.max(least.min(bytes / (4 * LEAST_SEGMENT)));
        }
        count = count.max(1);
        if bytes < LEAST_SEGMENT {
            count = 0;
        }
        for nth in 0..count {
            let position = if nth == 0 {
                start
            } else {
                (start / 8 + bytes * nth / count) * 8
            };
            let end = if nth + 1 == count {
                usable
            } else {
                (start / 8 + bytes * (nth + 1) / count) * 8
            };
            let first_event = (if self.code.dc_only {
                position
            } else {
                position / 2
            }) + SLACK * self.segments.len();
            self.segments.push(Segment {
                lane: Lane {
                    position,
                    state: START,
                    out: first_event,
                },
                end,
                first_event,
                exact: nth == 0,
                failed: false,
            });
        }
        Stretch {
            start,
            end,
            complete,
            first_segment,
            segments: count,
        }
    }

    /// Decodes all segments.
    #[inline(always)]
    pub(crate) fn run(&mut self, window: &Window) {
        match self.code.tables.width {
            9 => self.run_width::<9>(window),
            10 => self.run_width::<10>(window),
            11 => self.run_width::<11>(window),
            _ => self.run_width::<12>(window),
        }
    }

    #[inline(always)]
    fn run_width<const W: u32>(&mut self, window: &Window) {
        let mut queue = Queue {
            next: 0,
            running: [usize::MAX; LANES],
        };
        let (code, events, segments) = (&self.code, &mut *self.events, &mut self.segments[..]);
        turns::<LANES, W>(code, window, events, segments, &mut queue);
        turns::<3, W>(code, window, events, segments, &mut queue);
        turns::<2, W>(code, window, events, segments, &mut queue);
        turns::<1, W>(code, window, events, segments, &mut queue);
    }

    /// Puts the segments of a stretch together, and hands their events on in order, in whole MCUs, at most `most` of them.
    #[inline(always)]
    pub(crate) fn join(
        &mut self,
        window: &Window,
        stretch: &Stretch,
        most: usize,
        sink: &mut impl Sink,
    ) -> Joined {
        let blocks = self.code.blocks;
        let mut bridge = core::mem::take(&mut self.bridge);
        let mut joined = Joined {
            mcus: 0,
            position: stretch.start,
            stop: Stop::Enough,
        };
        // The segment that is in step, and from which of its events on.
        let mut current = (stretch.segments > 0).then(|| {
            (
                stretch.first_segment,
                self.segments[stretch.first_segment].first_event,
            )
        });
        let mut next = stretch.first_segment + 1;
        let mut stop = None;
        while stop.is_none() {
            let events = if let Some((index, from)) = current.take() {
                let segment = &self.segments[index];
                let found = &self.events[from..segment.lane.out];
                // The last event's block is unfinished, unless the lane has stopped at the start of an MCU.
                let whole = if segment.lane.state == START {
                    found.len()
                } else {
                    (found.len() - 1) / blocks * blocks
                };
                let mcus = (whole / blocks).min(most - joined.mcus);
                joined.mcus += mcus;
                joined.position = found
                    .get(mcus * blocks)
                    .map_or(segment.lane.position, |&event| event_position(event));
                if joined.mcus == most {
                    stop = Some(Stop::Enough);
                } else if segment.failed {
                    stop = Some(Stop::Damage);
                }
                next = index + 1;
                &found[..mcus * blocks]
            } else {
                bridge.clear();
                (current, stop) =
                    self.cross(window, stretch, most, &mut next, &mut joined, &mut bridge);
                &bridge
            };
            // The only place, for all that a sink does is compiled into it.
            sink.take(events);
        }
        joined.stop = stop.unwrap_or(Stop::Enough);
        self.bridge = bridge;
        joined
    }

    /// On in order, MCU by MCU, until a segment from `next` on has one that starts at the same bit: gives that segment and its event,
    /// or why there is no going on.
    #[inline(always)]
    fn cross(
        &self,
        window: &Window,
        stretch: &Stretch,
        most: usize,
        next: &mut usize,
        joined: &mut Joined,
        bridge: &mut Vec<Event>,
    ) -> (Option<(usize, usize)>, Option<Stop>) {
        let last = stretch.first_segment + stretch.segments;
        let first_event = |next: usize| {
            self.segments
                .get(next)
                .map_or(0, |segment| segment.first_event)
        };
        let mut cursor = first_event(*next);
        loop {
            while *next < last {
                let segment = &self.segments[*next];
                if cursor < segment.lane.out {
                    let position = event_position(self.events[cursor]);
                    if position == joined.position {
                        return (Some((*next, cursor)), None);
                    }
                    if position > joined.position {
                        break;
                    }
                    cursor += self.code.blocks;
                } else {
                    *next += 1;
                    cursor = first_event(*next);
                }
            }
            if joined.mcus == most {
                return (None, Some(Stop::Enough));
            }
            match self.code.mcu(window, joined.position, stretch.end, bridge) {
                Ok(position) => {
                    joined.position = position;
                    joined.mcus += 1;
                }
                Err(why) => {
                    let stop = if stretch.complete { Stop::Damage } else { why };
                    return (None, Some(stop));
                }
            }
        }
    }
}

/// Which segments are under way, and which comes next.
struct Queue {
    next: usize,
    running: [usize; LANES],
}

impl Queue {
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
fn turns<const N: usize, const W: u32>(
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
