//! Lossless WebP, by `vp8l-rows`: bands of rows, in a few MiB however large the picture is.

use super::container::Container;
use crate::header::Header;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Error, Format, Limits};
use vp8l_rows::{Decoder, Picture, Request, Samples};

/// Bytes of a picture that is handed on as a whole: the resampler is faster with all of the few rows that it has.
const WHOLE: usize = 4 << 20;

pub(super) fn decode(
    container: &Container<'_>,
    header: Header,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let mut decoder = sink.lend(|scratch| &mut scratch.vp8l);
    let result = decode_with(&mut decoder, container, header, sink);
    sink.give_back(decoder, |scratch| &mut scratch.vp8l);
    result
}

fn decode_with(
    decoder: &mut Decoder,
    container: &Container<'_>,
    header: Header,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let limits = *sink.limits();
    let go_on = || limits.check_time().is_ok();
    let frame = &container.frame;
    let has_alpha = vp8l_rows::Header::read(frame.data).map(|header| header.alpha);
    let (samples, channels) = if has_alpha.map_err(corrupt)? || !container.is_covered() {
        (Samples::Rgba, Channels::Rgba)
    } else {
        (Samples::Rgb, Channels::Rgb)
    };
    let request = Request::new(samples)
        .max_bytes(limits.memory_bytes)
        .go_on(&go_on);
    let picture = decoder
        .begin(frame.data, &request)
        .map_err(|error| refusal(error, &limits, header.size))?;

    let (width, height) = header.size;
    let layout = Layout::new(channels, Depth::Eight);
    let row = width as usize * layout.bytes();
    let rows = match Delivery::band(width, layout) {
        _ if row * height as usize <= WHOLE => height,
        rows => rows.min(height),
    };
    let delivery = if rows == height {
        Delivery::Whole
    } else {
        Delivery::Bands(rows)
    };
    let mut placed = Placed {
        apart: vec![
            0;
            if container.is_covered() {
                0
            } else {
                8 * picture.row_bytes()
            }
        ],
        left: container.frame.at.0 as usize * layout.bytes(),
        top: container.frame.at.1 as usize,
        picture,
        there: 0,
        damage: None,
    };
    let memory = placed.picture.memory() + placed.apart.len() as u64;
    sink.start(Header { layout, ..header }, delivery, memory)?;
    let mut next = 0;
    while next < height && placed.damage.is_none() && !sink.has_enough() {
        let count = rows.min(height - next);
        sink.rows(count, |band| {
            placed.fill(next as usize, row, band);
            Ok(())
        })?;
        next += count;
    }
    let Some(error) = placed.damage else {
        return Ok(());
    };
    let error = refusal(error, &limits, container.size);
    let all = u64::from(container.frame.size.1);
    if !sink.damaged().is_enough(placed.there as u64, all) {
        return Err(error);
    }
    sink.tolerate(error)
}

/// A frame on its way to its place in the picture.
struct Placed<'a, 'b> {
    picture: Picture<'a, 'b>,
    /// Rows of a frame that is narrower than the picture.
    apart: Vec<u8>,
    /// The bytes to the left of it and the rows above.
    left: usize,
    top: usize,
    /// How many rows of it have come, and why there are no more.
    there: usize,
    damage: Option<vp8l_rows::Error>,
}

impl Placed<'_, '_> {
    /// Fills the rows of the picture from `first` on, each of so many bytes.
    fn fill(&mut self, first: usize, row: usize, band: &mut [u8]) {
        if self.apart.is_empty() {
            let mut rest = band;
            while !rest.is_empty() {
                let Some(count) = self.read(|picture, _| picture.read(rest)) else {
                    return;
                };
                rest = &mut rest[count * row..];
            }
            return;
        }
        let own = self.picture.row_bytes();
        let end = (first + band.len() / row).saturating_sub(self.top);
        let mut to = (self.top + self.there).saturating_sub(first);
        while self.there < end {
            let most = (end - self.there).min(8) * own;
            let Some(count) = self.read(|picture, apart| picture.read(&mut apart[..most])) else {
                return;
            };
            for row_there in self.apart.chunks_exact(own).take(count) {
                band[to * row + self.left..][..own].copy_from_slice(row_there);
                to += 1;
            }
        }
    }

    /// Reads rows; `None` where there are no more.
    fn read(
        &mut self,
        read: impl FnOnce(&mut Picture<'_, '_>, &mut [u8]) -> Result<Option<usize>, vp8l_rows::Error>,
    ) -> Option<usize> {
        match read(&mut self.picture, &mut self.apart) {
            Ok(count) => {
                self.there += count.unwrap_or(0);
                count
            }
            Err(error) => {
                self.damage = Some(error);
                None
            }
        }
    }
}

/// Limits are ours, and all else is the picture's.
pub(super) fn refusal(error: vp8l_rows::Error, limits: &Limits, size: (u32, u32)) -> Error {
    match error {
        vp8l_rows::Error::TooLarge { needed, allowed } => Error::TooMuchMemory {
            format: Format::WebP,
            width: size.0,
            height: size.1,
            needed,
            limit: allowed.min(limits.memory_bytes),
        },
        vp8l_rows::Error::Stopped => Error::TooMuchTime,
        vp8l_rows::Error::Version(_) => Error::unread(Format::WebP, error),
        error => corrupt(error),
    }
}

fn corrupt(error: vp8l_rows::Error) -> Error {
    Error::corrupt(Format::WebP, error)
}
