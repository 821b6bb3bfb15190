//! What becomes of the bytes: segments, the data of scans, and data that is passed over.

use super::{Decoder, Phase, Progress};
use crate::error::{Error, Problem};
use crate::markers::{Found, SOS, find_ff, is_nothing, is_restart};
use crate::scan::{Parts, ScanRun};
use crate::tables::Scan;
use crate::window::Filled;

impl Decoder {
    pub(super) fn read_header(&mut self, bytes: &[u8]) -> Result<Progress, Error> {
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

    pub(super) fn read_scans(&mut self, mut bytes: &[u8]) -> Progress {
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
            Found::End if self.frame.progressive && self.frame.is_scanned() => {
                self.phase = Phase::Over;
                return;
            }
            Found::End | Found::NotJpeg => self.reader.offset(),
        };
        self.frame.damage.get_or_insert(at);
        self.phase = Phase::Over;
    }

    pub(super) fn start_scan(&mut self, scan: Scan) {
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

    pub(super) fn advance(&mut self, end: Option<usize>) {
        if let Some(scan) = &mut self.scan {
            let parts = Parts {
                frame: &mut self.frame,
                window: &mut self.window,
                lanes: &mut self.lanes,
                batch: &mut self.batch,
                tables: &self.tables,
                values: &self.values,
            };
            scan.advance(parts, end);
        }
    }

    pub(super) fn end_scan(&mut self, end: usize) {
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
            let restarts = self.tables.restart_interval > 0;
            let in_data = byte == 0 || restarts && (is_restart(byte) || is_nothing(byte));
            if byte != 0xff && !in_data {
                self.resume_at(byte);
                return true;
            }
            after_ff = byte == 0xff;
        }
    }
}
