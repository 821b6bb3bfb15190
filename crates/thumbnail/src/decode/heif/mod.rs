//! Pictures in the container of HEIF: HEIC, whose pictures are coded by HEVC, and AVIF, where it is AV1. Either may hold JPEGs too.
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

mod alpha;
mod assembly;
#[cfg(feature = "avif")]
mod av1;
mod bits;
mod boxes;
mod coded;
mod converter;
mod description;
mod grid;
#[cfg(feature = "heic")]
mod hevc;
mod items;
mod jpeg;
mod minimized;
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
use crate::{Error, Format, Spec};
use alpha::Alpha;
use assembly::Assembly;
use description::Area;
use grid::Grid;
use items::Items;
use request::{BYTES_PER_PIXEL, Request};

pub(crate) use boxes::brands;
pub(super) use boxes::{boxes, find};

pub(crate) fn decode(source: &[u8], format: Format, sink: &mut Sink<'_>) -> Result<(), Error> {
    let items = match minimized::find(source) {
        Some(minimized) => minimized::picture(minimized, format)?,
        None => Items::read(source)
            .or_else(|| sequence::first_picture(source))
            .ok_or_else(|| Error::corrupt(format, "it does not say which its picture is"))?,
    };
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
    let (profile, coding) = grid.coding(&items, items.primary, &first);
    let alpha = Alpha::read(&items, item, &grid, format, &limits)?;
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

/// Whether every thumbnail has at most half as many pixels a row, and rows, as what is seen of the picture.
fn is_halved(area: Area, turned: Orientation, specs: &[Spec]) -> bool {
    let size = (area.width, area.height);
    specs.iter().all(|spec| {
        let plan = Plan::new(size, turned, spec);
        f64::from(plan.scaled.0) * 2.0 <= plan.crop.width
            && f64::from(plan.scaled.1) * 2.0 <= plan.crop.height
    })
}
