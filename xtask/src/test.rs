//! `cargo xtask test`: every test there is.

use std::process::Stdio;

use crate::{
    error::Error,
    functions,
    local::{Cloud, Settings},
    package,
    process::{Group, Runner},
    workspace,
};

/// Run every test, the end-to-end ones included
///
/// Builds the tests and the functions, starts the local cloud, runs `cargo test --workspace` against it, and stops it
/// again. Arguments after `--` go to cargo test: `cargo xtask test -- --package tests upload`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: Settings,

    /// Arguments of cargo test
    #[arg(last = true, value_name = "ARGUMENTS")]
    cargo: Vec<String>,
}

/// Fails when a test does.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    // Both need the network and take the longest: they come before anything that has to be stopped.
    let runner = Runner::new(workspace::target().join("test").join("logs"), None)?;
    let mut build = functions::cargo();
    build.args(["test", "--workspace", "--no-run"]);
    runner.run("build the tests", &mut build)?;
    package::for_this_machine(&runner)?;

    let mut cloud = Cloud::start(&arguments.settings)?;
    let mut tests = functions::cargo();
    // One package's failure says nothing about the next, and starting all of this again takes minutes.
    tests.args(["test", "--no-fail-fast"]);
    if !names_packages(&arguments.cargo) {
        tests.arg("--workspace");
    }
    tests.args(&arguments.cargo);
    tests.envs(cloud.environment()).stdin(Stdio::null());
    let mut tests = Group::start(&mut tests, None)?;
    let status = tests.wait(|| cloud.check())?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Status {
        what: "cargo test".to_owned(),
        status,
    })
}

/// Whether the user has chosen packages, which `--workspace` would win over.
fn names_packages(arguments: &[String]) -> bool {
    arguments
        .iter()
        .any(|argument| argument == "-p" || argument.starts_with("--package"))
}
