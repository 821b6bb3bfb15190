//! The end: every picture is looked at, and every execution is counted.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
};

use super::{
    follow::thumbnail_of,
    ledger::{Found, Verdict, judge},
    picture::Mark,
    run::Run,
};
use crate::{error::Error, progress::Step};

/// How many look at once.
const READERS: usize = 8;

/// The verdict on every picture, in their order.
pub(crate) fn verdicts(run: &Run) -> Result<Vec<Verdict>, Error> {
    let pictures = run.pictures();
    let mut step = Step::start("read every thumbnail");
    let next = AtomicU32::new(0);
    let read = || -> Result<Vec<(u32, Verdict)>, Error> {
        let mut verdicts = Vec::new();
        loop {
            let picture = next.fetch_add(1, Ordering::Relaxed);
            if picture >= pictures {
                return Ok(verdicts);
            }
            verdicts.push((picture, verdict(run, picture)?));
        }
    };
    let mut verdicts = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(read)).collect();
        while readers.iter().any(|reader| !reader.is_finished()) {
            step.tick(|| {
                format!(
                    "{} of {pictures}",
                    next.load(Ordering::Relaxed).min(pictures)
                )
            });
            std::thread::sleep(crate::process::PAUSE);
        }
        let mut all = Vec::new();
        for reader in readers {
            all.extend(reader.join().map_err(|_| Error::Panicked)??);
        }
        Ok::<_, Error>(all)
    })?;
    step.done();
    verdicts.sort_unstable_by_key(|(picture, _)| *picture);
    Ok(verdicts.into_iter().map(|(_, verdict)| verdict).collect())
}

fn verdict(run: &Run, picture: u32) -> Result<Verdict, Error> {
    let entry = run.ledger()[picture as usize].clone();
    let key = thumbnail_of(run, picture, entry.kind);
    let (client, bucket) = (&run.site.client, &run.site.destination_bucket);
    let thumbnail = run.insist(|| client.get_object(bucket, &key))?;
    let found = thumbnail.map(|(head, bytes)| Found {
        source_etag: head.source_etag,
        mark: Mark::read(&bytes),
    });
    let marks = run.photos.is_empty();
    Ok(judge(picture, &entry, found.as_ref(), marks))
}

/// How many executions there are beyond one for each event: an event that was done twice.
///
/// `None` for an EXPRESS workflow, which starts at least once.
pub(crate) fn doubled(run: &Run) -> Result<Option<u32>, Error> {
    let (client, machine) = (&run.site.client, &run.site.state_machine);
    if run.insist(|| client.is_express(machine))? {
        return Ok(None);
    }
    let mut executions: BTreeMap<u32, u32> = BTreeMap::new();
    run.insist(|| {
        executions.clear();
        client.executions(machine, |name| {
            if let Some(picture) = run.keys.executed(name) {
                *executions.entry(picture).or_default() += 1;
            }
        })
    })?;
    let ledger = run.ledger();
    let entries = ledger.iter().zip(0_u32..);
    let doubled = entries
        .map(|(entry, picture)| {
            let executions = executions.get(&picture).copied().unwrap_or_default();
            executions.saturating_sub(entry.events)
        })
        .sum();
    Ok(Some(doubled))
}
