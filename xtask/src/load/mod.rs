//! `cargo xtask load`: many pictures at once, and what becomes of every one of them.

mod chance;
mod circumstances;
mod drive;
mod error;
mod event;
mod fault;
mod follow;
mod keys;
mod ledger;
mod memory;
mod percentile;
mod picture;
mod plan;
mod processor;
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
};

use chance::Chance;
use circumstances::Circumstances;
use error::LoadError;
use fault::{Fault, Faults};
use ledger::Verdict;
use plan::{Plan, Shares};
use result::Outcome;
use run::Run;
use site::Site;

use crate::{
    error::Error,
    local::{Cloud, Settings},
};

/// Drop many pictures, do damage meanwhile, and check what became of every one
///
/// Uploads pictures that say which they are, follows each to its answer (its thumbnail, or a message in the failures
/// queue), and prints how many were answered, lost, stale and doubled, how long it took, and the processor time and memory of the
/// functions. Fails when a picture is lost or its thumbnail stale. It starts a local cloud of its own unless
/// --outputs names a deployment, whose credentials are then read from the environment.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many pictures
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..i64::from(picture::Mark::LIMIT)))]
    pictures: u32,

    /// Pictures a second [default: as fast as the answers come]
    #[arg(long, value_name = "R", value_parser = positive)]
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
    #[arg(
        long,
        value_name = "A,B,...",
        default_value_t,
        hide_default_value = true
    )]
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

fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if rate > 0.0 && f64::is_finite(rate) => Ok(rate),
        _ => Err("write a number above 0".to_owned()),
    }
}

/// Runs the load and judges it.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    match &arguments.outputs {
        Some(outputs) => drop_all(arguments, Site::running(outputs)?, None),
        None => {
            let mut cloud = Cloud::start(&arguments.settings)?;
            drop_all(arguments, Site::of(&cloud), Some(&mut cloud))
        }
    }
}

/// A small load with every fault there is, on a local cloud that runs already: a minute or two, most of it waiting
/// for messages that come again after their visibility time-out.
pub(crate) fn with_every_fault(cloud: &mut Cloud) -> Result<(), Error> {
    #[derive(clap::Parser)]
    struct Typed {
        #[command(flatten)]
        load: Arguments,
    }
    let faults = if cfg!(unix) {
        "all"
    } else {
        "store-errors,slow-store,throttle,reorder"
    };
    let line = format!(
        "load --pictures 210 --duplicate 10 --overwrite 10 --delete 10 --broken 10 --faults {faults}"
    );
    let Typed { load } = clap::Parser::parse_from(line.split(' '));
    drop_all(&load, Site::of(cloud), Some(cloud))
}

/// Drops the pictures, waits for what becomes of them, and judges it.
fn drop_all(arguments: &Arguments, site: Site, cloud: Option<&mut Cloud>) -> Result<(), Error> {
    let photos = match &arguments.photos {
        Some(folder) => photos(folder)?,
        None => Vec::new(),
    };
    let chance = Chance::new(arguments.seed);
    let plans: Vec<Plan> = (0..arguments.pictures)
        .map(|picture| {
            let fault = arguments.faults.at(picture, arguments.pictures);
            let reordered = fault == Some(Fault::Reorder);
            plan::plan(picture, &arguments.shares, reordered, chance)
        })
        .collect();
    let busy = circumstances::load_average();
    let run = Run::new(site, chance, photos, &plans);
    follow::poison(&run, arguments.poison)?;
    let (memory, processor, done) = drive::drive(&run, &plans, arguments, cloud)?;
    let verdicts = verify::verdicts(&run)?;
    let doubled = verify::doubled(&run)?;
    complain(&run, &verdicts);

    let outcome = Outcome::new(&run.ledger(), &verdicts, doubled, &memory, &processor);
    let left = run.poison_left();
    let circumstances = Circumstances::new(arguments, done, left, &busy);
    tell(arguments, &circumstances, &outcome)?;
    if left > 0 {
        return Err(LoadError::Poison { left }.into());
    }
    Ok(())
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
    circumstances: &Circumstances,
    outcome: &Outcome,
) -> Result<(), Error> {
    report::print(circumstances, outcome);
    if let Some(path) = &arguments.json {
        let text = format!("{:#}\n", outcome.json());
        fs::write(path, text).map_err(Error::file("write", path))?;
    }
    if let Some(path) = &arguments.report {
        report::write(path, circumstances, outcome)?;
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

/// The files in a folder, in the order of their names.
fn photos(folder: &Path) -> Result<Vec<Vec<u8>>, Error> {
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
    let read = |path: &PathBuf| fs::read(path).map_err(Error::file("read", path));
    photos.iter().map(read).collect()
}
