//! What the pixels of an image are read with: its codes, which part has which, and its cache of colours (RFC 9649, 3.6).

use crate::cache::Cache;
use crate::code::Tables;
use crate::group::Group;
use alloc::vec::Vec;

/// How the pixels are coded. Its vectors are kept from one image to the next.
#[derive(Debug, Default)]
pub(crate) struct Image {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) tables: Tables,
    pub(crate) groups: Vec<Group>,
    pub(crate) tiles: Option<Tiles>,
    pub(crate) cache: Cache,
    pub(crate) lengths: Vec<u8>,
}

/// Squares of pixels, each with its group of codes.
#[derive(Debug)]
pub(crate) struct Tiles {
    /// A side has `1 << bits` pixels.
    pub(crate) bits: u32,
    pub(crate) across: usize,
    pub(crate) groups: Vec<u16>,
}

impl Image {
    pub(crate) fn bytes(&self) -> usize {
        let groups = self.groups.capacity() * size_of::<Group>();
        let tiles = self
            .tiles
            .as_ref()
            .map_or(0, |tiles| 2 * tiles.groups.capacity());
        self.tables.bytes() + groups + tiles + self.lengths.capacity()
    }
}
