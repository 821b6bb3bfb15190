//! How a macroblock is predicted (RFC 6386, 8 and 11).

use crate::bools::Bools;
use crate::header::Frame;
use crate::tables;

/// How a block of 16x16 samples of luma, or of 8x8 samples of chroma, is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The mean of what is above and to the left.
    Dc,
    /// The row above.
    Vertical,
    /// The column to the left.
    Horizontal,
    /// The row above, changed as the column to the left changes.
    TrueMotion,
}

/// How a block of 4x4 samples is predicted, in the order in which their probabilities are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum BlockMode {
    #[default]
    Dc,
    TrueMotion,
    Vertical,
    Horizontal,
    LeftDown,
    RightDown,
    VerticalRight,
    VerticalLeft,
    HorizontalDown,
    HorizontalUp,
}

/// How a macroblock's luma is predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Luma {
    Whole(Mode),
    /// Block by block, row by row.
    Blocks([BlockMode; 16]),
}

/// What the first partition says of a macroblock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Macroblock {
    pub(crate) segment: usize,
    /// Whether it says that there are no coefficients.
    pub(crate) empty: bool,
    pub(crate) luma: Luma,
    pub(crate) chroma: Mode,
}

impl Macroblock {
    /// Reads the next one. `above` and `left` are the modes of the blocks next to it, and become its own.
    #[inline(always)]
    pub(crate) fn read(
        frame: &mut Frame<'_>,
        above: &mut [BlockMode; 4],
        left: &mut [BlockMode; 4],
    ) -> Self {
        let bools = &mut frame.modes;
        let segment = frame.segment_tree.map_or(0, |[first, low, high]| {
            if bools.read(first) {
                2 + usize::from(bools.read(high))
            } else {
                usize::from(bools.read(low))
            }
        });
        let empty = frame
            .has_coefficients
            .is_some_and(|probability| bools.read(probability));
        let luma = luma(bools, above, left);
        let chroma = match bools.read(tables::CHROMA_MODE[0]) {
            false => Mode::Dc,
            true => match bools.read(tables::CHROMA_MODE[1]) {
                false => Mode::Vertical,
                true => match bools.read(tables::CHROMA_MODE[2]) {
                    false => Mode::Horizontal,
                    true => Mode::TrueMotion,
                },
            },
        };
        Self {
            segment,
            empty,
            luma,
            chroma,
        }
    }
}

#[inline(always)]
fn luma(bools: &mut Bools<'_>, above: &mut [BlockMode; 4], left: &mut [BlockMode; 4]) -> Luma {
    if !bools.read(tables::LUMA_MODE[0]) {
        let mut modes = [BlockMode::Dc; 16];
        for (row, left) in modes.chunks_exact_mut(4).zip(left) {
            for (mode, above) in row.iter_mut().zip(above.iter_mut()) {
                let of = &tables::BLOCK_MODE[*above as usize][*left as usize];
                *mode = block(bools, of);
                (*above, *left) = (*mode, *mode);
            }
        }
        return Luma::Blocks(modes);
    }
    let (mode, block) = if !bools.read(tables::LUMA_MODE[1]) {
        if !bools.read(tables::LUMA_MODE[2]) {
            (Mode::Dc, BlockMode::Dc)
        } else {
            (Mode::Vertical, BlockMode::Vertical)
        }
    } else if !bools.read(tables::LUMA_MODE[3]) {
        (Mode::Horizontal, BlockMode::Horizontal)
    } else {
        (Mode::TrueMotion, BlockMode::TrueMotion)
    };
    (*above, *left) = ([block; 4], [block; 4]);
    Luma::Whole(mode)
}

#[inline(always)]
fn block(bools: &mut Bools<'_>, of: &[u8; 9]) -> BlockMode {
    if !bools.read(of[0]) {
        return BlockMode::Dc;
    }
    if !bools.bit(of[1]) {
        return BlockMode::TrueMotion;
    }
    if !bools.bit(of[2]) {
        return BlockMode::Vertical;
    }
    if !bools.read(of[3]) {
        if !bools.bit(of[4]) {
            BlockMode::Horizontal
        } else if !bools.bit(of[5]) {
            BlockMode::RightDown
        } else {
            BlockMode::VerticalRight
        }
    } else if !bools.bit(of[6]) {
        BlockMode::LeftDown
    } else if !bools.bit(of[7]) {
        BlockMode::VerticalLeft
    } else if !bools.read(of[8]) {
        BlockMode::HorizontalDown
    } else {
        BlockMode::HorizontalUp
    }
}
