//! The first picture of a GIF, by `gif`.

use crate::colour::Colour;
use crate::header::Header;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::palette::Palette;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Error, Format};
use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, MemoryLimit};

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut mended = Vec::new();
    let begun = match begin(source) {
        Err(_) if !has_colours(source) => {
            mended = blackened(source);
            begin(&mended)
        }
        begun => begun,
    };
    let Begun {
        mut decoder,
        place,
        transparent,
    } = begun?;
    let screen = (u32::from(decoder.width()), u32::from(decoder.height()));
    // Browsers take the frame's size for a screen of no size, and let a screen grow that is too small for its first frame.
    let reach = (
        (place.left + place.width) as u32,
        (place.top + place.height) as u32,
    );
    let size = match screen {
        (0, _) | (_, 0) => reach,
        (width, height) => (width.max(reach.0), height.max(reach.1)),
    };
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
    // A few bytes of GIF can stand for hundreds of megabytes of one colour.
    let band = Delivery::band(size.0, header.layout);
    let palette = Palette::new(colours, header.layout);
    let count = place.width * place.height;
    let copied = mended.len();
    sink.start(header, Delivery::Bands(band), (count + copied) as u64)?;

    let mut indices = vec![0; count];
    let damage = decoder.read_into_buffer(&mut indices).err().map(error);
    if let Some(damage) = damage {
        let there = indices.iter().filter(|&&index| index != 0).count();
        if !sink.damaged().is_enough(there as u64, count.max(1) as u64) {
            return Err(damage);
        }
        sink.tolerate(damage)?;
    }
    let mut next = 0;
    while next < size.1 && !sink.has_enough() {
        let rows = band.min(size.1 - next);
        if covers {
            let some = next as usize * place.width..(next + rows) as usize * place.width;
            sink.indices(rows, &indices[some], &palette)?;
        } else {
            sink.rows(rows, |canvas| {
                place.draw(&indices, &palette, (size, next), canvas);
                Ok(())
            })?;
        }
        next += rows;
    }
    Ok(())
}

/// A file that is read as far as its first frame's pixels.
struct Begun<'a> {
    decoder: Decoder<&'a [u8]>,
    place: Place,
    /// Which of its indices is transparent.
    transparent: Option<u8>,
}

fn begin(source: &[u8]) -> Result<Begun<'_>, Error> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    // The indices are read into a buffer of ours, whose size has been checked.
    options.set_memory_limit(MemoryLimit::Unlimited);
    // Whatever else a program has written into it is passed over.
    options.allow_unknown_blocks(true);
    let mut decoder = options.read_info(source).map_err(error)?;
    let frame = decoder.next_frame_info().map_err(error)?;
    let frame = frame.ok_or_else(|| Error::corrupt(Format::Gif, "it holds no picture"))?;
    let place = Place {
        left: usize::from(frame.left),
        top: usize::from(frame.top),
        width: usize::from(frame.width),
        height: usize::from(frame.height),
    };
    let transparent = frame.transparent;
    Ok(Begun {
        decoder,
        place,
        transparent,
    })
}

/// Where the header says how the screen is, and where the file goes on behind it.
const SCREEN_FLAGS: usize = 10;
const SCREEN_END: usize = 13;

/// Whether the file has a palette for all of its frames.
fn has_colours(source: &[u8]) -> bool {
    source
        .get(SCREEN_FLAGS)
        .is_some_and(|flags| flags >> 7 == 1)
}

/// The file with a black palette. A frame for which there is none, which the decoder refuses, is black in browsers.
fn blackened(source: &[u8]) -> Vec<u8> {
    const TWO_HUNDRED_AND_FIFTY_SIX: u8 = 0x87;
    let (screen, rest) = source.split_at(SCREEN_END.min(source.len()));
    let mut file = [screen, &[0; 3 * 256], rest].concat();
    file[SCREEN_FLAGS] |= TWO_HUNDRED_AND_FIFTY_SIX;
    file
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
        (self.left, self.top) == (0, 0)
            && (self.width, self.height) == (width as usize, height as usize)
    }

    /// Draws the rows of the screen from `first` on that `canvas` holds, each pixel of which has four samples.
    fn draw(
        &self,
        indices: &[u8],
        palette: &Palette,
        (size, first): ((u32, u32), u32),
        canvas: &mut [u8],
    ) {
        // What the frame leaves free is transparent.
        let count = Channels::Rgba.count();
        let width = size.0 as usize * count;
        let lines = indices.chunks_exact(self.width.max(1));
        let lines = (self.top..).zip(lines.take(self.height));
        let first = first as usize;
        let shown = lines.skip(first.saturating_sub(self.top));
        for (row, line) in shown {
            let start = (row - first) * width + self.left * count;
            let Some(pixels) = canvas.get_mut(start..) else {
                break;
            };
            palette.draw(line, pixels);
        }
    }
}

/// The colour of each index. One that the palette does not have is transparent, as the transparent one is.
fn colours(
    decoder: &Decoder<&[u8]>,
    transparent: Option<u8>,
) -> Result<Box<[[u8; 4]; 256]>, Error> {
    let palette = decoder.palette().map_err(error)?;
    let mut colours = Box::new([[0; 4]; 256]);
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
