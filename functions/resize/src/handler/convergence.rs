//! Promise 2, tried against whatever can come in between: the thumbnail ends up made from the newest source.
//!
//! Several workers run the real code, and every one of their requests is a step. Between any two steps
//! there may be uploads, deletions, events that are late, doubled or out of order, and crashes, before or
//! after the store has done what it was asked for.

use super::model::{self, BUCKET, CONTENTS, Current, Desk, KEY, is_broken};
use super::{Resize, handle};
use crate::failure::Failure;
use crate::store;
use aws_sdk_s3::Client;
use pipeline::{Code, Report};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use serde_json::json;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

/// What can happen. A number chooses among what there is at the moment.
#[derive(Clone, Copy, Debug)]
enum Act {
    Upload(u8),
    /// In a versioned bucket this leaves a marker; to whoever looks, it is the same.
    Delete,
    /// The newest version, or the newest marker, is deleted for good: what was before it is the source again.
    DeleteNewest,
    /// An event starts a worker. One that is doubled can start another, later.
    Deliver {
        doubled: bool,
    },
    Step(u8),
    /// The worker is gone, its request done or not.
    Crash {
        worker: u8,
        done: bool,
    },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0..CONTENTS).prop_map(Act::Upload),
        1 => Just(Act::Delete),
        1 => Just(Act::DeleteNewest),
        4 => any::<bool>().prop_map(|doubled| Act::Deliver { doubled }),
        16 => any::<u8>().prop_map(Act::Step),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(worker, done)| Act::Crash { worker, done }),
    ]
}

/// How the world differs from the real one, to see whether that is noticed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    None,
    /// The look at the source after writing shows what the worker has read before, as if it did not look.
    Blind,
    /// A worker that crashes is not started again, and nobody is told.
    CrashesAreForgotten,
}

/// An execution: what is running at the moment, and how often it may be started again, as the state machine has it.
struct Worker {
    desk: Desk,
    running: Pin<Box<dyn Future<Output = Result<Report, Failure>>>>,
    /// The newest source when this one last read it.
    read: Option<u8>,
    tries_left: u32,
    crashes_left: u32,
}

const TRIES: u32 = 4;
const CRASHES: u32 = 1;

struct World {
    flaw: Flaw,
    client: Client,
    current: Current,
    remove_with_source: bool,
    store: model::Store,
    /// Events that have not been delivered. All of them say the same: look at this key.
    events: usize,
    workers: Vec<Worker>,
    /// What the failures queue says.
    failures: Vec<Option<Code>>,
}

impl World {
    fn new(flaw: Flaw, remove_with_source: bool, client: &Client, current: &Current) -> Self {
        Self {
            flaw,
            client: client.clone(),
            current: current.clone(),
            remove_with_source,
            store: model::Store::default(),
            events: 0,
            workers: Vec::new(),
            failures: Vec::new(),
        }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Upload(content) => {
                self.store.versions.push(Some(content));
                self.events += 1;
            }
            Act::Delete => {
                self.store.versions.push(None);
                self.events += usize::from(self.remove_with_source);
            }
            // Without `remove_with_source` the bucket does not tell of it.
            Act::DeleteNewest if self.remove_with_source => {
                self.events += usize::from(self.store.versions.pop().is_some());
            }
            Act::DeleteNewest => {}
            Act::Deliver { doubled } if self.events > 0 => {
                self.events -= usize::from(!doubled);
                self.start(TRIES, CRASHES);
            }
            Act::Deliver { .. } => {}
            Act::Step(number) => {
                if let Some(worker) = self.choose(number) {
                    self.step(worker);
                }
            }
            Act::Crash { worker, done } => {
                if let Some(worker) = self.choose(worker) {
                    self.crash(&worker, done);
                }
            }
        }
    }

    fn choose(&mut self, number: u8) -> Option<Worker> {
        let at = usize::from(number).checked_rem(self.workers.len())?;
        Some(self.workers.swap_remove(at))
    }

    fn start(&mut self, tries_left: u32, crashes_left: u32) {
        let desk = Desk::default();
        let resize = Resize {
            store: store::Store(self.client.clone()),
            settings: model::settings(self.remove_with_source),
        };
        let job = json!({"bucket": BUCKET, "imageKey": KEY, "trigger": "upload"});
        let end = SystemTime::now() + Duration::from_hours(1);
        self.go_on(Worker {
            desk,
            running: Box::pin(async move { handle(job, &resize, end).await }),
            read: None,
            tries_left,
            crashes_left,
        });
    }

    /// The worker's request reaches the store, and it runs on to its next one.
    fn step(&mut self, mut worker: Worker) {
        let request = worker.desk.take().expect("a worker waits for something");
        let of_the_source = request.uri().contains(&format!("/{BUCKET}/"));
        let response = match request.method() {
            "HEAD" if of_the_source && self.flaw == Flaw::Blind => match worker.read {
                None => model::response(404, &[], Vec::new()),
                Some(content) => {
                    let etag = format!("\"{}\"", model::etag(content));
                    model::response(200, &[("etag", etag)], Vec::new())
                }
            },
            method => {
                if method == "GET" {
                    worker.read = self.store.source();
                }
                self.store.answer(&request)
            }
        };
        worker.desk.answer(response);
        self.go_on(worker);
    }

    fn crash(&mut self, worker: &Worker, done: bool) {
        if done {
            let request = worker.desk.take().expect("a worker waits for something");
            self.store.answer(&request);
        }
        match worker.crashes_left {
            _ if self.flaw == Flaw::CrashesAreForgotten => {}
            0 => self.failures.push(None),
            left => self.start(worker.tries_left, left - 1),
        }
    }

    /// Runs a worker up to its next request, or to its end.
    fn go_on(&mut self, mut worker: Worker) {
        self.current.is(&worker.desk);
        let mut context = Context::from_waker(Waker::noop());
        // Nothing but a request makes it wait; what the client has to sort out for itself takes a poll or two.
        for _ in 0..100 {
            match worker.running.as_mut().poll(&mut context) {
                Poll::Pending if worker.desk.has_request() => return self.workers.push(worker),
                Poll::Pending => {}
                Poll::Ready(outcome) => return self.end(&worker, outcome),
            }
        }
        panic!("a worker waits for something else than the store");
    }

    fn end(&mut self, worker: &Worker, outcome: Result<Report, Failure>) {
        match outcome.map_err(|failure| failure.code()) {
            Ok(_) => {}
            Err(code) if code.is_transient() && worker.tries_left > 0 => {
                self.start(worker.tries_left - 1, worker.crashes_left);
            }
            Err(code) => self.failures.push(Some(code)),
        }
    }

    /// The world stands still, and everything that was begun is brought to its end.
    fn settle(&mut self, order: &[u8]) {
        for turn in 0.. {
            let number = order.get(turn % order.len().max(1)).copied().unwrap_or(0);
            if self.events > 0 && number % 3 == 0 {
                self.act(Act::Deliver { doubled: false });
            } else if let Some(worker) = self.choose(number) {
                self.step(worker);
            } else if self.events > 0 {
                self.act(Act::Deliver { doubled: false });
            } else {
                return;
            }
            assert!(turn < 10_000, "it never comes to rest");
        }
    }

    /// Whether the thumbnails are those of the newest source, or somebody knows why not.
    fn check(&self) -> Result<(), TestCaseError> {
        let told = |code| self.failures.contains(&code);
        // The state machine has given up, and its message says what was the matter.
        if told(None) || told(Some(Code::SourceChanging)) {
            return Ok(());
        }
        match self.store.source() {
            Some(content) if is_broken(content) => {
                prop_assert!(told(Some(Code::CorruptImage)), "nobody was told");
            }
            // Without `remove_with_source` a thumbnail outlives its source.
            None if !self.remove_with_source => {}
            _ => {
                let wanted = self.store.wanted(&model::settings(self.remove_with_source));
                prop_assert_eq!(&self.store.thumbnails, &wanted);
            }
        }
        Ok(())
    }
}

/// Runs many histories; the first that ends wrong comes back, as short as it gets.
fn search(
    flaw: Flaw,
    remove_with_source: bool,
    cases: u32,
) -> Result<(), TestError<impl std::fmt::Debug>> {
    // The client's timers ask for a runtime, though nothing here waits for them.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.expect("a runtime");
    let _inside = runtime.enter();
    let config = Config {
        cases,
        failure_persistence: None,
        // A flaw that was put in on purpose needs no short story.
        max_shrink_iters: if flaw == Flaw::None { 2_000 } else { 0 },
        ..Config::default()
    };
    let histories = (
        prop::collection::vec(act(), 0..60),
        prop::collection::vec(any::<u8>(), 1..20),
    );
    let current = Current::default();
    let client = current.client();
    TestRunner::new(config).run(&histories, |(acts, order)| {
        let mut world = World::new(flaw, remove_with_source, &client, &current);
        for act in acts {
            world.act(act);
        }
        world.settle(&order);
        world.check()
    })
}

#[test]
fn whatever_comes_in_between_the_thumbnail_is_of_the_newest_source() {
    search(Flaw::None, false, 300).expect("it converges");
}

#[test]
fn whatever_comes_in_between_a_thumbnail_goes_with_its_source() {
    search(Flaw::None, true, 300).expect("it converges");
}

/// The test above can fail: without the look at the source after writing it does, in both settings.
#[test]
fn a_worker_that_does_not_look_again_is_found_out() {
    for remove_with_source in [false, true] {
        let found = search(Flaw::Blind, remove_with_source, 4_000);
        assert!(matches!(found, Err(TestError::Fail(..))), "{found:?}");
    }
}

#[test]
fn a_crash_that_nobody_hears_of_is_found_out() {
    let found = search(Flaw::CrashesAreForgotten, true, 4_000);
    assert!(matches!(found, Err(TestError::Fail(..))), "{found:?}");
}
