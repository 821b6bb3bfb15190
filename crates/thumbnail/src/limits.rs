//! What a picture may cost.

use crate::{Error, Format};
use std::time::Instant;

/// What a source may cost. Each limit is checked before the memory it speaks of is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the source file.
    pub source_bytes: u64,
    /// Width times height of the source. It bounds the time that a small file can take, since a few kilobytes
    /// of a well-compressed format can stand for billions of pixels.
    pub pixels: u64,
    /// Bytes of memory for the source file, the decoder, and what is kept for resampling, together.
    pub memory_bytes: u64,
    /// When there has to be an answer; `None` by default: however long it takes.
    ///
    /// It is looked at between the pieces in which a picture is decoded, so that one piece more may be finished after it.
    /// The only clock that is read here is the monotonic one it is compared with, and where it is `None` not even that: the
    /// time of day changes no thumbnail.
    pub deadline: Option<Instant>,
}

const MIB: u64 = 1024 * 1024;

impl Limits {
    /// What the process holds besides a picture: its code, the client of the store, the pictures it has made.
    const REST_OF_THE_PROCESS: u64 = 96 * MIB;

    /// 16383 squared, the same bound as libvips puts on untrusted pictures, and the largest WebP.
    /// The largest photographs of today's cameras have half as many.
    const PIXELS: u64 = 16_383 * 16_383;

    /// The limits for a process that may use `mebibytes` MiB of memory (a Lambda function's setting).
    ///
    /// Never less than what a 2 MP picture of any format needs, so that a wrong figure still leaves a working service.
    #[must_use]
    pub const fn for_memory(mebibytes: u64) -> Self {
        let available = mebibytes
            .saturating_mul(MIB)
            .saturating_sub(Self::REST_OF_THE_PROCESS);
        let memory_bytes = if available < 32 * MIB {
            32 * MIB
        } else {
            available
        };
        Self {
            // The file and the decoded frame are held at the same time, and the frame is the larger of the two.
            source_bytes: memory_bytes / 3,
            pixels: Self::PIXELS,
            memory_bytes,
            deadline: None,
        }
    }

    /// The same with a deadline.
    #[must_use]
    pub const fn with_deadline(self, deadline: Instant) -> Self {
        Self {
            deadline: Some(deadline),
            ..self
        }
    }

    /// Refuses to go on after the deadline.
    pub(crate) fn check_time(&self) -> Result<(), Error> {
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Error::TooMuchTime),
            _ => Ok(()),
        }
    }

    /// Refuses a file of `bytes` bytes, or of as many so far, where that is too much.
    pub(crate) const fn check_bytes(&self, bytes: u64) -> Result<(), Error> {
        let limit = self.source_bytes;
        if bytes > limit {
            return Err(Error::TooManyBytes { bytes, limit });
        }
        Ok(())
    }

    /// Refuses a picture of too many pixels.
    pub(crate) const fn check_pixels(&self, width: u32, height: u32) -> Result<(), Error> {
        let limit = self.pixels;
        if width as u64 * height as u64 > limit {
            return Err(Error::TooManyPixels {
                width,
                height,
                limit,
            });
        }
        Ok(())
    }

    /// Refuses a picture that takes `needed` bytes of memory where that is too much.
    pub(crate) const fn check_memory(
        &self,
        format: Format,
        (width, height): (u32, u32),
        needed: u64,
    ) -> Result<(), Error> {
        let limit = self.memory_bytes;
        if needed > limit {
            return Err(Error::TooMuchMemory {
                format,
                width,
                height,
                needed,
                limit,
            });
        }
        Ok(())
    }
}

impl Default for Limits {
    /// For 1,769 MB, at which a Lambda function has one whole virtual CPU.
    fn default() -> Self {
        Self::for_memory(1_769)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use std::time::Duration;

    #[test]
    fn a_deadline_that_is_over_is_a_refusal() {
        let limits = Limits::default();
        assert!(limits.check_time().is_ok());
        let now = Instant::now();
        assert!(
            limits
                .with_deadline(now + Duration::from_hours(1))
                .check_time()
                .is_ok()
        );
        let error = limits.with_deadline(now).check_time().expect_err("over");
        assert_eq!(error.kind(), ErrorKind::ImageTooLarge);
    }

    #[test]
    fn more_memory_allows_more_and_less_never_nothing() {
        let mut last = Limits::for_memory(0);
        assert_eq!(last.memory_bytes, 32 * MIB);
        for mebibytes in [128, 256, 512, 1_769, 10_240, u64::MAX] {
            let next = Limits::for_memory(mebibytes);
            assert!(next.memory_bytes >= last.memory_bytes);
            assert!(next.source_bytes < next.memory_bytes);
            last = next;
        }
    }
}
