//! Whatever shows its every pixel, or a frame that covers a part of the picture, by `image-webp`: lossy with its loop filter.

use super::container::{Container, Kind};
use crate::header::Header;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
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

/// Unpacks a picture that is part of another file into pixels of three or four samples. `None` where `fits`, which is asked before
/// anything is allocated, does not like its size.
pub(in crate::decode) fn unpack(
    source: &[u8],
    samples: usize,
    fits: impl FnOnce((u32, u32)) -> bool,
) -> Result<Option<Vec<u8>>, Error> {
    let container = Container::read(source).map_err(|fault| Error::corrupt(Format::WebP, fault))?;
    let is_still = container.frames.is_none() && container.frame.size == container.size;
    if !is_still || !fits(container.size) {
        return Ok(None);
    }
    let mut decoder = WebPDecoder::new(Cursor::new(source)).map_err(error)?;
    decoder.set_memory_limit(source.len());
    if decoder.dimensions() != container.size {
        return Ok(None);
    }
    let stored = if decoder.has_alpha() { 4 } else { 3 };
    let (width, height) = container.size;
    let mut pixels = vec![0; stored * width as usize * height as usize];
    decoder.read_image(&mut pixels).map_err(error)?;
    if stored == samples {
        return Ok(Some(pixels));
    }
    // Where every pixel is opaque, the picture has no alpha of its own.
    let colours = pixels.chunks_exact(stored).map(|pixel| &pixel[..3]);
    let opaque: &[u8] = if samples == 4 { &[255] } else { &[] };
    let whole = colours.flat_map(|colour| [colour, opaque].concat());
    Ok(Some(whole.collect()))
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
