//! Those who upload: each takes what is due next, and waits where the pipeline is too far behind.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use super::{
    event,
    ledger::Upload,
    picture::Mark,
    plan::{Kind, Plan, Step},
    run::Run,
};
use crate::error::Error;

/// How often somebody who waits looks again.
const PAUSE: Duration = Duration::from_millis(5);

/// How fast.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Pictures a second; as fast as it goes where there is none.
    pub(crate) rate: Option<f64>,
    /// How many pictures may wait for their answers before the next is uploaded.
    pub(crate) ahead: u32,
}

/// What is to be done, by all who do it.
pub(crate) struct Uploads<'a> {
    run: &'a Run,
    plans: &'a [Plan],
    pace: Pace,
    /// The next picture that nobody has begun.
    next: AtomicU32,
    /// Steps of pictures that have been begun: when they are due, which picture, which step.
    later: Mutex<BinaryHeap<Reverse<(Duration, u32, usize)>>>,
    /// Steps that somebody is at, or that are due later.
    open: AtomicU32,
}

impl<'a> Uploads<'a> {
    pub(crate) fn new(run: &'a Run, plans: &'a [Plan], pace: Pace) -> Self {
        Self {
            run,
            plans,
            pace,
            next: AtomicU32::new(0),
            later: Mutex::default(),
            open: AtomicU32::new(0),
        }
    }

    /// How many pictures have been begun.
    pub(crate) fn begun(&self) -> u32 {
        self.next
            .load(Ordering::Relaxed)
            .min(self.plans.len() as u32)
    }

    /// Whether everything has been done.
    pub(crate) fn finished(&self) -> bool {
        self.begun() as usize == self.plans.len() && self.open.load(Ordering::Acquire) == 0
    }

    /// Does what is due until there is nothing left, or somebody says stop.
    pub(crate) fn work(&self) -> Result<(), Error> {
        while !self.run.stopped() && !self.finished() {
            let Some((picture, step)) = self.take() else {
                std::thread::sleep(PAUSE);
                continue;
            };
            self.step(picture, step)?;
            let steps = &self.plans[picture as usize].steps;
            match steps.get(step + 1) {
                Some((pause, _)) => {
                    let due = self.run.now() + *pause;
                    self.later().push(Reverse((due, picture, step + 1)));
                }
                None => {
                    self.open.fetch_sub(1, Ordering::Release);
                }
            }
        }
        Ok(())
    }

    /// The step that is due, if any: one of a picture that has been begun goes first.
    fn take(&self) -> Option<(u32, usize)> {
        let now = self.run.now();
        let mut later = self.later();
        if let Some(Reverse((due, picture, step))) = later.peek().copied()
            && due <= now
        {
            later.pop();
            return Some((picture, step));
        }
        // Under the same lock, so that no more are begun than may be.
        let next = self.next.load(Ordering::Relaxed);
        let on_time = self
            .pace
            .rate
            .is_none_or(|rate| f64::from(next) <= now.as_secs_f64() * rate);
        let room = next < self.run.answered() + self.pace.ahead;
        if (next as usize) < self.plans.len() && on_time && room {
            self.next.store(next + 1, Ordering::Relaxed);
            self.open.fetch_add(1, Ordering::Relaxed);
            return Some((next, 0));
        }
        None
    }

    fn later(&self) -> std::sync::MutexGuard<'_, BinaryHeap<Reverse<(Duration, u32, usize)>>> {
        self.later
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn step(&self, picture: u32, step: usize) -> Result<(), Error> {
        let Plan { kind, steps } = &self.plans[picture as usize];
        let key = self.run.keys.key(picture, *kind);
        match steps[step].1 {
            Step::Put { generation } => {
                let last = !steps[step + 1..]
                    .iter()
                    .any(|(_, later)| matches!(later, Step::Put { .. }));
                self.put(picture, &key, *kind, generation, last)
            }
            Step::Delete => {
                let bucket = &self.run.site.source_bucket;
                self.run
                    .insist(|| self.run.site.client.delete_object(bucket, &key))
            }
            Step::Event { generation, copies } => self.send(picture, &key, generation, copies),
        }
    }

    fn put(
        &self,
        picture: u32,
        key: &str,
        kind: Kind,
        generation: u32,
        last: bool,
    ) -> Result<(), Error> {
        let run = self.run;
        let bytes = run.bytes(
            Mark {
                picture,
                generation,
            },
            kind,
        )?;
        let began = run.now();
        let etag = run.insist(|| {
            // One that is not confirmed may have been done, and then it has an event, too.
            run.ledger()[picture as usize].events += 1;
            run.site
                .client
                .put_object(&run.site.source_bucket, key, &bytes)
        })?;
        let mut ledger = run.ledger();
        let entry = &mut ledger[picture as usize];
        entry.uploads.push(Upload {
            generation,
            etag,
            began,
        });
        entry.closed = last;
        Ok(())
    }

    /// Sends the event of an upload again. It is made up, for nobody gets to see the one that the store sends; its
    /// copies are the same to the letter.
    fn send(&self, picture: u32, key: &str, generation: u32, copies: u32) -> Result<(), Error> {
        let run = self.run;
        let etag = {
            let mut ledger = run.ledger();
            let entry = &mut ledger[picture as usize];
            entry.events += 1;
            let upload = entry
                .uploads
                .iter()
                .find(|upload| upload.generation == generation);
            upload.map(|upload| upload.etag.clone()).unwrap_or_default()
        };
        let sequencer = run.chance.number(
            "sequencer",
            u64::from(picture) << 16 | u64::from(generation),
        );
        let body = event::object_created(&run.site.source_bucket, key, &etag, sequencer);
        for _ in 0..copies {
            run.insist(|| run.site.client.send_message(&run.site.intake_queue, &body))?;
        }
        Ok(())
    }
}
