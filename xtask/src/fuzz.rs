//! `cargo xtask fuzz`: bytes that nobody has thought of.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    error::Error,
    functions,
    process::{self, Group, Runner},
    workspace,
};

/// Feed the decoders with bytes that nobody has thought of
///
/// Builds the targets of `crates/*/fuzz` with libFuzzer's instrumentation, on any compiler, and runs one of them or each for so
/// many seconds. It starts from the seeds of the repository and from what earlier runs have found, in `target/fuzz/corpus`.
/// What it finds is kept in `target/fuzz/findings`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The target, such as heic; every one of them where none is given
    target: Option<String>,

    /// How long each target runs
    #[arg(default_value_t = 60)]
    seconds: u32,
}

/// A fuzz target and where it is from.
struct Target {
    name: String,
    manifest: PathBuf,
    seeds: Vec<PathBuf>,
}

/// What libFuzzer needs to see of a program: which edges it takes, and what it compares.
const INSTRUMENTATION: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    --cfg fuzzing";

/// MiB that a target may hold, and ask for at once: the limits that the targets give the library leave 160.
const MEMORY: u32 = 512;
const ALLOCATION: u32 = 192;

/// Seconds that one input may take.
const TIMEOUT: u32 = 20;

/// Fails with the first target that finds something, after the others have run too.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let targets = targets()?;
    let chosen: Vec<_> = targets
        .iter()
        .filter(|target| {
            arguments
                .target
                .as_ref()
                .is_none_or(|name| *name == target.name)
        })
        .collect();
    if chosen.is_empty() {
        let names: Vec<_> = targets.iter().map(|target| target.name.as_str()).collect();
        return Err(Error::Missing {
            tool: "a fuzz target",
            how: format!("write one of {}", names.join(", ")),
        });
    }
    let runner = Runner::new(workspace::target().join("fuzz").join("logs"), None)?;
    let mut result = Ok(());
    for target in chosen {
        process::check_interrupt()?;
        let binary = build(target, &runner)?;
        result = result.and(fuzz(target, &binary, arguments.seconds));
    }
    result
}

fn targets() -> Result<Vec<Target>, Error> {
    let crates = workspace::root().join("crates");
    let mut targets = Vec::new();
    for (name, folder, seeds) in [
        ("thumbnail", "targets", &["tests/files"][..]),
        ("jpeg-shrink", "fuzz_targets", &[]),
        ("vp8-shrink", "fuzz_targets", &[]),
        ("vp8l-rows", "fuzz_targets", &[]),
    ] {
        let package = crates.join(name);
        let sources = package.join("fuzz").join(folder);
        let entries = fs::read_dir(&sources).map_err(Error::file("read", &sources))?;
        for path in entries.flatten().map(|entry| entry.path()) {
            let Some(stem) = path.file_stem() else {
                continue;
            };
            let name = stem.to_string_lossy().into_owned();
            let own = package.join("fuzz").join("seeds").join(&name);
            let seeds = seeds.iter().map(|seeds| package.join(seeds)).chain([own]);
            targets.push(Target {
                seeds: seeds.filter(|seeds| seeds.is_dir()).collect(),
                manifest: package.join("fuzz").join("Cargo.toml"),
                name,
            });
        }
    }
    targets.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(targets)
}

/// Builds one target; gives its binary.
fn build(target: &Target, runner: &Runner) -> Result<PathBuf, Error> {
    let mut command = functions::cargo();
    command
        .args([
            "build",
            "--release",
            "--message-format=json-render-diagnostics",
        ])
        // With a target named, build scripts and macros are not instrumented, which run here and now.
        .args(["--target", &host(runner)?, "--bin", &target.name])
        .arg("--manifest-path")
        .arg(&target.manifest)
        .arg("--target-dir")
        .arg(workspace::target().join("fuzz").join("build"))
        .env("RUSTFLAGS", INSTRUMENTATION);
    let messages = runner.run(
        &format!("build the fuzz target {}", target.name),
        &mut command,
    )?;
    functions::executable(&messages, &target.name)
}

/// The machine that this runs on, as the compiler names it.
fn host(runner: &Runner) -> Result<String, Error> {
    let mut rustc = std::process::Command::new("rustc");
    let said = runner.run("rustc", rustc.arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Error::Content {
        path: PathBuf::from("the output of rustc -vV"),
        expected: "the name of this machine",
    })
}

fn fuzz(target: &Target, binary: &Path, seconds: u32) -> Result<(), Error> {
    let folder = |kind: &str| {
        let path = workspace::target()
            .join("fuzz")
            .join(kind)
            .join(&target.name);
        let made = fs::create_dir_all(&path).map_err(Error::file("make", &path));
        made.map(|()| path)
    };
    let (corpus, findings) = (folder("corpus")?, folder("findings")?);
    let mut command = std::process::Command::new(binary);
    command
        .arg(corpus)
        .args(&target.seeds)
        .arg(format!("-artifact_prefix={}/", findings.display()))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={TIMEOUT}"))
        .arg(format!("-rss_limit_mb={MEMORY}"))
        .arg(format!("-malloc_limit_mb={ALLOCATION}"))
        .arg("-max_len=65536")
        .arg("-print_final_stats=1")
        // With it the AV1 decoder keeps a backtrace of every borrow of its rows, and hardly gets beyond a picture a second.
        .env("RUST_BACKTRACE", "0");
    let mut running = Group::start(&mut command, None)?;
    let status = running.wait(|| Ok(()))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Status {
        what: format!(
            "the fuzz target {}, whose findings are in {},",
            target.name,
            workspace::shown(&findings)
        ),
        status,
    })
}
