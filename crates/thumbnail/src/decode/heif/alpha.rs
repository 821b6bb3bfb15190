//! The opacity of a picture, which is a picture of its own.

use super::coded;
use super::description;
use super::grid::Grid;
use super::items::Items;
use super::planes::Planes;
use super::request::{BYTES_PER_PIXEL, Request};
use crate::{Error, Format, Limits};

/// What an auxiliary picture says that is alpha: the name for every coding, and the one for HEVC.
const NAMES: [&[u8]; 2] = [
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    b"urn:mpeg:hevc:2015:auxid:1",
];

pub(super) struct Alpha {
    pub(super) planes: Planes,
    pub(super) is_full_range: bool,
    pub(super) is_premultiplied: bool,
}

impl Alpha {
    /// Decodes that of `item`, whose parts are `parts`; `None` where it has none.
    pub(super) fn read(
        items: &Items<'_>,
        item: u32,
        parts: &Grid,
        format: Format,
        limits: &Limits,
    ) -> Result<Option<Self>, Error> {
        let pictures = [items.primary, item];
        let Some((auxiliary, grid)) = find(items, pictures, parts, format)? else {
            return Ok(None);
        };
        limits.check_pixels(grid.size.0, grid.size.1)?;
        let pixels = u64::from(grid.size.0) * u64::from(grid.size.1);
        let most = grid.most();
        limits.check_memory(format, grid.size, 2 * pixels + BYTES_PER_PIXEL * most)?;
        let request = Request {
            format,
            limits,
            most,
            filtered: true,
        };
        let planes = if grid.tiles.len() == 1 && grid.tile == grid.size {
            coded::decode(items, grid.tiles[0], request)?
        } else {
            joined(items, &grid, request)?
        };
        let (_, said) = description::colours(items, auxiliary);
        Ok(Some(Self {
            is_full_range: said
                .or(planes.coding)
                .is_none_or(|coding| coding.is_full_range),
            is_premultiplied: pictures
                .iter()
                .any(|&picture| items.referred(picture, b"prem").contains(&auxiliary)),
            planes,
        }))
    }

    pub(super) fn bytes(&self) -> u64 {
        2 * self.planes.samples[0].len() as u64
    }
}

/// The picture that is the alpha of one of `pictures`, or of the first part, and how it is put together.
fn find(
    items: &Items<'_>,
    pictures: [u32; 2],
    parts: &Grid,
    format: Format,
) -> Result<Option<(u32, Grid)>, Error> {
    let alpha_of = |picture: u32| {
        items
            .referring(picture, b"auxl")
            .find(|&it| is_alpha(items, it))
    };
    if let Some(auxiliary) = pictures.into_iter().find_map(alpha_of) {
        let grid = Grid::read(items, auxiliary, Some(parts.size), format)?;
        return Ok(Some((auxiliary, grid)));
    }
    // Or each part of the picture has its own.
    let tiles: Option<Vec<_>> = parts.tiles.iter().map(|&part| alpha_of(part)).collect();
    let Some(tiles) = tiles else {
        return Ok(None);
    };
    let tile = description::size(items, tiles[0]).unwrap_or(parts.tile);
    if tile != parts.tile {
        return Err(Error::corrupt(format, "its alpha does not fit its parts"));
    }
    let first = tiles[0];
    let (size, columns) = (parts.size, parts.columns);
    let grid = Grid {
        size,
        columns,
        tiles,
        tile,
    };
    Ok(Some((first, grid)))
}

fn is_alpha(items: &Items<'_>, auxiliary: u32) -> bool {
    let kind = items
        .property(auxiliary, b"auxC")
        .and_then(|data| data.get(4..));
    kind.is_some_and(|kind| NAMES.iter().any(|name| kind.starts_with(name)))
}

/// All parts as one.
fn joined(items: &Items<'_>, grid: &Grid, request: Request<'_>) -> Result<Planes, Error> {
    let width = grid.size.0 as usize;
    let mut whole = vec![0; width * grid.size.1 as usize];
    let mut last = None;
    for row in 0..grid.rows() {
        for column in 0..grid.columns {
            request.limits.check_time()?;
            let tile = grid.tiles[(row * grid.columns + column) as usize];
            let planes = coded::decode(items, tile, request)?;
            let left = (column * grid.tile.0) as usize;
            let top = (row * grid.tile.1) as usize;
            let columns = (planes.size.0 as usize).min(width.saturating_sub(left));
            let rows = planes.samples[0].chunks(planes.strides[0]);
            let lines = whole.chunks_mut(width).skip(top);
            for (line, samples) in lines
                .zip(rows)
                .take(planes.size.1.min(grid.tile.1) as usize)
            {
                if columns > 0 {
                    line[left..left + columns].copy_from_slice(&samples[..columns]);
                }
            }
            last = Some(planes);
        }
    }
    let last = last.ok_or_else(|| Error::corrupt(request.format, "its alpha has no parts"))?;
    Ok(Planes {
        size: grid.size,
        samples: [whole, Vec::new(), Vec::new()],
        strides: [width, 0],
        ..last
    })
}
