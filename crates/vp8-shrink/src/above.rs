//! What is kept of a row of macroblocks for the next.

use crate::modes::BlockMode;
use crate::residue::Coded;

/// What the row of macroblocks below sees of a macroblock.
#[derive(Debug, Clone)]
pub(crate) struct Above {
    pub(crate) luma: [u8; 16],
    pub(crate) chroma: [[u8; 8]; 2],
    pub(crate) modes: [BlockMode; 4],
    pub(crate) coded: Coded,
}

impl Above {
    /// What is above the first row.
    pub(crate) const OUTSIDE: Above = Above {
        luma: [127; 16],
        chroma: [[127; 8]; 2],
        modes: [BlockMode::Dc; 4],
        coded: Coded::NONE,
    };
}
