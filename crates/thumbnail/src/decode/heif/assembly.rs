//! From the parts of a picture to its rows.

use super::alpha::Alpha;
use super::coded;
use super::converter::{Coding, Converter, Sample};
use super::description::Area;
use super::grid::Grid;
use super::items::Items;
use super::planes::{self, Planes};
use super::request::Request;
use crate::Error;
use crate::raster::{Depth, Layout};
use crate::sink::Sink;

/// A picture's parts on their way to its rows.
pub(super) struct Assembly<'a> {
    pub(super) items: &'a Items<'a>,
    pub(super) grid: &'a Grid,
    pub(super) area: Area,
    /// Rows that are handed on at a time.
    pub(super) band: u32,
    pub(super) coding: Coding,
    pub(super) alpha: Option<Alpha>,
    pub(super) layout: Layout,
    pub(super) request: Request<'a>,
}

impl Assembly<'_> {
    /// Hands on its rows; `first` is the first part.
    pub(super) fn run(&self, first: Planes, sink: &mut Sink<'_>) -> Result<(), Error> {
        if self.grid.tiles.len() == 1 {
            self.one(&first, sink)
        } else {
            self.many(first, sink)
        }
    }

    /// A picture that is one part.
    fn one(&self, part: &Planes, sink: &mut Sink<'_>) -> Result<(), Error> {
        let end = self.area.top + self.area.height;
        let mut top = self.area.top;
        while top < end && !sink.has_enough() {
            let bottom = end.min(top + self.band);
            sink.rows(bottom - top, |band| {
                self.place(part, (0, 0), (top, bottom), band);
                Ok(())
            })?;
            top = bottom;
        }
        Ok(())
    }

    fn many(&self, first: Planes, sink: &mut Sink<'_>) -> Result<(), Error> {
        let (grid, area) = (self.grid, self.area);
        let limits = *sink.limits();
        let mut first = Some(first);
        for row in 0..grid.rows() {
            let top = (row * grid.tile.1).max(area.top);
            let bottom = ((row + 1) * grid.tile.1).min(area.top + area.height);
            if top >= bottom {
                first = None;
                continue;
            }
            if sink.has_enough() {
                break;
            }
            let mut fault = None;
            sink.rows(bottom - top, |band| {
                for column in 0..grid.columns {
                    limits.check_time()?;
                    let number = (row * grid.columns + column) as usize;
                    let planes = match first.take() {
                        Some(first) if number == 0 => Ok(first),
                        _ => coded::decode(self.items, grid.tiles[number], self.request),
                    };
                    match planes {
                        Ok(planes) => self.place(&planes, (column, row), (top, bottom), band),
                        // What is not there stays black.
                        Err(error) => fault = Some(error),
                    }
                }
                Ok(())
            })?;
            if let Some(fault) = fault {
                sink.tolerate(fault)?;
            }
        }
        Ok(())
    }

    /// Puts one part into the band of rows from `top` to `bottom` of the whole picture.
    pub(super) fn place(
        &self,
        planes: &Planes,
        (column, row): (u32, u32),
        (top, bottom): (u32, u32),
        band: &mut [u8],
    ) {
        match self.layout.depth {
            Depth::Eight => self.place_samples::<u8>(planes, (column, row), (top, bottom), band),
            Depth::Sixteen => {
                let band = bytemuck::cast_slice_mut::<u8, u16>(band);
                self.place_samples(planes, (column, row), (top, bottom), band);
            }
        }
    }

    fn place_samples<S: Sample>(
        &self,
        planes: &Planes,
        (column, row): (u32, u32),
        (top, bottom): (u32, u32),
        band: &mut [S],
    ) {
        let (grid, area) = (self.grid, self.area);
        let mut converter = Converter::new(self.coding, planes.bits);
        converter.smooths = self.request.filtered;
        let channels = self.layout.channels.count();
        let (tile_left, tile_top) = (column * grid.tile.0, row * grid.tile.1);
        let width = planes.size.0.min(grid.tile.0);
        let left = tile_left.max(area.left);
        let right = (tile_left + width).min(area.left + area.width);
        let bottom = bottom.min(tile_top + planes.size.1);
        if left >= right {
            return;
        }
        let lines = band.chunks_exact_mut(area.width as usize * channels);
        for (y, line) in (top..bottom).zip(lines) {
            let start = (left - area.left) as usize * channels;
            let end = (right - area.left) as usize * channels;
            let pixels = &mut line[start..end];
            let inside = ((left - tile_left) as usize, (y - tile_top) as usize);
            planes::convert(planes, &converter, inside, pixels, channels);
            if let Some(alpha) = &self.alpha {
                let at = (left as usize, y as usize);
                planes::put_alpha(
                    &alpha.planes,
                    alpha.is_full_range,
                    grid.size,
                    at,
                    pixels,
                    channels,
                );
            }
        }
    }
}
