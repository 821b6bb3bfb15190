//! What stands before the pixels of an image, the picture itself or one that describes it (RFC 9649, 3.6).

use crate::bits::Bits;
use crate::budget::Budget;
use crate::code::Code;
use crate::error::{Error, Part};
use crate::group::{Group, LENGTHS, LITERALS};
use crate::image::{Image, Tiles};
use crate::lengths;
use crate::pixels::{self, Cursor};
use alloc::vec;
use alloc::vec::Vec;

/// Symbols for distances.
const DISTANCES: usize = 40;

impl Image {
    /// Reads all of an image that describes the picture.
    pub(crate) fn read_inner(
        &mut self,
        bits: &mut Bits<'_>,
        (width, height): (usize, usize),
        budget: &mut Budget<'_>,
    ) -> Result<Vec<u32>, Error> {
        self.begin(bits, (width, height))?;
        self.read_codes(bits, None, budget)?;
        let count = width * height;
        budget.take(count + pixels::SLACK, 4)?;
        let mut window = vec![0; count + pixels::SLACK];
        let mut cursor = Cursor::default();
        while cursor.at < count {
            budget.check_time()?;
            let end = (cursor.at + pixels::AT_A_TIME).min(count);
            if !pixels::read(bits, self, &mut window, &mut cursor, end, count) {
                return Err(if bits.are_over() {
                    Error::Truncated
                } else {
                    Error::Broken(Part::Inner)
                });
            }
        }
        window.truncate(count);
        Ok(window)
    }

    /// Reads what stands before the picture's own pixels.
    pub(crate) fn read_outer(
        &mut self,
        bits: &mut Bits<'_>,
        size: (usize, usize),
        budget: &mut Budget<'_>,
    ) -> Result<(), Error> {
        // The cache's size comes first, and the image of tiles has a cache of its own.
        self.begin(bits, size)?;
        let mut tiles = None;
        let cache = self.cache.len();
        if bits.read(1) == 1 {
            let side = bits.read(3) + 2;
            let (across, down) = (size.0.div_ceil(1 << side), size.1.div_ceil(1 << side));
            let image = self.read_inner(bits, (across, down), budget)?;
            budget.take(image.len(), 2)?;
            tiles = Some(Tiles {
                bits: side,
                across,
                groups: image.iter().map(|pixel| (pixel >> 8) as u16).collect(),
            });
        }
        self.cache.begin((cache > 0).then(|| cache.ilog2()));
        (self.width, self.height) = size;
        self.read_codes(bits, tiles, budget)
    }

    /// Reads whether there is a cache.
    fn begin(&mut self, bits: &mut Bits<'_>, size: (usize, usize)) -> Result<(), Error> {
        (self.width, self.height) = size;
        let cache = (bits.read(1) == 1).then(|| bits.read(4));
        let begun = self.cache.begin(cache);
        begun.ok_or(Error::Broken(Part::Cache))
    }

    fn read_codes(
        &mut self,
        bits: &mut Bits<'_>,
        tiles: Option<Tiles>,
        budget: &mut Budget<'_>,
    ) -> Result<(), Error> {
        self.tables.entries.clear();
        self.groups.clear();
        let count = tiles.as_ref().and_then(|tiles| tiles.groups.iter().max());
        let count = count.map_or(1, |&last| usize::from(last) + 1);
        // How many pixels there are for each group; none where it is not used, and then it needs no tables.
        budget.take(count, size_of::<Group>() + size_of::<usize>())?;
        let mut pixels = vec![0_usize; count];
        match &tiles {
            Some(tiles) => {
                for &group in &tiles.groups {
                    pixels[usize::from(group)] += 1 << (2 * tiles.bits);
                }
            }
            None => pixels[0] = self.width * self.height,
        }
        let colours = (LITERALS + LENGTHS) as usize + self.cache.len();
        for (nth, pixels) in pixels.into_iter().enumerate() {
            if nth % 64 == 0 {
                budget.check_time()?;
            }
            let mut codes = [Code::default(); 5];
            let before = self.tables.entries.len();
            for (code, symbols) in codes.iter_mut().zip([colours, 256, 256, 256, DISTANCES]) {
                lengths::read(bits, symbols, &mut self.tables, budget, &mut self.lengths)?;
                *code = Code::new(&self.lengths, &mut self.tables, budget)?;
            }
            let group = if pixels == 0 {
                self.tables.entries.truncate(before);
                Group::default()
            } else {
                Group::new(codes, pixels, &mut self.tables, budget)?
            };
            self.groups.push(group);
            if bits.are_over() {
                return Err(Error::Truncated);
            }
        }
        self.tiles = tiles;
        Ok(())
    }
}
