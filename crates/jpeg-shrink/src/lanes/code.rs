//! What decoding a scan goes by, and decoding by it in order.

use super::{Event, MARGIN};
use crate::huffman::{Huffman, UNKNOWN_BITS};
use crate::symbols::{
    self, BLOCKS, Entry, START, State, Tables, advance_state, bits_of, block_of, is_closer, is_dc,
    is_end, pair_of,
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
        self.tables.width = width;
        self.huffman.clear();
        self.blocks = codings.iter().map(|coding| coding.blocks).sum();
        self.dc_only = codings.iter().all(|coding| coding.ac.is_none());
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
                self.next[before] = (block as u32) << 16 | (2 * pair as u32) << 8 | START;
                block += 1;
            }
        }
    }

    /// The entry for an AC symbol with a long code; 0 if it is no such thing.
    pub(super) fn long_entry(&self, bits: u64, state: State) -> Entry {
        if state & 0xff == START {
            0
        } else {
            self.tables.long[pair_of(state)].get(bits)
        }
    }

    /// One symbol in the way of the standard.
    pub(super) fn symbol(&self, window: &Window, position: usize, state: State) -> Symbol {
        let bits = window.bits(position);
        let (dc, ac) = &self.huffman[pair_of(state)];
        let next = self.next[block_of(state)];
        let starts_block = state & 0xff == START;
        let table = match ac {
            Some(ac) if !starts_block => ac,
            _ => dc,
        };
        let decoded = table.decode(bits);
        let (length, symbol) = decoded.unwrap_or((UNKNOWN_BITS, 0));
        let is_unknown = decoded.is_none();
        if starts_block {
            let state = if ac.is_some() { state + 1 } else { next };
            return Symbol {
                bits: length as usize + usize::from(symbol),
                state,
                starts_block,
                is_unknown,
            };
        }
        let (run, size) = (u32::from(symbol >> 4), usize::from(symbol & 15));
        let bits = length as usize + size;
        let state = if size == 0 && run != 15 {
            next
        } else {
            match (state & 0xff) + run + 1 {
                passed @ 0..=62 => (state & !0xff) | passed,
                // Nothing is beyond the last one: a run that goes further ends the block, as for libjpeg.
                _ => next,
            }
        };
        Symbol {
            bits,
            state,
            starts_block,
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
            if position + MARGIN <= end {
                let bits = window.bits(position);
                let entry = self.tables.entry(state, bits);
                let sum = advance_state(state, entry);
                if !is_closer(sum) {
                    if is_dc(entry) {
                        bridge.push((position as u64) << 32 | u64::from(entry));
                    }
                    position += bits_of(entry) as usize;
                    state = if is_end(sum) {
                        self.next[block_of(state)]
                    } else {
                        sum
                    };
                    continue;
                }
            }
            let symbol = self.symbol(window, position, state);
            if position + symbol.bits > end {
                bridge.truncate(before);
                return None;
            }
            if symbol.is_unknown {
                unknown.get_or_insert(position);
            }
            if symbol.starts_block {
                bridge.push((position as u64) << 32 | u64::from(symbols::LOOK_ENTRY));
            }
            position += symbol.bits;
            state = symbol.state;
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

pub(super) struct Symbol {
    pub(super) bits: usize,
    pub(super) state: State,
    pub(super) starts_block: bool,
    pub(super) is_unknown: bool,
}
