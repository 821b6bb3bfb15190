//! The coefficients of a macroblock, and what they add to its prediction.

use crate::bools::Bools;
use crate::canvas::{ChromaCanvas, LumaCanvas};
use crate::header::Frame;
use crate::modes::{Luma, Macroblock};
use crate::tokens::{self, Kind};
use crate::transform;

/// Which blocks along one side of a macroblock have coefficients.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coded {
    luma: [u8; 4],
    chroma: [[u8; 2]; 2],
    means: u8,
}

impl Coded {
    pub(crate) const NONE: Coded = Coded {
        luma: [0; 4],
        chroma: [[0; 2]; 2],
        means: 0,
    };
}

/// What a block has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Content {
    #[default]
    Nothing,
    /// No other coefficient than the first.
    Dc,
    All,
}

/// Coefficients of a macroblock. They are taken out as they are used, so that all are 0 when the next macroblock comes.
pub(crate) struct Residue {
    luma: [[i16; 16]; 16],
    luma_content: [Content; 16],
    chroma: [[[i16; 16]; 4]; 2],
    chroma_content: [[Content; 4]; 2],
}

impl Residue {
    pub(crate) const fn new() -> Self {
        Self {
            luma: [[0; 16]; 16],
            luma_content: [Content::Nothing; 16],
            chroma: [[[0; 16]; 4]; 2],
            chroma_content: [[Content::Nothing; 4]; 2],
        }
    }

    /// Reads the coefficients of a macroblock (RFC 6386, 13).
    #[inline(always)]
    pub(crate) fn read(
        &mut self,
        bools: &mut Bools<'_>,
        frame: &Frame<'_>,
        macroblock: &Macroblock,
        above: &mut Coded,
        left: &mut Coded,
    ) {
        let whole = matches!(macroblock.luma, Luma::Whole(_));
        if macroblock.empty {
            self.luma_content = Default::default();
            self.chroma_content = Default::default();
            for side in [above, left] {
                // Blocks that are predicted one by one have no means, and leave alone what is said of others.
                let means = if whole { 0 } else { side.means };
                *side = Coded {
                    means,
                    ..Coded::NONE
                };
            }
            return;
        }
        let steps = &frame.steps[macroblock.segment & 3];
        let probabilities = &frame.probabilities;

        let (kind, first) = if whole {
            let mut block = [0; 16];
            let end = tokens::read(
                bools,
                &probabilities[Kind::Means as usize],
                usize::from(above.means + left.means),
                0,
                steps.means,
                &mut block,
            );
            let coded = u8::from(end > 0);
            (above.means, left.means) = (coded, coded);
            let means = match end {
                0 => [0; 16],
                1 => [((i32::from(block[0]) + 3) >> 3) as i16; 16],
                _ => transform::means(&block),
            };
            for (block, mean) in self.luma.iter_mut().zip(means) {
                block[0] = mean;
            }
            (Kind::LumaWithoutMeans, 1)
        } else {
            (Kind::Luma, 0)
        };
        let of = &probabilities[kind as usize];
        for row in 0..4 {
            let mut beside = left.luma[row];
            for column in 0..4 {
                let block = &mut self.luma[4 * row + column];
                let context = usize::from(above.luma[column] + beside);
                let end = tokens::read(bools, of, context, first, steps.luma, block);
                beside = u8::from(end > first);
                above.luma[column] = beside;
                self.luma_content[4 * row + column] = content(end, block[0]);
            }
            left.luma[row] = beside;
        }
        let of = &probabilities[Kind::Chroma as usize];
        for plane in 0..2 {
            for row in 0..2 {
                let mut beside = left.chroma[plane][row];
                for column in 0..2 {
                    let block = &mut self.chroma[plane][2 * row + column];
                    let above = &mut above.chroma[plane][column];
                    let context = usize::from(*above + beside);
                    let end = tokens::read(bools, of, context, 0, steps.chroma, block);
                    beside = u8::from(end > 0);
                    *above = beside;
                    self.chroma_content[plane][2 * row + column] = content(end, block[0]);
                }
                left.chroma[plane][row] = beside;
            }
        }
    }

    /// Adds all blocks of luma.
    #[inline(always)]
    pub(crate) fn add_luma(&mut self, canvas: &mut LumaCanvas) {
        for row in 0..4 {
            for column in 0..4 {
                self.add_luma_block(canvas, column, row);
            }
        }
    }

    #[inline(always)]
    pub(crate) fn add_luma_block(&mut self, canvas: &mut LumaCanvas, column: usize, row: usize) {
        let at = (4 * row + column) & 15;
        if let Some(differences) = take(self.luma_content[at], &mut self.luma[at]) {
            canvas.add(column, row, &differences);
        }
    }

    #[inline(always)]
    pub(crate) fn add_chroma(&mut self, plane: usize, canvas: &mut ChromaCanvas) {
        let contents = self.chroma_content[plane];
        for (at, block) in self.chroma[plane].iter_mut().enumerate() {
            if let Some(differences) = take(contents[at], block) {
                canvas.add(at % 2, at / 2, &differences);
            }
        }
    }
}

#[inline(always)]
fn content(end: usize, dc: i16) -> Content {
    if end > 1 {
        Content::All
    } else if dc != 0 {
        Content::Dc
    } else {
        Content::Nothing
    }
}

/// What a block adds, if anything. Its coefficients are 0 afterwards.
#[inline(always)]
fn take(content: Content, block: &mut [i16; 16]) -> Option<[[i32; 4]; 4]> {
    let differences = match content {
        Content::Nothing => return None,
        Content::Dc => [[transform::difference(block[0]); 4]; 4],
        Content::All => transform::differences(block),
    };
    *block = [0; 16];
    Some(differences)
}
