//! From the blocks of a GIF to places in its palette, row by row.

use super::container::{Blocks, Container};
use crate::decode::lzw::Lzw;
use crate::{Error, Limits};
use std::iter::Fuse;
use weezl::BitOrder;
use weezl::decode::Decoder;

/// The rows of a picture.
pub(super) struct Pixels<'a> {
    packed: Lzw<'a, Fuse<Blocks<'a>>>,
    width: usize,
    height: usize,
    interlaced: bool,
    /// Those that were asked for last, or all of them, where they are not stored from the top.
    rows: Vec<u8>,
    /// How many rows have been handed on, and how many pixels unpacked.
    next: usize,
    there: usize,
}

impl<'a> Pixels<'a> {
    pub(super) fn new(container: &Container<'a>) -> Self {
        Self {
            packed: Lzw::new(
                Decoder::new(BitOrder::Lsb, container.bits),
                container.blocks.clone().fuse(),
            ),
            width: container.size.0 as usize,
            height: container.size.1 as usize,
            interlaced: container.interlaced,
            rows: Vec::new(),
            next: 0,
            there: 0,
        }
    }

    /// Bytes that are held where `band` rows are asked for at a time.
    pub(super) fn memory(&self, band: u32) -> u64 {
        let rows = if self.interlaced {
            self.height
        } else {
            self.height.min(band as usize)
        };
        (rows * self.width) as u64
    }

    /// The next `count` rows. What can't be unpacked of them is 0.
    pub(super) fn next(&mut self, count: usize, limits: &Limits) -> Result<&[u8], Error> {
        if !self.interlaced {
            self.rows.clear();
            self.rows.resize(count * self.width, 0);
            self.there += self.packed.read(&mut self.rows);
            self.next += count;
            return Ok(&self.rows);
        }
        if self.rows.is_empty() {
            self.unpack_interlaced(limits)?;
        }
        let first = self.next * self.width;
        self.next += count;
        Ok(&self.rows[first..self.next * self.width])
    }

    /// Pixels that could be unpacked.
    pub(super) const fn there(&self) -> u64 {
        self.there as u64
    }

    /// Pixels that are missing in the rows that were handed on.
    pub(super) fn missing(&self) -> usize {
        let expected = if self.interlaced {
            self.height
        } else {
            self.next
        };
        expected * self.width - self.there
    }

    /// Every eighth row comes first, and then three times what is in the middle between two.
    fn unpack_interlaced(&mut self, limits: &Limits) -> Result<(), Error> {
        const PASSES: [(usize, usize); 4] = [(0, 8), (4, 8), (2, 4), (1, 2)];
        self.rows.resize(self.width * self.height, 0);
        for (start, step) in PASSES {
            for row in (start..self.height).step_by(step) {
                limits.check_time()?;
                let at = row * self.width;
                let there = self.packed.read(&mut self.rows[at..at + self.width]);
                self.there += there;
                if there < self.width && start > 0 {
                    // What does not come is taken from above, as browsers do it.
                    let above = at - (step - start) * self.width;
                    let rest = above + there..above + self.width;
                    self.rows.copy_within(rest, at + there);
                }
            }
        }
        Ok(())
    }
}
