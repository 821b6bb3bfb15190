//! From a picture's bytes to its rows, some at a time.

use crate::bits::Bits;
use crate::budget::Budget;
use crate::error::Error;
use crate::header::Header;
use crate::image::Image;
use crate::output;
use crate::pixels::{self, Cursor};
use crate::reach;
use crate::request::{Request, Samples};
use crate::transform::{ROWS, Transforms};
use alloc::vec::Vec;

/// Decodes pictures, one after the other, and keeps its buffers.
#[derive(Debug, Default)]
pub struct Decoder {
    image: Image,
    /// The pixels as they are coded, at least as many of the last ones as a copy can reach. What is left of the picture before is
    /// never read: a copy reaches back to the first pixel at most.
    window: Vec<u32>,
    /// Some rows, while their transforms are undone.
    rows: Vec<u32>,
    other: Vec<u32>,
}

impl Decoder {
    /// A decoder without buffers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes of the buffers that are kept for the next picture.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let pixels = self.window.capacity() + self.rows.capacity() + self.other.capacity();
        4 * pixels + self.image.bytes()
    }

    /// Reads what stands before the pixels: `data` is what a WebP file holds in its chunk `VP8L`.
    ///
    /// # Errors
    /// All but [`Error::Damaged`].
    pub fn begin<'a, 'b>(
        &'a mut self,
        data: &'b [u8],
        request: &Request<'b>,
    ) -> Result<Picture<'a, 'b>, Error> {
        let mut bits = Bits::new(data);
        let header = Header::from_bits(&mut bits)?;
        self.begin_behind_header(header, bits, request)
    }

    /// The same for a picture whose size is said elsewhere, as that of an alpha channel is.
    ///
    /// # Errors
    /// All but [`Error::Damaged`].
    ///
    /// # Panics
    /// Where a side is 0 or longer than 16,384.
    pub fn begin_without_header<'a, 'b>(
        &'a mut self,
        data: &'b [u8],
        (width, height): (u32, u32),
        request: &Request<'b>,
    ) -> Result<Picture<'a, 'b>, Error> {
        let sides = 1..=1 << 14;
        assert!(sides.contains(&width) && sides.contains(&height));
        let header = Header {
            width,
            height,
            alpha: false,
        };
        self.begin_behind_header(header, Bits::new(data), request)
    }

    fn begin_behind_header<'a, 'b>(
        &'a mut self,
        header: Header,
        mut bits: Bits<'b>,
        request: &Request<'b>,
    ) -> Result<Picture<'a, 'b>, Error> {
        let mut budget = Budget::new(request);
        let size = (header.width as usize, header.height as usize);
        let (transforms, width) = Transforms::read(&mut bits, size, &mut self.image, &mut budget)?;
        self.image
            .read_outer(&mut bits, (width, size.1), &mut budget)?;

        let count = width * size.1;
        let window = count.min(2 * reach::FARTHEST + ROWS * width) + pixels::SLACK;
        budget.take(window + 2 * ROWS * size.0, 4)?;
        if self.window.len() < window {
            // Not by a copy of what is there.
            self.window.clear();
            self.window.resize(window, 0);
        }
        Ok(Picture {
            decoder: self,
            bits,
            header,
            transforms,
            budget,
            samples: request.samples,
            width,
            room: window - pixels::SLACK,
            passed: 0,
            cursor: Cursor::default(),
            next: 0,
            since_look: 0,
            broken: false,
        })
    }
}

/// A picture whose rows are being read.
pub struct Picture<'a, 'b> {
    decoder: &'a mut Decoder,
    bits: Bits<'b>,
    header: Header,
    transforms: Transforms,
    budget: Budget<'b>,
    samples: Samples,
    /// Pixels in a row as they are coded.
    width: usize,
    /// Pixels of the window that may be read up to.
    room: usize,
    /// Pixels that came before those in the window.
    passed: usize,
    cursor: Cursor,
    /// The row that is handed on next.
    next: usize,
    /// Pixels that have come since the clock was looked at.
    since_look: usize,
    /// Whether there is nothing behind what the cursor has come to.
    broken: bool,
}

impl Picture<'_, '_> {
    /// The size.
    #[must_use]
    pub const fn header(&self) -> Header {
        self.header
    }

    /// Bytes of a row as it is handed on.
    #[must_use]
    pub const fn row_bytes(&self) -> usize {
        self.header.width as usize * self.samples.count()
    }

    /// The memory, in bytes, that decoding takes at most.
    #[must_use]
    pub const fn memory(&self) -> u64 {
        self.budget.taken()
    }

    /// Writes the next rows to `band`, as many as there are and as fit, and says how many; `None` behind the last one.
    /// It is fastest with a multiple of eight rows.
    ///
    /// # Errors
    /// [`Error::Stopped`], and [`Error::Damaged`] once the rows that are fine have been handed on. Then there is no more to come.
    ///
    /// # Panics
    /// Where not even one row fits.
    pub fn read(&mut self, band: &mut [u8]) -> Result<Option<usize>, Error> {
        let row = self.row_bytes();
        assert!(band.len() >= row, "at least one row has to fit");
        let height = self.header.height as usize;
        if self.next == height {
            return Ok(None);
        }
        let end = (self.next + band.len() / row).min(height);
        let first = self.next;
        while self.next < end {
            let until = (self.next / ROWS * ROWS + ROWS).min(end);
            let there = self.rows(until)?;
            let count = there - self.next;
            let to = &mut band[(self.next - first) * row..][..count * row];
            self.hand_on(count, to);
            self.next = there;
            if there < until {
                break;
            }
        }
        if self.next == first {
            return Err(Error::Damaged { rows: first as u32 });
        }
        Ok(Some(self.next - first))
    }

    /// Has the window hold all rows before `until` that were not handed on; gives up to which row there are.
    fn rows(&mut self, until: usize) -> Result<usize, Error> {
        let needed = until * self.width;
        if self.broken || self.passed + self.cursor.at >= needed {
            return Ok(self.there().min(until));
        }
        if needed - self.passed > self.room {
            self.move_on();
        }
        let last = self.header.height as usize * self.width - self.passed;
        let end = needed - self.passed;
        let before = self.cursor.at;
        let Decoder { image, window, .. } = &mut *self.decoder;
        self.broken = !pixels::read(&mut self.bits, image, window, &mut self.cursor, end, last);
        self.since_look += self.cursor.at - before;
        if self.since_look >= pixels::AT_A_TIME {
            self.since_look = 0;
            self.budget.check_time()?;
        }
        Ok(self.there().min(until))
    }

    /// Whole rows that have been read.
    const fn there(&self) -> usize {
        (self.passed + self.cursor.at) / self.width
    }

    /// Makes room in the window, where only what a copy can reach is kept.
    fn move_on(&mut self) {
        let at = &mut self.cursor.at;
        let from = at.saturating_sub(reach::FARTHEST);
        self.decoder.window.copy_within(from..*at, 0);
        *at -= from;
        self.passed += from;
    }

    /// Undoes the transforms of the next rows.
    fn hand_on(&mut self, count: usize, to: &mut [u8]) {
        let Decoder {
            window,
            rows,
            other,
            ..
        } = &mut *self.decoder;
        let start = self.next * self.width - self.passed;
        rows.clear();
        rows.extend_from_slice(&window[start..][..count * self.width]);
        if count > 0 {
            self.transforms.undo(self.next, rows, other);
        }
        output::write(rows, self.samples, to);
    }
}
