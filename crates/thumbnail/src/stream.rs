//! A picture that arrives in chunks.

use crate::decode::jpeg::{Outcome, Session};
use crate::render::{compose, contained, decode};
use crate::sniff::{bytes_to_know, sniff};
use crate::{Error, Format, Limits, Rendered, Spec, render_all};
use std::mem::take;

/// Whether a [`Stream`] wants more of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a stream that has enough need not be fed further"]
pub enum Progress {
    /// Go on.
    More,
    /// What the thumbnails need has been seen: the rest of the file need not be fetched.
    Enough,
}

/// Renders thumbnails from a file that is fed to it chunk by chunk, as it comes from the network.
///
/// What is no picture, or larger than the limit, is refused by the first chunk that shows it, so that the rest need not be
/// fetched. A JPEG is decoded while it comes, and not kept. The result is that of [`render_all`] on the whole file, however
/// the file is cut into chunks.
#[derive(Debug)]
pub struct Stream {
    specs: Vec<Spec>,
    limits: Limits,
    /// Bytes that have come.
    bytes: u64,
    /// Bytes that have been announced.
    expected: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The first bytes, too few to tell what they are of; or all bytes of a format that is decoded at the end.
    Kept { source: Vec<u8>, recognised: bool },
    /// A JPEG, at work.
    Jpeg(Box<Session>),
}

impl Stream {
    /// A stream that makes one picture for each of `specs`.
    #[must_use]
    pub const fn new(specs: Vec<Spec>, limits: Limits) -> Self {
        Self {
            specs,
            limits,
            bytes: 0,
            expected: 0,
            state: State::Kept {
                source: Vec::new(),
                recognised: false,
            },
        }
    }

    /// Announces that the whole file has `bytes` bytes: it is refused at once if that is too much, and memory is asked for
    /// once if it is not.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyBytes`].
    pub fn expect_bytes(&mut self, bytes: u64) -> Result<(), Error> {
        self.limits.check_bytes(bytes)?;
        // Within the limit, so that it fits the address space of any machine that set the limit by its memory.
        self.expected = usize::try_from(bytes).unwrap_or(0);
        Ok(())
    }

    /// Takes the next bytes of the file; a chunk may have any length, none included.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyBytes`] as soon as there are too many, [`Error::TooMuchTime`], [`Error::NotAPicture`] and [`Error::UnreadFormat`] as soon
    /// as the first bytes say so, and what the header of a JPEG is refused for. After an error the stream is of no more use.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Progress, Error> {
        self.bytes += chunk.len() as u64;
        self.limits.check_bytes(self.bytes)?;
        self.limits.check_time()?;
        match &mut self.state {
            State::Jpeg(session) => push(session, chunk, &self.specs, &self.limits),
            State::Kept { source, recognised } => {
                source.extend_from_slice(chunk);
                if *recognised || source.len() < bytes_to_know(source) {
                    return Ok(Progress::More);
                }
                if sniff(source)? == Format::Jpeg {
                    let start = take(source);
                    let mut session = contained(Format::Jpeg, |scratch| {
                        Ok(Box::new(Session::new(
                            scratch.jpeg.take().unwrap_or_default(),
                        )))
                    })?;
                    let progress = push(&mut session, &start, &self.specs, &self.limits)?;
                    self.state = State::Jpeg(session);
                    return Ok(progress);
                }
                *recognised = true;
                source.reserve_exact(self.expected.saturating_sub(source.len()));
                Ok(Progress::More)
            }
        }
    }

    /// The pictures, once the whole file has been pushed or [`push`](Self::push) has said [`Progress::Enough`].
    ///
    /// # Errors
    ///
    /// As [`render_all`].
    pub fn finish(self) -> Result<Rendered, Error> {
        let Self {
            specs,
            limits,
            state,
            ..
        } = self;
        match state {
            State::Kept { source, .. } => render_all(&source, &specs, &limits),
            State::Jpeg(session) => {
                contained(Format::Jpeg, |scratch| match session.finish(scratch)? {
                    Outcome::Scaled(header, scaled) => {
                        Ok(compose(&header, scaled, Format::Jpeg, &specs))
                    }
                    Outcome::Declined(source) => {
                        decode(&source, Format::Jpeg, &specs, &limits, scratch)
                    }
                })
            }
        }
    }
}

fn push(
    session: &mut Session,
    chunk: &[u8],
    specs: &[Spec],
    limits: &Limits,
) -> Result<Progress, Error> {
    contained(Format::Jpeg, |_| session.push(chunk, 0, specs, limits))
}
