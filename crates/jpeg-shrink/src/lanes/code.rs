//! What decoding a scan goes by, and decoding by it in order.

use super::{Event, MARGIN, Stop};
use crate::huffman::Huffman;
use crate::symbols::{
    self, START, State, Tables, advance_state, bits_of, is_closer, is_dc, is_end,
};
use crate::window::Window;
use alloc::vec::Vec;

/// Twenty are used; with 256 the upper byte of a state needs no bounds check.
pub(super) const NODES: usize = 256;

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

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Node {
    /// Where its table begins: 16 bits, so that the index needs no bounds check.
    pub(super) table: u16,
    pub(super) next: State,
}

/// How the blocks of a scan are coded.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) tables: Tables,
    pub(super) nodes: [Node; NODES],
    /// Each component's tables, for looking closer, and which of them a node uses.
    pub(super) huffman: Vec<(Huffman, Option<Huffman>)>,
    pub(super) component: [u8; NODES],
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
        let mut node = 0;
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
                let following = (node + 2) % (2 * self.blocks);
                let next = (following as u32) << 8 | START;
                self.nodes[node] = Node {
                    table: self.tables.base(2 * pair),
                    next,
                };
                self.nodes[node + 1] = Node {
                    table: self.tables.base(2 * pair + 1),
                    next,
                };
                self.component[node] = nth as u8;
                self.component[node + 1] = nth as u8;
                node += 2;
            }
        }
    }

    /// One symbol in the way of the standard.
    pub(super) fn symbol(&self, window: &Window, position: usize, state: State) -> Option<Symbol> {
        let bits = window.bits(position);
        let node = usize::from((state >> 8) as u8);
        let (dc, ac) = &self.huffman[usize::from(self.component[node])];
        let next = self.nodes[node].next;
        if state & 0xff == START {
            let (length, size) = dc.decode(bits)?;
            if size > 11 {
                return None;
            }
            let state = if ac.is_some() { state + 1 } else { next };
            return Some(Symbol {
                bits: length as usize + usize::from(size),
                state,
                starts_block: true,
            });
        }
        let (length, symbol) = ac.as_ref()?.decode(bits)?;
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
        Some(Symbol {
            bits,
            state,
            starts_block: false,
        })
    }

    /// One MCU in order: its events are put onto the bridge. Gives the bit behind it.
    pub(super) fn mcu(
        &self,
        window: &Window,
        start: usize,
        end: usize,
        bridge: &mut Vec<Event>,
    ) -> Result<usize, Stop> {
        let before = bridge.len();
        let mut position = start;
        let mut state = START;
        let shift = 64 - self.tables.width;
        while state != START || position == start {
            if position + MARGIN <= end {
                let bits = window.bits(position);
                let node = self.nodes[usize::from((state >> 8) as u8)];
                let place = usize::from(node.table) + (bits >> shift) as usize;
                let entry = self.tables.entries[place];
                let sum = advance_state(state, entry);
                if !is_closer(sum) {
                    if is_dc(entry) {
                        bridge.push((position as u64) << 32 | u64::from(entry));
                    }
                    position += bits_of(entry) as usize;
                    state = if is_end(sum) { node.next } else { sum };
                    continue;
                }
            }
            let symbol = self
                .symbol(window, position, state)
                .filter(|symbol| position + symbol.bits <= end);
            let Some(symbol) = symbol else {
                bridge.truncate(before);
                // No symbol is longer than 31 bits: with fewer left, the data that would complete it may be missing.
                return Err(if position + 31 > end {
                    Stop::Hungry
                } else {
                    Stop::Damage
                });
            };
            if symbol.starts_block {
                bridge.push((position as u64) << 32 | u64::from(symbols::LOOK_ENTRY));
            }
            position += symbol.bits;
            state = symbol.state;
        }
        Ok(position)
    }
}

pub(super) struct Symbol {
    pub(super) bits: usize,
    pub(super) state: State,
    pub(super) starts_block: bool,
}
