//! `cargo xtask load`: many pictures at once, and what becomes of every one of them.

mod chance;
mod event;
mod fault;
mod follow;
mod keys;
mod ledger;
mod memory;
mod percentile;
mod picture;
mod plan;
mod proxy;
mod report;
mod result;
mod run;
mod site;
mod upload;
mod verify;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chance::Chance;
use fault::{Done, Fault, Faults, Saboteur};
use ledger::Verdict;
use memory::Memory;
use plan::{Plan, Shares};
use report::Circumstances;
use result::Outcome;
use run::Run;
use site::Site;
use upload::{Pace, Uploads};

use crate::{
    error::Error,
    local::{Cloud, Settings},
    process,
    progress::Step,
};

/// What a load alone can run into.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("a picture cannot be made")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
    #[error("a picture cannot be made")]
    Png(#[from] png::EncodingError),
    #[error("there is no picture in {}: --photos takes a folder of photos", path.display())]
    NoPhotos { path: PathBuf },
    #[error("there is no fault {name:?}: the faults are {}, and all", Fault::names().join(", "))]
    NoFault { name: String },
    #[error("the fault proxy cannot be started")]
    Proxy(#[source] std::io::Error),
    #[error("the certificates of the local cloud cannot be used")]
    Tls(#[from] rustls::Error),
    #[error("the certificates of the local cloud cannot be read")]
    Pem(#[from] rustls::pki_types::pem::Error),
    #[error("the faults store-errors, slow-store and throttle need a local cloud on this machine")]
    NotLocal,
    #[error(
        "the fault kill-emulator needs a local cloud of this command's own, without --outputs, and is not to be had on Windows"
    )]
    NotOurs,
    #[error("{left} messages that nobody can read never came to the failures queue")]
    Poison { left: u32 },
    #[error("of {pictures} pictures {lost} are lost and {stale} stale")]
    Broken {
        pictures: u32,
        lost: u32,
        stale: u32,
    },
}

/// Drop many pictures, do damage meanwhile, and check what became of every one
///
/// Uploads pictures that say which they are, follows each to its answer (its thumbnail, or a message in the failures
/// queue), and prints how many were answered, lost, stale and doubled, how long it took, and the memory of the
/// functions. Fails when a picture is lost or its thumbnail stale. It starts a local cloud of its own unless
/// --outputs names a deployment, whose credentials are then read from the environment.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many pictures
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..i64::from(picture::Mark::LIMIT)))]
    pictures: u32,

    /// Pictures a second [default: as fast as the answers come]
    #[arg(long, value_name = "R")]
    rate: Option<f64>,

    /// How many pictures may wait for their answer before the next is uploaded
    #[arg(long, value_name = "N", default_value_t = 200)]
    ahead: u32,

    /// How many upload at once
    #[arg(long, value_name = "N", default_value_t = 8)]
    uploaders: usize,

    #[command(flatten)]
    shares: Shares,

    /// Photos to upload, in turn, in place of pictures that the tool makes
    #[arg(long, value_name = "FOLDER")]
    photos: Option<PathBuf>,

    /// Messages in the intake queue that nobody can read, and that have to come to the failures queue
    #[arg(long, value_name = "N", default_value_t = 0)]
    poison: u32,

    /// What goes wrong meanwhile, each in turn while an equal share of the pictures is uploaded: kill-emulator,
    /// kill-functions, permissions, store-errors, slow-store, throttle, reorder, or all
    #[arg(long, value_name = "A,B,...", default_value_t)]
    faults: Faults,

    /// What chance begins with: the same gives the same plan
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// How many seconds may pass without a single answer before what has none is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 420)]
    patience: u64,

    /// A file for the figures in JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// A Markdown document to write the figures into, under a heading for this kind of run
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// The outputs of a deployment, as `terraform output -json` writes them; for the local cloud that runs
    /// already, target/local/outputs.json
    #[arg(long, value_name = "FILE")]
    outputs: Option<PathBuf>,

    #[command(flatten)]
    settings: Settings,
}

/// Runs the load and judges it.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let photos = match &arguments.photos {
        Some(folder) => photos(folder)?,
        None => Vec::new(),
    };
    let mut cloud = None;
    let site = match &arguments.outputs {
        Some(outputs) => Site::running(outputs)?,
        None => Site::of(cloud.insert(Cloud::start(&arguments.settings)?)),
    };
    let chance = Chance::new(arguments.seed);
    let plans: Vec<Plan> = (0..arguments.pictures)
        .map(|picture| {
            let fault = arguments.faults.at(picture, arguments.pictures);
            plan::plan(
                picture,
                &arguments.shares,
                fault == Some(Fault::Reorder),
                chance,
            )
        })
        .collect();
    let busy = load_average();
    let run = Run::new(site, chance, photos, &plans);
    follow::poison(&run, arguments.poison)?;
    let (memory, done) = drive(&run, &plans, arguments, cloud.as_mut())?;
    let verdicts = verify::verdicts(&run)?;
    let doubled = verify::doubled(&run)?;
    complain(&run, &verdicts);
    let outcome = Outcome::new(&run.ledger(), &verdicts, doubled, &memory);
    let mut notes = done.notes();
    let (poison, left) = (arguments.poison, run.poison_left());
    if poison > 0 {
        notes.push(format!(
            "{} of {poison} unreadable messages came to the failures queue.",
            poison - left
        ));
    }
    tell(arguments, &outcome, notes, &busy)?;
    if left > 0 {
        return Err(LoadError::Poison { left }.into());
    }
    Ok(())
}

/// Uploads, follows, watches and does damage until every picture has its answer, or none comes any more.
fn drive(
    run: &Run,
    plans: &[Plan],
    arguments: &Arguments,
    mut cloud: Option<&mut Cloud>,
) -> Result<(Memory, Done), Error> {
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
        let memory = scope.spawn(|| memory::watch(run));
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
        let memory = memory.join().map_err(|_| Error::Panicked)?;
        Ok((memory, saboteur.end()))
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

/// Says of the first pictures that are lost or stale all that is known.
fn complain(run: &Run, verdicts: &[Verdict]) {
    const AT_MOST: usize = 20;
    let ledger = run.ledger();
    let wrong = ledger.iter().zip(verdicts).zip(0_u32..);
    let wrong = wrong.filter(|((_, verdict), _)| matches!(verdict, Verdict::Lost | Verdict::Stale));
    for ((entry, verdict), picture) in wrong.take(AT_MOST) {
        let key = run.keys.key(picture, entry.kind);
        eprintln!("{verdict:?}: {key}: {entry:#?}");
    }
}

/// Prints the figures, writes them where they were asked for, and fails where a promise was broken.
fn tell(
    arguments: &Arguments,
    outcome: &Outcome,
    notes: Vec<String>,
    busy: &str,
) -> Result<(), Error> {
    let circumstances = Circumstances {
        title: title(arguments),
        command: command(),
        machine: machine(busy),
        notes,
    };
    report::print(&circumstances, outcome);
    if let Some(path) = &arguments.json {
        let text = format!("{:#}\n", outcome.json());
        fs::write(path, text).map_err(Error::file("write", path))?;
    }
    if let Some(path) = &arguments.report {
        report::write(path, &circumstances, outcome)?;
    }
    if outcome.lost + outcome.stale > 0 {
        return Err(LoadError::Broken {
            pictures: outcome.pictures,
            lost: outcome.lost,
            stale: outcome.stale,
        }
        .into());
    }
    Ok(())
}

/// What was dropped, in words.
fn title(arguments: &Arguments) -> String {
    let mut title = match &arguments.photos {
        Some(_) => format!("{} photos", arguments.pictures),
        None => format!("{} small pictures", arguments.pictures),
    };
    if let Some(rate) = arguments.rate {
        title.push_str(&format!(", {rate} a second"));
    }
    let Shares {
        duplicate,
        overwrite,
        delete,
        broken,
    } = arguments.shares;
    for (percent, what) in [
        (duplicate, "with a duplicate event"),
        (overwrite, "overwritten"),
        (delete, "deleted and uploaded again"),
        (broken, "broken"),
    ] {
        if percent > 0.0 {
            title.push_str(&format!(", {percent} % {what}"));
        }
    }
    if !arguments.faults.is_empty() {
        title.push_str(&format!(", faults {}", arguments.faults));
    }
    if let Some(kind) = &arguments.settings.workflow_type {
        title.push_str(&format!(", {}", kind.to_uppercase()));
    }
    title
}

/// The command as it was typed.
fn command() -> String {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    format!("cargo xtask {}", arguments.join(" "))
}

/// The machine, and what else it was doing.
fn machine(busy: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{cores} cores; load average before {busy}, after {}",
        load_average()
    )
}

/// The first figure of the load average, where the system tells it.
fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ')
        .next()
        .filter(|figure| !figure.is_empty())
        .unwrap_or("unknown")
        .to_owned()
}

/// The files in a folder, in the order of their names.
fn photos(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::file("read", folder))?;
    let mut photos: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    photos.sort();
    if photos.is_empty() {
        return Err(LoadError::NoPhotos {
            path: folder.to_owned(),
        }
        .into());
    }
    Ok(photos)
}
