//! The first picture of a GIF, by `gif`.

use crate::colour::Colour;
use crate::decode::LEAST_SHARE;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Header, Sink};
use crate::{Error, Format};
use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, MemoryLimit};
use std::ops::Range;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    // The indices are read into a buffer of ours, whose size has been checked.
    options.set_memory_limit(MemoryLimit::Unlimited);
    // Whatever else a program has written into it is passed over.
    options.allow_unknown_blocks(true);
    let mut decoder = options.read_info(source).map_err(error)?;
    let screen = (u32::from(decoder.width()), u32::from(decoder.height()));
    let frame = decoder.next_frame_info().map_err(error)?;
    let frame = frame.ok_or_else(|| Error::corrupt(Format::Gif, "it holds no picture"))?;
    let place = Place {
        left: usize::from(frame.left),
        top: usize::from(frame.top),
        width: usize::from(frame.width),
        height: usize::from(frame.height),
    };
    // Browsers take the frame's size for a screen of no size, and cut a frame that is larger than its screen.
    let size = match screen {
        (0, _) | (_, 0) => (
            u32::from(frame.left) + u32::from(frame.width),
            u32::from(frame.top) + u32::from(frame.height),
        ),
        screen => screen,
    };
    let transparent = frame.transparent;
    let colours = colours(&decoder, transparent)?;
    let covers = place.covers(size);
    let channels = if transparent.is_some() || !covers {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    let header = Header {
        size,
        layout: Layout::new(channels, Depth::Eight),
        orientation: Orientation::default(),
        // Colour profiles in GIF are so rare that no browser reads them.
        colour: Colour::default(),
        premultiplied: false,
        notes: Notes::default(),
    };
    sink.limits()
        .check_pixels(place.width as u32, place.height as u32)?;
    let indices = place.width * place.height;
    sink.start(header, Delivery::Whole, indices as u64)?;

    let mut damage = None;
    sink.rows(size.1, |canvas| {
        let mut indices = vec![0; indices];
        if let Err(broken) = decoder.read_into_buffer(&mut indices) {
            let there = indices.iter().filter(|&&index| index != 0).count();
            if there * LEAST_SHARE < indices.len().max(1) {
                return Err(error(broken));
            }
            damage = Some(error(broken));
        }
        let count = channels.count();
        let (across, down) = place.on_screen(size);
        for (row, line) in down.zip(indices.chunks_exact(place.width)) {
            let start = (row * size.0 as usize + across.start) * count;
            let (pixels, line) = (&mut canvas[start..], &line[..across.len()]);
            // A copy of a length that is known is one instruction, and of another one a call.
            if count == 4 {
                for (pixel, &index) in pixels.as_chunks_mut().0.iter_mut().zip(line) {
                    *pixel = colours[usize::from(index)];
                }
            } else {
                for (pixel, &index) in pixels.as_chunks_mut().0.iter_mut().zip(line) {
                    let [red, green, blue, _] = colours[usize::from(index)];
                    *pixel = [red, green, blue];
                }
            }
        }
        Ok(())
    })?;
    damage.map_or(Ok(()), |damage| sink.tolerate(damage))
}

/// Where on the screen the frame goes.
struct Place {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Place {
    fn covers(&self, (width, height): (u32, u32)) -> bool {
        let reaches = (self.left + self.width, self.top + self.height);
        (self.left, self.top) == (0, 0)
            && reaches.0 >= width as usize
            && reaches.1 >= height as usize
    }

    /// The columns and rows of the screen that the frame covers: a range each, empty where it lies outside.
    fn on_screen(&self, (width, height): (u32, u32)) -> (Range<usize>, Range<usize>) {
        let within = |start: usize, length: usize, end: u32| {
            let end = (start + length).min(end as usize);
            start.min(end)..end
        };
        (
            within(self.left, self.width, width),
            within(self.top, self.height, height),
        )
    }
}

/// The colour of each index. One that the palette does not have is transparent, as the transparent one is.
fn colours(decoder: &Decoder<&[u8]>, transparent: Option<u8>) -> Result<[[u8; 4]; 256], Error> {
    let palette = decoder.palette().map_err(error)?;
    let mut colours = [[0; 4]; 256];
    for (colour, entry) in colours.iter_mut().zip(palette.chunks_exact(3)) {
        *colour = [entry[0], entry[1], entry[2], 255];
    }
    if let Some(index) = transparent {
        colours[usize::from(index)] = [0; 4];
    }
    Ok(colours)
}

fn error(error: DecodingError) -> Error {
    Error::corrupt(Format::Gif, error)
}
