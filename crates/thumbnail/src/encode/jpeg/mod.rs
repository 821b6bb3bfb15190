//! JPEG: baseline in one scan, with averaged chroma and Huffman tables made for the picture.
//!
//! | file | idea |
//! |---|---|
//! | `planes` | from pixels to luma and chroma, whole blocks of each |
//! | `transform` | a block's frequencies, in steps of the quantisation tables |
//! | `tokens` | what the blocks come to in symbols |
//! | `code` | the best Huffman code for these symbols |
//! | `bits` | symbols as bits |
//!
//! All arithmetic is either in whole numbers or in additions, multiplications and divisions of `f32`, which are the same on every
//! processor: so are the bytes.

mod bits;
mod code;
mod planes;
mod tokens;
mod transform;

use crate::Quality;
use crate::raster::Raster;
use bits::BitWriter;
use code::Code;
use dispatch::Work;
use planes::Plane;
use tokens::{Coefficients, Tokens};
use transform::Quantiser;

/// Chroma has half the resolution, which a thumbnail hardly shows; but not at a quality of 90 and more, whoever asks for that.
pub(super) const fn halves_chroma(quality: Quality) -> bool {
    quality.get() < 90
}

/// The bytes of a thumbnail as JPEG. The raster has no alpha.
pub(crate) fn encode(raster: &Raster, quality: Quality) -> Vec<u8> {
    let planes = planes::of(raster, halves_chroma(quality));
    let quantisers = [Quantiser::luma(quality), Quantiser::chroma(quality)];
    let quantisers = &quantisers[..planes.len().min(2)];

    let tokens = dispatch::with_best(Tokenising {
        planes: &planes,
        quantisers,
    });
    let codes = tokens.counts().map(Code::best);

    let mut jpeg = Vec::with_capacity(1024 + tokens.len());
    write_header(raster, &planes, quantisers, &mut jpeg);
    for (place, code) in codes[..2 * quantisers.len()].iter().enumerate() {
        code.write(tokens::name(place), &mut jpeg);
    }
    write_scan_header(planes.len(), &mut jpeg);
    let mut bits = BitWriter::new(jpeg);
    tokens.write(&codes, &mut bits);
    let mut jpeg = bits.finish();
    jpeg.extend(END_OF_IMAGE);
    jpeg
}

/// [`tokens`], which is compiled for several instruction sets.
struct Tokenising<'a> {
    planes: &'a [Plane],
    quantisers: &'a [Quantiser],
}

impl Work for Tokenising<'_> {
    type Output = Tokens;

    #[inline(always)]
    fn run(self) -> Tokens {
        tokens(self.planes, self.quantisers)
    }
}

/// The symbols of the only scan: unit by unit, and in each unit the blocks of each component (T.81, A.2.3).
#[inline(always)]
fn tokens(planes: &[Plane], quantisers: &[Quantiser]) -> Tokens {
    let mut tokens = Tokens::default();
    let mut last_dc = [0; 3];
    // The first component has the most blocks of all.
    let [across, down] = planes[0].sampling;
    let units = (
        planes[0].blocks.0.div_ceil(across),
        planes[0].blocks.1.div_ceil(down),
    );
    for unit in 0..units.0 * units.1 {
        let (unit_x, unit_y) = (unit % units.0, unit / units.0);
        for (plane, last_dc) in planes.iter().zip(&mut last_dc) {
            let [across, down] = plane.sampling;
            for block in 0..across * down {
                let x = unit_x * across + block % across;
                let y = unit_y * down + block / across;
                // A unit at the edge may have blocks without anything of the picture: these cost least when they are like the
                // one before.
                let coefficients = if x < plane.blocks.0 && y < plane.blocks.1 {
                    quantisers[plane.tables].coefficients(plane.block(x, y))
                } else {
                    Coefficients::flat(*last_dc)
                };
                tokens.add(&coefficients, last_dc, plane.tables);
            }
        }
    }
    tokens
}

const START_OF_IMAGE: [u8; 2] = [0xFF, 0xD8];
const END_OF_IMAGE: [u8; 2] = [0xFF, 0xD9];

/// JFIF 1.1, square pixels, no thumbnail in the thumbnail (ITU-T T.871, 10.1).
const JFIF: [u8; 14] = *b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0";

/// All segments up to the Huffman tables.
fn write_header(raster: &Raster, planes: &[Plane], quantisers: &[Quantiser], jpeg: &mut Vec<u8>) {
    jpeg.extend(START_OF_IMAGE);
    write_segment(0xE0, &JFIF, jpeg);
    for (name, quantiser) in (0..).zip(quantisers) {
        let mut table = vec![name];
        table.extend(quantiser.steps());
        write_segment(0xDB, &table, jpeg);
    }
    let side = |pixels: u32| {
        let side = u16::try_from(pixels).expect("no thumbnail is larger than JPEG allows");
        side.to_be_bytes()
    };
    let mut frame = vec![8];
    frame.extend(side(raster.height));
    frame.extend(side(raster.width));
    frame.push(planes.len() as u8);
    for (name, plane) in (1..).zip(planes) {
        let [across, down] = plane.sampling.map(|factor| factor as u8);
        frame.extend([name, across << 4 | down, plane.tables as u8]);
    }
    write_segment(0xC0, &frame, jpeg);
}

/// A scan of all components, and of all coefficients.
fn write_scan_header(components: usize, jpeg: &mut Vec<u8>) {
    let mut scan = vec![components as u8];
    for (name, tables) in (1..).zip([0x00, 0x11, 0x11]).take(components) {
        scan.extend([name, tables]);
    }
    scan.extend([0, 63, 0]);
    write_segment(0xDA, &scan, jpeg);
}

fn write_segment(marker: u8, content: &[u8], jpeg: &mut Vec<u8>) {
    jpeg.extend([0xFF, marker]);
    jpeg.extend((content.len() as u16 + 2).to_be_bytes());
    jpeg.extend(content);
}

#[cfg(test)]
mod tests;
