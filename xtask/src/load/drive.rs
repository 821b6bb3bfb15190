//! A run from its first upload to its last answer.

use std::time::{Duration, Instant};

use super::{
    Arguments,
    fault::{Done, Saboteur},
    follow,
    memory::{self, Memory},
    plan::Plan,
    processor::Processor,
    run::Run,
    upload::{Pace, Uploads},
};
use crate::{error::Error, local::Cloud, process, progress::Step};

/// Uploads, follows, watches and does damage until every picture has its answer, or none comes any more.
pub(crate) fn drive(
    run: &Run,
    plans: &[Plan],
    arguments: &Arguments,
    mut cloud: Option<&mut Cloud>,
) -> Result<(Memory, Processor, Done), Error> {
    let pace = Pace {
        rate: arguments.rate,
        ahead: arguments.ahead,
    };
    let uploads = Uploads::new(run, plans, pace);
    let mut saboteur = Saboteur::new(run, &arguments.faults, cloud.is_some())?;
    let patience = Duration::from_secs(arguments.patience);
    // Whoever cannot go on ends the run for all.
    let or_stop = |result: Result<(), Error>| result.inspect_err(|_| run.stop());
    std::thread::scope(|scope| {
        let mut workers: Vec<_> = (0..arguments.uploaders.max(1))
            .map(|_| scope.spawn(|| or_stop(uploads.work())))
            .collect();
        workers.push(scope.spawn(|| or_stop(follow::follow(run))));
        let watched = scope.spawn(|| memory::watch(run));
        let mut wait = || {
            wait(run, &uploads, patience, || {
                saboteur.tick(uploads.begun(), cloud.as_deref_mut())?;
                cloud.as_mut().map_or(Ok(()), |cloud| cloud.check())
            })
        };
        // What failed for a cause that is mended now gets a second chance, as an operator would give it.
        let waited = wait().and_then(|()| match follow::redrive(run)? {
            0 => Ok(()),
            _ => wait(),
        });
        run.stop();
        for worker in workers {
            worker.join().map_err(|_| Error::Panicked)??;
        }
        waited?;
        let (memory, processor) = watched.join().map_err(|_| Error::Panicked)?;
        Ok((memory, processor, saboteur.end()))
    })
}

/// Waits for the end, and shows how far it is.
fn wait(
    run: &Run,
    uploads: &Uploads<'_>,
    patience: Duration,
    mut check: impl FnMut() -> Result<(), Error>,
) -> Result<(), Error> {
    let total = run.pictures();
    let mut step = Step::start(format!("{total} pictures"));
    let (mut newest, mut since) = ((0, 0, 0), Instant::now());
    loop {
        process::check_interrupt()?;
        check()?;
        let now = (uploads.begun(), run.answered(), run.poison_left());
        if now.1 == total && uploads.finished() && run.poison_left() == 0 {
            step.done();
            return Ok(());
        }
        if now != newest {
            (newest, since) = (now, Instant::now());
        }
        if run.stopped() || since.elapsed() > patience {
            step.failed();
            return Ok(());
        }
        step.tick(|| format!("{} uploaded, {} answered", now.0, now.1));
        std::thread::sleep(process::PAUSE);
    }
}
