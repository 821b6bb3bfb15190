//! Pictures made by code, of which a test can compute what their thumbnail must look like.

use image::{ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use std::io::Cursor;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

pub(crate) const RED: [u8; 3] = [220, 30, 30];
pub(crate) const GREEN: [u8; 3] = [30, 180, 30];
pub(crate) const BLUE: [u8; 3] = [30, 30, 220];
pub(crate) const WHITE: [u8; 3] = [250, 250, 250];

/// A picture of four quarters, each in a colour of its own, so that neither a turn nor a mirroring nor a
/// shift goes unnoticed.
pub(crate) fn quarters(width: u32, height: u32, colours: [[u8; 3]; 4]) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let quarter = usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2);
        Rgb(colours[quarter])
    })
}

/// The usual four colours: red and green above, blue and white below.
pub(crate) fn usual(width: u32, height: u32) -> RgbImage {
    quarters(width, height, [RED, GREEN, BLUE, WHITE])
}

pub(crate) fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let [width, height] =
        [picture.width(), picture.height()].map(|side| side.try_into().expect("a JPEG's side"));
    Encoder::new(&mut bytes, 90)
        .encode(picture, width, height, ColorType::Rgb)
        .expect("a sample can be encoded");
    bytes
}

/// A picture in one of the formats that the `image` crate writes.
pub(crate) fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, format)
        .expect("a sample can be encoded");
    bytes.into_inner()
}

/// An uncompressed TIFF of one strip, by the tables of TIFF 6.0, section 6.
pub(crate) fn tiff(picture: &RgbImage) -> Vec<u8> {
    const SHORT: u32 = 3;
    const LONG: u32 = 4;
    let pixels = picture.as_raw();
    let (entries, header) = (10_u32, 8_u32);
    let bits_at = header + 2 + 12 * entries + 4;
    let pixels_at = bits_at + 3 * 2;
    let mut bytes = b"II*\0".to_vec();
    bytes.extend(header.to_le_bytes());
    bytes.extend((entries as u16).to_le_bytes());
    for [tag, kind, count, value] in [
        [256, LONG, 1, picture.width()],
        [257, LONG, 1, picture.height()],
        [258, SHORT, 3, bits_at],
        [259, SHORT, 1, 1],
        [262, SHORT, 1, 2],
        [273, LONG, 1, pixels_at],
        [277, SHORT, 1, 3],
        [278, LONG, 1, picture.height()],
        [279, LONG, 1, pixels.len() as u32],
        [284, SHORT, 1, 1],
    ] {
        bytes.extend((tag as u16).to_le_bytes());
        bytes.extend((kind as u16).to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes.extend([8, 0, 8, 0, 8, 0]);
    bytes.extend(pixels);
    bytes
}

/// A file of the picture core's tests: red, green, blue and white, in a format that no encoder in Rust writes.
pub(crate) fn newer(name: &str) -> Vec<u8> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../crates/thumbnail/tests/files"
    );
    std::fs::read(format!("{folder}/{name}")).expect("a file of the repository")
}

/// A drawing of four squares.
pub(crate) fn svg(colours: [[u8; 3]; 4]) -> Vec<u8> {
    let squares = colours
        .iter()
        .enumerate()
        .map(|(quarter, [red, green, blue])| {
            let (x, y) = (quarter % 2, quarter / 2);
            format!("<path d='M{x} {y}h1v1h-1z' fill='rgb({red},{green},{blue})'/>")
        });
    let squares: String = squares.collect();
    format!("<?xml version='1.0'?>\n<!-- four squares -->\n<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2 2'>{squares}</svg>")
        .into_bytes()
}

/// An icon of 2x2 pixels with 24 bits each, and a mask that hides nothing.
pub(crate) fn ico(colours: [[u8; 3]; 4]) -> Vec<u8> {
    let mut bytes = b"\0\0\x01\0\x01\0\x02\x02\0\0\x01\0\x18\0".to_vec();
    // The length of the bitmap, where it begins; its header, and twice its height for the mask.
    for field in [64_u32, 22, 40, 2, 4, 1 | 24 << 16] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend([0; 24]);
    for row in [[colours[2], colours[3]], [colours[0], colours[1]]] {
        bytes.extend(
            row.iter()
                .flat_map(|[red, green, blue]| [*blue, *green, *red]),
        );
        bytes.extend([0; 2]);
    }
    bytes.extend([0; 8]);
    bytes
}

/// A raw photograph as Fujifilm's cameras write it, with nothing but its preview.
pub(crate) fn raf(preview: &[u8]) -> Vec<u8> {
    let mut bytes = b"FUJIFILMCCD-RAW 0201FF383501".to_vec();
    bytes.resize(84, 0);
    bytes.extend(92_u32.to_be_bytes());
    bytes.extend((preview.len() as u32).to_be_bytes());
    bytes.extend(preview);
    bytes
}

/// A decoded thumbnail.
pub(crate) struct Pixels {
    pub(crate) width: usize,
    pub(crate) height: usize,
    rgb: Vec<u8>,
}

impl Pixels {
    pub(crate) fn decode(bytes: &[u8]) -> Self {
        if !bytes.starts_with(&[0xFF, 0xD8]) {
            let picture = image::load_from_memory(bytes)
                .expect("a thumbnail is a picture")
                .into_rgb8();
            let [width, height] = [picture.width(), picture.height()].map(|side| side as usize);
            let rgb = picture.into_raw();
            return Self { width, height, rgb };
        }
        let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        let rgb = decoder.decode().expect("a thumbnail is a picture");
        let (width, height) = decoder.dimensions().expect("a picture has a size");
        Self { width, height, rgb }
    }

    /// Checks the middles of the four quarters. JPEG changes colours a little; 20 of 255 is more than it
    /// does at the quality in use and far less than what is between two colours of the samples.
    pub(crate) fn assert_quarters(&self, colours: [[u8; 3]; 4]) {
        for (quarter, colour) in colours.into_iter().enumerate() {
            let x = self.width * (1 + 2 * (quarter % 2)) / 4;
            let y = self.height * (1 + 2 * (quarter / 2)) / 4;
            let at = 3 * (y * self.width + x);
            let found = &self.rgb[at..at + 3];
            let far = found
                .iter()
                .zip(colour)
                .any(|(found, wanted)| found.abs_diff(wanted) > 20);
            assert!(!far, "quarter {quarter} is {found:?}, not {colour:?}");
        }
    }

    pub(crate) fn assert_usual(&self) {
        self.assert_quarters([RED, GREEN, BLUE, WHITE]);
    }
}

impl Pixels {
    pub(crate) fn assert_upper_half(&self, colour: [u8; 3]) {
        self.assert_rows(0..self.height / 2, colour);
    }

    pub(crate) fn assert_last_row(&self, colour: [u8; 3]) {
        self.assert_rows(self.height - 1..self.height, colour);
    }

    fn assert_rows(&self, rows: std::ops::Range<usize>, colour: [u8; 3]) {
        let row = 3 * self.width;
        for pixel in self.rgb[row * rows.start..row * rows.end].chunks_exact(3) {
            let far = pixel
                .iter()
                .zip(colour)
                .any(|(found, wanted)| found.abs_diff(wanted) > 20);
            assert!(!far, "{pixel:?} is not {colour:?}");
        }
    }
}
