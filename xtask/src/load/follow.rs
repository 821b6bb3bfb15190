//! The one who follows: looks which thumbnails have come, and what the failures queue says.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use pipeline::{Intake, Key};

use super::{keys::Keys, ledger::Refusal, plan::Kind, run::Run};
use crate::{
    aws::{Failure, Listed},
    error::Error,
    local::drop::thumbnail_key,
};

/// The least between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// The most, however long a look takes.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// A message that has been read is ours alone for this long, in seconds.
const HIDDEN: u32 = 60;

/// In place of a code: what came to the failures queue without the state machine having sent it.
const NO_CODE: &str = "(none)";

/// Looks until somebody says stop.
pub(crate) fn follow(run: &Run) -> Result<(), Error> {
    while !run.stopped() {
        let began = Instant::now();
        look(run)?;
        read_failures(run)?;
        // Whatever the looks cost, most of the time the pipeline has the cloud for itself.
        std::thread::sleep((4 * began.elapsed()).clamp(PAUSE, LONGEST_PAUSE));
    }
    Ok(())
}

/// Lists every folder that has a picture without an answer.
fn look(run: &Run) -> Result<(), Error> {
    let folders: BTreeSet<u32> = {
        let ledger = run.ledger();
        let open = ledger.iter().enumerate().filter(|(_, entry)| {
            matches!(entry.kind, Kind::Good(_)) && entry.closed && entry.waiting
        });
        open.map(|(picture, _)| Keys::folder_of(picture as u32))
            .collect()
    };
    for folder in folders {
        if run.stopped() {
            return Ok(());
        }
        let (client, bucket) = (&run.site.client, &run.site.destination_bucket);
        let listed = run.insist(|| client.list_objects(bucket, &run.keys.folder(folder), ""))?;
        let at = run.now();
        for thumbnail in listed {
            note(run, &thumbnail, at)?;
        }
    }
    Ok(())
}

/// Notes a thumbnail that a listing shows, if it is the one that is waited for.
fn note(run: &Run, thumbnail: &Listed, at: Duration) -> Result<(), Error> {
    let Some(picture) = run.keys.picture(&thumbnail.key) else {
        return Ok(());
    };
    let wanted = {
        let mut ledger = run.ledger();
        let Some(entry) = ledger.get_mut(picture as usize) else {
            return Ok(());
        };
        if !entry.waiting {
            return Ok(());
        }
        let Some(newest) = entry.newest().map(|newest| newest.etag.clone()) else {
            return Ok(());
        };
        if entry.uploads.len() == 1 {
            // There is nothing else that it could be the thumbnail of. In the end every one is read.
            run.answer(entry, at);
            return Ok(());
        }
        newest
    };
    let (client, bucket) = (&run.site.client, &run.site.destination_bucket);
    let head = run.insist(|| client.head_object(bucket, &thumbnail.key))?;
    if head.is_some_and(|head| head.source_etag == wanted) {
        let at = run.now();
        let mut ledger = run.ledger();
        run.answer(&mut ledger[picture as usize], at);
    }
    Ok(())
}

/// Takes what the failures queue says of our pictures, and leaves what it says of others.
fn read_failures(run: &Run) -> Result<(), Error> {
    let (client, queue) = (&run.site.client, &run.site.failures_queue);
    loop {
        let messages = run.insist(|| client.receive(queue, HIDDEN))?;
        let mut ours = Vec::new();
        for message in &messages {
            if run.keys.is_poison(&message.body) {
                run.cured();
                ours.push(message);
                continue;
            }
            let told = told(run, &message.body);
            for (picture, code) in &told {
                refuse(run, *picture, code, &message.body);
            }
            if !told.is_empty() {
                ours.push(message);
            }
        }
        if ours.is_empty() || run.stopped() {
            return Ok(());
        }
        run.insist(|| client.delete_messages(queue, &ours))?;
    }
}

/// Which pictures of ours a message is about, and the code that it gives.
fn told(run: &Run, body: &str) -> Vec<(u32, String)> {
    if let Some(failure) = Failure::read(body) {
        let picture = run.keys.picture(&failure.key);
        return picture
            .map(|picture| (picture, failure.code))
            .into_iter()
            .collect();
    }
    let keys: Vec<Key> = match Intake::from_body(body) {
        // An event that the starter could not do anything with comes as it was.
        Ok(Intake::Objects(objects)) => objects
            .into_iter()
            .flatten()
            .map(|object| object.key)
            .collect(),
        // An execution that could not say itself that it failed.
        Ok(Intake::Redriven(redriven)) => vec![redriven.job.image_key],
        Ok(Intake::TestEvent) | Err(_) => Vec::new(),
    };
    let pictures = keys.iter().filter_map(|key| run.keys.picture(key.as_str()));
    pictures
        .map(|picture| (picture, NO_CODE.to_owned()))
        .collect()
}

fn refuse(run: &Run, picture: u32, code: &str, body: &str) {
    let at = run.now();
    let mut ledger = run.ledger();
    let Some(entry) = ledger.get_mut(picture as usize) else {
        return;
    };
    entry.refusals.push(Refusal {
        code: code.to_owned(),
        at,
        body: body.to_owned(),
    });
    if entry.closed {
        run.answer(entry, at);
    }
}

/// Sends messages to the intake queue that nobody can read.
pub(crate) fn poison(run: &Run, count: u32) -> Result<(), Error> {
    let (client, queue) = (&run.site.client, &run.site.intake_queue);
    for number in 0..count {
        run.insist(|| client.send_message(queue, &run.keys.poison(number)))?;
        run.poisoned();
    }
    Ok(())
}

/// Sends back every message about a picture that is not at fault itself; how many those are.
pub(crate) fn redrive(run: &Run) -> Result<u32, Error> {
    let bodies: Vec<String> = {
        let mut ledger = run.ledger();
        let entries = ledger.iter_mut();
        entries
            .filter_map(|entry| {
                let body = entry.to_redrive()?.body.clone();
                entry.redriven = true;
                run.reopen(entry);
                Some(body)
            })
            .collect()
    };
    let (client, queue) = (&run.site.client, &run.site.intake_queue);
    let all: Vec<&str> = bodies.iter().map(String::as_str).collect();
    for ten in all.chunks(10) {
        let mut left = ten.to_vec();
        while !left.is_empty() {
            left = run.insist(|| client.send_messages(queue, &left))?;
        }
    }
    Ok(bodies.len() as u32)
}

/// The key of the thumbnail of a picture of the run.
pub(crate) fn thumbnail_of(run: &Run, picture: u32, kind: Kind) -> String {
    thumbnail_key(&run.keys.key(picture, kind))
}
