//! BMP, by `image`.

use crate::colour::Colour;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Header, Sink};
use crate::{Error, Format};
use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder, ImageError};
use std::io::Cursor;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let decoder = BmpDecoder::new(Cursor::new(source)).map_err(error)?;
    let channels = match decoder.color_type() {
        ColorType::L8 => Channels::Grey,
        ColorType::Rgb8 => Channels::Rgb,
        ColorType::Rgba8 => Channels::Rgba,
        other => return Err(Error::unread(Format::Bmp, format!("pixels of {other:?}"))),
    };
    let header = Header {
        size: decoder.dimensions(),
        layout: Layout::new(channels, Depth::Eight),
        orientation: Orientation::default(),
        colour: Colour::default(),
        premultiplied: false,
        notes: Notes::default(),
    };
    let (width, height) = header.size;
    // A row's padding and, for compressed files, one row of indices.
    sink.start(header, Delivery::Whole, 8 * u64::from(width))?;
    sink.rows(height, |frame| decoder.read_image(frame).map_err(error))
}

fn error(error: ImageError) -> Error {
    match error {
        ImageError::Unsupported(_) => Error::unread(Format::Bmp, error),
        _ => Error::corrupt(Format::Bmp, error),
    }
}
