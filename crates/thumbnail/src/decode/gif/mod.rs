//! The first picture of a GIF, row by row.

mod container;
mod pixels;

use crate::colour::Colour;
use crate::header::Header;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::palette::Palette;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Error, Format};
use container::Container;
use pixels::Pixels;
use std::ops::Range;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let container = Container::read(source).map_err(|error| Error::corrupt(Format::Gif, error))?;
    let size = screen(&container);
    let covers = container.at == (0, 0) && container.size == size;
    let channels = if container.transparent.is_some() || !covers {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    let layout = Layout::new(channels, Depth::Eight);
    let header = Header {
        size,
        layout,
        orientation: Orientation::default(),
        // Colour profiles in GIF are so rare that no browser reads them.
        colour: Colour::default(),
        premultiplied: false,
        notes: Notes::default(),
    };
    let limits = *sink.limits();
    limits.check_pixels(container.size.0, container.size.1)?;
    // A few bytes of GIF can stand for hundreds of megabytes of one colour.
    let band = Delivery::band(size.0, layout);
    let palette = Palette::new(colours(&container), layout);
    let mut pixels = Pixels::new(&container);
    sink.start(header, Delivery::Bands(band), pixels.memory(band))?;

    let mut next = 0;
    while next < size.1 && !sink.has_enough() {
        let rows = band.min(size.1 - next);
        if covers {
            sink.indices(rows, pixels.next(rows as usize, &limits)?, &palette)?;
        } else {
            sink.rows(rows, |canvas| {
                let row = canvas.len() / rows as usize;
                let (start, shown) = among(&container, next..next + rows);
                let indices = pixels.next(shown, &limits)?;
                let lines = indices.chunks_exact(container.size.0 as usize);
                let free = container.at.0 as usize * layout.bytes();
                for (to, line) in canvas.chunks_exact_mut(row).skip(start).zip(lines) {
                    palette.draw(line, &mut to[free..]);
                }
                Ok(())
            })?;
        }
        next += rows;
    }
    if pixels.missing() == 0 {
        return Ok(());
    }
    let damage = Error::corrupt(Format::Gif, "its pixels end too early");
    let all = u64::from(container.size.0) * u64::from(container.size.1);
    if !sink.damaged().is_enough(pixels.there(), all) {
        return Err(damage);
    }
    sink.tolerate(damage)
}

/// Browsers take the picture's size for a screen of no size, and let a screen grow that is too small for its first picture.
fn screen(container: &Container<'_>) -> (u32, u32) {
    let Container {
        screen, size, at, ..
    } = container;
    let reach = (at.0 + size.0, at.1 + size.1);
    match *screen {
        (0, _) | (_, 0) => reach,
        (width, height) => (width.max(reach.0), height.max(reach.1)),
    }
}

/// How many rows of the screen come before those of the picture, and how many of the picture's there are, among these.
fn among(container: &Container<'_>, rows: Range<u32>) -> (usize, usize) {
    let start = container.at.1.clamp(rows.start, rows.end);
    let end = (container.at.1 + container.size.1).clamp(start, rows.end);
    ((start - rows.start) as usize, (end - start) as usize)
}

/// The colour of each place. One that the palette does not have is transparent, as the transparent one is.
fn colours(container: &Container<'_>) -> Box<[[u8; 4]; 256]> {
    const BLACK: [u8; 4] = [0, 0, 0, 255];
    let mut colours = Box::new([[0; 4]; 256]);
    if container.palette.is_empty() {
        // As browsers have it.
        colours.fill(BLACK);
    }
    for (colour, &[red, green, blue]) in colours.iter_mut().zip(container.palette) {
        *colour = [red, green, blue, 255];
    }
    if let Some(place) = container.transparent {
        colours[usize::from(place)] = [0; 4];
    }
    colours
}
