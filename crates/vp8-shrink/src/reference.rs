//! The definition of the result: a slow decoder that one can read beside RFC 6386.
//!
//! It reads one boolean at a time, walks the trees that the RFC prints, and keeps whole planes. [`decode`] must be equalled bit for bit,
//! errors included. Since it takes booleans from a [`Booleans`], it can as well be led by one that makes them up, and so is the description
//! of frames to be written.

use crate::error::Error;
use crate::geometry::{MACROBLOCK, PlaneShape};
use crate::header::{Header, START};
use crate::modes::{BlockMode, Mode};
use crate::request::Request;
use crate::tables;
use crate::tokens::Probabilities;
use alloc::vec;
use alloc::vec::Vec;

/// Where booleans come from.
pub trait Booleans {
    /// The next boolean, false with a probability of `probability` in 256.
    fn read(&mut self, probability: u8) -> bool;

    /// Whether more was read than there is.
    fn is_over(&self) -> bool {
        false
    }
}

/// What decoding gives.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "as in the picture of the fast decoder")]
pub struct ReferencePicture {
    pub planes: Vec<ReferencePlane>,
    pub share: f32,
    pub damage: Option<usize>,
}

/// One component, without padding.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "as in the plane of the fast decoder")]
pub struct ReferencePlane {
    pub shape: PlaneShape,
    pub samples: Vec<u8>,
}

/// Decodes a frame.
///
/// # Errors
/// Those of [`Decoder::decode`](crate::Decoder::decode).
pub fn decode(frame: &[u8], request: &Request) -> Result<ReferencePicture, Error> {
    let header = Header::read(frame)?;
    let needed = header.memory(request)?;
    if needed > request.max_bytes {
        return Err(Error::TooLarge {
            needed,
            allowed: request.max_bytes,
        });
    }
    let length = u32::from_le_bytes([frame[0], frame[1], frame[2], 0]) as usize >> 5;
    let first_end = frame.len().min(START + length);
    let mut first = Reader::new(&frame[START..first_end]);
    let mut ends = Vec::new();
    let partitions = |count: usize| {
        let lengths = frame.len().min(first_end + 3 * (count - 1));
        let mut at = lengths;
        let mut partitions = Vec::new();
        for index in 0..count {
            let start = first_end + 3 * index;
            let length = match frame[..lengths].get(start..start + 3) {
                Some(bytes) => u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) as usize,
                None if index + 1 == count => frame.len(),
                None => 0,
            };
            let end = frame.len().min(at + length);
            partitions.push(Reader::new(&frame[at..end]));
            ends.push(end);
            at = end;
        }
        partitions
    };
    let outcome = reconstruct(&header, request, &mut first, partitions)?;
    let damage = match outcome.stopped {
        _ if outcome.header_is_over => return Err(Error::Truncated { offset: first_end }),
        None => None,
        Some(Stopped::Modes) => Some(first_end),
        Some(Stopped::Tokens(partition)) => Some(ends[partition]),
    };
    let share = outcome.decoded as f32 / outcome.wanted as f32;
    match damage {
        Some(offset) if outcome.decoded == 0 || share < request.min_share => {
            Err(Error::Damaged { offset, share })
        }
        damage => Ok(ReferencePicture {
            planes: outcome.planes,
            share,
            damage,
        }),
    }
}

/// What [`reconstruct`] comes to.
#[derive(Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Outcome<T> {
    pub partitions: Vec<T>,
    pub planes: Vec<ReferencePlane>,
    /// Macroblocks of the crop.
    pub decoded: usize,
    pub wanted: usize,
    pub header_is_over: bool,
    pub stopped: Option<Stopped>,
}

/// Which partition was over too early.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Stopped {
    Modes,
    Tokens(usize),
}

/// Everything behind a frame's first ten bytes: `first` is its first partition, and `partitions` is asked for as many others as that
/// one says.
///
/// # Errors
/// [`Error::BadCrop`].
pub fn reconstruct<B: Booleans, T: Booleans>(
    header: &Header,
    request: &Request,
    first: &mut B,
    partitions: impl FnOnce(usize) -> Vec<T>,
) -> Result<Outcome<T>, Error> {
    let shapes = header.planes(request)?;
    let frame = Fields::read(first);
    let header_is_over = first.is_over();
    let mut tokens = partitions(frame.partitions);
    let mut picture = Whole::new(header);
    let (left, right) = macroblocks(shapes[0].x, shapes[0].width, shapes[0].pixels, header.width);
    let (top, bottom) = macroblocks(
        shapes[0].y,
        shapes[0].height,
        shapes[0].pixels,
        header.height,
    );
    let mut outcome = Outcome {
        partitions: Vec::new(),
        planes: Vec::new(),
        decoded: 0,
        wanted: (right - left) * (bottom - top),
        header_is_over,
        stopped: None,
    };
    let mut undecoded = vec![true; picture.across * bottom];
    'rows: for row in 0..bottom {
        for column in 0..picture.across {
            let modes = picture.read_modes(&frame, first, column, row);
            let partition = row % tokens.len();
            let blocks = picture.read_tokens(&frame, &mut tokens[partition], &modes, column, row);
            if tokens[partition].is_over() {
                outcome.stopped = Some(Stopped::Tokens(partition));
                break 'rows;
            }
            picture.predict_and_add(&modes, &blocks, column, row);
            undecoded[row * picture.across + column] = false;
            if row >= top && (left..right).contains(&column) {
                outcome.decoded += 1;
            }
        }
        if first.is_over() {
            outcome.stopped = Some(Stopped::Modes);
            break;
        }
    }
    outcome.partitions = tokens;
    for (plane, shape) in picture.planes.iter().zip(shapes) {
        outcome
            .planes
            .push(plane.reduced(shape, &undecoded, picture.across));
    }
    Ok(outcome)
}

/// The macroblocks that samples of a luma plane belong to.
fn macroblocks(first: usize, count: usize, pixels: usize, length: u32) -> (usize, usize) {
    let end = ((first + count) * pixels).min(length as usize);
    (first * pixels / MACROBLOCK, end.div_ceil(MACROBLOCK))
}

/// 7.3: two bytes of the data, shifted bit by bit.
struct Reader<'a> {
    data: &'a [u8],
    next: usize,
    value: u32,
    range: u32,
    shifts: usize,
}

impl<'a> Reader<'a> {
    fn new(data: &'a [u8]) -> Self {
        let mut reader = Self {
            data,
            next: 0,
            value: 0,
            range: 255,
            shifts: 0,
        };
        reader.value = reader.byte() << 8 | reader.byte();
        reader
    }

    fn byte(&mut self) -> u32 {
        self.next += 1;
        self.data.get(self.next - 1).copied().unwrap_or(0).into()
    }
}

impl Booleans for Reader<'_> {
    fn read(&mut self, probability: u8) -> bool {
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        let bit = self.value >= split << 8;
        if bit {
            self.range -= split;
            self.value -= split << 8;
        } else {
            self.range = split;
        }
        while self.range < 128 {
            // No encoder makes data that starts with a byte of 255. If it does, what does not fit gets lost.
            self.value = self.value << 1 & 0xffff;
            self.range <<= 1;
            self.shifts += 1;
            if self.shifts.is_multiple_of(8) {
                self.value |= self.byte();
            }
        }
        bit
    }

    fn is_over(&self) -> bool {
        self.shifts > 8 * self.data.len()
    }
}

fn number(bools: &mut impl Booleans, bits: u32) -> i32 {
    (0..bits).fold(0, |value, _| 2 * value + i32::from(bools.read(128)))
}

fn signed(bools: &mut impl Booleans, bits: u32) -> i32 {
    let value = number(bools, bits);
    if bools.read(128) { -value } else { value }
}

fn optional(bools: &mut impl Booleans, bits: u32) -> i32 {
    if bools.read(128) {
        signed(bools, bits)
    } else {
        0
    }
}

/// 8.1: a leaf is written as what is not a place in the tree, -1 for the first.
fn walk(bools: &mut impl Booleans, tree: &[i8], probabilities: &[u8], start: usize) -> usize {
    let mut at = start;
    loop {
        let next = tree[at + usize::from(bools.read(probabilities[at / 2]))];
        if next < 0 {
            return usize::from(next.unsigned_abs()) - 1;
        }
        at = next as usize;
    }
}

const SEGMENTS: [i8; 6] = [2, 4, -1, -2, -3, -4];
/// DC, vertical, horizontal, "true motion", and block by block.
const LUMA_MODES: [i8; 8] = [-5, 2, 4, 6, -1, -2, -3, -4];
const CHROMA_MODES: [i8; 6] = [-1, 2, -2, 4, -3, -4];
const BLOCK_MODES: [i8; 18] = [
    -1, 2, -2, 4, -3, 6, 8, 12, -4, 10, -6, -7, -5, 14, -8, 16, -9, -10,
];
/// The values 0 to 4, six categories, and the end of the block.
const TOKENS: [i8; 22] = [
    -12, 2, -1, 4, -2, 6, 8, 12, -3, 10, -4, -5, 14, 16, -6, -7, 18, 20, -8, -9, -10, -11,
];
const END: usize = 11;

const MODES: [Mode; 4] = [Mode::Dc, Mode::Vertical, Mode::Horizontal, Mode::TrueMotion];
const BLOCKS: [BlockMode; 10] = [
    BlockMode::Dc,
    BlockMode::TrueMotion,
    BlockMode::Vertical,
    BlockMode::Horizontal,
    BlockMode::LeftDown,
    BlockMode::RightDown,
    BlockMode::VerticalRight,
    BlockMode::VerticalLeft,
    BlockMode::HorizontalDown,
    BlockMode::HorizontalUp,
];

/// 9.3 to 9.11.
struct Fields {
    tree: Option<[u8; 3]>,
    /// By segment; then luma, luma's DC coefficients, chroma; then DC and others.
    steps: [[[i32; 2]; 3]; 4],
    partitions: usize,
    probabilities: Probabilities,
    skipping: Option<u8>,
}

impl Fields {
    fn read(bools: &mut impl Booleans) -> Self {
        number(bools, 2);
        let (mut tree, mut own, mut absolute) = (None, [0; 4], false);
        let segmented = bools.read(128);
        if segmented {
            let (map, data) = (bools.read(128), bools.read(128));
            if data {
                absolute = bools.read(128);
                own = own.map(|_| optional(bools, 7));
                for _ in 0..4 {
                    optional(bools, 6);
                }
            }
            if map {
                tree = Some([(); 3].map(|()| {
                    if bools.read(128) {
                        number(bools, 8) as u8
                    } else {
                        255
                    }
                }));
            }
        }
        number(bools, 1 + 6 + 3);
        if bools.read(128) && bools.read(128) {
            for _ in 0..8 {
                optional(bools, 6);
            }
        }
        let partitions = 1 << number(bools, 2);
        let base = number(bools, 7);
        let changes = [(); 5].map(|()| optional(bools, 4));
        let steps = own.map(|own| {
            let index = match (segmented, absolute) {
                (true, true) => own,
                (true, false) => base + own,
                (false, _) => base,
            };
            let of = |table: &[i16; 128], change: i32| {
                i32::from(table[(index + change).clamp(0, 127) as usize])
            };
            [
                [of(&tables::DC_STEP, changes[0]), of(&tables::AC_STEP, 0)],
                [
                    of(&tables::DC_STEP, changes[1]) * 2,
                    (of(&tables::AC_STEP, changes[2]) * 155 / 100).max(8),
                ],
                [
                    of(&tables::DC_STEP, changes[3]).min(132),
                    of(&tables::AC_STEP, changes[4]),
                ],
            ]
        });
        bools.read(128);
        let mut probabilities = tables::DEFAULT;
        for (kind, bands) in probabilities.iter_mut().enumerate() {
            for (band, contexts) in bands.iter_mut().enumerate() {
                for (context, all) in contexts.iter_mut().enumerate() {
                    for (place, probability) in all.iter_mut().enumerate() {
                        if bools.read(tables::UPDATE[kind][band][context][place]) {
                            *probability = number(bools, 8) as u8;
                        }
                    }
                }
            }
        }
        let skipping = bools.read(128).then(|| number(bools, 8) as u8);
        Self {
            tree,
            steps,
            partitions,
            probabilities,
            skipping,
        }
    }
}

struct Modes {
    segment: usize,
    skipped: bool,
    /// `None` if luma is predicted block by block.
    luma: Option<Mode>,
    blocks: [BlockMode; 16],
    chroma: Mode,
}

/// Coefficients in their places: 16 blocks of luma, 4 of blue and 4 of red chroma.
type Blocks = [[i16; 16]; 24];

/// The picture so far.
struct Whole {
    across: usize,
    /// Luma, blue and red chroma.
    planes: [WholePlane; 3],
    /// Modes of blocks of luma, in rows of four for each macroblock.
    modes: Vec<BlockMode>,
    /// Whether blocks have coefficients: 16 of luma, 4 of blue and 4 of red chroma for each macroblock.
    coded: Vec<[bool; 24]>,
    /// The same of the last block of luma's DC coefficients in each column of macroblocks, and in the row.
    means_above: Vec<bool>,
    means_left: bool,
}

impl Whole {
    fn new(header: &Header) -> Self {
        let (width, height) = (header.width as usize, header.height as usize);
        let (across, down) = (width.div_ceil(MACROBLOCK), height.div_ceil(MACROBLOCK));
        let plane = |side: usize, size: (usize, usize)| WholePlane {
            side,
            stride: across * side,
            size,
            samples: vec![0; across * down * side * side],
        };
        let chroma = (width.div_ceil(2), height.div_ceil(2));
        Self {
            across,
            planes: [
                plane(16, (width, height)),
                plane(8, chroma),
                plane(8, chroma),
            ],
            modes: vec![BlockMode::Dc; across * down * 16],
            coded: vec![[false; 24]; across * down],
            means_above: vec![false; across],
            means_left: false,
        }
    }

    fn mode_at(&self, x: isize, y: isize) -> BlockMode {
        if x < 0 || y < 0 {
            return BlockMode::Dc;
        }
        self.modes[y as usize * self.across * 4 + x as usize]
    }

    /// 10, 11.
    fn read_modes(
        &mut self,
        frame: &Fields,
        bools: &mut impl Booleans,
        column: usize,
        row: usize,
    ) -> Modes {
        let segment = frame
            .tree
            .map_or(0, |tree| walk(bools, &SEGMENTS, &tree, 0));
        let skipped = frame
            .skipping
            .is_some_and(|probability| bools.read(probability));
        let luma = MODES.get(walk(bools, &LUMA_MODES, &tables::LUMA_MODE, 0));
        let mut blocks = [BlockMode::Dc; 16];
        for (index, block) in blocks.iter_mut().enumerate() {
            let (x, y) = (4 * column + index % 4, 4 * row + index / 4);
            *block = match luma {
                Some(Mode::Dc) => BlockMode::Dc,
                Some(Mode::Vertical) => BlockMode::Vertical,
                Some(Mode::Horizontal) => BlockMode::Horizontal,
                Some(Mode::TrueMotion) => BlockMode::TrueMotion,
                None => {
                    let above = self.mode_at(x as isize, y as isize - 1);
                    let left = self.mode_at(x as isize - 1, y as isize);
                    let probabilities = &tables::BLOCK_MODE[above as usize][left as usize];
                    BLOCKS[walk(bools, &BLOCK_MODES, probabilities, 0)]
                }
            };
            self.modes[y * self.across * 4 + x] = *block;
        }
        Modes {
            segment,
            skipped,
            luma: luma.copied(),
            blocks,
            chroma: MODES[walk(bools, &CHROMA_MODES, &tables::CHROMA_MODE, 0)],
        }
    }

    /// 13: whether the blocks above and to the left of a block have coefficients. `side` is how many blocks a macroblock has in a row,
    /// and `first` the first of them.
    fn context(&self, column: usize, row: usize, first: usize, side: usize, block: usize) -> usize {
        let own = &self.coded[row * self.across + column];
        let (x, y) = (block % side, block / side);
        let left = if x > 0 {
            own[first + block - 1]
        } else {
            column > 0 && self.coded[row * self.across + column - 1][first + block + side - 1]
        };
        let above = if y > 0 {
            own[first + block - side]
        } else {
            row > 0 && self.coded[(row - 1) * self.across + column][first + x + side * (side - 1)]
        };
        usize::from(left) + usize::from(above)
    }

    fn read_tokens(
        &mut self,
        frame: &Fields,
        bools: &mut impl Booleans,
        modes: &Modes,
        column: usize,
        row: usize,
    ) -> Blocks {
        let mut blocks = [[0; 16]; 24];
        let at = row * self.across + column;
        self.coded[at] = [false; 24];
        self.means_left &= column > 0;
        if modes.skipped {
            if modes.luma.is_some() {
                (self.means_above[column], self.means_left) = (false, false);
            }
            return blocks;
        }
        let [luma, means, chroma] = frame.steps[modes.segment];
        let (kind, first) = if modes.luma.is_some() {
            let context = usize::from(self.means_above[column]) + usize::from(self.means_left);
            let (block, coded) = token_block(bools, &frame.probabilities[1], context, 0, means);
            (self.means_above[column], self.means_left) = (coded, coded);
            for (block, mean) in blocks.iter_mut().zip(walsh_hadamard(&block)) {
                block[0] = mean;
            }
            (0, 1)
        } else {
            (3, 0)
        };
        for (index, block) in blocks[..16].iter_mut().enumerate() {
            let context = self.context(column, row, 0, 4, index);
            let of = &frame.probabilities[kind];
            let (values, coded) = token_block(bools, of, context, first, luma);
            block[first..].copy_from_slice(&values[first..]);
            self.coded[at][index] = coded;
        }
        for plane in [16, 20] {
            for block in 0..4 {
                let context = self.context(column, row, plane, 2, block);
                let of = &frame.probabilities[2];
                let (values, coded) = token_block(bools, of, context, 0, chroma);
                blocks[plane + block] = values;
                self.coded[at][plane + block] = coded;
            }
        }
        blocks
    }
}

impl Whole {
    /// 12 and 14.5.
    fn predict_and_add(&mut self, modes: &Modes, blocks: &Blocks, column: usize, row: usize) {
        if let Some(mode) = modes.luma {
            self.planes[0].predict(mode, column, row);
        }
        for (block, coefficients) in blocks[..16].iter().enumerate() {
            let place = (16 * column + block % 4 * 4, 16 * row + block / 4 * 4);
            if modes.luma.is_none() {
                self.planes[0].predict_block(modes.blocks[block], place);
            }
            self.planes[0].add(coefficients, place);
        }
        for (plane, blocks) in self.planes[1..].iter_mut().zip(blocks[16..].chunks(4)) {
            plane.predict(modes.chroma, column, row);
            for (block, coefficients) in blocks.iter().enumerate() {
                plane.add(
                    coefficients,
                    (8 * column + block % 2 * 4, 8 * row + block / 2 * 4),
                );
            }
        }
    }
}

/// 13.2 and 13.3: a block's coefficients, dequantised and in their places, and whether there are any in the data.
fn token_block(
    bools: &mut impl Booleans,
    probabilities: &[[[u8; 11]; 3]; 8],
    mut context: usize,
    first: usize,
    steps: [i32; 2],
) -> ([i16; 16], bool) {
    let mut block = [0; 16];
    let (mut start, mut coded) = (0, false);
    for position in first..16 {
        let of = &probabilities[usize::from(tables::BANDS[position])][context];
        let token = walk(bools, &TOKENS, of, start);
        if token == END {
            break;
        }
        coded = true;
        let mut value = token as i32;
        if token > 4 {
            let (least, extra) = tables::CATEGORIES[token - 5];
            let extra = extra.iter().filter(|&&probability| probability > 0);
            value = least + extra.fold(0, |more, &of| 2 * more + i32::from(bools.read(of)));
        }
        context = value.min(2) as usize;
        // No block ends behind a zero.
        start = if value == 0 { 2 } else { 0 };
        if value != 0 && bools.read(128) {
            value = -value;
        }
        let step = steps[usize::from(position > 0)];
        block[usize::from(tables::ZIGZAG[position])] = (value * step) as i16;
    }
    (block, coded)
}

/// 14.3.
fn walsh_hadamard(block: &[i16; 16]) -> [i16; 16] {
    let mut sums = block.map(i32::from);
    for pass in [[0, 4, 8, 12], [0, 1, 2, 3]] {
        let step = if pass[1] == 4 { 1 } else { 4 };
        for lane in 0..4 {
            let places = pass.map(|place| place + step * lane);
            let [a, b, c, d] = places.map(|place| sums[place]);
            sums[places[0]] = a + b + c + d;
            sums[places[1]] = a + b - c - d;
            sums[places[2]] = a - b - c + d;
            sums[places[3]] = a - b + c - d;
        }
    }
    sums.map(|sum| ((sum + 3) >> 3) as i16)
}

/// One component of all macroblocks.
struct WholePlane {
    /// Samples along one side of a macroblock.
    side: usize,
    stride: usize,
    /// Columns and rows that belong to the picture.
    size: (usize, usize),
    samples: Vec<u8>,
}

impl WholePlane {
    /// 12.2 and 12.3: what is seen outside of the plane, too.
    fn at(&self, x: isize, y: isize) -> i32 {
        if y < 0 {
            127
        } else if x < 0 {
            129
        } else {
            let x = (x as usize).min(self.stride - 1);
            self.samples[y as usize * self.stride + x].into()
        }
    }

    fn set(&mut self, x: usize, y: usize, value: i32) {
        self.samples[y * self.stride + x] = value.clamp(0, 255) as u8;
    }

    fn predict(&mut self, mode: Mode, column: usize, row: usize) {
        let side = self.side;
        let (left, top) = ((column * side) as isize, (row * side) as isize);
        let above: i32 = (0..side as isize).map(|x| self.at(left + x, top - 1)).sum();
        let beside: i32 = (0..side as isize).map(|y| self.at(left - 1, top + y)).sum();
        let half = side as i32 / 2;
        let mean = match (row > 0, column > 0) {
            (true, true) => (above + beside + 2 * half) / (4 * half),
            (true, false) => (above + half) / (2 * half),
            (false, true) => (beside + half) / (2 * half),
            (false, false) => 128,
        };
        let corner = self.at(left - 1, top - 1);
        for y in 0..side as isize {
            for x in 0..side as isize {
                let (above, beside) = (self.at(left + x, top - 1), self.at(left - 1, top + y));
                let value = match mode {
                    Mode::Dc => mean,
                    Mode::Vertical => above,
                    Mode::Horizontal => beside,
                    Mode::TrueMotion => above + beside - corner,
                };
                self.set((left + x) as usize, (top + y) as usize, value);
            }
        }
    }

    /// 12.3. The edge goes from the lowest sample to the left, -4, over the corner, 0, to the last one above to the right, 8; beyond its ends
    /// it repeats them.
    fn predict_block(&mut self, mode: BlockMode, (left, top): (usize, usize)) {
        let (x0, y0) = (left as isize, top as isize);
        // To the right, blocks see the row above their macroblock.
        let far = if x0 % 16 == 12 { y0 / 16 * 16 } else { y0 } - 1;
        let edge: [i32; 13] = core::array::from_fn(|index| match index as isize - 4 {
            at if at < 0 => self.at(x0 - 1, y0 - at - 1),
            at if at > 4 => self.at(x0 + at - 1, far),
            at => self.at(x0 + at - 1, y0 - 1),
        });
        let e = |at: i32| edge[(at.clamp(-4, 8) + 4) as usize];
        let two = |at: i32| (e(at) + e(at + 1) + 1) >> 1;
        let three = |at: i32| (e(at - 1) + 2 * e(at) + e(at + 1) + 2) >> 2;
        let mean = (4 + (1..=4).map(|at| e(at) + e(-at)).sum::<i32>()) >> 3;
        for y in 0..4 {
            for x in 0..4 {
                let value = match (mode, x, y) {
                    (BlockMode::Dc, ..) => mean,
                    (BlockMode::TrueMotion, ..) => e(x + 1) + e(-1 - y) - e(0),
                    (BlockMode::Vertical, ..) => three(x + 1),
                    (BlockMode::Horizontal, ..) => three(-1 - y),
                    (BlockMode::LeftDown, ..) => three(x + y + 2),
                    (BlockMode::RightDown, ..) => three(x - y),
                    (BlockMode::VerticalRight, 0, 2..) => three(1 - y),
                    (BlockMode::VerticalRight, _, 0 | 2) => two(x - y / 2),
                    (BlockMode::VerticalRight, ..) => three(x - y / 2),
                    (BlockMode::VerticalLeft, 3, 2..) => three(y + 4),
                    (BlockMode::VerticalLeft, _, 0 | 2) => two(x + y / 2 + 1),
                    (BlockMode::VerticalLeft, ..) => three(x + y / 2 + 2),
                    (BlockMode::HorizontalDown, 2.., 0) => three(x - 1),
                    (BlockMode::HorizontalDown, 0 | 2, _) => two(x / 2 - y - 1),
                    (BlockMode::HorizontalDown, ..) => three(x / 2 - y),
                    (BlockMode::HorizontalUp, ..) => match (x + 2 * y, (x + 2 * y) / 2) {
                        (6.., _) => e(-4),
                        (0 | 2 | 4, half) => two(-2 - half),
                        (_, half) => three(-2 - half),
                    },
                };
                self.set(left + x as usize, top + y as usize, value);
            }
        }
    }

    /// 14.4 and 14.5.
    fn add(&mut self, coefficients: &[i16; 16], (left, top): (usize, usize)) {
        let mut values = coefficients.map(i32::from);
        for (between, step, rounding) in [(4, 1, 0), (1, 4, 4)] {
            for lane in 0..4 {
                let places = [0, 1, 2, 3].map(|place| place * between + lane * step);
                let [a, b, c, d] = places.map(|place| values[place]);
                let cosine = |value: i32| value + ((value * 20_091) >> 16);
                let sine = |value: i32| (value * 35_468) >> 16;
                let (even, odd) = (a + c + rounding, a - c + rounding);
                let (outer, inner) = (cosine(b) + sine(d), sine(b) - cosine(d));
                values[places[0]] = even + outer;
                values[places[1]] = odd + inner;
                values[places[2]] = odd - inner;
                values[places[3]] = even - outer;
            }
        }
        for (index, value) in values.iter().enumerate() {
            let (x, y) = (left + index % 4, top + index / 4);
            let before = self.at(x as isize, y as isize);
            self.set(x, y, before + (value >> 3));
        }
    }

    /// The means of squares. What lies outside of the picture repeats the last samples inside, and what was not decoded is mid-grey.
    fn reduced(&self, shape: PlaneShape, undecoded: &[bool], across: usize) -> ReferencePlane {
        let square = shape.pixels * self.side / MACROBLOCK;
        let mut samples = Vec::new();
        for row in shape.y..shape.y + shape.height {
            for column in shape.x..shape.x + shape.width {
                let macroblock = row * square / self.side * across + column * square / self.side;
                if undecoded[macroblock] {
                    samples.push(128);
                    continue;
                }
                let mut sum = 0;
                for y in row * square..(row + 1) * square {
                    for x in column * square..(column + 1) * square {
                        let (x, y) = (x.min(self.size.0 - 1), y.min(self.size.1 - 1));
                        sum += self.at(x as isize, y as isize) as usize;
                    }
                }
                samples.push(((sum + square * square / 2) / (square * square)) as u8);
            }
        }
        ReferencePlane { shape, samples }
    }
}
