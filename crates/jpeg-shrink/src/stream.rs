//! The decoder that takes a file in pieces.

use crate::error::{Error, Problem};
use crate::geometry::Geometry;
use crate::header::Header;
use crate::markers::{Found, MarkerReader, SOS};
use crate::picture::{Picture, StoredPlane};
use crate::request::Request;
use crate::tables::Tables;
use alloc::vec::Vec;

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
    request: Option<Request>,
    file: Vec<u8>,
    planes: Vec<StoredPlane>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    Header,
    Begin,
    Scans,
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
            request: None,
            file: Vec::new(),
            planes: Vec::new(),
        }
    }

    /// Forgets the picture, so that the next one can be pushed. The buffers stay.
    pub fn reset(&mut self) {
        self.phase = Phase::Header;
        self.reader.reset();
        self.tables = Tables::default();
        self.request = None;
        self.file.clear();
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
            Phase::Scans => {
                self.file.extend_from_slice(bytes);
                Ok(Progress::More)
            }
            Phase::Failed(error) => Err(error),
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
                    self.file
                        .extend_from_slice(&bytes[..bytes.len() - rest.len()]);
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
        self.file.extend_from_slice(bytes);
        Ok(Progress::More)
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
        let needed = geometry.memory(header.progressive);
        if needed > request.max_bytes {
            return Err(Error::TooLarge {
                needed,
                allowed: request.max_bytes,
            });
        }
        self.request = Some(*request);
        self.phase = Phase::Scans;
        Ok(())
    }

    /// Ends the file, whether all of it was pushed or not, and gives the planes.
    ///
    /// # Errors
    /// [`Error::Damaged`] if too little was decoded, [`Error::Truncated`] if the header is not complete, and whatever
    /// [`push`](Self::push) has returned before.
    pub fn finish(&mut self) -> Result<Picture<'_>, Error> {
        if let Phase::Failed(error) = self.phase {
            return Err(error);
        }
        let request = self.request.ok_or(Error::Truncated {
            offset: self.reader.offset(),
        })?;
        let picture = crate::reference::decode(&self.file, &request)?;
        self.planes = picture
            .planes
            .into_iter()
            .map(|plane| StoredPlane {
                shape: plane.shape,
                stride: plane.shape.width,
                start: 0,
                samples: plane.samples,
            })
            .collect();
        Ok(Picture {
            planes: &self.planes,
            share: picture.share,
            damage: picture.damage,
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
