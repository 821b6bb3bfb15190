//! What is asked of the decoders of coded pictures.

use crate::{Error, Format, Limits};

/// What is held of a picture while it is decoded, for each of its pixels: planes of 16 bits before and after its filters, and
/// what is noted of its blocks.
pub(super) const BYTES_PER_PIXEL: u64 = 12;

/// What is asked of a decoder.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) format: Format,
    pub(super) limits: &'a Limits,
    /// Pixels that the file says there are, and a bit: a picture of more is refused.
    pub(super) most: u64,
    /// Whether what smooths the edges of blocks is wanted. In a picture that is reduced to a half or less it shows little.
    pub(super) filtered: bool,
}

impl Request<'_> {
    /// Refuses a picture that takes too much memory while it is decoded, with so many others that are held for it.
    pub(super) fn check_memory(&self, frames: u64) -> Result<(), Error> {
        let needed = (BYTES_PER_PIXEL + 6 * (frames - 1)) * self.most;
        let side = u32::try_from(self.most.isqrt()).unwrap_or(u32::MAX);
        self.limits.check_memory(self.format, (side, side), needed)
    }
}
