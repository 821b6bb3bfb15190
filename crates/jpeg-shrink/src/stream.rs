//! The decoder that takes a file in pieces.

mod reading;

use crate::batch::Batch;
use crate::error::Error;
use crate::frame::Frame;
use crate::geometry::Geometry;
use crate::header::Header;
use crate::lanes::Lanes;
use crate::markers::MarkerReader;
use crate::picture::Picture;
use crate::request::Request;
use crate::scan::{ScanRun, ValueTables};
use crate::tables::Tables;
use crate::window::Window;
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
