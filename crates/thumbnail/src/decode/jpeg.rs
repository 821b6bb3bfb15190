//! JPEG, by `zune-jpeg`.

use crate::colour::Colour;
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Header, Sink};
use crate::{Error, Format};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(source), options);
    decoder.decode_headers().map_err(error)?;
    let info = decoder.info().expect("the headers are decoded");
    let (channels, space) = match info.components {
        1 => (Channels::Grey, ColorSpace::Luma),
        _ => (Channels::Rgb, ColorSpace::RGB),
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let header = Header {
        size: (u32::from(info.width), u32::from(info.height)),
        layout: Layout::new(channels, Depth::Eight),
        orientation: Orientation::default(),
        colour: Colour::Srgb,
    };
    let rows = header.size.1;
    sink.start(header, Delivery::Whole, 0)?;
    sink.rows(rows, |frame| decoder.decode_into(frame))
        .map_err(error)
}

fn error(error: DecodeErrors) -> Error {
    match error {
        DecodeErrors::Unsupported(_) => Error::unread(Format::Jpeg, error),
        _ => Error::corrupt(Format::Jpeg, error),
    }
}
