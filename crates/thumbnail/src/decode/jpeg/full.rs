//! JPEG, by `zune-jpeg`: whole files to whole pictures. What is coded without loss is read [here](lossless).
//!
//! The decoder hands on the components as they are stored, which is the least work, and resampling does not mind what they
//! mean.

use super::arithmetic;
use super::lossless;
use super::markers::{self, Fault, Frame, Segments};
use super::mend::mend;
use crate::colour::Colour;
use crate::header::Header;
use crate::notes::Notes;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Damaged, Error, Format, Limits};
use std::borrow::Cow;
use zune_core::bytestream::ZCursor;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut is_broken = false;
    let mended = match arithmetic::transcode(source, sink.limits())? {
        Some(transcoded) => {
            let (there, all) = transcoded.share;
            if !sink.damaged().is_enough(there, all) {
                return Err(Error::corrupt(Format::Jpeg, Blank));
            }
            is_broken = !transcoded.is_whole;
            Cow::Owned(transcoded.jpeg)
        }
        None => mend(source),
    };
    let copy = match &mended {
        Cow::Borrowed(_) => 0,
        Cow::Owned(copy) => copy.len() as u64,
    };
    let source = &*mended;
    let segments = markers::read(source).map_err(fault)?;
    let frame = &segments.frame;
    let header = Header {
        size: (frame.width, frame.height),
        layout: layout(&segments).map_err(fault)?,
        orientation: segments.orientation,
        colour: segments
            .profile
            .as_deref()
            .map_or_else(Colour::default, Colour::from_icc)
            .with_inverted_ink(true),
        premultiplied: false,
        notes: Notes::default(),
    };
    let held = if frame.is_lossless {
        lossless::held(frame)
    } else {
        decoder_bytes(&segments)
    };
    sink.start(header, Delivery::Whole, copy + held)?;
    if frame.is_lossless {
        return without_loss(source, frame, sink);
    }

    let mut decoder = decoder(source)?;
    let damaged = sink.damaged();
    let coded = &source[segments.scan_start..];
    let is_cut = !has_end(coded);
    sink.rows(frame.height, |pixels| {
        decoder.decode_into(pixels).map_err(error)?;
        if is_cut && is_blank(pixels, coded.len(), damaged) {
            return Err(Error::corrupt(Format::Jpeg, Blank));
        }
        Ok(())
    })?;
    if is_broken {
        sink.tolerate(Error::corrupt(Format::Jpeg, Broken))?;
    }
    if is_cut {
        sink.tolerate(Error::corrupt(Format::Jpeg, Cut))?;
    }
    Ok(())
}

fn without_loss(source: &[u8], frame: &Frame, sink: &mut Sink<'_>) -> Result<(), Error> {
    let (limits, damaged) = (*sink.limits(), sink.damaged());
    let all = u64::from(frame.width) * u64::from(frame.height) * frame.components.len() as u64;
    let mut there = 0;
    sink.rows(frame.height, |pixels| {
        there = lossless::decode(source, frame, &limits, pixels)?;
        if damaged.is_enough(there, all) {
            Ok(())
        } else {
            Err(Error::corrupt(Format::Jpeg, Blank))
        }
    })?;
    if there < all {
        sink.tolerate(Error::corrupt(Format::Jpeg, Cut))?;
    }
    Ok(())
}

/// Unpacks a JPEG that is part of another file into its components as they are stored, interleaved. `None` where `fits`,
/// which is asked before anything is allocated, does not like its width, height and number of components.
pub(in crate::decode) fn unpack(
    jpeg: &[u8],
    limits: &Limits,
    fits: impl FnOnce((u32, u32), usize) -> bool,
) -> Result<Option<Vec<u8>>, Error> {
    let frame = markers::read(jpeg).map_err(fault)?.frame;
    if !fits((frame.width, frame.height), frame.components.len()) {
        return Ok(None);
    }
    if frame.is_lossless {
        if frame.bits != 8 {
            return Err(fault(Fault::Precision { bits: frame.bits }));
        }
        let samples = frame.width as usize * frame.height as usize * frame.components.len();
        let mut unpacked = vec![0; samples];
        let there = lossless::decode(jpeg, &frame, limits, &mut unpacked)?;
        let row = frame.width as usize * frame.components.len();
        unpacked.truncate(there as usize / row * row);
        return Ok(Some(unpacked));
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

/// What the decoder makes every sample that is missing.
const MISSING: u8 = 128;

#[derive(Debug, thiserror::Error)]
#[error("it is cut off, and too little of its picture is there to be shown")]
struct Blank;

#[derive(Debug, thiserror::Error)]
#[error("it ends without a marker for its end")]
struct Cut;

#[derive(Debug, thiserror::Error)]
#[error("it is cut off, or its codes lead to nothing")]
struct Broken;

/// Whether there is next to nothing to be seen, or next to nothing that it could have been decoded from: the decoder goes on
/// for a while when its data has come to an end.
fn is_blank(pixels: &[u8], coded_bytes: usize, damaged: Damaged) -> bool {
    // A block of 64 samples takes at least two bits.
    let most = coded_bytes.saturating_mul(4 * 64);
    let there = pixels.iter().filter(|&&sample| sample != MISSING).count();
    !damaged.is_enough(there.min(most) as u64, pixels.len() as u64)
}

/// Whether there is a marker for the end.
fn has_end(coded: &[u8]) -> bool {
    coded.windows(2).any(|pair| pair == [0xFF, 0xD9])
}

/// How pixels are stored. Only grey and RGB are handed on with more than eight bits.
fn layout(segments: &Segments) -> Result<Layout, Fault> {
    let channels = channels(segments);
    let bits = segments.frame.bits;
    match (bits, channels) {
        (..=8, _) => Ok(Layout::new(channels, Depth::Eight)),
        (_, Channels::Grey | Channels::Rgb) => Ok(Layout::new(channels, Depth::Sixteen)),
        _ => Err(Fault::Precision { bits }),
    }
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
                // What is stored without loss is not changed before, and says JFIF all the same.
                adobe if segments.frame.is_lossless && adobe != Some(1) => Channels::Rgb,
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
