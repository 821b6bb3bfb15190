//! `cargo xtask bench`: this project beside sharp, Pillow and libvips.

mod class;
mod error;
mod header;
mod machine;
mod measure;
mod peers;
mod picture;
mod plot;
mod report;
mod statistics;
mod summary;
mod table;
mod tool;
mod worker;

use std::{
    fs,
    path::{Path, PathBuf},
};

use measure::{Bench, Measured};
use peers::Peers;
use report::Report;
use tool::Tool;

use crate::{error::Error, process::Runner, python, workspace};

/// Compare with sharp, Pillow and pyvips: CPU time, memory, quality and bytes
///
/// Fetches the others at pinned versions, makes pictures, lets the tools take turns in one thread each, and writes RESULTS.md
/// and plot.svg. Needs Python 3.11 or newer, and Node.js 20 or newer with npm; memory is measured on Linux only. A machine
/// with nothing else to do gives the steadiest figures.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Measure the pictures in this folder [default: the project's own, made by code]
    #[arg(long, value_name = "FOLDER")]
    pictures: Option<PathBuf>,

    /// How often each tool makes each thumbnail
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..))]
    repetitions: u16,

    /// Measure only pictures with this in their names
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,

    /// The tools, with commas between them; ours is always there
    #[arg(long, value_name = "NAMES", value_enum, value_delimiter = ',', default_values_t = Tool::ALL)]
    tools: Vec<Tool>,

    /// Where to write RESULTS.md and plot.svg [default: bench for the project's own pictures, all of them with every
    /// tool, and target/bench for anything else]
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Measures, writes, and tells the ratios.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    python::require()?;
    let directory = workspace::target().join("bench");
    let runner = Runner::new(directory.join("logs"), None)?;
    let tools: Vec<_> = Tool::ALL
        .into_iter()
        .filter(|tool| *tool == Tool::Ours || arguments.tools.contains(tool))
        .collect();
    let peers = Peers::ready(&directory, &tools, &runner)?;
    let own = directory.join("pictures");
    if arguments.pictures.is_none() {
        peers.make_pictures(&own, &runner)?;
    }
    let folder = arguments.pictures.as_ref().unwrap_or(&own);
    let pictures = picture::in_folder(folder, &arguments.only)?;

    let mut bench = Bench::start(&peers, &tools, directory.join("thumbnails"))?;
    let mut measured = Vec::new();
    for picture in pictures {
        let one = bench.measure(picture, arguments.repetitions.into())?;
        tell(&one);
        measured.push(one);
    }
    let report = Report {
        machine: machine::description(),
        identities: bench.identities(),
        repetitions: arguments.repetitions.into(),
        measured,
    };
    let whole = arguments.pictures.is_none() && arguments.only.is_empty() && tools == Tool::ALL;
    let output = arguments.output.clone().unwrap_or_else(|| {
        if whole {
            workspace::root().join("bench")
        } else {
            directory
        }
    });
    fs::create_dir_all(&output).map_err(Error::file("create", &output))?;
    write(&output.join("RESULTS.md"), &report.markdown())?;
    let mut comparisons = summary::comparisons(&report.measured);
    // What the processor is worth is no comparison with others.
    comparisons.retain(|one| one.against != Tool::Plain);
    write(
        &output.join("plot.svg"),
        &plot::svg(&comparisons, &report.machine),
    )
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(Error::file("write", path))?;
    println!("written: {}", workspace::shown(path));
    Ok(())
}

/// One line: the time of ours, and how many times that the others take.
fn tell(measured: &Measured) {
    let mut line = measured.picture.name.clone();
    for &tool in measured.readings.keys() {
        match (measured.ratio(tool), measured.time(tool)) {
            (Some(ratio), _) if tool != Tool::Ours => line += &format!(", {tool} {ratio:.1}×"),
            (_, Some(time)) => line += &format!(": {tool} {time:.1} ms"),
            _ => {}
        }
    }
    println!("{line}");
}
