//! The picture so far, and one macroblock after the other: its modes, its coefficients, and its samples.

use super::bools::{Booleans, walk};
use super::coefficients::{token_block, walsh_hadamard};
use super::fields::Fields;
use super::plane::WholePlane;
use crate::geometry::MACROBLOCK;
use crate::header::Header;
use crate::modes::{BlockMode, Mode};
use crate::tables;
use alloc::vec;
use alloc::vec::Vec;

const SEGMENTS: [i8; 6] = [2, 4, -1, -2, -3, -4];
/// DC, vertical, horizontal, "true motion", and block by block.
const LUMA_MODES: [i8; 8] = [-5, 2, 4, 6, -1, -2, -3, -4];
const CHROMA_MODES: [i8; 6] = [-1, 2, -2, 4, -3, -4];
const BLOCK_MODES: [i8; 18] = [
    -1, 2, -2, 4, -3, 6, 8, 12, -4, 10, -6, -7, -5, 14, -8, 16, -9, -10,
];

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

pub(super) struct Modes {
    segment: usize,
    skipped: bool,
    /// `None` if luma is predicted block by block.
    luma: Option<Mode>,
    blocks: [BlockMode; 16],
    chroma: Mode,
}

/// Coefficients in their places: 16 blocks of luma, 4 of blue and 4 of red chroma.
pub(super) type Blocks = [[i16; 16]; 24];

/// The picture so far.
pub(super) struct Whole {
    pub(super) across: usize,
    /// Luma, blue and red chroma.
    pub(super) planes: [WholePlane; 3],
    /// Modes of blocks of luma, in rows of four for each macroblock.
    modes: Vec<BlockMode>,
    /// Whether blocks have coefficients: 16 of luma, 4 of blue and 4 of red chroma for each macroblock.
    coded: Vec<[bool; 24]>,
    /// The same of the last block of luma's DC coefficients in each column of macroblocks, and in the row.
    means_above: Vec<bool>,
    means_left: bool,
}

impl Whole {
    pub(super) fn new(header: &Header) -> Self {
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
    pub(super) fn read_modes(
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

    pub(super) fn read_tokens(
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
    pub(super) fn predict_and_add(
        &mut self,
        modes: &Modes,
        blocks: &Blocks,
        column: usize,
        row: usize,
    ) {
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
