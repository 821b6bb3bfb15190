//! `cargo xtask`: everything one does with this repository, on Linux, macOS and Windows.

mod architecture;
mod aws;
mod bench;
mod boundaries;
mod bundle;
mod check;
mod cross;
mod deny;
mod elf;
mod environment;
mod error;
mod failures;
mod functions;
mod fuzz;
mod kill;
mod load;
mod local;
mod mirror;
mod package;
mod process;
mod progress;
mod python;
mod record;
mod terraform;
mod test;
mod workspace;

use std::{error::Error as _, process::ExitCode};

use clap::{Parser, Subcommand};

use error::Error;

/// Build, run, test and check the pipeline
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Local(local::Arguments),
    Failures(failures::Arguments),
    Package(package::Arguments),
    Test(test::Arguments),
    Check(check::Arguments),
    Figures(local::figures::Arguments),
    Bench(bench::Arguments),
    Fuzz(fuzz::Arguments),
    Load(load::Arguments),
}

/// What shells give a program that Ctrl-C has ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    process::note_interrupts();
    let result = match &arguments.command {
        Command::Local(arguments) => local::run(arguments),
        Command::Failures(arguments) => failures::run(arguments),
        Command::Package(arguments) => package::run(arguments),
        Command::Test(arguments) => test::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Figures(arguments) => local::figures::run(arguments),
        Command::Bench(arguments) => bench::run(arguments),
        Command::Fuzz(arguments) => fuzz::run(arguments),
        Command::Load(arguments) => load::run(arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Interrupted) => {
            eprintln!("interrupted: everything that was started has been stopped");
            ExitCode::from(INTERRUPTED)
        }
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

/// Prints an error and what caused it.
fn tell(error: &Error) {
    eprintln!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
}
