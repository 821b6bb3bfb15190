//! Whatever shows its every pixel, or a frame that covers a part of the picture, by `image-webp`: lossy with its loop filter.

use super::container::{Container, Kind};
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Header, Sink};
use crate::{Error, Format};
use image_webp::{DecodingError, WebPDecoder};
use std::io::Cursor;

pub(super) fn decode(
    source: &[u8],
    container: &Container<'_>,
    header: Header,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let mut decoder = WebPDecoder::new(Cursor::new(source)).map_err(error)?;
    // Chunks of metadata are allocated by the size that they claim.
    decoder.set_memory_limit(source.len());
    let channels = if decoder.has_alpha() {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    let size = decoder.dimensions();
    let canvas = if decoder.is_animated() {
        4 * u64::from(size.0) * u64::from(size.1)
    } else {
        0
    };
    let header = Header {
        size,
        layout: Layout::new(channels, Depth::Eight),
        ..header
    };
    sink.start(header, Delivery::Whole, memory(container) + canvas)?;
    sink.rows(size.1, |frame| decoder.read_image(frame).map_err(error))
}

/// What the decoder holds beside its output: four bytes a pixel for a lossless picture; for a lossy one its planes,
/// and as much as for a lossless one for the alpha channel that may come with it.
fn memory(container: &Container<'_>) -> u64 {
    let frame = &container.frame;
    // In whole macroblocks of 16 by 16.
    let side = |length: u32| u64::from(length).next_multiple_of(16);
    let pixels = side(frame.size.0) * side(frame.size.1);
    match frame.kind {
        Kind::Lossless => 4 * pixels,
        Kind::Lossy => pixels * 3 / 2 + 6 * pixels,
    }
}

fn error(error: DecodingError) -> Error {
    match error {
        DecodingError::UnsupportedFeature(_) | DecodingError::VersionNumberInvalid(_) => {
            Error::unread(Format::WebP, error)
        }
        _ => Error::corrupt(Format::WebP, error),
    }
}
