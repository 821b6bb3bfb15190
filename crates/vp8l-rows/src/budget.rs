//! What may still be allocated, and whether there is still time.

use crate::error::Error;
use crate::request::Request;

/// The limits of a request, while they are used up.
pub(crate) struct Budget<'a> {
    request: Request<'a>,
    left: u64,
}

impl<'a> Budget<'a> {
    pub(crate) fn new(request: &Request<'a>) -> Self {
        Self {
            request: *request,
            left: request.max_bytes,
        }
    }

    /// Counts what is about to be allocated.
    pub(crate) fn take(&mut self, count: usize, bytes: usize) -> Result<(), Error> {
        let more = count as u64 * bytes as u64;
        self.left = self.left.checked_sub(more).ok_or(Error::TooLarge {
            needed: self.taken() + more,
            allowed: self.request.max_bytes,
        })?;
        Ok(())
    }

    /// Bytes that have been counted.
    pub(crate) const fn taken(&self) -> u64 {
        self.request.max_bytes - self.left
    }

    pub(crate) fn check_time(&self) -> Result<(), Error> {
        if (self.request.go_on)() {
            Ok(())
        } else {
            Err(Error::Stopped)
        }
    }
}
