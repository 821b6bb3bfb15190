//! LZW in data that comes in blocks, by `weezl`.

use weezl::LzwStatus;
use weezl::decode::Decoder;

/// Unpacks as much as it is asked for at a time.
pub(super) struct Lzw<'a, B> {
    decoder: Decoder,
    blocks: B,
    /// What has not been read of the last block.
    block: &'a [u8],
    /// Whether there is nothing more, or nothing that makes sense.
    over: bool,
}

impl<'a, B: Iterator<Item = &'a [u8]>> Lzw<'a, B> {
    pub(super) const fn new(decoder: Decoder, blocks: B) -> Self {
        Self {
            decoder,
            blocks,
            block: &[],
            over: false,
        }
    }

    /// Fills `to` as far as there is something to unpack, and says how far that is.
    pub(super) fn read(&mut self, to: &mut [u8]) -> usize {
        let mut there = 0;
        while there < to.len() && !self.over {
            if self.block.is_empty() {
                self.block = self.blocks.next().unwrap_or_default();
            }
            let step = self.decoder.decode_bytes(self.block, &mut to[there..]);
            self.block = &self.block[step.consumed_in..];
            there += step.consumed_out;
            self.over = !matches!(step.status, Ok(LzwStatus::Ok));
        }
        there
    }
}
