//! A picture that arrives in chunks.

use crate::sniff::{SNIFF_BYTES, sniff};
use crate::{Error, Limits, Rendered, Spec, render_all};

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
/// fetched. The result is that of [`render_all`] on the whole file, however the file is cut into chunks.
#[derive(Debug)]
pub struct Stream {
    specs: Vec<Spec>,
    limits: Limits,
    /// What has arrived so far.
    source: Vec<u8>,
    recognised: bool,
}

impl Stream {
    /// A stream that makes one picture for each of `specs`.
    #[must_use]
    pub const fn new(specs: Vec<Spec>, limits: Limits) -> Self {
        Self {
            specs,
            limits,
            source: Vec::new(),
            recognised: false,
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
        if let Ok(bytes) = usize::try_from(bytes) {
            self.source
                .reserve_exact(bytes.saturating_sub(self.source.len()));
        }
        Ok(())
    }

    /// Takes the next bytes of the file; a chunk may have any length, none included.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyBytes`] as soon as there are too many, [`Error::NotAPicture`] and [`Error::UnreadFormat`] as soon
    /// as the first bytes say so. After an error the stream is of no more use.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Progress, Error> {
        self.limits
            .check_bytes(self.source.len() as u64 + chunk.len() as u64)?;
        self.source.extend_from_slice(chunk);
        if !self.recognised && self.source.len() >= SNIFF_BYTES {
            sniff(&self.source)?;
            self.recognised = true;
        }
        Ok(Progress::More)
    }

    /// The pictures, once the whole file has been pushed or [`push`](Self::push) has said [`Progress::Enough`].
    ///
    /// # Errors
    ///
    /// As [`render_all`].
    pub fn finish(self) -> Result<Rendered, Error> {
        render_all(&self.source, &self.specs, &self.limits)
    }
}
