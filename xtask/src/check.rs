//! `cargo xtask check`: everything that has to hold before a change is taken.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    boundaries, deny,
    error::Error,
    functions,
    process::{self, Runner},
    python::{self, Venv},
    terraform::{self, Root},
    test, workspace,
};

const REQUIREMENTS: &str = include_str!("../requirements/check.txt");

/// Run all checks: format, lints, Terraform, state machines, licences, then every test
///
/// All of them run, whatever fails on the way, and those that failed are named at the end. A check that cannot run here
/// is named too, with the reason.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Leave out the tests
    #[arg(long)]
    no_test: bool,
}

/// Runs everything; fails with the names of what did not hold.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    python::require()?;
    terraform::require()?;
    let runner = Runner::new(workspace::target().join("check").join("logs"), None)?;
    let mut checks = Checks::default();
    checks.note("cargo fmt", rustfmt(&runner))?;
    checks.note("clippy", clippy(&runner))?;
    checks.note("clippy without features", clippy_without(&runner))?;
    checks.note("boundaries", boundaries::check())?;
    checks.note("terraform", check_terraform(&runner))?;
    checks.note("state machines", state_machines(&runner))?;
    checks.note("cargo deny", deny::rules(&runner))?;
    let advisories = deny::advisories(&runner);
    let not_run = matches!(advisories, Ok(deny::Advisories::NotRun));
    checks.note("advisories", advisories.map(drop))?;
    if !arguments.no_test {
        checks.note("tests", test::run(&test::Arguments::default()))?;
    }
    if not_run {
        eprintln!(
            "not run: cargo deny check advisories, because the advisory database could not be fetched"
        );
    }
    checks.verdict()
}

/// The names of the checks that failed so far.
#[derive(Default)]
struct Checks {
    failed: Vec<&'static str>,
}

impl Checks {
    /// Tells what went wrong and goes on, unless the user has asked for the end.
    fn note(&mut self, name: &'static str, result: Result<(), Error>) -> Result<(), Error> {
        process::check_interrupt()?;
        if let Err(error) = result {
            crate::tell(&error);
            self.failed.push(name);
        }
        Ok(())
    }

    fn verdict(self) -> Result<(), Error> {
        if self.failed.is_empty() {
            return Ok(());
        }
        Err(Error::Checks { names: self.failed })
    }
}

fn rustfmt(runner: &Runner) -> Result<(), Error> {
    let mut command = functions::cargo();
    runner
        .run("cargo fmt", command.args(["fmt", "--all", "--check"]))
        .map(drop)
}

fn clippy(runner: &Runner) -> Result<(), Error> {
    let mut command = functions::cargo();
    command.args([
        "clippy",
        "--workspace",
        "--all-targets",
        // Its benches.
        "--features=thumbnail/bench",
        "--",
        "--deny",
        "warnings",
    ]);
    runner.run("clippy", &mut command).map(drop)
}

/// What a build is like that leaves out a format, as the README says how to.
fn clippy_without(runner: &Runner) -> Result<(), Error> {
    for features in ["", "avif", "heic"] {
        let mut command = functions::cargo();
        command
            .args(["clippy", "--package", "resize", "--no-default-features"])
            .args(["--features", features, "--", "--deny", "warnings"]);
        runner.run(&format!("clippy with [{features}] alone"), &mut command)?;
    }
    Ok(())
}

fn check_terraform(runner: &Runner) -> Result<(), Error> {
    let mut format = Command::new("terraform");
    format
        .args(["fmt", "-check", "-diff", "-recursive", "-no-color"])
        .arg(workspace::root().join("terraform"));
    runner.run("terraform fmt", &mut format)?;
    let root = Root::ready(&workspace::target().join("check").join("root"), runner)?;
    runner.run(
        "terraform validate",
        root.isolated().args(["validate", "-no-color"]),
    )?;
    runner
        .run(
            "terraform test",
            root.isolated().args(["test", "-no-color"]),
        )
        .map(drop)
}

fn state_machines(runner: &Runner) -> Result<(), Error> {
    let directory = python::tools_directory().join("check");
    let venv = Venv::ready(directory, REQUIREMENTS, "the state machine linter", runner)?;
    let mut lint = Command::new(venv.program("statelint"));
    runner
        .run("lint the state machines", lint.args(definitions()?))
        .map(drop)
}

/// The definitions of the state machines, of which there has to be one.
fn definitions() -> Result<Vec<PathBuf>, Error> {
    let directory = workspace::root().join("statemachine");
    let entries = fs::read_dir(&directory).map_err(Error::file("read", &directory))?;
    let is_definition = |path: &PathBuf| path.to_string_lossy().ends_with(".asl.json");
    let found: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(is_definition)
        .collect();
    if found.is_empty() {
        return Err(Error::Content {
            path: directory,
            expected: "a state machine, *.asl.json",
        });
    }
    Ok(found)
}
