//! Pictures in the container of HEIF: HEIC, whose pictures are coded by HEVC, and AVIF, where it is AV1.
//!
//! The container is read here. Its picture may be put together from many, row by row, so that no more than one row of them is
//! held at a time, and one that is cut off is shown as far as it goes.

#![cfg_attr(
    not(any(feature = "avif", feature = "heic")),
    allow(
        unused,
        reason = "without a decoder for what it holds, the container is only told by its name"
    )
)]

#[cfg(feature = "avif")]
mod av1;
mod boxes;
mod coded;
mod description;
#[cfg(feature = "heic")]
mod hevc;
mod items;
mod overlay;
mod planes;
mod request;
mod sequence;

use crate::fit::Plan;
use crate::header::Header;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Error, Format, Limits, Spec};
use boxes::Reader;
use description::Area;
use items::Items;
use planes::{Coding, Converter, Planes};
use request::{BYTES_PER_PIXEL, Request};

pub(crate) use boxes::brands;

pub(crate) fn decode(source: &[u8], format: Format, sink: &mut Sink<'_>) -> Result<(), Error> {
    let items = Items::read(source)
        .or_else(|| sequence::first_picture(source))
        .ok_or_else(|| Error::corrupt(format, "it does not say which its picture is"))?;
    let mut item = items.primary;
    let orientation = description::orientation(&items, item);
    // One that stands for another is that other.
    let mut turned = orientation;
    for _ in 0..4 {
        match (items.kind(item), items.referred(item, b"dimg")) {
            (Some(b"iden"), &[other]) => {
                item = other;
                turned = description::orientation(&items, item).then(turned);
            }
            _ => break,
        }
    }
    if items.kind(item) == Some(b"iovl") {
        return overlay::decode(&items, item, turned, format, sink);
    }
    let grid = Grid::read(&items, item, None, format)?;
    let limits = *sink.limits();
    limits.check_pixels(grid.size.0, grid.size.1)?;
    let area = description::area(&items, items.primary, grid.size);
    limits.check_pixels(grid.tile.0, grid.tile.1)?;
    let most = grid.most();
    limits.check_memory(format, grid.size, BYTES_PER_PIXEL * most)?;

    let request = Request {
        format,
        limits: &limits,
        most,
        filtered: !is_halved(area, turned, sink.specs()),
    };
    // The first part is decoded before the header is complete: only it knows how the others are coded too.
    let first = coded::decode(&items, grid.tiles[0], request)?;
    let (profile, coding) = coding(&items, items.primary, &grid, &first);
    let alpha = alpha(&items, item, &grid, format, &limits)?;
    let channels = match (first.is_grey() && profile.is_none(), alpha.is_some()) {
        (true, false) => Channels::Grey,
        (true, true) => Channels::GreyAlpha,
        (false, false) => Channels::Rgb,
        (false, true) => Channels::Rgba,
    };
    let depth = if first.bits > 8 {
        Depth::Sixteen
    } else {
        Depth::Eight
    };
    let layout = Layout::new(channels, depth);
    let header = Header {
        size: (area.width, area.height),
        layout,
        orientation: turned,
        colour: description::colour(profile, coding),
        premultiplied: alpha.as_ref().is_some_and(|alpha| alpha.is_premultiplied),
        notes: Notes {
            frames: Some(items.count()),
            ..Notes::default()
        },
    };
    let held = alpha.as_ref().map_or(0, Alpha::bytes);
    // The rows of a part that is as wide as the picture need not all be there as colours.
    let band = match grid.tiles.len() {
        1 => Delivery::band(area.width, layout),
        _ => grid.tile.1,
    };
    sink.start(header, Delivery::Bands(band), held + BYTES_PER_PIXEL * most)?;
    let assembly = Assembly {
        items: &items,
        grid: &grid,
        area,
        band,
        coding,
        alpha,
        layout,
        request,
    };
    assembly.run(first, sink)
}

/// A picture's profile, and how its samples are coded: by what is said of it, of its parts, and by the first part itself.
fn coding<'a>(
    items: &'a Items<'_>,
    item: u32,
    grid: &Grid,
    first: &Planes,
) -> (Option<&'a [u8]>, Coding) {
    let (profile, said) = description::colours(items, item);
    let (inner_profile, inner_said) = description::colours(items, grid.tiles[0]);
    let coding = said.or(inner_said).or(first.coding).unwrap_or(Coding {
        primaries: 2,
        transfer: 2,
        matrix: 2,
        is_full_range: false,
    });
    (profile.or(inner_profile), coding)
}

/// Whether every thumbnail has at most half as many pixels a row, and rows, as what is seen of the picture.
fn is_halved(area: Area, turned: Orientation, specs: &[Spec]) -> bool {
    let size = (area.width, area.height);
    specs.iter().all(|spec| {
        let plan = Plan::new(size, turned, spec);
        f64::from(plan.scaled.0) * 2.0 <= plan.crop.width
            && f64::from(plan.scaled.1) * 2.0 <= plan.crop.height
    })
}

/// How a picture is put together: from one coded picture, or from rows of them.
struct Grid {
    size: (u32, u32),
    columns: u32,
    tiles: Vec<u32>,
    /// The size of each part.
    tile: (u32, u32),
}

impl Grid {
    /// Of an item that does not say how large it is, which only some may, `usual` is the size.
    fn read(
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

    const fn rows(&self) -> u32 {
        self.size.1.div_ceil(self.tile.1)
    }

    /// Pixels that a part may have: what is said, filled up to whole blocks. A small one may be off by more, which costs little.
    fn most(&self) -> u64 {
        const SMALL: u64 = 1 << 21;
        let filled = |side: u32| u64::from(side) + 64;
        (filled(self.tile.0) * filled(self.tile.1)).max(SMALL)
    }
}

/// The opacity of a picture.
struct Alpha {
    planes: Planes,
    is_full_range: bool,
    is_premultiplied: bool,
}

impl Alpha {
    fn bytes(&self) -> u64 {
        2 * self.planes.samples[0].len() as u64
    }
}

fn alpha(
    items: &Items<'_>,
    item: u32,
    parts: &Grid,
    format: Format,
    limits: &Limits,
) -> Result<Option<Alpha>, Error> {
    const NAMES: [&[u8]; 2] = [
        b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
        b"urn:mpeg:hevc:2015:auxid:1",
    ];
    let is_alpha = |auxiliary: &u32| {
        let kind = items
            .property(*auxiliary, b"auxC")
            .and_then(|data| data.get(4..));
        kind.is_some_and(|kind| NAMES.iter().any(|name| kind.starts_with(name)))
    };
    let (of, size) = ([items.primary, item], parts.size);
    let found = of
        .iter()
        .find_map(|&picture| items.referring(picture, b"auxl").find(is_alpha));
    let (auxiliary, grid) = match found {
        Some(auxiliary) => (auxiliary, Grid::read(items, auxiliary, Some(size), format)?),
        // Or each part of the picture has its own.
        None => {
            let of_part = |&part: &u32| items.referring(part, b"auxl").find(is_alpha);
            let tiles: Option<Vec<_>> = parts.tiles.iter().map(of_part).collect();
            let Some(tiles) = tiles else {
                return Ok(None);
            };
            let tile = description::size(items, tiles[0]).unwrap_or(parts.tile);
            if tile != parts.tile {
                return Err(Error::corrupt(format, "its alpha does not fit its parts"));
            }
            (
                tiles[0],
                Grid {
                    size,
                    columns: parts.columns,
                    tiles,
                    tile,
                },
            )
        }
    };
    limits.check_pixels(grid.size.0, grid.size.1)?;
    let pixels = u64::from(grid.size.0) * u64::from(grid.size.1);
    let most = grid.most();
    let needed = 2 * pixels + BYTES_PER_PIXEL * most;
    limits.check_memory(format, grid.size, needed)?;
    let (_, said) = description::colours(items, auxiliary);
    let is_premultiplied = of
        .iter()
        .any(|&picture| items.referred(picture, b"prem").contains(&auxiliary));
    let with = |planes: Planes| Alpha {
        is_full_range: said
            .or(planes.coding)
            .is_none_or(|coding| coding.is_full_range),
        is_premultiplied,
        planes,
    };
    let request = Request {
        format,
        limits,
        most,
        filtered: true,
    };
    if let ([tile], true) = (&grid.tiles[..], grid.tile == grid.size) {
        let tile = *tile;
        return coded::decode(items, tile, request).map(|planes| Some(with(planes)));
    }
    let width = grid.size.0 as usize;
    let mut whole = vec![0; width * grid.size.1 as usize];
    let mut last = None;
    for row in 0..grid.rows() {
        for column in 0..grid.columns {
            limits.check_time()?;
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
    Ok(last.map(|last| {
        with(Planes {
            size: grid.size,
            samples: [whole, Vec::new(), Vec::new()],
            strides: [width, 0],
            ..last
        })
    }))
}

/// A picture's parts on their way to its rows.
struct Assembly<'a> {
    items: &'a Items<'a>,
    grid: &'a Grid,
    area: Area,
    /// Rows that are handed on at a time.
    band: u32,
    coding: Coding,
    alpha: Option<Alpha>,
    layout: Layout,
    request: Request<'a>,
}

impl Assembly<'_> {
    fn run(&self, first: Planes, sink: &mut Sink<'_>) -> Result<(), Error> {
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
    fn place(
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

    fn place_samples<S: planes::Sample>(
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
