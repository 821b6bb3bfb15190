//! JPEG, by `zune-jpeg`: whole files to whole pictures.
//!
//! The decoder hands on the components as they are stored, which is the least work, and resampling does not mind what they
//! mean.

use super::LEAST_SHARE;
use super::markers::{self, Fault, Frame, Segments};
use crate::colour::Colour;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Header, Sink};
use crate::{Error, Format};
use zune_core::bytestream::ZCursor;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let segments = markers::read(source).map_err(fault)?;
    let frame = &segments.frame;
    let header = Header {
        size: (frame.width, frame.height),
        layout: Layout::new(channels(&segments), Depth::Eight),
        orientation: segments.orientation,
        colour: segments
            .profile
            .as_deref()
            .map_or_else(Colour::default, Colour::from_icc)
            .with_inverted_ink(segments.adobe.is_some()),
        premultiplied: false,
    };
    sink.start(header, Delivery::Whole, decoder_bytes(&segments))?;

    let mut decoder = decoder(source)?;
    sink.rows(frame.height, |pixels| {
        decoder.decode_into(pixels).map_err(error)?;
        let height = frame.height as usize;
        let shown = height - blank_rows(pixels, height);
        if shown * LEAST_SHARE < height && !has_end(source, segments.scan_start) {
            return Err(Error::corrupt(Format::Jpeg, Blank));
        }
        Ok(())
    })
}

/// Unpacks a JPEG that is part of another file into its components as they are stored, interleaved. `None` where `fits`,
/// which is asked before anything is allocated, does not like its width, height and number of components.
pub(in crate::decode) fn unpack(
    jpeg: &[u8],
    fits: impl FnOnce((u32, u32), usize) -> bool,
) -> Result<Option<Vec<u8>>, Error> {
    let frame = markers::read(jpeg).map_err(fault)?.frame;
    if !fits((frame.width, frame.height), frame.components.len()) {
        return Ok(None);
    }
    decoder(jpeg)?.decode().map(Some).map_err(error)
}

/// A decoder that hands on the components as they are stored.
fn decoder(jpeg: &[u8]) -> Result<JpegDecoder<ZCursor<&[u8]>>, Error> {
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    decoder.decode_headers().map_err(error)?;
    if let Some(stored) = decoder.input_colorspace() {
        decoder.set_options(options.jpeg_set_out_colorspace(stored));
    }
    Ok(decoder)
}

#[derive(Debug, thiserror::Error)]
#[error("it is cut off, and less than one in {LEAST_SHARE} of its rows is there")]
struct Blank;

/// How many of the `height` rows of `pixels`, from the bottom, are of one colour all over, as those are that the decoder
/// makes up for what is missing.
fn blank_rows(pixels: &[u8], height: usize) -> usize {
    let row = pixels.len() / height;
    // Twelve samples are whole pixels of 1, 3 or 4 samples, and so is a row.
    let colour = &pixels[pixels.len() - row.min(12)..];
    let is_blank = |row: &&[u8]| {
        row.chunks(colour.len())
            .all(|part| *part == colour[..part.len()])
    };
    pixels.rchunks_exact(row).take_while(is_blank).count()
}

/// Whether there is a marker for the end behind the start of the first scan.
fn has_end(source: &[u8], scan_start: usize) -> bool {
    source[scan_start..]
        .windows(2)
        .any(|pair| pair == [0xFF, 0xD9])
}

/// What the components mean, by the rules of libjpeg, which the others follow: the JFIF segment, then Adobe's, then the
/// components' names.
fn channels(segments: &Segments) -> Channels {
    let components = &segments.frame.components;
    match components.len() {
        1 => Channels::Grey,
        3 => {
            let names = [components[0].id, components[1].id, components[2].id];
            match segments.adobe {
                _ if segments.is_jfif => Channels::YCbCr,
                Some(0) => Channels::Rgb,
                None if &names == b"RGB" => Channels::Rgb,
                _ => Channels::YCbCr,
            }
        }
        _ => match segments.adobe {
            None | Some(0) => Channels::Cmyk,
            Some(_) => Channels::Ycck,
        },
    }
}

/// What the decoder holds beside its output: all coefficients, two bytes each, where they come in several scans, and some rows
/// of blocks otherwise.
fn decoder_bytes(segments: &Segments) -> u64 {
    let Frame {
        width,
        height,
        components,
        ..
    } = &segments.frame;
    let most = |factor: fn(&markers::Component) -> u32| components.iter().map(factor).max();
    let across = u64::from(most(|component| component.across).unwrap_or(1));
    let down = u64::from(most(|component| component.down).unwrap_or(1));
    // In minimum coded units, the last ones of each row and column included.
    let columns = u64::from(*width).div_ceil(8 * across);
    let rows = u64::from(*height).div_ceil(8 * down);
    let blocks: u64 = components
        .iter()
        .map(|component| u64::from(component.across * component.down))
        .sum();
    let unit = 64 * 2 * blocks;
    let row = columns * unit.max(64 * 2 * across * down * components.len() as u64);
    if segments.frame.is_progressive || segments.scan_components < components.len() {
        rows * columns * unit + 4 * row
    } else {
        8 * row
    }
}

fn fault(fault: Fault) -> Error {
    if fault.is_unread() {
        Error::unread(Format::Jpeg, fault)
    } else {
        Error::corrupt(Format::Jpeg, fault)
    }
}

fn error(error: DecodeErrors) -> Error {
    match error {
        DecodeErrors::Unsupported(_) => Error::unread(Format::Jpeg, error),
        _ => Error::corrupt(Format::Jpeg, error),
    }
}
