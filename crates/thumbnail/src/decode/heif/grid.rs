//! Pictures of one part, or of many side by side.

use super::boxes::Reader;
use super::converter::Coding;
use super::description;
use super::items::Items;
use super::planes::Planes;
use crate::{Error, Format};

/// How a picture is put together: from one coded picture, or from rows of them.
pub(super) struct Grid {
    pub(super) size: (u32, u32),
    pub(super) columns: u32,
    pub(super) tiles: Vec<u32>,
    /// The size of each part.
    pub(super) tile: (u32, u32),
}

impl Grid {
    /// Of an item that does not say how large it is, which only some may, `usual` is the size.
    pub(super) fn read(
        items: &Items<'_>,
        item: u32,
        usual: Option<(u32, u32)>,
        format: Format,
    ) -> Result<Self, Error> {
        let broken = |what: &'static str| Error::corrupt(format, what);
        let said = description::size(items, item).or(usual);
        if items.kind(item) != Some(b"grid") {
            let size = said.ok_or_else(|| broken("it does not say how large it is"))?;
            return Ok(Self {
                size,
                columns: 1,
                tiles: vec![item],
                tile: size,
            });
        }
        let data = items.data(item).unwrap_or_default();
        let read = || {
            // ISO/IEC 23008-12, 6.6.2.3.2.
            let mut reader = Reader(&data);
            reader.number(1)?;
            let wide = reader.number(1)? & 1 == 1;
            let (rows, columns) = (reader.small(1)? + 1, reader.small(1)? + 1);
            let bytes = if wide { 4 } else { 2 };
            Some((rows, columns, (reader.small(bytes)?, reader.small(bytes)?)))
        };
        let (rows, columns, size) = read().ok_or_else(|| broken("its plan is cut off"))?;
        let tiles = items.referred(item, b"dimg").to_vec();
        let tile = tiles
            .first()
            .and_then(|&tile| description::size(items, tile));
        let tile = tile.ok_or_else(|| broken("its parts are missing"))?;
        let covers = u64::from(tile.0) * u64::from(columns) >= u64::from(size.0)
            && u64::from(tile.1) * u64::from(rows) >= u64::from(size.1);
        if tiles.len() < (rows * columns) as usize || !covers || size.0 == 0 || size.1 == 0 {
            return Err(broken("its parts do not cover it"));
        }
        Ok(Self {
            size,
            columns,
            tiles,
            tile,
        })
    }

    /// The profile of `item`, and how its samples are coded: by what is said of it, of its parts, and by the first part itself.
    pub(super) fn coding<'a>(
        &self,
        items: &'a Items<'_>,
        item: u32,
        first: &Planes,
    ) -> (Option<&'a [u8]>, Coding) {
        let (profile, said) = description::colours(items, item);
        let (inner_profile, inner_said) = description::colours(items, self.tiles[0]);
        let coding = said.or(inner_said).or(first.coding).unwrap_or(Coding {
            primaries: 2,
            transfer: 2,
            matrix: 2,
            is_full_range: false,
        });
        (profile.or(inner_profile), coding)
    }

    pub(super) const fn rows(&self) -> u32 {
        self.size.1.div_ceil(self.tile.1)
    }

    /// Pixels that a part may have: what is said, filled up to whole blocks. A small one may be off by more, which costs little.
    pub(super) fn most(&self) -> u64 {
        const SMALL: u64 = 1 << 21;
        let filled = |side: u32| u64::from(side) + 64;
        (filled(self.tile.0) * filled(self.tile.1)).max(SMALL)
    }
}
