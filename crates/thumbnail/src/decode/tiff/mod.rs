//! The first picture of a TIFF, by `tiff`.
//!
//! The crate unpacks strips and tiles; what their samples mean, and where they go in the picture, is done here: its own
//! way to a whole picture knows neither palettes nor tiles in separate planes.

mod jpeg;
mod samples;

use crate::colour::Colour;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::raster::{Channels, Layout};
use crate::sink::{Delivery, Header, Sink};
use crate::{Error, Format};
use jpeg::Jpegs;
use samples::Samples;
use std::borrow::Cow;
use std::io::Cursor;
use tiff::decoder::{ChunkType, Decoder, Limits};
use tiff::tags::{ExtraSamples, Tag};
use tiff::{ColorType, TiffError};

type Reader<'a> = Decoder<Cursor<Cow<'a, [u8]>>>;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let (source, is_palette) = samples::palette_as_grey(source);
    let copied = match &source {
        Cow::Borrowed(_) => 0,
        Cow::Owned(copy) => copy.len() as u64,
    };
    let limit = usize::try_from(sink.limits().memory_bytes).unwrap_or(usize::MAX);
    let mut decoder = Decoder::new(Cursor::new(source))
        .map_err(error)?
        .with_limits(limits(limit));
    let size = decoder.dimensions().map_err(error)?;
    sink.limits().check_pixels(size.0, size.1)?;

    let mut picture = Picture::new(&mut decoder, size, is_palette)?;
    let header = Header {
        size,
        layout: picture.layout,
        orientation: Orientation::from_exif(number(&mut decoder, Tag::Orientation).unwrap_or(1)),
        colour: decoder
            .get_tag_u8_vec(Tag::IccProfile)
            .map_or_else(|_| Colour::default(), |profile| Colour::from_icc(&profile)),
        premultiplied: picture.premultiplied,
        notes: Notes::default(),
    };
    sink.start(header, Delivery::Whole, copied + picture.chunk_bytes())?;
    sink.rows(size.1, |frame| picture.read(&mut decoder, frame))
}

fn limits(memory: usize) -> Limits {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = memory;
    limits.intermediate_buffer_size = memory;
    // A profile for print can have several megabytes.
    limits.ifd_value_size = 16 << 20;
    limits
}

/// How the picture is put together from its chunks: strips or tiles, of whole pixels or of one sample each.
struct Picture {
    size: (u32, u32),
    layout: Layout,
    premultiplied: bool,
    samples: Samples,
    /// Whether each chunk holds the samples of one channel only.
    planar: bool,
    chunks_per_plane: u32,
    chunks_across: u32,
    chunk_size: (u32, u32),
    /// The chunks, where they are JPEGs.
    jpegs: Option<Jpegs>,
}

impl Picture {
    fn new(decoder: &mut Reader<'_>, size: (u32, u32), is_palette: bool) -> Result<Self, Error> {
        let colour = decoder.colortype().map_err(error)?;
        let extra = number::<u16>(decoder, Tag::ExtraSamples).and_then(ExtraSamples::from_u16);
        let premultiplied = extra == Some(ExtraSamples::AssociatedAlpha);
        let samples = Samples::new(decoder, colour, is_palette)?;
        let channels = match colour {
            ColorType::Gray(_) if is_palette => Channels::Rgb,
            ColorType::Gray(_) => Channels::Grey,
            ColorType::Multiband { num_samples: 2, .. } if extra.is_some() => Channels::GreyAlpha,
            ColorType::RGB(_) => Channels::Rgb,
            ColorType::RGBA(_) => Channels::Rgba,
            ColorType::YCbCr(_) => Channels::YCbCr,
            ColorType::CMYK(_) => Channels::Cmyk,
            other => return Err(unread(format!("pixels of {other:?}"))),
        };
        let planar = number::<u16>(decoder, Tag::PlanarConfiguration) == Some(2);
        let planes = if planar {
            number::<u32>(decoder, Tag::SamplesPerPixel).unwrap_or(1)
        } else {
            1
        };
        let (count, offsets, lengths) = match decoder.get_chunk_type() {
            ChunkType::Strip => (
                decoder.strip_count(),
                Tag::StripOffsets,
                Tag::StripByteCounts,
            ),
            ChunkType::Tile => (decoder.tile_count(), Tag::TileOffsets, Tag::TileByteCounts),
        };
        let jpegs = Jpegs::find(decoder, offsets, lengths)?;
        let (chunk_width, chunk_height) = decoder.chunk_dimensions();
        // A strip may claim more rows than there are; a tile is as large as it says.
        let chunk_height = match decoder.get_chunk_type() {
            ChunkType::Strip => chunk_height.min(size.1),
            ChunkType::Tile => chunk_height,
        };
        Ok(Self {
            size,
            layout: Layout::new(channels, samples.depth()),
            premultiplied,
            samples,
            planar,
            chunks_per_plane: count.map_err(error)? / planes.max(1),
            chunks_across: size.0.div_ceil(chunk_width),
            chunk_size: (chunk_width, chunk_height),
            jpegs,
        })
    }

    /// What is held while a chunk is unpacked: its samples, and where it is a JPEG, what its decoder holds as well.
    fn chunk_bytes(&self) -> u64 {
        let copies = if self.jpegs.is_some() { 4 } else { 1 };
        let pixels = u64::from(self.chunk_size.0) * u64::from(self.chunk_size.1);
        // At most four bytes a sample, and one more sample than is used.
        let pixel = 4 * copies * (self.layout.channels.count() as u64 + 1);
        pixels.saturating_mul(pixel)
    }

    /// Unpacks every chunk and puts its samples where they belong in the zeroed `frame`.
    fn read(&mut self, decoder: &mut Reader<'_>, frame: &mut [u8]) -> Result<(), Error> {
        let channels = self.layout.channels.count();
        let planes = if self.planar { channels as u32 } else { 1 };
        let mut chunk = Vec::new();
        for plane in 0..planes {
            for index in 0..self.chunks_per_plane {
                let number = plane * self.chunks_per_plane + index;
                let stride = self.unpack(decoder, number, &mut chunk)?;
                let (width, height) = decoder.chunk_data_dimensions(number);
                let left = index % self.chunks_across * self.chunk_size.0;
                let top = index / self.chunks_across * self.chunk_size.1;
                let columns = width.min(self.size.0.saturating_sub(left)) as usize;
                let rows = height.min(self.size.1.saturating_sub(top)) as usize;
                for (row, line) in chunk.chunks(stride).take(rows).enumerate() {
                    let at = (top as usize + row) * self.size.0 as usize + left as usize;
                    let pixel = self.layout.bytes();
                    let pixels = &mut frame[at * pixel..(at + columns) * pixel];
                    if self.planar {
                        self.samples.unpack(line, pixels, plane as usize, channels);
                    } else {
                        self.samples.unpack_pixels(line, pixels);
                    }
                }
            }
        }
        Ok(())
    }

    /// Unpacks one chunk, and says how many bytes there are from one of its rows to the next.
    fn unpack(
        &self,
        decoder: &mut Reader<'_>,
        number: u32,
        chunk: &mut Vec<u8>,
    ) -> Result<usize, Error> {
        if let Some(jpegs) = &self.jpegs {
            let samples = if self.planar {
                1
            } else {
                self.layout.channels.count()
            };
            let file = decoder.inner().get_ref();
            *chunk = jpegs.unpack(file, number, self.chunk_size, samples)?;
            return Ok(self.chunk_size.0 as usize * samples);
        }
        let layout = decoder.image_chunk_buffer_layout(number).map_err(error)?;
        chunk.clear();
        chunk.resize(layout.len, 0);
        decoder.read_chunk_bytes(number, chunk).map_err(error)?;
        Ok(layout.row_stride.map_or(layout.len, usize::from))
    }
}

/// The value of a tag that holds one whole number.
fn number<T: TryFrom<u64>>(decoder: &mut Reader<'_>, tag: Tag) -> Option<T> {
    decoder.find_tag_unsigned(tag).ok().flatten()
}

fn error(error: TiffError) -> Error {
    match error {
        TiffError::UnsupportedError(_) => Error::unread(Format::Tiff, error),
        _ => Error::corrupt(Format::Tiff, error),
    }
}

fn unread(what: String) -> Error {
    Error::unread(Format::Tiff, what)
}

fn broken(what: &'static str) -> Error {
    Error::corrupt(Format::Tiff, what)
}
