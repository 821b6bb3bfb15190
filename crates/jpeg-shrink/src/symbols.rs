//! Tables that decode several symbols in one look-up, for skipping through a scan.

use crate::huffman::{Huffman, extend, top_bits};
use crate::long::LongCodes;
use alloc::boxed::Box;
use alloc::vec;

/// An entry is, from the lowest bit up:
///
/// - 6 bits: how many bits the symbols take, with their values;
/// - 2 bits unused;
/// - 8 bits: by how much they advance in the block. See [`advance_state`];
/// - 1 bit: whether the first symbol is a DC difference;
/// - 4 bits: how many bits it takes;
/// - 11 bits: that DC difference, or [`LOOK`].
pub(crate) type Entry = u32;

/// At most this many bits are taken by one entry, so that three fit into the 57 bits of one load.
const MOST_BITS: u32 = 19;
/// In place of a DC difference: it did not fit into the index and has to be read from the stream.
pub(crate) const LOOK: i32 = -1024;
/// Advances into the range that means: these bits need a closer look.
pub(crate) const CLOSER: Entry = 65 << 8;
/// All tables of a scan together: for each of four components one that starts with DC, and one without.
pub(crate) const TABLES: usize = 8 << MOST_WIDTH;
const MOST_WIDTH: u32 = 12;

/// A place in the MCU: `block << 16 | table << 8 | progress`. Tables come in pairs, an even one before the block's DC difference and an odd
/// one after it. Progress is 255 before the DC difference, then the number of AC coefficients passed.
///
/// An advance is added to it. DC advances by at least 1, which carries into the table. After the sum, progress
///
/// - below 63 is inside the block,
/// - of 63, or of 128 to 191, is the block's end (end of block adds 129),
/// - with bit 6 set, and not 63, is neither: an unknown or long code, or a run past the end.
pub(crate) type State = u32;

pub(crate) const START: State = 255;

/// Which pair of tables a place goes by.
pub(crate) fn pair_of(state: State) -> usize {
    (state >> 9 & 3) as usize
}

/// The block of the MCU.
#[inline(always)]
pub(crate) fn block_of(state: State) -> usize {
    (state >> 16) as usize & (BLOCKS - 1)
}

/// Blocks that there may be in an MCU, to a power of two.
pub(crate) const BLOCKS: usize = 16;

/// Whether a sum of state and advance calls for a closer look.
#[inline(always)]
pub(crate) fn is_closer(sum: State) -> bool {
    sum & 0x40 != 0
}

#[inline(always)]
pub(crate) fn is_end(sum: State) -> bool {
    sum & 0xff >= 63
}

#[inline(always)]
pub(crate) fn advance_state(state: State, entry: Entry) -> State {
    state + (entry >> 8 & 0xff)
}

#[inline(always)]
pub(crate) fn bits_of(entry: Entry) -> u32 {
    entry & 63
}

#[inline(always)]
pub(crate) fn is_dc(entry: Entry) -> bool {
    entry & 0x1_0000 != 0
}

/// An entry that holds nothing but where a DC difference stands.
pub(crate) const LOOK_ENTRY: Entry = (LOOK as u32) << 21 | 0x1_0000;

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
    pub(crate) entries: Box<[Entry; TABLES]>,
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

    /// The entry for the bits at the top of `bits`.
    pub(crate) fn entry(&self, state: State, bits: u64) -> Entry {
        let place = match self.width {
            9 => Self::place::<9>(state, bits),
            10 => Self::place::<10>(state, bits),
            11 => Self::place::<11>(state, bits),
            _ => Self::place::<12>(state, bits),
        };
        self.entries[place]
    }

    /// The place of the entry for the bits at the top of `bits`, with tables of an index of `W` bits.
    #[inline(always)]
    pub(crate) fn place<const W: u32>(state: State, bits: u64) -> usize {
        ((state & 0x700) << (W - 8)) as usize + (bits >> (64 - W)) as usize
    }

    /// Makes a pair of tables: the one in `slot` starts with a DC difference, the next one does not. Without AC table, a
    /// block is its DC difference.
    pub(crate) fn make(&mut self, slot: usize, dc: &Huffman, ac: Option<&Huffman>) {
        let width = self.width;
        singles(dc, width, &mut self.dc);
        let from = slot << width;
        if let Some(ac) = ac {
            singles(ac, width, &mut self.ac);
            self.long[slot / 2].make(ac, width, |length, symbol| {
                let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
                let advance = if size == 0 && run != 15 { 129 } else { run + 1 };
                (length + size) | advance << 8
            });
            let into = &mut self.entries[from + (1 << width)..from + (2 << width)];
            for (index, entry) in into.iter_mut().enumerate() {
                let (bits, advance) = follow(&self.ac, width, index, 0);
                *entry = if advance == 0 {
                    CLOSER
                } else {
                    bits | advance << 8
                };
            }
        }
        let into = &mut self.entries[from..from + (1 << width)];
        for (index, entry) in into.iter_mut().enumerate() {
            let single = u32::from(self.dc[index]);
            let (length, size) = (single >> 8, single & 0xff);
            let bits = length + size;
            if length == 0 || bits > MOST_BITS {
                *entry = CLOSER;
                continue;
            }
            // What fits into the index has less than 11 bits, but for a size with a code of a single one.
            if bits > width || size > 10 {
                let advance = if ac.is_some() { 1 } else { 64 };
                *entry = LOOK_ENTRY | bits | advance << 8;
                continue;
            }
            let stream = (index as u64) << (64 - width);
            let value = extend(top_bits(stream << length, size), size);
            let (all, advance) = if ac.is_some() {
                follow(&self.ac, width, index, bits)
            } else {
                (bits, 63)
            };
            *entry = all | (advance + 1) << 8 | 0x1_0000 | bits << 17 | (value as u32) << 21;
        }
    }
}

/// The AC symbols that `index` holds whole from bit `bits` on (their values may reach beyond it): up to which bit they
/// take, and by how much they advance.
fn follow(ac: &[u16; 1 << MOST_WIDTH], width: u32, index: usize, mut bits: u32) -> (u32, u32) {
    let mut advance = 0;
    while bits < width && advance < 63 {
        let single = u32::from(ac[(index << bits) & ((1 << width) - 1)]);
        let (length, run, size) = (single >> 8, single >> 4 & 15, single & 15);
        if length == 0 || bits + length > width || bits + length + size > MOST_BITS {
            break;
        }
        if size == 0 && run != 15 {
            return (bits + length, advance + 129);
        }
        if advance + run + 1 > 63 {
            break;
        }
        advance += run + 1;
        bits += length + size;
    }
    (bits, advance)
}
