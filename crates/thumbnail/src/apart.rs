//! Work that can't be stopped from outside, on a thread of its own: when its time is over, nobody waits for it any longer.
//!
//! For decoders that have no place where a clock could be looked at. A thread that is left behind goes on until it is done, or for
//! as long as the process lives; [`left_behind`] tells whether there are any, so that a service can begin anew.

use crate::{Error, Format, Limits, panic};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::Builder;
use std::time::Instant;

static LEFT_BEHIND: AtomicUsize = AtomicUsize::new(0);

/// How many decoders are at work, or stand still, in threads of this process that nobody waits for any more.
///
/// Each had more time than [`Limits::deadline`] allowed, or met a fault that it can't come back from. It holds memory that no limit
/// counts: a process that has left one behind is best replaced before it takes the next picture.
#[must_use]
pub fn left_behind() -> usize {
    LEFT_BEHIND.load(Ordering::SeqCst)
}

/// Memory that is set aside for calls; only what is used of it is taken.
const STACK: usize = 8 << 20;

/// Does `work` on a thread of its own, and waits for it until the deadline. A panic in it is an error.
pub(crate) fn run<T: Send + 'static>(
    limits: &Limits,
    format: Format,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    run_on_stack(limits, format, STACK, work)
}

/// The same with so many bytes of stack.
pub(crate) fn run_on_stack<T: Send + 'static>(
    limits: &Limits,
    format: Format,
    stack: usize,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    wait(limits, format, stack, move |answer| {
        answer.send(contained(format, work));
    })
}

/// The same for work that can't be unwound, where a panic would end the process: its thread is left standing.
#[cfg(feature = "avif")]
pub(crate) fn run_without_unwinding<T: Send + 'static>(
    limits: &Limits,
    format: Format,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    wait(limits, format, STACK, move |answer: Answer<T>| {
        let stopped = answer.clone();
        panic::stop_at(move |message| {
            LEFT_BEHIND.fetch_add(1, Ordering::SeqCst);
            stopped.send(Err(Error::Panicked { format, message }));
            loop {
                std::thread::park();
            }
        });
        answer.send(contained(format, work));
    })
}

fn contained<T>(format: Format, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    panic::contain(work).unwrap_or_else(|message| Err(Error::Panicked { format, message }))
}

/// Where a thread puts what it has done.
struct Answer<T> {
    sender: Sender<Result<T, Error>>,
    /// Set by whoever is first to turn away: the thread that is done or stands still, or the one that waits for it no longer.
    is_parted: Arc<AtomicBool>,
}

impl<T> Clone for Answer<T> {
    fn clone(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            is_parted: Arc::clone(&self.is_parted),
        }
    }
}

impl<T> Answer<T> {
    fn send(self, outcome: Result<T, Error>) {
        if self.is_parted.swap(true, Ordering::SeqCst) {
            LEFT_BEHIND.fetch_sub(1, Ordering::SeqCst);
        }
        // Where nobody waits any more, nobody is told.
        let _ = self.sender.send(outcome);
    }
}

fn wait<T: Send + 'static>(
    limits: &Limits,
    format: Format,
    stack: usize,
    thread: impl FnOnce(Answer<T>) + Send + 'static,
) -> Result<T, Error> {
    limits.check_time()?;
    let (sender, outcome) = channel();
    let is_parted = Arc::new(AtomicBool::new(false));
    let answer = Answer {
        sender,
        is_parted: Arc::clone(&is_parted),
    };
    let started = Builder::new()
        .stack_size(stack)
        .spawn(move || thread(answer));
    started.map_err(|error| Error::corrupt(format, error))?;
    let outcome = match limits.deadline {
        None => outcome.recv().map_err(RecvTimeoutError::from),
        Some(deadline) => outcome.recv_timeout(deadline.saturating_duration_since(Instant::now())),
    };
    outcome.unwrap_or_else(|_| {
        LEFT_BEHIND.fetch_add(1, Ordering::SeqCst);
        if is_parted.swap(true, Ordering::SeqCst) {
            LEFT_BEHIND.fetch_sub(1, Ordering::SeqCst);
        }
        Err(Error::TooMuchTime)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    /// One test, since all of them would count in the same number.
    #[test]
    fn what_does_not_come_back_is_left_behind_and_counted() {
        let limits = Limits::default();
        assert_eq!(run(&limits, Format::Svg, || Ok(7)).ok(), Some(7));
        let panicked = run::<()>(&limits, Format::Svg, || panic!("a fault")).expect_err("a panic");
        assert!(
            matches!(&panicked, Error::Panicked { message, .. } if message.starts_with("a fault"))
        );
        assert_eq!(left_behind(), 0);

        let (end, waits) = channel::<()>();
        let soon = limits.with_deadline(Instant::now() + Duration::from_millis(20));
        let late = run(&soon, Format::Svg, move || {
            let _ = waits.recv();
            Ok(())
        });
        assert_eq!(late.expect_err("too late").kind(), ErrorKind::ImageTooLarge);
        assert_eq!(left_behind(), 1);
        drop(end);
        while left_behind() > 0 {
            std::thread::yield_now();
        }
    }
}
