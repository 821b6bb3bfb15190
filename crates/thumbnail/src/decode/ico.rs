//! Windows icons and cursors: the largest of their pictures, by `png` where it is one, and by code of ours otherwise.
//!
//! A picture is a PNG file, or a bitmap without its file header whose height counts a second picture of one bit a pixel: the
//! mask, which is set where nothing is to be seen.

use super::png;
use crate::colour::Colour;
use crate::header::Header;
use crate::notes::Notes;
use crate::orientation::Orientation;
use crate::raster::{Channels, Depth, Layout};
use crate::sink::{Delivery, Sink};
use crate::{Error, Format};
use std::cmp::Reverse;

/// Bytes of the file's header, and of an entry of its directory.
const HEADER: usize = 6;
const ENTRY: usize = 16;

pub(crate) fn decode(source: &[u8], sink: &mut Sink<'_>) -> Result<(), Error> {
    let mut pictures = pictures(source);
    let count = u32::try_from(pictures.len()).unwrap_or(u32::MAX);
    // The largest, of equals the one with the most colours, and of those the first.
    pictures.sort_by_key(|picture| {
        let (width, height) = picture.size();
        Reverse((u64::from(width) * u64::from(height), picture.depth()))
    });
    match pictures.first() {
        None => return Err(broken("it holds no picture")),
        Some(Picture::Png { file, .. }) => png::decode(file, sink)?,
        Some(Picture::Bitmap(bitmap)) => {
            sink.start(bitmap.header(), Delivery::Whole, 0)?;
            sink.rows(bitmap.size.1, |frame| {
                bitmap.unpack(frame);
                Ok(())
            })?;
        }
    }
    sink.count_frames(count);
    Ok(())
}

/// Whether a file that starts so is an icon: its four first bytes begin many other files too.
pub(crate) fn is_icon(start: &[u8]) -> bool {
    let [0, 0, 1 | 2, 0, ..] = start else {
        return false;
    };
    let number = |at: usize| Some(u32::from_le_bytes(start.get(at..at + 4)?.try_into().ok()?));
    let count = start.get(4..6).map_or(0, |count| {
        usize::from(count[0]) | usize::from(count[1]) << 8
    });
    let length = number(HEADER + 8).unwrap_or(0) as usize;
    let offset = number(HEADER + 12).unwrap_or(0) as usize;
    count > 0 && length > 0 && offset >= HEADER + ENTRY * count
}

/// Every picture of which the header can be read.
fn pictures(source: &[u8]) -> Vec<Picture<'_>> {
    let count = short(source, 4).unwrap_or(0);
    let entries = source.get(HEADER..).unwrap_or(&[]).chunks_exact(ENTRY);
    let picture = |entry: &[u8]| {
        let length = long(entry, 8)? as usize;
        let offset = long(entry, 12)? as usize;
        let rest = source.get(offset..)?;
        // A length that is too large is forgiven, as Windows does.
        Picture::read(&rest[..length.min(rest.len())])
    };
    entries.take(count.into()).filter_map(picture).collect()
}

enum Picture<'a> {
    Png { file: &'a [u8], size: (u32, u32) },
    Bitmap(Bitmap<'a>),
}

impl<'a> Picture<'a> {
    fn read(file: &'a [u8]) -> Option<Self> {
        if file.starts_with(b"\x89PNG\r\n\x1A\n") {
            let side = |at: usize| Some(u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?));
            let size = (side(16)?, side(20)?);
            return Some(Self::Png { file, size });
        }
        Bitmap::read(file).map(Self::Bitmap)
    }

    const fn size(&self) -> (u32, u32) {
        match self {
            Self::Png { size, .. } => *size,
            Self::Bitmap(bitmap) => bitmap.size,
        }
    }

    const fn depth(&self) -> u16 {
        match self {
            Self::Png { .. } => 32,
            Self::Bitmap(bitmap) => bitmap.depth,
        }
    }
}

/// A bitmap and its mask, rows from the bottom.
struct Bitmap<'a> {
    size: (u32, u32),
    /// Bits of a pixel: 1, 4, 8, 16, 24 or 32.
    depth: u16,
    /// Blue, green, red and nothing of each colour.
    palette: &'a [u8],
    /// The rows, and after them the mask's; cut off where the file is.
    rows: &'a [u8],
}

impl<'a> Bitmap<'a> {
    /// Windows shows icons of at most 256 pixels a side, and some programs write larger ones.
    const LONGEST: u32 = 4096;

    fn read(file: &'a [u8]) -> Option<Self> {
        let header = long(file, 0)? as usize;
        let (width, height) = (long(file, 4)?, long(file, 8)? / 2);
        let depth = short(file, 14)?;
        let compression = long(file, 16)?;
        let fits = (1..=Self::LONGEST).contains(&width) && (1..=Self::LONGEST).contains(&height);
        // Bit fields of 32 bits are those that 32 bits have without them, in every file there is.
        let is_plain = compression == 0 || (compression == 3 && depth == 32);
        // The fields follow the shortest header, and are part of longer ones.
        let header = header
            + if compression == 3 && header == 40 {
                12
            } else {
                0
            };
        if header < 40 || !is_plain || !fits || !matches!(depth, 1 | 4 | 8 | 16 | 24 | 32) {
            return None;
        }
        let colours = match (depth, long(file, 32)? as usize) {
            (9.., _) => 0,
            (depth, 0) => 1 << depth,
            (depth, some) => some.min(1 << depth),
        };
        let palette = file.get(header..header + 4 * colours)?;
        Some(Self {
            size: (width, height),
            depth,
            palette,
            rows: &file[header + 4 * colours..],
        })
    }

    fn header(&self) -> Header {
        Header {
            size: self.size,
            layout: Layout::new(Channels::Rgba, Depth::Eight),
            orientation: Orientation::default(),
            colour: Colour::default(),
            premultiplied: false,
            notes: Notes::default(),
        }
    }

    /// Bytes from one row to the next, of rows with so many bits a pixel: they begin at multiples of four.
    const fn stride(&self, depth: u16) -> usize {
        (self.size.0 as usize * depth as usize).div_ceil(32) * 4
    }

    fn unpack(&self, frame: &mut [u8]) {
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        let stride = self.stride(self.depth);
        let (rows, mask) = self
            .rows
            .split_at_checked(stride * height)
            .unwrap_or((self.rows, &[]));
        for (line, row) in frame
            .chunks_exact_mut(4 * width)
            .rev()
            .zip(rows.chunks(stride))
        {
            for (x, pixel) in line.chunks_exact_mut(4).enumerate() {
                // What is cut off stays transparent.
                if let Some(colour) = self.pixel(row, x) {
                    pixel.copy_from_slice(&colour);
                }
            }
        }
        // With 32 bits the mask is for Windows before XP only, unless nobody has filled the alpha channel in.
        let has_alpha = self.depth == 32 && frame.iter().skip(3).step_by(4).any(|&alpha| alpha > 0);
        if has_alpha {
            return;
        }
        let mut masks = mask.chunks(self.stride(1));
        for line in frame.chunks_exact_mut(4 * width).rev() {
            let mask = masks.next().unwrap_or(&[]);
            for (x, pixel) in line.chunks_exact_mut(4).enumerate() {
                let is_clear = mask
                    .get(x / 8)
                    .is_some_and(|byte| byte >> (7 - x % 8) & 1 == 1);
                pixel[3] = if is_clear { 0 } else { 255 };
            }
        }
    }

    /// The pixel's red, green, blue and alpha.
    fn pixel(&self, row: &[u8], x: usize) -> Option<[u8; 4]> {
        let bytes = |count: usize| row.get(count * x..count * (x + 1));
        Some(match self.depth {
            16 => {
                let pixel = u16::from_le_bytes(bytes(2)?.try_into().ok()?);
                let level = |place: u16| ((pixel >> place & 31) * 255 / 31) as u8;
                [level(10), level(5), level(0), 255]
            }
            24 => {
                let pixel = bytes(3)?;
                [pixel[2], pixel[1], pixel[0], 255]
            }
            32 => {
                let pixel = bytes(4)?;
                [pixel[2], pixel[1], pixel[0], pixel[3]]
            }
            depth => {
                let bit = x * usize::from(depth);
                let byte = *row.get(bit / 8)?;
                let index = byte >> (8 - usize::from(depth) - bit % 8) & (0xFF >> (8 - depth));
                let colour = self.palette.chunks_exact(4).nth(index.into());
                colour.map_or([0, 0, 0, 255], |colour| {
                    [colour[2], colour[1], colour[0], 255]
                })
            }
        })
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn broken(what: &'static str) -> Error {
    Error::corrupt(Format::Ico, what)
}
