//! Reading the coefficients that a reduction keeps, of many blocks in turn.
//!
//! Within a block each symbol waits for the one before, and nobody can foresee how many there are, least of all the
//! processor. Here a few blocks are read in turn, a symbol of each, and nothing depends on what a symbol is but numbers: what is
//! not kept goes to a place of its own, and behind a block's last symbol a lane goes on with the next block that waits.

use crate::blocks::{Places, Values};
use crate::differences::Differences;
use crate::huffman::Huffman;
use crate::idct;
use crate::lanes::Event;
use crate::runs::Restarts;
use crate::window::Window;
use alloc::boxed::Box;
use alloc::vec;
use core::hint::select_unpredictable;
use core::ops::Range;

/// Blocks of a batch.
pub(crate) const BLOCKS: usize = 64;
/// Blocks that are read in turn.
const LANES: usize = 4;
/// Blocks are transformed in groups of so many.
const GROUP: usize = 8;
/// Lanes that find no block waiting read one behind the batch, whose result nobody looks at.
const ROOM: usize = BLOCKS + 2 * LANES;
/// A block that is being read is one number, so that all lanes fit into registers: its next bit, from bit `K` on the place in
/// the stream's order of the coefficient read last, which is at most 127, and from bit `BLOCK` on which block it is.
type Lane = u64;
const K: u32 = 32;
const BLOCK: u32 = 40;
/// Coefficients of the largest batch, and what makes an index need no bounds check.
const COEFFICIENTS: usize = 1 << 13;
/// One of full size lies together: 64 coefficients, and what is beyond the block.
const WHOLE: usize = 72;

const _: () = assert!(WHOLE * ROOM <= COEFFICIENTS && (idct::SMALL + 1) * ROOM <= COEFFICIENTS);

/// Blocks of one component.
#[derive(Debug)]
pub(crate) struct Batch {
    length: usize,
    /// How many MCUs there are, and how many blocks an MCU has across and down.
    shape: [usize; 3],
    /// The place of each block in the order of the stream. Places go row by row, as samples are stored.
    places: [u8; BLOCKS],
    /// Each block's first bit, then the bit behind its DC difference.
    starts: [u32; ROOM],
    /// Of blocks below full size coefficient by coefficient: place `p` of all blocks, then place `p + 1`. So they are transformed side
    /// by side. At full size block by block.
    coefficients: Box<[i32; COEFFICIENTS]>,
}

impl Batch {
    pub(crate) fn new() -> Self {
        let Ok(coefficients) = vec![0; COEFFICIENTS].into_boxed_slice().try_into() else {
            unreachable!("the slice was made with the array's length")
        };
        Batch {
            length: 0,
            shape: [0; 3],
            places: [0; BLOCKS],
            starts: [0; ROOM],
            coefficients,
        }
    }

    /// Makes room for the blocks of so many MCUs, which are at most [`BLOCKS`]; each MCU has some across and down.
    #[inline(always)]
    pub(crate) fn clear<const N: usize>(&mut self, shape: [usize; 3]) {
        let [mcus, h, v] = shape;
        self.length = mcus * h * v;
        // Of 2 by 2 all but the last are set.
        let used = match N {
            2 => 3 * ROOM..4 * ROOM,
            8 => 0..self.length * WHOLE,
            _ => 0..N * N * ROOM,
        };
        self.coefficients[used].fill(0);
        if self.shape != shape {
            self.shape = shape;
            let mut places = self.places.iter_mut();
            for mcu in 0..mcus {
                for row in 0..v {
                    let first = row * mcus * h + mcu * h;
                    for (place, column) in places.by_ref().take(h).zip(0..) {
                        *place = (first + column) as u8;
                    }
                }
            }
        }
    }

    /// Sets where the blocks start, MCU by MCU.
    #[inline(always)]
    pub(crate) fn set<'a>(&mut self, mcus: impl Iterator<Item = &'a [Event]>) {
        let mut places = self.places.iter();
        for mcu in mcus {
            for (&event, &place) in mcu.iter().zip(places.by_ref()) {
                self.starts[usize::from(place) & (BLOCKS - 1)] = event;
            }
        }
    }

    /// From one block to the next.
    const fn across<const N: usize>() -> usize {
        if N == 8 { WHOLE } else { 1 }
    }

    /// Reads the blocks, which must be whole. `predictor` is the DC coefficient before the first of them, and then that of the last.
    #[inline(always)]
    pub(crate) fn read<const N: usize>(
        &mut self,
        window: &Window,
        dc: Differences<'_>,
        ac: (&Values, &Huffman),
        predictor: &mut i32,
        restarts: &mut Restarts,
    ) {
        let starts = self.starts[..self.length].iter_mut();
        for (place, start) in starts.enumerate() {
            let (difference, bits) = dc.at(*start, window);
            self.coefficients[(place * Self::across::<N>()) & (COEFFICIENTS - 1)] = difference;
            *start += bits;
        }
        let [_, h, v] = self.shape;
        for mcu in self.places[..self.length].chunks_exact(h * v) {
            if restarts.next() {
                *predictor = 0;
            }
            for &place in mcu {
                let at = usize::from(place) * Self::across::<N>();
                let coefficient = &mut self.coefficients[at & (COEFFICIENTS - 1)];
                *predictor = predictor.wrapping_add(*coefficient);
                *coefficient = i32::from(*predictor as i16);
            }
        }
        if N == 2 {
            self.read_two(window, ac);
        } else {
            self.read_in_turn::<N>(window, ac);
        }
    }

    /// The first two are so few that every block's next two symbols are looked at, whether they are those or not: then nothing that a
    /// symbol says decides what is read next, and the processor reads many blocks at once by itself.
    #[inline(always)]
    fn read_two(&mut self, window: &Window, (values, table): (&Values, &Huffman)) {
        let (across, down) = self.coefficients[ROOM..].split_at_mut(ROOM);
        let places = across.iter_mut().zip(down);
        for (&start, (across, down)) in self.starts[..self.length].iter().zip(places) {
            let start = start as usize;
            let bits = window.bits(start);
            let mut first = values.entry(bits);
            let mut behind = bits << first.taken();
            if first.is_long() {
                first = values.long_entry(table, bits);
                behind = window.bits(start + first.taken() as usize);
            }
            let mut second = values.entry(behind);
            let first_is_across = first.advance() == 1;
            if second.is_long() && first_is_across {
                second = values.long_entry(table, behind);
            }
            let second_is_down = first_is_across && second.advance() == 1;
            let (one, other) = (first.value(bits), second.value(behind));
            *across = select_unpredictable(first_is_across, one, 0);
            *down = select_unpredictable(first.advance() == 2, one, 0);
            *down = select_unpredictable(second_is_down, other, *down);
        }
    }

    #[inline(always)]
    fn read_in_turn<const N: usize>(
        &mut self,
        window: &Window,
        (values, table): (&Values, &Huffman),
    ) {
        let last = const { Places::new(N).last };
        let places = const { places::<N>() };
        let anywhere = self.starts[0];
        self.starts[self.length..].fill(anywhere);
        let waiting: [Lane; ROOM] =
            core::array::from_fn(|block| Lane::from(self.starts[block]) | (block as Lane) << BLOCK);
        let mut lanes: [Lane; LANES] = core::array::from_fn(|block| waiting[block]);
        let mut next = LANES;
        while lanes.iter().any(|lane| lane >> BLOCK < self.length as Lane) {
            for lane in &mut lanes {
                let bits = window.bits(*lane as u32 as usize);
                let mut found = values.entry(bits);
                if found.is_long() {
                    found = values.long_entry(table, bits);
                }
                let sum = *lane + found.step();
                let (block, k) = ((sum >> BLOCK) as usize, (sum >> K) as usize & 127);
                let at = block * Self::across::<N>() + usize::from(places[k]);
                self.coefficients[at & (COEFFICIENTS - 1)] = found.value(bits);
                let over = k >= last;
                *lane = select_unpredictable(over, waiting[next], sum);
                next = (next + usize::from(over)).min(ROOM - 1);
            }
        }
    }

    /// Makes the coefficients of blocks that lie side by side into samples, `N` rows of them, the first of which begins with `samples`.
    #[inline(always)]
    pub(crate) fn transform<const N: usize>(
        &self,
        blocks: Range<usize>,
        steps: &[i32; 64],
        samples: &mut [u8],
        stride: usize,
    ) {
        if N == 8 {
            let stored = self.coefficients.chunks_exact(WHOLE);
            for (nth, stored) in stored.skip(blocks.start).take(blocks.len()).enumerate() {
                whole(stored, steps, &mut samples[nth * N..], stride);
            }
            return;
        }
        for first in blocks.clone().step_by(GROUP) {
            let mut group = [[0; GROUP]; idct::SMALL];
            for (place, coefficients) in group.iter_mut().take(N * N).enumerate() {
                let stored = &self.coefficients[place * ROOM + first..][..GROUP];
                for (to, value) in coefficients.iter_mut().zip(stored) {
                    *to = value.wrapping_mul(steps[place]);
                }
            }
            let mut done = [[0; GROUP]; idct::SMALL];
            idct::side_by_side::<N, GROUP>(&group, &mut done);
            let wide = GROUP.min(blocks.end - first) * N;
            for y in 0..N {
                let row = &mut samples[y * stride + (first - blocks.start) * N..];
                put_row::<N>(&done[y * N..], &mut row[..wide]);
            }
        }
    }
}

/// Puts a row of blocks that lie side by side into its place: of block `i`, sample `x` is `done[x][i]`.
#[inline(always)]
fn put_row<const N: usize>(done: &[[u8; GROUP]], row: &mut [u8]) {
    if N == 3 {
        // Three bytes are moved as four, the last of which the next block covers.
        let mut joined = [0; 3 * GROUP + 1];
        for nth in 0..GROUP {
            let samples = [done[0][nth], done[1][nth], done[2][nth], 0];
            joined[3 * nth..3 * nth + 4].copy_from_slice(&samples);
        }
        row.copy_from_slice(&joined[..row.len()]);
    } else {
        let joined: [[u8; N]; GROUP] =
            core::array::from_fn(|nth| core::array::from_fn(|x| done[x][nth]));
        row.copy_from_slice(&joined.as_flattened()[..row.len()]);
    }
}

/// A block of full size.
#[inline(always)]
fn whole(stored: &[i32], steps: &[i32; 64], samples: &mut [u8], stride: usize) {
    let mut block = [0; 64];
    let mut coded = 0;
    for (place, ((to, &value), &step)) in block.iter_mut().zip(stored).zip(steps).enumerate() {
        *to = value.wrapping_mul(step);
        coded |= if place == 0 { 0 } else { value };
    }
    idct::store::<8>(&block, coded != 0, samples, stride);
}

/// Where each coefficient of the stream's order goes, counted from its block's first. An end of block and what a reduction leaves out go
/// behind those that are kept.
const fn places<const N: usize>() -> [u16; 128] {
    let down = if N == 8 { 1 } else { ROOM };
    let kept = Places::new(N).of;
    let mut places = [(N * N * down) as u16; 128];
    let mut k = 0;
    while k < 64 {
        if N == 8 || kept[k] != 63 {
            places[k] = (kept[k] as usize * down) as u16;
        }
        k += 1;
    }
    places
}
