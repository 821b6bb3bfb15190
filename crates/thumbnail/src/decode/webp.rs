//! WebP, lossy and lossless, and the first picture of an animated one: by `vp8-shrink` what it does better, all else by `image-webp`.

mod lossy;

use crate::colour::Colour;
use crate::notes::Notes;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Header, Sink};
use crate::{Error, Format, exif};
use image_webp::{DecodingError, WebPDecoder};
use std::io::Cursor;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut decoder = WebPDecoder::new(Cursor::new(source)).map_err(error)?;
    // Chunks of metadata are allocated by the size that they claim.
    decoder.set_memory_limit(source.len());
    let size = decoder.dimensions();
    sink.limits().check_pixels(size.0, size.1)?;
    let frame = Frame::first(source).ok_or_else(|| broken("it holds no picture"))?;
    let fits = if decoder.is_animated() {
        frame.size.0 <= size.0 && frame.size.1 <= size.1
    } else {
        frame.size == size
    };
    if !fits {
        return Err(broken("its parts disagree about its size"));
    }

    let channels = if decoder.has_alpha() {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    let exif = decoder.exif_metadata().ok().flatten();
    let profile = decoder.icc_profile().ok().flatten();
    let header = Header {
        size,
        layout: Layout::new(channels, Depth::Eight),
        orientation: exif::orientation(&exif.unwrap_or_default()),
        colour: profile.map_or_else(Colour::default, |profile| Colour::from_icc(&profile)),
        premultiplied: false,
        notes: Notes::default(),
    };
    if !decoder.has_alpha()
        && !decoder.is_animated()
        && !frame.lossless
        && let Some(request) = lossy::request(frame.data, &header, sink)
    {
        return lossy::decode(frame.data, header, &request, sink);
    }
    let canvas = if decoder.is_animated() {
        4 * u64::from(size.0) * u64::from(size.1)
    } else {
        0
    };
    sink.start(header, Delivery::Whole, frame.decoder_bytes() + canvas)?;
    sink.rows(size.1, |frame| decoder.read_image(frame).map_err(error))
}

/// The first compressed picture in the file, by its own header. The decoder takes the memory that this one says before it
/// compares it with the file's header, so that it has to be looked at first.
struct Frame<'a> {
    size: (u32, u32),
    lossless: bool,
    data: &'a [u8],
}

impl<'a> Frame<'a> {
    fn first(source: &'a [u8]) -> Option<Self> {
        let mut chunks = Chunks(source.get(12..)?);
        let (name, mut data) =
            chunks.find(|(name, _)| matches!(*name, b"VP8 " | b"VP8L" | b"ANMF"))?;
        let mut name = *name;
        if &name == b"ANMF" {
            let inner =
                Chunks(data.get(16..)?).find(|(name, _)| matches!(*name, b"VP8 " | b"VP8L"))?;
            (name, data) = (*inner.0, inner.1);
        }
        let size = if &name == b"VP8L" {
            // RFC 9649, 3.4: after a signature byte, 14 bits of width - 1 and 14 bits of height - 1.
            let bits = u32::from_le_bytes(data.get(1..5)?.try_into().ok()?);
            ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        } else {
            // RFC 6386, 9.1: after six bytes, 14 bits of width and, two bits later, 14 of height.
            let side = |at: usize| {
                let bytes = data.get(at..at + 2)?.try_into().ok()?;
                Some(u32::from(u16::from_le_bytes(bytes) & 0x3FFF))
            };
            (side(6)?, side(8)?)
        };
        Some(Self {
            size,
            lossless: &name == b"VP8L",
            data,
        })
    }

    /// What the decoder holds beside its output: four bytes a pixel for a lossless picture; for a lossy one its planes,
    /// and as much as for a lossless one for the alpha channel that may come with it.
    fn decoder_bytes(&self) -> u64 {
        // In whole macroblocks of 16 by 16.
        let side = |length: u32| u64::from(length).next_multiple_of(16);
        let pixels = side(self.size.0) * side(self.size.1);
        if self.lossless {
            4 * pixels
        } else {
            pixels * 3 / 2 + 6 * pixels
        }
    }
}

/// The chunks of a RIFF file: their names and contents, the last one as far as it goes.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = (&'a [u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = self.0.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let data = &rest[..length.min(rest.len())];
        // Contents of odd length are followed by a byte of padding.
        self.0 = rest.get(length + length % 2..).unwrap_or(&[]);
        Some((name, data))
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

fn broken(what: &'static str) -> Error {
    Error::corrupt(Format::WebP, what)
}
