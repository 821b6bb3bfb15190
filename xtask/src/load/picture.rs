//! Pictures that say which they are, and thumbnails that still say it.
//!
//! A picture has four quarters, each of one of 216 colours. They are the digits of two numbers: which picture it is,
//! and which upload of it. A thumbnail keeps them, so that its content tells a stale one from a right one, whatever
//! its metadata says.

use std::io::Cursor;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

use super::error::LoadError;

/// Which picture, and which upload of it, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) picture: u32,
    pub(crate) generation: u32,
}

/// How a picture is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
}

/// Steps of a channel: far enough apart that no JPEG moves one to the next.
const LEVELS: u32 = 6;
const STEP: u8 = 51;
/// Colours of a quarter.
const COLOURS: u32 = LEVELS * LEVELS * LEVELS;
const WIDTH: u16 = 320;
const HEIGHT: u16 = 240;
const QUALITY: u8 = 85;

impl Mark {
    /// How many pictures, and uploads of each, can be told apart.
    pub(crate) const LIMIT: u32 = COLOURS * COLOURS;

    /// The colours of the quarters: upper left, upper right, lower left, lower right.
    fn colours(self) -> [[u8; 3]; 4] {
        let Self {
            picture,
            generation,
        } = self;
        [
            colour(picture % COLOURS),
            colour(picture / COLOURS % COLOURS),
            colour(generation % COLOURS),
            colour(generation / COLOURS % COLOURS),
        ]
    }

    fn from_colours(quarters: [[u8; 3]; 4]) -> Self {
        let [a, b, c, d] = quarters.map(digit);
        Self {
            picture: a + b * COLOURS,
            generation: c + d * COLOURS,
        }
    }

    /// The picture of 320x240 that says this.
    pub(crate) fn draw(self, format: Format) -> Result<Vec<u8>, LoadError> {
        let [a, b, c, d] = self
            .colours()
            .map(|colour| colour.repeat(usize::from(WIDTH / 2)));
        let half = |row: [Vec<u8>; 2]| row.concat().repeat(usize::from(HEIGHT / 2));
        let pixels = [half([a, b]), half([c, d])].concat();
        let mut bytes = Vec::new();
        match format {
            Format::Jpeg => {
                let mut encoder = Encoder::new(&mut bytes, QUALITY);
                encoder.set_sampling_factor(SamplingFactor::F_2_2);
                encoder.encode(&pixels, WIDTH, HEIGHT, ColorType::Rgb)?;
            }
            Format::Png => {
                let mut encoder = png::Encoder::new(&mut bytes, WIDTH.into(), HEIGHT.into());
                encoder.set_color(png::ColorType::Rgb);
                encoder.set_compression(png::Compression::Fast);
                encoder.write_header()?.write_image_data(&pixels)?;
            }
        }
        Ok(bytes)
    }

    /// What a thumbnail says; `None` if it is no picture.
    pub(crate) fn read(thumbnail: &[u8]) -> Option<Self> {
        let raster = if thumbnail.starts_with(&[0xFF, 0xD8]) {
            jpeg(thumbnail)
        } else {
            png(thumbnail)
        };
        let Raster {
            width,
            height,
            channels,
            samples,
        } = raster?;
        let middle = |quarter: usize| {
            let x = width * (1 + 2 * (quarter % 2)) / 4;
            let y = height * (1 + 2 * (quarter / 2)) / 4;
            let at = channels * (y * width + x);
            let pixel = samples.get(at..at + 3)?;
            Some([pixel[0], pixel[1], pixel[2]])
        };
        Some(Self::from_colours([
            middle(0)?,
            middle(1)?,
            middle(2)?,
            middle(3)?,
        ]))
    }
}

/// Decoded pixels, row by row.
struct Raster {
    width: usize,
    height: usize,
    channels: usize,
    samples: Vec<u8>,
}

fn jpeg(bytes: &[u8]) -> Option<Raster> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let samples = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    Some(Raster {
        width,
        height,
        channels: 3,
        samples,
    })
}

fn png(bytes: &[u8]) -> Option<Raster> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let mut samples = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut samples).ok()?;
    Some(Raster {
        width: info.width as usize,
        height: info.height as usize,
        channels: info.color_type.samples(),
        samples,
    })
}

fn colour(digit: u32) -> [u8; 3] {
    let channel = |place: u32| (digit / place % LEVELS) as u8 * STEP;
    [channel(1), channel(LEVELS), channel(LEVELS * LEVELS)]
}

/// The digit whose colour is nearest.
fn digit(colour: [u8; 3]) -> u32 {
    let [a, b, c] =
        colour.map(|channel| (u32::from(channel) + u32::from(STEP) / 2) / u32::from(STEP));
    a + LEVELS * (b + LEVELS * c)
}

/// What looks like a picture and can never be one, and the code that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// A JPEG that ends in its header.
    Cut,
    /// A text with the name of a picture.
    Text,
}

impl Broken {
    /// Bytes that differ from picture to picture and from upload to upload.
    pub(crate) fn bytes(self, mark: Mark) -> Result<Vec<u8>, LoadError> {
        Ok(match self {
            Self::Cut => {
                let whole = mark.draw(Format::Jpeg)?;
                // The quantisation tables are there, the frame header is not. The number makes it one of its kind.
                let mut bytes = whole[..100.min(whole.len())].to_vec();
                bytes.extend(mark.picture.to_be_bytes());
                bytes.extend(mark.generation.to_be_bytes());
                bytes
            }
            Self::Text => format!("picture {} of {}", mark.generation, mark.picture).into_bytes(),
        })
    }

    /// The code of the message that has to come.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Cut => "CorruptImage",
            Self::Text => "UnsupportedFormat",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_says_which_it_is_in_both_formats() {
        for picture in [0, 1, 5, 215, 216, 12_345, 19_999, Mark::LIMIT - 1] {
            for generation in [0, 1, 7, 216] {
                let mark = Mark {
                    picture,
                    generation,
                };
                for format in [Format::Jpeg, Format::Png] {
                    let bytes = mark.draw(format).expect("drawn");
                    assert_eq!(Mark::read(&bytes), Some(mark), "{format:?}");
                }
            }
        }
    }

    #[test]
    fn a_channel_that_is_a_little_off_is_read_as_what_it_was() {
        for wanted in 0..COLOURS {
            let exact = colour(wanted);
            let off = exact.map(|channel| channel.saturating_add(20));
            assert_eq!(digit(exact), wanted);
            assert_eq!(digit(off), wanted);
            assert_eq!(
                digit(exact.map(|channel| channel.saturating_sub(20))),
                wanted
            );
        }
    }

    #[test]
    fn what_is_no_picture_says_nothing() {
        let mark = Mark {
            picture: 3,
            generation: 1,
        };
        for broken in [Broken::Cut, Broken::Text] {
            assert_eq!(Mark::read(&broken.bytes(mark).expect("made")), None);
        }
    }
}
