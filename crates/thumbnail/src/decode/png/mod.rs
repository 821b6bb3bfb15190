//! PNG and the first picture of an APNG: the header and whatever is unusual by `png`, the rows of the usual picture by [`usual`].

mod apple;
mod chunks;
mod rows;
mod unfilter;
mod usual;

use crate::colour::Colour;
use crate::header::Header;
use crate::notes::{Notes, Warning};
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{ColourSource, Damaged, Error, Format, exif};
use png::{BitDepth, ColorType, Decoder, DecodingError, Info, Limits, Reader, Transformations};
use std::io::Cursor;
use usual::Stored;

/// What the decoder may hold in chunks: an inflated profile, EXIF. Real ones are far smaller.
const CHUNKS: usize = 8 << 20;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    match apple::completed(source) {
        Some(completed) => decode_as(&completed, true, sink),
        None => decode_as(source, false, sink),
    }
}

fn decode_as(source: &[u8], is_apples: bool, sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(source), Limits { bytes: CHUNKS });
    decoder.set_ignore_text_chunk(true);
    // To eight or sixteen bits, palettes to colours, and every kind of transparency to an alpha channel.
    decoder.set_transformations(Transformations::EXPAND);
    let info = decoder.read_header_info().map_err(error)?;
    // The reader is made for the width, so that the size has to be known for harmless first.
    sink.limits().check_pixels(info.width, info.height)?;
    let mut reader = decoder.read_info().map_err(error)?;

    let layout = layout(&reader);
    let (width, height) = reader.info().size();
    let row = width as usize * layout.bytes();
    let delivery = if reader.info().interlaced {
        Delivery::Whole
    } else {
        Delivery::Bands(Delivery::band(width, layout))
    };
    let mut notes = Notes::default();
    let header = Header {
        size: (width, height),
        layout,
        orientation: orientation(reader.info()),
        colour: described(reader.info(), source, &mut notes),
        premultiplied: is_apples,
        notes,
    };
    // Beside the chunks: rows before and after they are unfiltered, a constant amount for inflating, and a file that had to be completed.
    let completed = if is_apples { source.len() } else { 0 };
    let rows = 4 * reader.info().raw_row_length() as u64;
    let memory = (CHUNKS + completed) as u64 + rows;
    let put_right = |pixels: &mut [u8]| {
        if is_apples {
            apple::put_right(pixels, layout);
        }
    };
    if let (Delivery::Bands(band), Some(stored)) = (delivery, Stored::of(reader.info(), layout)) {
        sink.start(header, delivery, memory + stored.memory(band))?;
        return stored.decode(source, band, height, put_right, sink);
    }
    sink.start(header, delivery, memory + (1 << 20))?;

    let damaged = sink.damaged();
    match delivery {
        Delivery::Whole => {
            let mut damage = None;
            sink.rows(height, |frame| {
                let read = reader.next_frame(frame);
                to_machine_order(frame, layout.depth);
                put_right(frame);
                // Passes over the whole picture come one after the other, so that what is there is everywhere.
                let there = frame.iter().filter(|&&sample| sample != 0).count();
                damage = tolerable(read.err().map(error), damaged, there, frame.len())?;
                Ok(())
            })?;
            damage.map_or(Ok(()), |damage| sink.tolerate(damage))
        }
        Delivery::Bands(rows) => {
            let mut there = 0;
            while there < height && !sink.has_enough() {
                let count = rows.min(height - there);
                let mut broken = None;
                sink.rows(count, |band| {
                    for row in band.chunks_exact_mut(row) {
                        if let Err(cause) = reader.read_row(row) {
                            broken = Some(error(cause));
                            break;
                        }
                        there += 1;
                    }
                    to_machine_order(band, layout.depth);
                    put_right(band);
                    Ok(())
                })?;
                if let Some(damage) = tolerable(broken, damaged, there as usize, height as usize)? {
                    return sink.tolerate(damage);
                }
            }
            if there == height {
                // There is no further row, but the checksum of the last chunk is still to be looked at.
                if let Err(broken) = reader.read_row(&mut vec![0; row]) {
                    sink.tolerate(error(broken))?;
                }
            }
            Ok(())
        }
    }
}

/// What went wrong, as an error where so little of the picture is there that it is not worth showing.
fn tolerable(
    broken: Option<Error>,
    damaged: Damaged,
    there: usize,
    all: usize,
) -> Result<Option<Error>, Error> {
    match broken {
        Some(error) if !damaged.is_enough(there as u64, all as u64) => Err(error),
        damage => Ok(damage),
    }
}

fn layout(reader: &Reader<Cursor<&[u8]>>) -> Layout {
    let (colour, depth) = reader.output_color_type();
    let channels = match colour {
        ColorType::Grayscale => Channels::Grey,
        ColorType::GrayscaleAlpha => Channels::GreyAlpha,
        ColorType::Rgb | ColorType::Indexed => Channels::Rgb,
        ColorType::Rgba => Channels::Rgba,
    };
    let depth = match depth {
        BitDepth::Sixteen => Depth::Sixteen,
        _ => Depth::Eight,
    };
    Layout::new(channels, depth)
}

/// PNG stores the high byte first.
fn to_machine_order(samples: &mut [u8], depth: Depth) {
    if depth == Depth::Sixteen {
        for sample in bytemuck::cast_slice_mut::<u8, u16>(samples) {
            *sample = u16::from_be(*sample);
        }
    }
}

fn orientation(info: &Info<'_>) -> Orientation {
    info.exif_metadata
        .as_deref()
        .map(exif::orientation)
        .unwrap_or_default()
}

/// The chunks that say what the samples mean, in the order of precedence of the PNG specification, third edition, 4.3.
fn described(info: &Info<'_>, file: &[u8], notes: &mut Notes) -> Colour {
    if let Some(points) = info.coding_independent_code_points {
        let points = (points.color_primaries, points.transfer_function);
        if let Some(colour) = Colour::from_code_points(points.0, points.1) {
            return colour;
        }
    }
    if let Some(profile) = &info.icc_profile {
        let colour = Colour::from_icc(profile);
        if colour.source() != Some(&ColourSource::BrokenIcc) {
            return colour;
        }
    }
    // The decoder passes over a profile that it can't inflate.
    if info.icc_profile.is_some() || chunks::has(file, b"iCCP") {
        notes.warn(Warning::BrokenProfile);
    }
    if info.srgb.is_some() {
        return Colour::default();
    }
    let gamma = info.gama_chunk.map(png::ScaledFloat::into_value);
    let primaries = info.chrm_chunk.map(|chunk| {
        [chunk.white, chunk.red, chunk.green, chunk.blue]
            .map(|(x, y)| (x.into_value(), y.into_value()))
    });
    Colour::from_gamma(gamma, primaries)
}

fn error(error: DecodingError) -> Error {
    Error::corrupt(Format::Png, error)
}
