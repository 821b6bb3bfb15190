//! How a picture is put together from its chunks: strips or tiles, of whole pixels or of one sample each.

mod chunk;

use super::directory::Directory;
use super::fault::Fault;
use super::jpeg;
use super::meaning::{MOST_SAMPLES, Meaning, Pixels};
use super::old_jpeg::{self, Coded};
use super::samples::Samples;
use super::unpack::Compression;
use crate::exif::ByteOrder;
use crate::raster::Layout;
use crate::{Damaged, Error, Limits};
use std::borrow::Cow;

pub(super) struct Picture<'a> {
    file: &'a [u8],
    order: ByteOrder,
    pub(super) size: (u32, u32),
    pub(super) premultiplied: bool,
    pixels: Pixels,
    compression: Compression,
    predictor: u64,
    /// Whether the first bit of a byte is its lowest.
    is_reversed: bool,
    /// Whether each chunk holds the samples of one channel only.
    is_planar: bool,
    is_tiled: bool,
    chunk_size: (u32, u32),
    /// Offset and length of each chunk.
    places: Vec<(u64, u64)>,
    /// How many pixels across and down share their chroma, where that is no JPEG's business.
    shared: (u32, u32),
    /// What all JPEGs share.
    tables: Cow<'a, [u8]>,
    /// The whole picture, where it is a JPEG of the old way.
    old_jpeg: Option<Cow<'a, [u8]>>,
}

impl<'a> Picture<'a> {
    pub(super) fn new(file: &'a [u8], directory: &Directory<'a>) -> Result<Self, Fault> {
        let number = |tag| directory.number(tag);
        let side = |tag, what| {
            let side = number(tag).and_then(|side| u32::try_from(side).ok());
            side.filter(|&side| side > 0).ok_or(Fault::Lacks { what })
        };
        let size = (side(256, "a width")?, side(257, "a height")?);
        let way = number(259).unwrap_or(1);
        let compression = Compression::new(way, number(292).unwrap_or(0), number(262).unwrap_or(0));
        let compression = compression.ok_or(Fault::Compression { number: way })?;
        let (bits, format) = (number(258).unwrap_or(1), number(339).unwrap_or(1));
        let is_jpeg = matches!(compression, Compression::Jpeg | Compression::OldJpeg);
        let (bits, usual) = match compression {
            Compression::OldJpeg => (8, 3),
            _ => (bits, 1),
        };
        let unread = || Fault::Samples { bits, format };
        let samples = Samples::new(bits, format).ok_or_else(unread)?;
        let stored = number(277).unwrap_or(usual).max(1);
        let stored = stored.min(MOST_SAMPLES as u64) as usize;
        if compression == Compression::WebP && !(bits == 8 && matches!(stored, 3 | 4)) {
            return Err(Fault::Samples { bits, format });
        }
        let is_alike = directory
            .numbers(258)
            .take(stored)
            .all(|other| other == bits);
        if !is_alike && !is_jpeg {
            return Err(Fault::Samples { bits, format });
        }
        let (samples, stored) = match compression {
            // What the tags say is what programs make of them.
            Compression::Log { bytes } => {
                (Samples::new(8 * bytes as u64, 1).ok_or_else(unread)?, 1)
            }
            Compression::Thunder if (bits, stored) != (4, 1) => return Err(unread()),
            _ => (samples, stored),
        };
        let pixels = Pixels::new(directory, samples, stored, compression)?;
        let is_planar = number(284) == Some(2) && stored > 1;
        let is_whole = compression == Compression::OldJpeg;
        let is_tiled = !is_whole && number(322).is_some() && number(323).is_some();
        let chunk_size = if is_tiled {
            (
                side(322, "a width of its tiles")?,
                side(323, "a height of its tiles")?,
            )
        } else {
            let rows = number(278).filter(|_| !is_whole).unwrap_or(u64::MAX);
            (size.0, rows.clamp(1, size.1.into()) as u32)
        };
        let said = match &directory.numbers(530).take(2).collect::<Vec<_>>()[..] {
            &[across @ (1 | 2 | 4), down @ (1 | 2 | 4)] => (across as u32, down as u32),
            _ => (2, 2),
        };
        let is_shared = pixels.meaning == Meaning::YCbCr && !is_jpeg;
        let shared = if is_shared { said } else { (1, 1) };
        if is_planar && (!pixels.is_direct() || shared != (1, 1)) {
            return Err(Fault::Planes);
        }
        if shared != (1, 1) && !pixels.samples.are_bytes() {
            return Err(Fault::Samples { bits, format });
        }
        let mut places = places(directory);
        let old_jpeg = is_whole.then(|| {
            old_jpeg::whole(file, directory, places.len())
                .map(Cow::Borrowed)
                .or_else(|| {
                    let coded = Coded {
                        size,
                        components: stored,
                        shared: said,
                        rows_per_strip: number(278).unwrap_or(u64::MAX).min(size.1.into()) as u32,
                        strips: places.iter().map(|&place| range(file, place)).collect(),
                    };
                    // Or each strip is a JPEG, and there is one.
                    let assembled = coded.assemble(file, directory).map(Cow::Owned);
                    assembled.or_else(|| Some(Cow::Borrowed(range(file, *places.first()?))))
                })
                .ok_or(Fault::NoJpeg)
        });
        if is_whole {
            places = vec![(0, u64::MAX)];
        }
        if let (Compression::None, [(_, length)]) = (compression, &mut places[..]) {
            // It is as long as it has to be, as libtiff and Pillow have it, whatever is said.
            *length = u64::MAX;
        }
        let first = || places.first().map_or(&[][..], |&place| range(file, place));
        let tables = jpeg::tables(directory.bytes(347), first);
        Ok(Self {
            file,
            order: directory.order,
            size,
            premultiplied: number(338) == Some(1),
            pixels,
            compression,
            predictor: number(317).unwrap_or(1),
            is_reversed: number(266) == Some(2),
            is_planar,
            is_tiled,
            chunk_size,
            places,
            shared,
            tables,
            old_jpeg: old_jpeg.transpose()?,
        })
    }

    pub(super) fn layout(&self) -> Layout {
        self.pixels.layout()
    }

    pub(super) fn is_light(&self) -> bool {
        self.pixels.are_light()
    }

    /// Samples in each pixel of a chunk.
    const fn stored(&self) -> usize {
        if self.is_planar {
            1
        } else {
            self.pixels.stored
        }
    }

    const fn is_jpeg(&self) -> bool {
        matches!(self.compression, Compression::Jpeg | Compression::OldJpeg)
    }

    /// Bytes from one row of a chunk to the next.
    const fn stride(&self) -> u64 {
        let samples = self.chunk_size.0 as u64 * self.stored() as u64;
        samples
            .saturating_mul(self.pixels.samples.bits as u64)
            .div_ceil(8)
    }

    /// What is held while a chunk is unpacked: its samples, beside them its rows, and where it is a JPEG, what its decoder holds.
    pub(super) fn chunk_bytes(&self) -> u64 {
        let copies = match self.compression {
            Compression::Jpeg | Compression::OldJpeg => 4,
            Compression::WebP => 6,
            _ => 2,
        };
        let row = self.stride().saturating_mul(copies);
        let rows = row.saturating_mul(self.chunk_size.1.into());
        rows.saturating_add(8 * self.places.len() as u64)
            .saturating_add(self.compression.window())
    }

    /// Unpacks every chunk and puts its samples where they belong in the zeroed `frame`. What is missing or broken comes back as a
    /// fault, where enough is there to be shown. Rows of which nothing is there are rows of zeros.
    pub(super) fn read(
        &self,
        frame: &mut [u8],
        damaged: Damaged,
        limits: &Limits,
    ) -> Result<Option<Fault>, Error> {
        let across = self.size.0.div_ceil(self.chunk_size.0);
        let down = self.size.1.div_ceil(self.chunk_size.1);
        let per_plane = across as usize * down as usize;
        let planes = if self.is_planar {
            self.layout().channels.count()
        } else {
            1
        };
        let mut damage = None;
        let mut blank = None;
        let (mut there, mut wanted) = (0, 0);
        for plane in 0..planes {
            for index in 0..per_plane {
                limits.check_time()?;
                let left = (index % across as usize) as u32 * self.chunk_size.0;
                let top = (index / across as usize) as u32 * self.chunk_size.1;
                let below = self.size.1 - top;
                let height = if self.is_tiled {
                    self.chunk_size.1
                } else {
                    self.chunk_size.1.min(below)
                };
                wanted += u64::from(height);
                let Some(&place) = self.places.get(plane * per_plane + index) else {
                    damage.get_or_insert(Fault::Cut);
                    // The same holds for all that follow.
                    wanted += (per_plane - index - 1) as u64 * u64::from(height);
                    break;
                };
                let chunk = match self.unpack(place, height, limits) {
                    Ok(chunk) => chunk,
                    Err(fault) => {
                        damage.get_or_insert(fault);
                        continue;
                    }
                };
                if chunk.complete < height {
                    damage.get_or_insert(Fault::Cut);
                }
                there += u64::from(chunk.complete);
                let columns = self.chunk_size.0.min(self.size.0 - left) as usize;
                let mut rows = chunk.rows.chunks(chunk.stride);
                for row in top..top + height.min(below) {
                    // A row can have millions of samples.
                    limits.check_time()?;
                    let at = row as usize * self.size.0 as usize + left as usize;
                    let pixel = self.layout().bytes();
                    let to = &mut frame[at * pixel..(at + columns) * pixel];
                    match rows.next() {
                        line if self.is_planar => {
                            self.pixels.put_plane(line.unwrap_or_default(), to, plane);
                        }
                        Some(line) => self.pixels.put(line, to),
                        // A few bytes may say that there are millions of rows.
                        None => to.copy_from_slice(
                            &blank.get_or_insert_with(|| self.blank(chunk.stride))[..to.len()],
                        ),
                    }
                }
            }
        }
        match damage {
            Some(fault) if !damaged.is_enough(there, wanted.max(1)) => Err(fault.into()),
            damage => Ok(damage),
        }
    }

    /// A row of a chunk whose samples are all 0.
    fn blank(&self, stride: usize) -> Vec<u8> {
        let columns = self.chunk_size.0.min(self.size.0) as usize;
        let mut pixels = vec![0; columns * self.layout().bytes()];
        self.pixels.put(&vec![0; stride], &mut pixels);
        pixels
    }
}

/// A part of the file, as far as it goes.
pub(in crate::decode) fn range(file: &[u8], (offset, length): (u64, u64)) -> &[u8] {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let rest = file.get(start..).unwrap_or(&[]);
    &rest[..length.min(rest.len() as u64) as usize]
}

/// Where the chunks are. A length that is missing, as old programs leave it, reaches to the end of the file; the decoders know
/// theirs.
fn places(directory: &Directory<'_>) -> Vec<(u64, u64)> {
    let tiles = (324, 325);
    let strips = (273, 279);
    let is_tiled = directory.number(tiles.0).is_some();
    let (offsets, lengths) = if is_tiled { tiles } else { strips };
    let lengths = directory
        .numbers(lengths)
        .chain(std::iter::repeat(u64::MAX));
    let lengths = lengths.map(|length| if length == 0 { u64::MAX } else { length });
    directory.numbers(offsets).zip(lengths).collect()
}
