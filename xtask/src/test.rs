//! `cargo xtask test`: every test there is.

use std::process::Stdio;

use crate::{
    error::Error,
    functions, load,
    local::{Cloud, Settings},
    package,
    process::{Group, Runner},
    workspace,
};

/// The settings under which the end-to-end tests run unless told otherwise: first as they are by default, then with
/// all of those turned over that change what the pipeline does.
const TURNED_OVER: [&str; 2] = ["remove_with_source=true", "versioning=true"];

/// The crates whose loops are compiled for several instruction sets and have tests that hold them to a plain definition.
const DISPATCHED: [&str; 3] = ["jpeg-shrink", "vp8-shrink", "vp8l-rows"];

/// Run every test, the end-to-end ones included
///
/// Builds the tests and the functions, tests the decoders as on a processor without AVX2, starts the local cloud, runs `cargo test --workspace` against it, and stops it
/// again. Then the end-to-end tests run once more, against an Express workflow that removes thumbnails with their
/// sources, in versioned buckets. A small load with every fault that `cargo xtask load` knows ends each run. With settings of your own, it is one run with those. Arguments after `--` go to cargo
/// test: `cargo xtask test -- --package tests upload`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: Settings,

    /// Arguments of cargo test
    #[arg(last = true, value_name = "ARGUMENTS")]
    cargo: Vec<String>,
}

/// Fails when a test does, after all of them have run.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    // Both need the network and take the longest: they come before anything that has to be stopped.
    let runner = Runner::new(workspace::target().join("test").join("logs"), None)?;
    let mut build = functions::cargo();
    build.args(["test", "--workspace", "--no-run"]);
    runner.run("build the tests", &mut build)?;
    package::for_this_machine(&runner)?;
    if arguments.cargo.is_empty() {
        without_avx2(&runner)?;
    }

    let settings = &arguments.settings;
    let all = against(settings, &["--workspace"], &arguments.cargo);
    let is_default = settings.workflow_type.is_none() && settings.variables.is_empty();
    if !is_default || matches!(all, Err(Error::Interrupted)) {
        return all;
    }
    let turned_over = Settings {
        port: settings.port,
        workflow_type: Some("EXPRESS".to_owned()),
        variables: TURNED_OVER.map(str::to_owned).to_vec(),
    };
    // Not by their package: the libraries would get the features of that package alone, and be compiled once more.
    let end_to_end = ["--workspace", "--test=end_to_end"];
    let end_to_end = against(&turned_over, &end_to_end, &arguments.cargo);
    all.and(end_to_end)
}

/// Runs the tests of our decoders as on a processor that has no more than its target always has.
fn without_avx2(runner: &Runner) -> Result<(), Error> {
    let mut tests = functions::cargo();
    tests.args(["test", "--no-default-features", "--tests"]);
    for name in DISPATCHED {
        tests.args(["--package", name]);
    }
    runner.run("test the decoders without AVX2", &mut tests)?;
    Ok(())
}

/// Runs tests against a local cloud with these settings: `chosen`, unless the user has chosen packages.
fn against(settings: &Settings, chosen: &[&str], arguments: &[String]) -> Result<(), Error> {
    let mut cloud = Cloud::start(settings)?;
    let mut tests = functions::cargo();
    // One package's failure says nothing about the next, and starting all of this again takes minutes.
    tests.args(["test", "--no-fail-fast"]);
    if !names_packages(arguments) {
        tests.args(chosen);
    }
    tests.args(arguments);
    tests.envs(cloud.environment()).stdin(Stdio::null());
    let mut tests = Group::start(&mut tests, None)?;
    let status = tests.wait(|| cloud.check())?;
    if status.success() {
        // Who has chosen tests has no use for one more.
        return if arguments.is_empty() {
            load::with_every_fault(&mut cloud)
        } else {
            Ok(())
        };
    }
    let kind = settings.workflow_type.as_deref().unwrap_or("STANDARD");
    Err(Error::Status {
        what: format!("cargo test against {kind} workflows"),
        status,
    })
}

/// Whether the user has chosen packages, which `--workspace` would win over.
fn names_packages(arguments: &[String]) -> bool {
    arguments
        .iter()
        .any(|argument| argument == "-p" || argument.starts_with("--package"))
}
