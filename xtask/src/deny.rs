//! cargo-deny: licences, bans and sources from what is at hand, advisories from the internet.

use std::{path::PathBuf, process::Command};

use crate::{error::Error, functions, process::Runner, python, workspace};

/// The version that is installed where there is none.
const VERSION: &str = "0.20.2";

/// What became of the check of advisories.
pub(crate) enum Advisories {
    Held,
    /// The database could not be fetched, which says nothing about the dependencies.
    NotRun,
}

/// Checks licences, bans and sources.
pub(crate) fn rules(runner: &Runner) -> Result<(), Error> {
    let mut command = command(runner)?;
    command.args(["check", "licenses", "bans", "sources"]);
    runner.run("cargo deny", &mut command).map(drop)
}

/// Checks the dependencies against the known advisories.
pub(crate) fn advisories(runner: &Runner) -> Result<Advisories, Error> {
    let mut fetch = command(runner)?;
    match runner.run("fetch the advisories", fetch.args(["fetch", "db"])) {
        Ok(_) => {}
        Err(Error::Step { .. }) => return Ok(Advisories::NotRun),
        Err(error) => return Err(error),
    }
    let mut check = command(runner)?;
    runner.run(
        "cargo deny advisories",
        check.args(["check", "--disable-fetch", "advisories"]),
    )?;
    Ok(Advisories::Held)
}

fn command(runner: &Runner) -> Result<Command, Error> {
    let mut command = Command::new(installed(runner)?);
    command.current_dir(workspace::root());
    Ok(command)
}

/// The program, installed below `target/tools` the first time.
fn installed(runner: &Runner) -> Result<PathBuf, Error> {
    let root = python::tools_directory().join(format!("cargo-deny-{VERSION}"));
    let program = root
        .join("bin")
        .join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        let mut install = functions::cargo();
        install
            .args([
                "install",
                "cargo-deny",
                "--locked",
                "--version",
                VERSION,
                "--root",
            ])
            .arg(&root);
        runner.run("install cargo-deny", &mut install)?;
    }
    Ok(program)
}
