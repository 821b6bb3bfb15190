//! The decoder that takes a file in pieces.

use crate::batch::Batch;
use crate::error::{Error, Problem};
use crate::frame::Frame;
use crate::geometry::Geometry;
use crate::header::Header;
use crate::lanes::Lanes;
use crate::markers::{Found, MarkerReader, SOS, find_ff, is_restart};
use crate::picture::Picture;
use crate::request::Request;
use crate::scan::{ScanRun, ValueTables};
use crate::tables::{Scan, Tables};
use crate::window::{Filled, Window};
use dispatch::Work;

/// How far a decoder has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// More bytes are wanted.
    More,
    /// The header is complete: see [`Decoder::header`], call [`Decoder::begin`], then push again from the first byte
    /// that was not used.
    Header {
        /// How many of the bytes just pushed were used.
        used: usize,
    },
    /// Nothing that follows could change the planes: the rest of the file need not be read.
    Enough,
}

/// Decodes one picture after the other, and keeps its buffers in between.
#[derive(Debug)]
pub struct Decoder {
    phase: Phase,
    reader: MarkerReader,
    tables: Tables,
    min_share: f32,
    window: Window,
    lanes: Lanes,
    batch: Batch,
    values: ValueTables,
    frame: Frame,
    scan: Option<ScanRun>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    Header,
    /// The header is there, and the first scan's header is the reader's payload.
    Begin,
    /// Between scans.
    Markers,
    /// In a scan's data.
    Data,
    /// In data that is not needed; the last byte was an FF or not.
    Skip {
        after_ff: bool,
    },
    /// There is nothing more to decode.
    Over,
    Failed(Error),
}

impl Default for Decoder {
    fn default() -> Self {
        Decoder::new()
    }
}

impl Decoder {
    /// A decoder without any picture.
    #[must_use]
    pub fn new() -> Self {
        Decoder {
            phase: Phase::Header,
            reader: MarkerReader::new(),
            tables: Tables::default(),
            min_share: 0.0,
            window: Window::new(),
            lanes: Lanes::new(),
            batch: Batch::new(),
            values: ValueTables::new(),
            frame: Frame::default(),
            scan: None,
        }
    }

    /// Forgets the picture, so that the next one can be pushed. The buffers stay.
    pub fn reset(&mut self) {
        self.phase = Phase::Header;
        self.reader.reset();
        self.tables = Tables::default();
        self.scan = None;
    }

    /// The header, once [`Progress::Header`] has been returned.
    #[must_use]
    pub fn header(&self) -> Option<&Header> {
        (self.phase != Phase::Header)
            .then_some(self.tables.header.as_ref())
            .flatten()
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// Any but [`Error::Damaged`], [`Error::BadCrop`] and [`Error::TooLarge`], all while the header is read: later problems
    /// count as damage, which [`finish`](Self::finish) judges.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Progress, Error> {
        match self.phase {
            Phase::Header => {
                let result = self.read_header(bytes);
                if let Err(error) = result {
                    self.phase = Phase::Failed(error);
                }
                result
            }
            Phase::Begin => Ok(Progress::Header { used: 0 }),
            Phase::Failed(error) => Err(error),
            _ => Ok(self.read_scans(bytes)),
        }
    }

    fn read_header(&mut self, bytes: &[u8]) -> Result<Progress, Error> {
        let mut rest = bytes;
        while let Some(found) = self.reader.read(&mut rest) {
            match found {
                Found::Segment {
                    marker: SOS, at, ..
                } => {
                    self.tables.scan(self.reader.payload()).map_err(|problem| {
                        Error::Malformed {
                            problem,
                            offset: at,
                        }
                    })?;
                    self.tables.finish_header();
                    self.phase = Phase::Begin;
                    return Ok(Progress::Header {
                        used: bytes.len() - rest.len(),
                    });
                }
                Found::Segment {
                    marker,
                    at,
                    contents,
                } => {
                    self.tables
                        .define(marker, at, contents, self.reader.payload())?;
                }
                Found::NotJpeg => return Err(Error::NotJpeg),
                Found::BadLength { at } => {
                    return Err(Error::Malformed {
                        problem: Problem::SegmentLength,
                        offset: at,
                    });
                }
                Found::End => {
                    return Err(Error::Truncated {
                        offset: self.reader.offset(),
                    });
                }
            }
        }
        Ok(Progress::More)
    }

    fn read_scans(&mut self, mut bytes: &[u8]) -> Progress {
        loop {
            match self.phase {
                Phase::Markers => match self.reader.read(&mut bytes) {
                    Some(found) => self.take_segment(&found),
                    None => return Progress::More,
                },
                Phase::Data => {
                    if !self.read_data(&mut bytes) {
                        return Progress::More;
                    }
                }
                Phase::Skip { after_ff } => {
                    if !self.skip_data(&mut bytes, after_ff) {
                        return Progress::More;
                    }
                }
                _ => return Progress::Enough,
            }
        }
    }

    /// A segment between scans. From here on whatever is wrong is damage.
    fn take_segment(&mut self, found: &Found) {
        let at = match *found {
            Found::Segment {
                marker: SOS, at, ..
            } => match self.tables.scan(self.reader.payload()) {
                Ok(scan) => return self.start_scan(scan),
                Err(_) => at,
            },
            Found::Segment {
                marker,
                at,
                ref contents,
            } => {
                match self
                    .tables
                    .define(marker, at, contents.clone(), self.reader.payload())
                {
                    Ok(()) => return,
                    Err(_) => at,
                }
            }
            Found::BadLength { at } => at,
            Found::End if self.frame.progressive => {
                self.phase = Phase::Over;
                return;
            }
            Found::End | Found::NotJpeg => self.reader.offset(),
        };
        self.frame.damage.get_or_insert(at);
        self.phase = Phase::Over;
    }

    fn start_scan(&mut self, scan: Scan) {
        if let Some(header) = &self.tables.header {
            self.frame.note_quantization(&scan, header, &self.tables);
        }
        if self.frame.wants(&scan) {
            let run = ScanRun::new(
                scan,
                &mut self.frame,
                &self.tables,
                &mut self.lanes,
                &mut self.values,
            );
            self.window
                .start(self.reader.offset(), run.capacity(&self.lanes));
            self.scan = Some(run);
            self.phase = Phase::Data;
        } else {
            self.phase = Phase::Skip { after_ff: false };
        }
    }

    /// Reads data of a scan. False if more bytes are wanted.
    fn read_data(&mut self, bytes: &mut &[u8]) -> bool {
        let (used, filled) = self.window.fill(bytes, self.tables.restart_interval > 0);
        *bytes = &bytes[used..];
        self.reader.skip(used);
        match filled {
            Filled::Hungry => return false,
            Filled::Full => {
                self.advance(None);
                if self.scan.as_ref().is_some_and(ScanRun::is_over) {
                    self.end_scan(self.reader.offset());
                    if self.phase != Phase::Over {
                        self.phase = Phase::Skip {
                            after_ff: self.window.is_after_ff(),
                        };
                    }
                }
            }
            Filled::Marker(marker) => {
                let end = self.reader.offset() - 2;
                self.advance(Some(end));
                self.end_scan(end);
                if self.phase != Phase::Over {
                    self.resume_at(marker);
                }
            }
        }
        true
    }

    fn advance(&mut self, end: Option<usize>) {
        if let Some(scan) = &mut self.scan {
            dispatch::with_best(Advance {
                scan,
                frame: &mut self.frame,
                window: &mut self.window,
                lanes: &mut self.lanes,
                batch: &mut self.batch,
                tables: &self.tables,
                values: &self.values,
                end,
            });
        }
    }

    fn end_scan(&mut self, end: usize) {
        if let Some(scan) = self.scan.take() {
            scan.finish(&mut self.frame, end);
        }
        self.phase = if self.frame.has_enough() {
            Phase::Over
        } else {
            Phase::Markers
        };
    }

    /// Goes on behind a marker that ended a scan's data.
    fn resume_at(&mut self, marker: u8) {
        self.phase = Phase::Markers;
        if self.reader.resume_at_marker(marker) {
            self.take_segment(&Found::End);
        }
    }

    /// Passes over a scan's data. False if more bytes are wanted.
    fn skip_data(&mut self, bytes: &mut &[u8], mut after_ff: bool) -> bool {
        loop {
            if !after_ff {
                let count = find_ff(bytes).map_or(bytes.len(), |found| found + 1);
                after_ff = count > 0 && bytes[count - 1] == 0xff;
                self.reader.skip(count);
                *bytes = &bytes[count..];
            }
            let Some((&byte, rest)) = bytes.split_first() else {
                self.phase = Phase::Skip { after_ff };
                return false;
            };
            self.reader.skip(1);
            *bytes = rest;
            let in_data = byte == 0 || (is_restart(byte) && self.tables.restart_interval > 0);
            if byte != 0xff && !in_data {
                self.resume_at(byte);
                return true;
            }
            after_ff = byte == 0xff;
        }
    }

    /// Says what is wanted of the picture whose header has been read.
    ///
    /// # Errors
    /// [`Error::BadCrop`] and [`Error::TooLarge`]; another request may then be tried. [`Error::Truncated`] if there is no header yet.
    pub fn begin(&mut self, request: &Request) -> Result<(), Error> {
        let header = self.header().ok_or(Error::Truncated {
            offset: self.reader.offset(),
        })?;
        let geometry = Geometry::new(header, request)?;
        let progressive = header.progressive;
        let needed = geometry.memory(progressive);
        if needed > request.max_bytes {
            return Err(Error::TooLarge {
                needed,
                allowed: request.max_bytes,
            });
        }
        let scan = self
            .tables
            .scan(self.reader.payload())
            .map_err(|problem| Error::Malformed {
                problem,
                offset: self.reader.offset(),
            })?;
        self.frame.start(progressive, geometry);
        self.min_share = request.min_share;
        self.start_scan(scan);
        Ok(())
    }

    /// Ends the file, whether all of it was pushed or not, and gives the planes.
    ///
    /// # Errors
    /// [`Error::Damaged`] if too little was decoded, [`Error::Truncated`] if the header is not complete, and whatever
    /// [`push`](Self::push) has returned before.
    pub fn finish(&mut self) -> Result<Picture<'_>, Error> {
        let offset = self.reader.offset();
        match self.phase {
            Phase::Failed(error) => return Err(error),
            Phase::Header | Phase::Begin => return Err(Error::Truncated { offset }),
            Phase::Data => {
                self.advance(Some(offset));
                self.end_scan(offset);
            }
            _ => {}
        }
        if self.phase != Phase::Over {
            self.frame.damage.get_or_insert(offset);
            self.phase = Phase::Over;
        }
        let share = dispatch::with_best(Finish {
            frame: &mut self.frame,
            min_share: self.min_share,
        })?;
        Ok(Picture {
            planes: &self.frame.planes,
            share,
            damage: self.frame.damage,
        })
    }

    /// Decodes a whole file. `choose` gets its header and says what is wanted.
    ///
    /// # Errors
    /// As [`push`](Self::push), [`begin`](Self::begin) and [`finish`](Self::finish).
    pub fn decode(
        &mut self,
        file: &[u8],
        choose: impl FnOnce(&Header) -> Request,
    ) -> Result<Picture<'_>, Error> {
        self.reset();
        let Progress::Header { used } = self.push(file)? else {
            return Err(Error::Truncated { offset: file.len() });
        };
        let request = self.header().map(choose).ok_or(Error::NotJpeg)?;
        self.begin(&request)?;
        self.push(&file[used..])?;
        self.finish()
    }
}

/// [`ScanRun::advance`], for the instruction set at hand.
struct Advance<'a> {
    scan: &'a mut ScanRun,
    frame: &'a mut Frame,
    window: &'a mut Window,
    lanes: &'a mut Lanes,
    batch: &'a mut Batch,
    tables: &'a Tables,
    values: &'a ValueTables,
    end: Option<usize>,
}

impl Work for Advance<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self) {
        self.scan.advance(
            self.frame,
            self.window,
            self.lanes,
            self.batch,
            self.tables,
            self.values,
            self.end,
        );
    }
}

/// [`Frame::finish`], for the instruction set at hand.
struct Finish<'a> {
    frame: &'a mut Frame,
    min_share: f32,
}

impl Work for Finish<'_> {
    type Output = Result<f32, Error>;
    #[inline(always)]
    fn run(self) -> Self::Output {
        self.frame.finish(self.min_share)
    }
}
