//! The state of a run, shared by those who upload, those who follow and those who do damage.

use std::{
    borrow::Cow,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    chance::Chance,
    error::LoadError,
    keys::Keys,
    ledger::Entry,
    picture::Mark,
    plan::{Kind, Plan},
    site::Site,
};
use crate::{error::Error, process};

/// How long a request is tried again that the cloud does not answer: an emulator that was killed takes seconds.
const PATIENCE: Duration = Duration::from_secs(90);

/// One run.
pub(crate) struct Run {
    pub(crate) site: Site,
    pub(crate) keys: Keys,
    pub(crate) chance: Chance,
    /// Photos in place of pictures that say which they are; read once, so that a load costs what the pipeline does.
    pub(crate) photos: Vec<Vec<u8>>,
    started: Instant,
    ledger: Mutex<Vec<Entry>>,
    /// How many pictures have an answer.
    answered: AtomicU32,
    /// How many unreadable messages have not come to the failures queue.
    poison: AtomicU32,
    stopped: AtomicBool,
}

impl Run {
    pub(crate) fn new(site: Site, chance: Chance, photos: Vec<Vec<u8>>, plans: &[Plan]) -> Self {
        Self {
            site,
            keys: Keys::of_now(),
            chance,
            photos,
            started: Instant::now(),
            ledger: Mutex::new(plans.iter().map(|plan| Entry::new(plan.kind)).collect()),
            answered: AtomicU32::new(0),
            poison: AtomicU32::new(0),
            stopped: AtomicBool::new(false),
        }
    }

    /// How long it has been going on.
    pub(crate) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// How many pictures there are.
    pub(crate) fn pictures(&self) -> u32 {
        self.ledger().len() as u32
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Vec<Entry>> {
        // Whoever panicked with it in hand ends the run; until then the others may finish.
        self.ledger
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn answered(&self) -> u32 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Notes that a picture has got an answer.
    pub(crate) fn answer(&self, entry: &mut Entry, at: Duration) {
        entry.answered.get_or_insert(at);
        if std::mem::replace(&mut entry.waiting, false) {
            self.answered.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Notes that the answer was not the last word.
    pub(crate) fn reopen(&self, entry: &mut Entry) {
        if !std::mem::replace(&mut entry.waiting, true) {
            self.answered.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Notes that an unreadable message was sent.
    pub(crate) fn poisoned(&self) {
        self.poison.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that an unreadable message has come to the failures queue.
    pub(crate) fn cured(&self) {
        self.poison.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many unreadable messages have not come there.
    pub(crate) fn poison_left(&self) -> u32 {
        self.poison.load(Ordering::Relaxed)
    }

    /// Tells everybody to come to an end.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// What a request came to, tried again for a while like any client of AWS would. Refusals are final.
    pub(crate) fn insist<T>(
        &self,
        mut request: impl FnMut() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let began = Instant::now();
        let mut pause = Duration::from_millis(100);
        loop {
            process::check_interrupt()?;
            match request() {
                Err(error) if is_transient(&error) && began.elapsed() < PATIENCE => {
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_secs(2));
                }
                result => return result,
            }
        }
    }

    /// The bytes of an upload.
    pub(crate) fn bytes(&self, mark: Mark, kind: Kind) -> Result<Cow<'_, [u8]>, LoadError> {
        let made = match kind {
            Kind::Broken(broken) => broken.bytes(mark),
            Kind::Good(_) if !self.photos.is_empty() => {
                // Another photo for every upload of a picture.
                let index = (mark.picture as usize + mark.generation as usize) % self.photos.len();
                return Ok(Cow::Borrowed(&self.photos[index]));
            }
            Kind::Good(format) => mark.draw(format),
        };
        made.map(Cow::Owned)
    }
}

/// Whether it may be different in a moment: nobody answered, or the service was busy.
fn is_transient(error: &Error) -> bool {
    match error {
        Error::Request { .. } => true,
        Error::Answer { status, .. } => *status >= 500 || *status == 429,
        _ => false,
    }
}
