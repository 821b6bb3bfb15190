//! A picture that is put together from others, one over the other (`iovl`, ISO/IEC 23008-12, 6.6.2.2).

use super::alpha::Alpha;
use super::assembly::Assembly;
use super::boxes::Reader;
use super::coded;
use super::description::{self, Area};
use super::grid::Grid;
use super::items::Items;
use super::request::{BYTES_PER_PIXEL, Request};
use crate::header::Header;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Error, Format, Limits};

/// More layers than anyone puts over each other: each is a picture that has to be decoded.
const MOST_LAYERS: usize = 32;

/// Red, green, blue and alpha, a byte each, not multiplied by each other.
const LAYOUT: Layout = Layout::new(Channels::Rgba, Depth::Eight);

/// What an overlay says of itself.
struct Plan {
    /// What is where no layer is.
    fill: [u8; 4],
    size: (u32, u32),
    /// Where each layer's left upper corner goes, to the right and down.
    places: Vec<(i32, i32)>,
}

impl Plan {
    fn read(data: &[u8], layers: usize) -> Option<Self> {
        let mut reader = Reader(data);
        reader.number(1)?;
        let bytes = if reader.number(1)? & 1 == 1 { 4 } else { 2 };
        let mut fill = [0; 4];
        for sample in &mut fill {
            *sample = (reader.number(2)? >> 8) as u8;
        }
        let size = (reader.small(bytes)?, reader.small(bytes)?);
        let mut place = || {
            let number = reader.small(bytes)?;
            // The shorter ones have a sign too.
            let unused = 32 - 8 * bytes as u32;
            Some((number << unused).cast_signed() >> unused)
        };
        let places = (0..layers)
            .map(|_| Some((place()?, place()?)))
            .collect::<Option<_>>()?;
        Some(Self { fill, size, places })
    }
}

/// Draws the overlay that `item` is.
pub(super) fn decode(
    items: &Items<'_>,
    item: u32,
    turned: Orientation,
    format: Format,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let limits = *sink.limits();
    let layers = items.referred(item, b"dimg");
    let data = items.data(item).unwrap_or_default();
    let plan = Plan::read(&data, layers.len());
    let plan = plan.filter(|plan| plan.size.0 > 0 && plan.size.1 > 0 && !layers.is_empty());
    let plan = plan.ok_or_else(|| Error::corrupt(format, "its plan is cut off"))?;
    if layers.len() > MOST_LAYERS {
        return Err(Error::TooMuchTime);
    }
    let size = plan.size;
    limits.check_pixels(size.0, size.1)?;
    let bytes = 4 * u64::from(size.0) * u64::from(size.1);
    limits.check_memory(format, size, bytes)?;

    let mut canvas = plan.fill.repeat(size.0 as usize * size.1 as usize);
    let mut colour = None;
    for (&layer, place) in layers.iter().zip(plan.places) {
        limits.check_time()?;
        let layer = Layer::decode(items, layer, format, &limits, bytes)?;
        layer.put(&mut canvas, size, place);
        colour.get_or_insert(layer.colour);
    }

    let area = description::area(items, items.primary, size);
    let header = Header {
        size: (area.width, area.height),
        layout: LAYOUT,
        orientation: turned,
        colour: colour.unwrap_or_default(),
        premultiplied: false,
        notes: Notes {
            frames: Some(items.count()),
            ..Notes::default()
        },
    };
    let band = Delivery::band(area.width, LAYOUT);
    sink.start(header, Delivery::Bands(band), bytes)?;
    let (left, width) = (4 * area.left as usize, 4 * area.width as usize);
    let lines = canvas.chunks_exact(4 * size.0 as usize);
    let mut lines = lines
        .skip(area.top as usize)
        .map(|line| &line[left..][..width]);
    let mut next = 0;
    while next < area.height && !sink.has_enough() {
        let rows = band.min(area.height - next);
        sink.rows(rows, |to| {
            for (to, line) in to.chunks_exact_mut(width).zip(&mut lines) {
                to.copy_from_slice(line);
            }
            Ok(())
        })?;
        next += rows;
    }
    Ok(())
}

/// One of the pictures.
struct Layer {
    width: usize,
    pixels: Vec<u8>,
    colour: crate::colour::Colour,
}

impl Layer {
    /// Decodes one while `held` bytes are held for all.
    fn decode(
        items: &Items<'_>,
        item: u32,
        format: Format,
        limits: &Limits,
        held: u64,
    ) -> Result<Self, Error> {
        let grid = Grid::read(items, item, None, format)?;
        let (width, height) = grid.size;
        limits.check_pixels(width, height)?;
        limits.check_pixels(grid.tile.0, grid.tile.1)?;
        let most = grid.most();
        let bytes = 4 * u64::from(width) * u64::from(height);
        let needed = held + bytes + BYTES_PER_PIXEL * most;
        limits.check_memory(format, grid.size, needed)?;
        let request = Request {
            format,
            limits,
            most,
            filtered: true,
        };
        let first = coded::decode(items, grid.tiles[0], request)?;
        let (profile, coding) = grid.coding(items, item, &first);
        let assembly = Assembly {
            items,
            grid: &grid,
            area: Area {
                left: 0,
                top: 0,
                width,
                height,
            },
            band: grid.tile.1,
            coding,
            alpha: Alpha::read(items, item, &grid, format, limits)?,
            layout: LAYOUT,
            request,
        };
        // What has no alpha is opaque.
        let mut pixels = vec![255; bytes as usize];
        let row = 4 * width as usize;
        let mut first = Some(first);
        for (number, &tile) in grid.tiles.iter().enumerate() {
            limits.check_time()?;
            let (column, line) = (number as u32 % grid.columns, number as u32 / grid.columns);
            let top = line * grid.tile.1;
            if top >= height {
                break;
            }
            let planes = match first.take() {
                Some(first) => first,
                None => coded::decode(items, tile, request)?,
            };
            let bottom = height.min(top + grid.tile.1);
            let band = &mut pixels[top as usize * row..bottom as usize * row];
            assembly.place(&planes, (column, line), (top, bottom), band);
        }
        Ok(Self {
            width: width as usize,
            pixels,
            colour: description::colour(profile, coding),
        })
    }

    /// Puts it over what is on the canvas, as far as it lies on it.
    fn put(&self, canvas: &mut [u8], size: (u32, u32), (across, down): (i32, i32)) {
        let inside = |at: usize, way: i32, side: u32| {
            let at = at as i64 + i64::from(way);
            (0..i64::from(side)).contains(&at).then_some(at as usize)
        };
        for (y, line) in self.pixels.chunks_exact(4 * self.width).enumerate() {
            let Some(y) = inside(y, down, size.1) else {
                continue;
            };
            for (x, pixel) in line.as_chunks::<4>().0.iter().enumerate() {
                if let Some(x) = inside(x, across, size.0) {
                    let at = 4 * (y * size.0 as usize + x);
                    if let Some(below) = canvas[at..].first_chunk_mut() {
                        *below = over(*pixel, *below);
                    }
                }
            }
        }
    }
}

/// A colour over another (W3C Compositing 1, 9.1.4), each with its alpha, with which it is not multiplied.
fn over(above: [u8; 4], below: [u8; 4]) -> [u8; 4] {
    let alpha = u32::from(above[3]);
    let rest = u32::from(below[3]) * (255 - alpha);
    // In parts of 255 squared.
    let whole = 255 * alpha + rest;
    if whole == 0 {
        return [0; 4];
    }
    let mut out = [0; 4];
    for (out, (above, below)) in out.iter_mut().zip(above.into_iter().zip(below)) {
        let sum = 255 * alpha * u32::from(above) + rest * u32::from(below);
        *out = ((sum + whole / 2) / whole) as u8;
    }
    out[3] = ((whole + 127) / 255) as u8;
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_has_numbers_of_two_or_four_bytes_with_signs() {
        let short = [
            0, 0, 0xFF, 0xFF, 0x80, 0, 0, 0, 0xFF, 0, 0, 9, 0, 7, 0xFF, 0xFE, 0, 3,
        ];
        let plan = Plan::read(&short, 1).expect("a plan");
        assert_eq!((plan.fill, plan.size), ([255, 128, 0, 255], (9, 7)));
        assert_eq!(plan.places, [(-2, 3)]);
        assert!(Plan::read(&short, 2).is_none());
        let long = [
            &[0, 1][..],
            &[0; 8],
            &[0, 1, 0, 0, 0, 0, 0, 7],
            &[0xFF; 4],
            &[0, 1, 0, 0],
        ];
        let plan = Plan::read(&long.concat(), 1).expect("a plan");
        assert_eq!((plan.size, plan.places), ((65_536, 7), vec![(-1, 65_536)]));
    }

    #[test]
    fn what_is_above_hides_by_its_alpha() {
        let (red, blue) = ([255, 0, 0, 255], [0, 0, 255, 255]);
        assert_eq!(over(red, blue), red);
        assert_eq!(over([255, 0, 0, 0], blue), blue);
        assert_eq!(over([255, 0, 0, 51], blue), [51, 0, 204, 255]);
        assert_eq!(over([9, 8, 7, 51], [0; 4]), [9, 8, 7, 51]);
        assert_eq!(over([1; 4], [0; 4])[3], 1);
        assert_eq!(over([9, 9, 9, 0], [0; 4]), [0; 4]);
    }
}
