//! Finding the blocks of a scan: several places of the data at once, in one thread.
//!
//! Huffman decoding is a chain in which each symbol waits for the one before. The data of an interval is therefore cut
//! into segments, and a few of them are decoded in turn, so that the processor overlaps their chains. Only the first segment of
//! an interval starts at a known place. The others start in the middle of somewhere and soon fall into step by
//! themselves, as Huffman codes do. [`Lanes::join`] accepts what a segment gave only from where the decoder coming from
//! before it arrives at exactly the same bit, at the start of an MCU: from there on both must go the same way, so the result
//! is that of decoding in order.
//!
//! What is found of a block is an event: where it starts.

mod code;
mod join;
mod turns;

use crate::symbols::{BLOCKS, MOST_WIDTH, START, State, Tables};
use crate::window::{CAPACITY, SPAN, Window};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use code::Code;
use dispatch::Work;
use turns::{Findings, Queue, STEPS, turns};

pub(crate) use code::Coding;
pub(crate) use join::{Joined, Stop};

/// A block's first bit in the window.
pub(crate) type Event = u32;

/// A block takes at least two bits, so that a segment that starts at bit `b` may write from event `b / 2` on. Its first event,
/// and those of one more round than planned, are the slack between segments.
const EVENTS: usize = SPAN * 4;
const SLACK: usize = STEPS + 1;
/// A segment is cut to about this many bytes. Not a power of two, or all lanes would fight for the same lines of the cache.
const SEGMENT: usize = (16 << 10) + 72;
/// A stretch is not cut into shorter ones.
const LEAST_SEGMENT: usize = 1 << 10;
/// Shorter stretches are not worth a lane. Cameras restart as often as every four MCUs, which is a hundred bytes or two.
const LEAST_STRETCH: usize = 8;
/// Bits before the end of data that goes on, which is not here yet, at which lanes stop: no round of three steps takes more.
const MARGIN: usize = 128;
/// How many segments are decoded in turn.
const LANES: usize = 6;

const _: () = assert!(CAPACITY * 4 + SLACK * (CAPACITY / LEAST_STRETCH + 1) <= EVENTS);

#[derive(Debug, Clone, Copy)]
struct Lane {
    position: usize,
    state: State,
    /// Where the next event goes. That of the block under way is written.
    out: usize,
}

/// A piece of an interval.
#[derive(Debug, Clone, Copy)]
struct Segment {
    lane: Lane,
    /// The bit at which the next segment starts, or where careful decoding takes over.
    end: usize,
    first_event: usize,
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

#[derive(Debug)]
pub(crate) struct Lanes {
    code: Code,
    events: Box<[Event; EVENTS]>,
    segments: Vec<Segment>,
    /// Where there were unknown codes, in ascending order: the segment, and the bit.
    unknown: Vec<(usize, usize)>,
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
            next: [START; BLOCKS],
            huffman: Vec::new(),
            blocks: 1,
            dc_only: false,
        };
        Lanes {
            code,
            events,
            segments: Vec::new(),
            unknown: Vec::new(),
            bridge: Vec::new(),
        }
    }

    /// Makes ready for a scan, with tables of an index of `width` bits, 9 to 12.
    pub(crate) fn start(&mut self, codings: &[Coding<'_>], width: u32) {
        self.code.start(codings, width);
    }

    /// Forgets the stretches of the window before.
    pub(crate) fn clear(&mut self) {
        self.segments.clear();
        self.unknown.clear();
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
        window: &Window,
        start: usize,
        end: usize,
        complete: bool,
        stretches: usize,
    ) -> Stretch {
        let first_segment = self.segments.len();
        // Behind the end of an interval there is something, if nothing of it: what is read across it is not accepted. The ones
        // that fill its last byte are no code, and a lane that read them would have to look closer.
        let margin = if complete {
            window.ones_before(end / 8)
        } else {
            MARGIN
        };
        let usable = end.saturating_sub(margin).max(start);
        let bytes = (usable - start) / 8;
        // As many as keep the lanes busy, unless they get too short. Where there are many stretches, each keeps one busy from
        // its known start on, and has nothing to be joined.
        let least = (2 * LANES).div_ceil(stretches.max(1));
        let mut count = (bytes + SEGMENT / 2) / SEGMENT;
        if count < least {
            count = count.max(least.min(bytes / LEAST_SEGMENT));
        }
        count = count.max(1);
        if bytes < LEAST_STRETCH {
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
            self.events[first_event & (EVENTS - 1)] = position as Event;
            self.segments.push(Segment {
                lane: Lane {
                    position,
                    state: START,
                    out: first_event + 1,
                },
                end,
                first_event,
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
    pub(crate) fn run(&mut self, window: &Window) {
        match self.code.tables.width {
            // Every look-up ends a block.
            _ if self.code.dc_only => dispatch::with_best(InTurn::<1, MOST_WIDTH>(self, window)),
            9 => dispatch::with_best(InTurn::<STEPS, 9>(self, window)),
            10 => dispatch::with_best(InTurn::<STEPS, 10>(self, window)),
            11 => dispatch::with_best(InTurn::<STEPS, 11>(self, window)),
            _ => dispatch::with_best(InTurn::<STEPS, MOST_WIDTH>(self, window)),
        }
        self.unknown.sort_unstable();
    }

    #[inline(always)]
    fn run_in_turn<const ROW: usize, const WIDTH: u32>(&mut self, window: &Window) {
        let mut queue = Queue::new();
        let (code, segments) = (&self.code, &mut self.segments[..]);
        let mut found = Findings {
            events: &mut self.events,
            unknown: &mut self.unknown,
        };
        turns::<LANES, ROW, WIDTH>(code, window, &mut found, segments, &mut queue);
        turns::<3, ROW, WIDTH>(code, window, &mut found, segments, &mut queue);
        turns::<2, ROW, WIDTH>(code, window, &mut found, segments, &mut queue);
        turns::<1, ROW, WIDTH>(code, window, &mut found, segments, &mut queue);
    }
}

/// [`Lanes::run`], for the instruction set at hand.
struct InTurn<'a, const ROW: usize, const WIDTH: u32>(&'a mut Lanes, &'a Window);

impl<const ROW: usize, const WIDTH: u32> Work for InTurn<'_, ROW, WIDTH> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.0.run_in_turn::<ROW, WIDTH>(self.1);
    }
}
