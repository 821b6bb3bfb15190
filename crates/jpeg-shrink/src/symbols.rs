//! Tables that decode several symbols in one look-up, for skipping through a scan.

use crate::huffman::Huffman;
use crate::long::LongCodes;
use alloc::boxed::Box;
use alloc::vec;

/// What is added to a [`State`] for some symbols, all of it in one sum: how many bits they take with their values, how many coefficients
/// they pass, and whether they end the block.
pub(crate) type Entry = u16;

/// At most this many bits are taken by one entry, so that three fit into the 57 bits of one load, and into their place in the state.
const MOST_BITS: u32 = 19;
pub(crate) const MOST_WIDTH: u32 = 12;
/// For each of four components a table that starts with DC, and one without; behind each the three that its ends lead to.
const TABLES: usize = 8 << (MOST_WIDTH + 2);

/// A place in the MCU, from the lowest bit up:
///
/// - 6 bits: how many bits were taken since they were last set to 0;
/// - 7 bits: progress, which is 64 before the DC difference, and then 65 and the number of AC coefficients passed;
/// - 1 bit: that some symbol needs a closer look. It has an unknown or long code, or passes the last coefficient, with which progress
///   carries into this bit;
/// - 1 bit: that the block has ended;
/// - 3 bits: the table. Tables come in pairs, an even one before the block's DC difference and an odd one after it;
/// - 10 bits unused;
/// - 4 bits: the block.
///
/// The table is looked up by the two bits below it as well. Where one of them is set all entries are 0, and nothing happens any more.
pub(crate) type State = u32;

const TAKEN: State = 0x3f;
const PROGRESS: u32 = 6;
const CLOSER: State = 1 << 13;
const END: State = 1 << 14;
const TABLE: u32 = 15;
const BLOCK: u32 = 28;

pub(crate) const START: State = 64 << PROGRESS;
/// From before the DC difference to behind it.
const DC: State = 1 << TABLE | 1 << PROGRESS;

/// Blocks that there may be in an MCU, to a power of two.
pub(crate) const BLOCKS: usize = 16;

/// Before the DC difference of a block, which goes by a pair of tables.
pub(crate) fn start_of(block: usize, pair: usize) -> State {
    (block as u32) << BLOCK | (pair as u32) << (TABLE + 1) | START
}

/// Whether it is before the DC difference of some block.
#[inline(always)]
pub(crate) fn starts_block(state: State) -> bool {
    state >> PROGRESS & 127 == 64
}

/// Behind the DC difference.
pub(crate) fn behind_dc(state: State) -> State {
    state + DC
}

/// Behind so many more coefficients, if they do not pass the last one.
pub(crate) fn behind(state: State, coefficients: u32) -> Option<State> {
    let state = state + (coefficients << PROGRESS);
    (!is_closer(state)).then_some(state)
}

/// Which pair of tables a place goes by.
pub(crate) fn pair_of(state: State) -> usize {
    (state >> (TABLE + 1) & 3) as usize
}

/// The block of the MCU.
#[inline(always)]
pub(crate) fn block_of(state: State) -> usize {
    (state >> BLOCK) as usize
}

#[inline(always)]
pub(crate) fn is_closer(state: State) -> bool {
    state & CLOSER != 0
}

/// The place at which a symbol was found that needs a closer look, unless it is one that passes the last coefficient.
pub(crate) fn before_closer(state: State) -> Option<State> {
    // Progress that carries is small again.
    (state >> PROGRESS & 64 != 0).then_some(state & !CLOSER)
}

#[inline(always)]
pub(crate) fn is_end(state: State) -> bool {
    state & END != 0
}

/// How many bits were taken.
#[inline(always)]
pub(crate) fn taken(state: State) -> usize {
    (state & TAKEN) as usize
}

/// The same place with no bits taken.
#[inline(always)]
pub(crate) fn with_none_taken(state: State) -> State {
    state & !TAKEN
}

#[inline(always)]
pub(crate) fn advance_state(state: State, entry: Entry) -> State {
    state + State::from(entry)
}

/// Length of the code and symbol for each index of a width; length 0 where the code is longer or unknown.
fn singles(table: &Huffman, width: u32, into: &mut [u16; 1 << MOST_WIDTH]) {
    into.fill(0);
    for (code, length, symbol) in table.codes().take_while(|&(_, length, _)| length <= width) {
        let first = (code as usize) << (width - length);
        into[first..first + (1 << (width - length))].fill((length as u16) << 8 | u16::from(symbol));
    }
}

/// Room for the tables of a scan, and to make them in.
#[derive(Debug)]
pub(crate) struct Tables {
    entries: Box<[Entry; TABLES]>,
    pub(crate) width: u32,
    /// For each component the AC symbols whose codes the tables are too small for, one an entry.
    pub(crate) long: [LongCodes; 4],
    dc: Box<[u16; 1 << MOST_WIDTH]>,
    ac: Box<[u16; 1 << MOST_WIDTH]>,
}

impl Tables {
    pub(crate) fn new() -> Self {
        let boxed = || -> Box<[u16; 1 << MOST_WIDTH]> { Box::new([0; 1 << MOST_WIDTH]) };
        let Ok(entries) = vec![0; TABLES].into_boxed_slice().try_into() else {
            unreachable!("the slice was made with the array's length")
        };
        Tables {
            entries,
            width: MOST_WIDTH,
            long: core::array::from_fn(|_| LongCodes::new()),
            dc: boxed(),
            ac: boxed(),
        }
    }

    /// Of how many bits the index is, 9 to 12.
    pub(crate) fn set_width(&mut self, width: u32) {
        self.width = width;
    }

    /// The entry for the bits at the top of `bits`, in tables of this width.
    #[inline(always)]
    pub(crate) fn entry(&self, state: State, bits: u64, width: u32) -> Entry {
        let table = (state >> 13 & 31) << MOST_WIDTH;
        let index = (bits >> (64 - width)) as usize & ((1 << MOST_WIDTH) - 1);
        self.entries[table as usize + index]
    }

    /// Makes a pair of tables: the one in `slot` starts with a DC difference, the next one does not. Without AC table, a
    /// block is its DC difference.
    pub(crate) fn make(&mut self, slot: usize, dc: &Huffman, ac: Option<&Huffman>) {
        let width = self.width;
        singles(dc, width, &mut self.dc);
        let from = |slot: usize| slot << (MOST_WIDTH + 2);
        if let Some(ac) = ac {
            singles(ac, width, &mut self.ac);
            self.long[slot / 2].make(ac, width, |length, symbol| {
                let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
                let passed = if size == 0 && run != 15 {
                    END
                } else {
                    (run + 1) << PROGRESS
                };
                passed | (length + size)
            });
            let into = &mut self.entries[from(slot + 1)..][..1 << width];
            for (index, entry) in into.iter_mut().enumerate() {
                *entry = match follow(&self.ac, width, index, 0) {
                    0 => CLOSER as Entry,
                    sum => sum as Entry,
                };
            }
        }
        let into = &mut self.entries[from(slot)..][..1 << width];
        for (index, entry) in into.iter_mut().enumerate() {
            let single = u32::from(self.dc[index]);
            let (length, size) = (single >> 8, single & 0xff);
            let bits = length + size;
            let sum = if length == 0 || bits > MOST_BITS {
                CLOSER
            } else if ac.is_some() {
                DC + follow(&self.ac, width, index, bits)
            } else {
                END + bits
            };
            *entry = sum as Entry;
        }
    }
}

/// The AC symbols that `index` holds whole from bit `bits` on (their values may reach beyond it): what they add to a state, and those bits.
fn follow(ac: &[u16; 1 << MOST_WIDTH], width: u32, index: usize, mut bits: u32) -> State {
    let mut passed = 0;
    while bits < width {
        let single = u32::from(ac[(index << bits) & ((1 << width) - 1)]);
        let (length, run, size) = (single >> 8, single >> 4 & 15, single & 15);
        if length == 0 || bits + length > width || bits + length + size > MOST_BITS {
            break;
        }
        if size == 0 && run != 15 {
            return END | passed << PROGRESS | (bits + length);
        }
        if passed + run + 1 > 62 {
            break;
        }
        passed += run + 1;
        bits += length + size;
    }
    passed << PROGRESS | bits
}
