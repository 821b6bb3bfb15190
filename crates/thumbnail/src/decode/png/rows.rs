//! The rows of the usual picture, straight from its data: inflated, and their filters undone, some at a time.
//!
//! `png` gives one row at a time, of which each waits for the one before it. Some rows at once are done in half of the time.

use super::unfilter::{UnknownFilter, unfilter};
use fdeflate::{DecompressionError, Decompressor};

/// How far back inflating reaches.
const WINDOW: usize = 32 << 10;

/// Why there are no more rows.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("its data ends too early")]
    Ends,
    #[error("the checksum of its data is wrong")]
    Checksum,
    #[error("its data cannot be inflated: {0:?}")]
    Inflate(DecompressionError),
    #[error("a row is filtered in a way that there is not")]
    Filter,
}

/// The rows, from the top.
pub(super) struct Rows<'a> {
    data: Data<'a>,
    inflate: Decompressor,
    /// As much of what came last as inflating can reach, and the rows that come next, each behind the byte that names its filter.
    inflated: Vec<u8>,
    end: usize,
    above: Vec<u8>,
    pixel: usize,
}

impl<'a> Rows<'a> {
    /// The rows of a file whose header is fine, of `row` bytes each, and `pixel` bytes a pixel.
    pub(super) fn new(file: &'a [u8], row: usize, pixel: usize) -> Self {
        let mut inflate = Decompressor::new();
        // The chunks have checksums already.
        inflate.ignore_adler32();
        Self {
            data: Data::of(file),
            inflate,
            inflated: Vec::new(),
            end: 0,
            above: vec![0; row],
            pixel,
        }
    }

    /// Bytes that it takes to give so many rows at a time.
    pub(super) const fn memory(row: usize, rows: usize) -> usize {
        // What inflating keeps is a few tables.
        WINDOW + (row + 1) * (rows + 1) + (64 << 10)
    }

    /// The next rows, as many as fit; and how many there are where it is broken.
    pub(super) fn read(&mut self, rows: &mut [u8]) -> Result<(), (usize, Broken)> {
        let row = self.above.len();
        let count = rows.len() / row;
        let (begin, inflated) = self.inflate((row + 1) * count);
        let there = (self.end - begin) / (row + 1);
        let filtered = &self.inflated[begin..][..(row + 1) * there];
        let to = &mut rows[..row * there];
        match self.pixel {
            1 => unfilter::<1>(filtered, &self.above, to),
            2 => unfilter::<2>(filtered, &self.above, to),
            3 => unfilter::<3>(filtered, &self.above, to),
            _ => unfilter::<4>(filtered, &self.above, to),
        }
        .map_err(|UnknownFilter| {
            let known = filtered
                .iter()
                .step_by(row + 1)
                .take_while(|&&kind| kind <= 4);
            (known.count(), Broken::Filter)
        })?;
        inflated.map_err(|broken| (there, broken))?;
        if let Some(last) = to.chunks_exact(row).last() {
            self.above.copy_from_slice(last);
        }
        Ok(())
    }

    /// Looks at the checksums of what is left of the data, once there are all rows.
    pub(super) fn finish(mut self) -> Result<(), Broken> {
        while self.data.advance()? {}
        Ok(())
    }

    /// The next bytes, as many as there are up to `length`, and where in the buffer they begin.
    fn inflate(&mut self, length: usize) -> (usize, Result<(), Broken>) {
        let begin = self.end.min(WINDOW);
        self.inflated.copy_within(self.end - begin..self.end, 0);
        self.inflated.resize(begin + length, 0);
        self.end = begin;
        while self.end < self.inflated.len() {
            let mut advanced = false;
            if self.data.rest.is_empty() {
                match self.data.advance() {
                    Ok(more) => advanced = more,
                    Err(broken) => return (begin, Err(broken)),
                }
            }
            let read = self
                .inflate
                .read(self.data.rest, &mut self.inflated, self.end, false);
            let (used, made) = match read {
                Ok(read) => read,
                Err(error) => return (begin, Err(Broken::Inflate(error))),
            };
            self.data.rest = &self.data.rest[used..];
            self.end += made;
            if (used, made) == (0, 0) && !advanced {
                return (begin, Err(Broken::Ends));
            }
        }
        (begin, Ok(()))
    }
}

/// The chunks that hold the picture's data.
struct Data<'a> {
    /// What is left of the chunk's contents.
    rest: &'a [u8],
    /// Its name and contents, of which the checksum is.
    checked: &'a [u8],
    /// The file from the checksum on.
    behind: &'a [u8],
}

impl<'a> Data<'a> {
    fn of(file: &'a [u8]) -> Self {
        const SIGNATURE: usize = 8;
        let mut data = Self::chunk(file.get(SIGNATURE..).unwrap_or_default());
        while !data.is_data() && !data.behind.is_empty() {
            data = Self::chunk(data.behind.get(4..).unwrap_or_default());
        }
        data
    }

    /// The chunk at the start of `file`, as far as it goes.
    fn chunk(file: &'a [u8]) -> Self {
        let Some((length, named)) = file.split_first_chunk::<4>() else {
            return Self {
                rest: &[],
                checked: &[],
                behind: &[],
            };
        };
        let length = (u32::from_be_bytes(*length) as usize).saturating_add(4);
        let (checked, behind) = named.split_at(length.min(named.len()));
        Self {
            rest: checked.get(4..).unwrap_or_default(),
            checked,
            behind,
        }
    }

    fn is_data(&self) -> bool {
        self.checked.starts_with(b"IDAT")
    }

    /// Goes on to the next chunk, where that one holds data too. The checksum of the one that ends is looked at.
    fn advance(&mut self) -> Result<bool, Broken> {
        let (checksum, behind) = self.behind.split_first_chunk().ok_or(Broken::Ends)?;
        if crc32fast::hash(self.checked) != u32::from_be_bytes(*checksum) {
            return Err(Broken::Checksum);
        }
        let next = Self::chunk(behind);
        if next.checked.len() < 4 {
            return Err(Broken::Ends);
        }
        let more = next.is_data();
        if more {
            *self = next;
        } else {
            self.rest = &[];
        }
        Ok(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use png::{BitDepth, ColorType, Decoder, Encoder, Filter};
    use std::io::Cursor;

    /// Three hundred rows, filtered in every way, with data in several chunks.
    fn file(colour: ColorType) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 211, 300);
        encoder.set_color(colour);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_filter(Filter::Adaptive);
        let mut writer = encoder.write_header().expect("a header");
        let samples = 211 * 300 * colour.samples() as u32;
        let samples: Vec<u8> = (0..samples)
            .map(|at| (at / 97 + (at.wrapping_mul(2_654_435_761) >> 27)) as u8)
            .collect();
        let mut data = writer
            .stream_writer_with_size(5000)
            .expect("a chunk's size");
        std::io::Write::write_all(&mut data, &samples).expect("all samples");
        data.finish().expect("the end");
        drop(writer);
        file
    }

    /// Reads so many rows at a time; gives what there is, and why there is no more.
    fn read(file: &[u8], pixel: usize, at_a_time: usize) -> (Vec<u8>, Option<Broken>) {
        let row = 211 * pixel;
        let mut rows = Rows::new(file, row, pixel);
        let mut samples = vec![0; 300 * row];
        for (nth, some) in samples.chunks_mut(at_a_time * row).enumerate() {
            if let Err((there, broken)) = rows.read(some) {
                samples.truncate((nth * at_a_time + there) * row);
                return (samples, Some(broken));
            }
        }
        (samples, rows.finish().err())
    }

    #[test]
    fn rows_are_those_that_png_gives() {
        for colour in [
            ColorType::Grayscale,
            ColorType::GrayscaleAlpha,
            ColorType::Rgb,
            ColorType::Rgba,
        ] {
            let file = file(colour);
            let mut decoder = Decoder::new(Cursor::new(&file))
                .read_info()
                .expect("a header");
            let mut expected = vec![0; decoder.output_buffer_size().expect("a small picture")];
            decoder.next_frame(&mut expected).expect("a picture");
            for at_a_time in [1, 8, 64, 300] {
                let (found, broken) = read(&file, colour.samples(), at_a_time);
                assert!(broken.is_none(), "{broken:?}");
                assert!(found == expected, "{colour:?}, {at_a_time} at a time");
            }
        }
    }

    #[test]
    fn of_a_file_that_is_cut_the_rows_before_are_there() {
        let file = file(ColorType::Rgb);
        let (whole, _) = read(&file, 3, 40);
        for cut in [file.len() / 4, file.len() / 2, file.len() - 30] {
            let (found, broken) = read(&file[..cut], 3, 40);
            assert!(matches!(broken, Some(Broken::Ends)), "{broken:?}");
            assert!(found.len() > whole.len() / 5 && whole.starts_with(&found));
        }
    }

    #[test]
    fn a_checksum_is_looked_at_even_in_the_last_chunk() {
        let mut file = file(ColorType::Rgb);
        // Behind it there is the end alone, which takes 12 bytes.
        let last = file.len() - 13;
        file[last] ^= 1;
        let (found, broken) = read(&file, 3, 40);
        assert!(matches!(broken, Some(Broken::Checksum)), "{broken:?}");
        assert_eq!(found.len(), 300 * 211 * 3);
    }
}
