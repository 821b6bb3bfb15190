//! What decoding a scan goes by, and decoding by it in order.

use super::{Event, MARGIN};
use crate::huffman::{Huffman, UNKNOWN_BITS};
use crate::symbols::{
    BLOCKS, Entry, MOST_WIDTH, START, State, Tables, advance_state, behind, behind_dc, block_of,
    is_closer, is_end, pair_of, start_of, starts_block, taken, with_none_taken,
};
use crate::window::Window;
use alloc::vec::Vec;

/// One component's blocks in the MCU, with its tables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coding<'a> {
    pub(crate) blocks: usize,
    pub(crate) dc: &'a Huffman,
    /// `None` in a progressive frame's DC scans.
    pub(crate) ac: Option<&'a Huffman>,
}

impl Coding<'_> {
    /// Uses the same tables.
    fn is_like(&self, other: &Self) -> bool {
        let same_ac = match (self.ac, other.ac) {
            (Some(one), Some(another)) => core::ptr::eq(one, another),
            (one, another) => one.is_none() && another.is_none(),
        };
        same_ac && core::ptr::eq(self.dc, other.dc)
    }
}

/// How the blocks of a scan are coded.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) tables: Tables,
    /// Where the block begins that follows on a block.
    pub(super) next: [State; BLOCKS],
    /// Each pair of tables, for looking closer.
    pub(super) huffman: Vec<(Huffman, Option<Huffman>)>,
    /// In an MCU.
    pub(super) blocks: usize,
    /// A block may be a single bit.
    pub(super) dc_only: bool,
}

impl Code {
    pub(super) fn start(&mut self, codings: &[Coding<'_>], width: u32) {
        self.huffman.clear();
        self.blocks = codings.iter().map(|coding| coding.blocks).sum();
        self.dc_only = codings.iter().all(|coding| coding.ac.is_none());
        self.tables
            .set_width(if self.dc_only { MOST_WIDTH } else { width });
        let mut block = 0;
        for (nth, coding) in codings.iter().enumerate() {
            let pair = codings[..nth]
                .iter()
                .position(|other| other.is_like(coding))
                .unwrap_or(nth);
            if pair == nth {
                self.tables.make(2 * nth, coding.dc, coding.ac);
            }
            self.huffman.push((coding.dc.clone(), coding.ac.cloned()));
            for _ in 0..coding.blocks {
                let before = (block + self.blocks - 1) % self.blocks;
                self.next[before] = start_of(block, pair);
                block += 1;
            }
        }
    }

    /// The symbols of one look-up, or a single one.
    pub(super) fn step(&self, bits: u64, state: State) -> Step {
        let sum = advance_state(state, self.tables.entry(state, bits, self.tables.width));
        if is_closer(sum) {
            self.long_step(bits, state)
        } else {
            self.step_to(sum)
        }
    }

    /// One symbol, for which the tables have no entry.
    pub(super) fn long_step(&self, bits: u64, state: State) -> Step {
        if !starts_block(state) {
            let entry = self.tables.long[pair_of(state)].get(bits) as Entry;
            let sum = advance_state(state, entry);
            if entry != 0 && !is_closer(sum) {
                return self.step_to(sum);
            }
        }
        self.symbol(bits, state)
    }

    fn step_to(&self, sum: State) -> Step {
        Step {
            bits: taken(sum),
            state: if is_end(sum) {
                self.next[block_of(sum)]
            } else {
                with_none_taken(sum)
            },
            is_unknown: false,
        }
    }

    /// One symbol in the way of the standard.
    pub(super) fn symbol(&self, bits: u64, state: State) -> Step {
        let (dc, ac) = &self.huffman[pair_of(state)];
        let next = self.next[block_of(state)];
        let is_dc = starts_block(state);
        let table = match ac {
            Some(ac) if !is_dc => ac,
            _ => dc,
        };
        let decoded = table.decode(bits);
        let (length, symbol) = decoded.unwrap_or((UNKNOWN_BITS, 0));
        let is_unknown = decoded.is_none();
        let (run, size) = (u32::from(symbol >> 4), usize::from(symbol & 15));
        let state = if is_dc {
            if ac.is_some() { behind_dc(state) } else { next }
        } else if size == 0 && run != 15 {
            next
        } else {
            // Nothing is beyond the last one: a run that goes further ends the block, as for libjpeg.
            behind(state, run + 1).unwrap_or(next)
        };
        Step {
            bits: length as usize + size,
            state,
            is_unknown,
        }
    }

    /// One MCU in order: its events are put onto the bridge. `None` if it goes on behind `end`.
    pub(super) fn mcu(
        &self,
        window: &Window,
        start: usize,
        end: usize,
        bridge: &mut Vec<Event>,
    ) -> Option<Mcu> {
        let before = bridge.len();
        let mut unknown = None;
        let mut position = start;
        let mut state = START;
        while state != START || position == start {
            if starts_block(state) {
                bridge.push(position as Event);
            }
            let step = if position + MARGIN <= end {
                self.step(window.bits(position), state)
            } else {
                self.symbol(window.bits(position), state)
            };
            if position + step.bits > end {
                bridge.truncate(before);
                return None;
            }
            if step.is_unknown {
                unknown.get_or_insert(position);
            }
            position += step.bits;
            state = step.state;
        }
        Some(Mcu {
            end: position,
            unknown,
        })
    }
}

/// Where an MCU ends, and where it has an unknown code first.
pub(super) struct Mcu {
    pub(super) end: usize,
    pub(super) unknown: Option<usize>,
}

/// Some symbols of a block.
pub(super) struct Step {
    pub(super) bits: usize,
    pub(super) state: State,
    pub(super) is_unknown: bool,
}
