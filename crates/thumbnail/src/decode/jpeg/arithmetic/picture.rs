//! The coefficients of a whole picture, to which one scan after the other adds.

use super::blocks::Block;
use super::huffman::Writer;
use crate::decode::jpeg::markers::{Component, Frame};
use crate::{Error, Format, Limits};

/// Bytes of a block when it is written, in the worst case: for each coefficient a code of eight bits and eleven of its own, and as
/// many bytes again for those that have to be told from markers.
const WRITTEN_BYTES: u64 = 2 * 64 * 19 / 8;

/// The blocks of a frame.
pub(super) struct Picture {
    size: (u32, u32),
    pub(super) planes: Vec<Plane>,
    /// Units of all components: how many there are across and down.
    pub(super) units: (usize, usize),
}

/// The blocks of a component.
pub(super) struct Plane {
    pub(super) id: u8,
    /// How many of them a unit has across and down.
    pub(super) unit: (usize, usize),
    /// How many have samples of the picture, across and down; the others fill up units.
    pub(super) own: (usize, usize),
    /// Blocks of a row, those included that fill up units.
    stride: usize,
    /// Row by row, once there is room for them.
    blocks: Vec<Block>,
    /// How many of its own the scan with most of them has had.
    pub(super) known: u64,
}

impl Picture {
    /// Without room for any block.
    pub(super) fn new(frame: &Frame) -> Self {
        let most = |factor: fn(&Component) -> u32| frame.components.iter().map(factor).max();
        let most = (
            most(|one| one.across).unwrap_or(1),
            most(|one| one.down).unwrap_or(1),
        );
        let is_alone = frame.components.len() == 1;
        let units = if is_alone {
            (frame.width.div_ceil(8), frame.height.div_ceil(8))
        } else {
            (
                frame.width.div_ceil(8 * most.0),
                frame.height.div_ceil(8 * most.1),
            )
        };
        let planes = frame.components.iter().map(|component| {
            let own =
                |side: u32, factor: u32, most: u32| (side * factor).div_ceil(most).div_ceil(8);
            let own = (
                own(frame.width, component.across, most.0),
                own(frame.height, component.down, most.1),
            );
            // A component that is alone has its blocks row by row, whatever its factors.
            let unit = if is_alone {
                (1, 1)
            } else {
                (component.across, component.down)
            };
            Plane {
                id: component.id,
                unit: (unit.0 as usize, unit.1 as usize),
                own: (own.0 as usize, own.1 as usize),
                stride: units.0 as usize * unit.0 as usize,
                blocks: Vec::new(),
                known: 0,
            }
        });
        Self {
            size: (frame.width, frame.height),
            planes: planes.collect(),
            units: (units.0 as usize, units.1 as usize),
        }
    }

    /// How much memory it makes room in.
    pub(super) fn bytes(&self) -> u64 {
        size_of::<Block>() as u64 * self.units.1 as u64 * self.row()
    }

    /// Blocks of a row of units.
    fn row(&self) -> u64 {
        let rows = self.planes.iter();
        rows.map(|plane| (plane.stride * plane.unit.1) as u64).sum()
    }

    const fn blocks_of(&self, plane: &Plane) -> usize {
        plane.stride * self.units.1 * plane.unit.1
    }

    pub(super) fn make_room(&mut self) {
        for nth in 0..self.planes.len() {
            self.planes[nth].blocks = vec![[0; 64]; self.blocks_of(&self.planes[nth])];
        }
    }

    /// How many blocks of the picture have been there, of how many.
    pub(super) fn share(&self) -> (u64, u64) {
        let planes = || self.planes.iter();
        (
            planes().map(|plane| plane.known).sum(),
            planes()
                .map(|plane| (plane.own.0 * plane.own.1) as u64)
                .sum(),
        )
    }

    /// Writes the coded data of one scan with all components.
    pub(super) fn write(&self, out: &mut Writer, limits: &Limits) -> Result<(), Error> {
        let mut last = vec![0; self.planes.len()];
        let row = self.row() * WRITTEN_BYTES;
        for y in 0..self.units.1 {
            limits.check_time()?;
            // What grows is there twice for a moment, once with room for as much again.
            let held = self.bytes() + 3 * (out.len() as u64 + row);
            limits.check_memory(Format::Jpeg, self.size, held)?;
            for x in 0..self.units.0 {
                for (plane, last) in self.planes.iter().zip(&mut last) {
                    for (column, row) in plane.places((x, y)) {
                        out.block(&plane.blocks[row * plane.stride + column], last);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Plane {
    /// The places of a unit's blocks, in the order in which they are coded.
    pub(super) fn places(
        &self,
        unit: (usize, usize),
    ) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (across, down) = self.unit;
        let corner = (unit.0 * across, unit.1 * down);
        (0..across * down).map(move |nth| (corner.0 + nth % across, corner.1 + nth / across))
    }

    pub(super) fn block(&mut self, (column, row): (usize, usize)) -> &mut Block {
        &mut self.blocks[row * self.stride + column]
    }

    /// Whether a block has samples of the picture.
    pub(super) const fn owns(&self, (column, row): (usize, usize)) -> bool {
        column < self.own.0 && row < self.own.1
    }
}
