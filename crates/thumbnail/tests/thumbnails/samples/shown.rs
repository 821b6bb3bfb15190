//! What a thumbnail shows.

use std::io::Cursor;
use thumbnail::{Format, Picture};

/// A decoded thumbnail: red, green, blue and alpha of each pixel.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) format: Format,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<[u8; 4]>,
    /// Whether the file stores grey samples.
    pub(crate) is_grey: bool,
}

impl Shown {
    /// Decodes a thumbnail; its file has to say what the picture says of it.
    pub(crate) fn decode(picture: &Picture) -> Self {
        let bytes = &picture.bytes;
        let (width, height, channels, samples) = match picture.format {
            Format::Jpeg => jpeg(bytes),
            Format::Png => png(bytes),
            Format::WebP => webp(bytes),
            Format::Gif => gif(bytes),
            other => panic!("nobody asked for {other}"),
        };
        assert_eq!((width, height), (picture.width, picture.height));
        let pixels = samples.chunks_exact(channels).map(|pixel| match *pixel {
            [grey] => [grey, grey, grey, 255],
            [grey, alpha] => [grey, grey, grey, alpha],
            [red, green, blue] => [red, green, blue, 255],
            [red, green, blue, alpha] => [red, green, blue, alpha],
            _ => unreachable!("one to four channels"),
        });
        Self {
            format: picture.format,
            width,
            height,
            pixels: pixels.collect(),
            is_grey: channels <= 2,
        }
    }

    pub(crate) fn at(&self, x: u32, y: u32) -> [u8; 4] {
        self.pixels[(y * self.width + x) as usize]
    }

    /// The pixel at a place in parts of the width and the height.
    pub(crate) fn part(&self, x: f64, y: f64) -> [u8; 4] {
        let at = |part: f64, length: u32| (part * f64::from(length)) as u32;
        self.at(at(x, self.width), at(y, self.height))
    }

    /// The middles of the four quarters have these colours, within `tolerance`.
    #[track_caller]
    pub(crate) fn assert_quarters(&self, colours: [[u8; 4]; 4], tolerance: u8) {
        let places = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
        for ((x, y), colour) in places.into_iter().zip(colours) {
            assert_near(self.part(x, y), colour, tolerance);
        }
    }
}

/// Two colours differ by at most `tolerance` in each sample. Where both are clear their colours do not matter.
#[track_caller]
pub(crate) fn assert_near(found: [u8; 4], wanted: [u8; 4], tolerance: u8) {
    let both_clear = found[3] == 0 && wanted[3] == 0;
    let mut pairs = found.iter().zip(wanted);
    let near = pairs.all(|(&found, wanted)| found.abs_diff(wanted) <= tolerance);
    assert!(
        both_clear || near,
        "{found:?} is not {wanted:?} within {tolerance}"
    );
}

type Decoded = (u32, u32, usize, Vec<u8>);

fn jpeg(bytes: &[u8]) -> Decoded {
    let mut decoder = zune_jpeg::JpegDecoder::new(Cursor::new(bytes.to_vec()));
    decoder.decode_headers().expect("a JPEG");
    let info = decoder.info().expect("a header");
    let channels = if info.components == 1 { 1 } else { 3 };
    if channels == 1 {
        let options = *decoder.options();
        decoder
            .set_options(options.jpeg_set_out_colorspace(zune_core::colorspace::ColorSpace::Luma));
    }
    let samples = decoder.decode().expect("a JPEG");
    (
        u32::from(info.width),
        u32::from(info.height),
        channels,
        samples,
    )
}

fn png(bytes: &[u8]) -> Decoded {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let (width, height) = reader.info().size();
    let mut samples = vec![0; reader.output_buffer_size().expect("a small PNG")];
    let info = reader.next_frame(&mut samples).expect("a PNG");
    (width, height, info.color_type.samples(), samples)
}

fn webp(bytes: &[u8]) -> Decoded {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).expect("a WebP");
    let (width, height) = decoder.dimensions();
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let mut samples = vec![0; decoder.output_buffer_size().expect("a small WebP")];
    decoder.read_image(&mut samples).expect("a WebP");
    (width, height, channels, samples)
}

fn gif(bytes: &[u8]) -> Decoded {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes).expect("a GIF");
    let (width, height) = (u32::from(decoder.width()), u32::from(decoder.height()));
    let frame = decoder.read_next_frame().expect("a GIF").expect("a frame");
    (width, height, 4, frame.buffer.to_vec())
}
