//! BMP in all its versions: Windows' headers from 40 to 124 bytes, OS/2's of 12 and of 16 to 64, 1 to 32 bits, bit fields,
//! run lengths, and the JPEG or PNG that one may hold.
//!
//! The format is older than its specification, so that decoders agree on rules that stand nowhere. Those of browsers are
//! followed here; the collection of cases is `bmpsuite` by Jason Summers.

mod header;
mod pixels;
mod runs;

use super::{jpeg, png};
use crate::header::Header;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Error, Format};
use header::{Bitmap, Coding, Fault};
use pixels::Unpacker;
use runs::Canvas;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let bitmap = Bitmap::read(source).map_err(fault)?;
    match bitmap.coding {
        Coding::Jpeg => return jpeg::decode(bitmap.data, sink),
        Coding::Png => return png::decode(bitmap.data, sink),
        Coding::Rows | Coding::Runs(_) => {}
    }
    sink.limits().check_pixels(bitmap.width, bitmap.height)?;
    if bitmap.coding == Coding::Rows && !bitmap.is_worth_showing(sink.damaged()) {
        return Err(fault(Fault::Cut));
    }
    let unpacker = Unpacker::new(&bitmap);
    let is_runs = matches!(bitmap.coding, Coding::Runs(_));
    let channels = if is_runs {
        Channels::Rgb
    } else {
        unpacker.channels()
    };
    let layout = Layout::new(channels, Depth::Eight);
    let row = bitmap.width as usize * layout.bytes();
    let delivery = if is_runs {
        Delivery::Whole
    } else {
        Delivery::Bands(Delivery::band(bitmap.width, layout))
    };
    let header = Header {
        size: (bitmap.width, bitmap.height),
        layout,
        orientation: Orientation::default(),
        colour: bitmap.colour(),
        premultiplied: false,
        notes: Notes::default(),
    };
    // While runs are followed, three bytes for each of their pixels.
    let canvas = if is_runs {
        3 * u64::from(bitmap.width) * u64::from(bitmap.height)
    } else {
        0
    };
    sink.start(header, delivery, canvas)?;
    match (bitmap.coding, delivery) {
        (Coding::Runs(kind), _) => {
            let canvas = Canvas::follow(&bitmap, kind, unpacker.palette());
            let is_whole = canvas.is_whole;
            sink.rows(bitmap.height, |frame| {
                for (row, stored) in frame.chunks_exact_mut(row).enumerate() {
                    canvas.row(bitmap.stored_row(row), stored);
                }
                Ok(())
            })?;
            tolerate(is_whole, sink)
        }
        (_, Delivery::Bands(rows)) => {
            let mut at = 0;
            let mut is_whole = true;
            while at < bitmap.height && !sink.has_enough() {
                let count = rows.min(bitmap.height - at);
                sink.rows(count, |band| {
                    for (index, to) in band.chunks_exact_mut(row).enumerate() {
                        let stored = bitmap.row(bitmap.stored_row(at as usize + index));
                        is_whole &= stored.len() == bitmap.stride();
                        unpacker.unpack(stored, to);
                    }
                    Ok(())
                })?;
                at += count;
            }
            tolerate(is_whole, sink)
        }
        (_, Delivery::Whole) => unreachable!("only runs are delivered whole"),
    }
}

fn tolerate(is_whole: bool, sink: &mut Sink<'_>) -> Result<(), Error> {
    if is_whole {
        Ok(())
    } else {
        sink.tolerate(fault(Fault::Cut))
    }
}

fn fault(fault: Fault) -> Error {
    if fault.is_unread() {
        Error::unread(Format::Bmp, fault)
    } else {
        Error::corrupt(Format::Bmp, fault)
    }
}
