//! The tools, fetched at pinned versions and ready to start.

use std::{
    env::consts::EXE_SUFFIX,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{error::Error as BenchError, tool::Tool, worker::Worker};
use crate::{error::Error, functions, process::Runner, python::Venv, workspace};

const REQUIREMENTS: &str = include_str!("../../../bench/peers/requirements.txt");
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Everything that a comparison starts.
pub(crate) struct Peers {
    directory: PathBuf,
    programs: [PathBuf; 3],
    /// [`Tool::Plain`], where it takes part.
    plain: Option<PathBuf>,
    python: PathBuf,
}

/// Our own programs, in the order of [`Peers::programs`].
const PROGRAMS: [&str; 3] = ["bench-ours", "bench-pictures", "bench-score"];

impl Peers {
    /// Builds and fetches what `tools` need, below `directory`. Pillow is needed by all, for the judge of quality.
    pub(crate) fn ready(directory: &Path, tools: &[Tool], runner: &Runner) -> Result<Self, Error> {
        let plain = if tools.contains(&Tool::Plain) {
            Some(build_plain(directory, runner)?)
        } else {
            None
        };
        let programs = build(runner)?;
        if tools.contains(&Tool::Sharp) {
            install_sharp(&directory.join("sharp"), runner)?;
        }
        let venv = Venv::ready(
            directory.join("python"),
            REQUIREMENTS,
            "Pillow and pyvips",
            runner,
        )?;
        fs::create_dir_all(directory.join("logs")).map_err(Error::file("create", directory))?;
        Ok(Self {
            directory: directory.to_owned(),
            programs,
            plain,
            python: venv.python(),
        })
    }

    /// Starts a tool, which will use one thread and forget everything between two pictures.
    pub(crate) fn start(&self, tool: Tool) -> Result<Worker, Error> {
        let mut command = match tool {
            Tool::Ours => Command::new(&self.programs[0]),
            Tool::Plain => Command::new(self.plain.as_ref().expect("built for those who ask")),
            Tool::Sharp => {
                let mut node = Command::new(format!("node{EXE_SUFFIX}"));
                node.arg(script("sharp.mjs"));
                node.current_dir(self.directory.join("sharp"));
                node
            }
            Tool::Pillow => self.script("pillow.py"),
            Tool::PillowDraft => {
                let mut python = self.script("pillow.py");
                python.arg("draft");
                python
            }
            Tool::Pyvips => self.script("libvips.py"),
        };
        command.env("VIPS_CONCURRENCY", "1");
        let log = self
            .directory
            .join("logs")
            .join(format!("{}.log", tool.name()));
        Worker::start(tool, &mut command, log)
    }

    /// The project's own pictures, made unless they are there.
    pub(crate) fn make_pictures(&self, target: &Path, runner: &Runner) -> Result<(), Error> {
        let mut make = Command::new(&self.programs[1]);
        runner.run("make the pictures", make.arg(target))?;
        output(self.script("pixels.py").arg("encode").arg(target)).map(drop)
    }

    /// How near each of `files` comes to the raw picture `reference`.
    pub(crate) fn scores(&self, reference: &Path, files: &[PathBuf]) -> Result<Vec<f64>, Error> {
        let mut score = Command::new(&self.programs[2]);
        let said = output(score.arg("200").arg(reference).args(files))?;
        Ok(said.lines().filter_map(|line| line.parse().ok()).collect())
    }

    /// Writes what the thumbnail of `picture` should be into `directory`, without loss.
    ///
    /// The first file is cut where it should be; the others, if any, are for tools that cut at whole pixels.
    pub(crate) fn references(
        &self,
        picture: &Path,
        directory: &Path,
    ) -> Result<Vec<PathBuf>, Error> {
        let mut pixels = self.script("pixels.py");
        output(pixels.arg("references").arg(picture).arg(directory))?;
        let files = (0..3).map(|index| directory.join(format!("reference-{index}.png")));
        Ok(files.filter(|file| file.exists()).collect())
    }

    /// Decodes `files`; gives the raw pictures, which are written beside them.
    pub(crate) fn raw(&self, files: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
        output(self.script("pixels.py").arg("raw").args(files))?;
        Ok(files
            .iter()
            .map(|file| file.with_added_extension("rgb"))
            .collect())
    }

    fn script(&self, name: &str) -> Command {
        let mut python = Command::new(&self.python);
        // No compiled files among the sources.
        python.arg("-B").arg(script(name));
        python
    }
}

fn script(name: &str) -> PathBuf {
    workspace::root().join("bench").join("peers").join(name)
}

fn build(runner: &Runner) -> Result<[PathBuf; 3], Error> {
    let mut build = functions::cargo();
    build.args([
        "build",
        "--release",
        "--package=bench",
        "--message-format=json-render-diagnostics",
    ]);
    let messages = runner.run("build ours", &mut build)?;
    let mut programs = [const { PathBuf::new() }; 3];
    for (program, name) in programs.iter_mut().zip(PROGRAMS) {
        *program = functions::executable(&messages, name)?;
    }
    Ok(programs)
}

/// Builds ours without AVX2, and puts it where no other build does.
fn build_plain(directory: &Path, runner: &Runner) -> Result<PathBuf, Error> {
    let mut build = functions::cargo();
    build.args([
        "build",
        "--release",
        "--package=bench",
        "--bin=bench-ours",
        "--no-default-features",
        "--message-format=json-render-diagnostics",
    ]);
    let messages = runner.run("build ours without AVX2", &mut build)?;
    let built = functions::executable(&messages, PROGRAMS[0])?;
    let target = directory.join(format!("bench-plain{EXE_SUFFIX}"));
    fs::create_dir_all(directory).map_err(Error::file("create", directory))?;
    // A copy over a program that runs would fail.
    let part = directory.join("bench-plain.part");
    fs::copy(&built, &part).map_err(Error::file("write", &part))?;
    fs::rename(&part, &target).map_err(Error::file("write", &target))?;
    Ok(target)
}

/// Installs sharp as locked, unless it is there.
fn install_sharp(directory: &Path, runner: &Runner) -> Result<(), Error> {
    let lock = script("package-lock.json");
    let locked = fs::read_to_string(&lock).map_err(Error::file("read", &lock))?;
    // Written last, so that half an installation is never taken for a whole one.
    let stamp = directory.join("made-from.json");
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == locked) {
        return Ok(());
    }
    let found = Command::new(NPM).arg("--version").output();
    if !found.is_ok_and(|output| output.status.success()) {
        return Err(Error::Missing {
            tool: "Node.js 20 or newer, with npm,",
            how: "get it from https://nodejs.org, or leave sharp out: \
                  --tools ours,pillow-draft,pillow,pyvips"
                .to_owned(),
        });
    }
    fs::create_dir_all(directory).map_err(Error::file("create", directory))?;
    for name in ["package.json", "package-lock.json"] {
        let target = directory.join(name);
        fs::copy(script(name), &target).map_err(Error::file("write", &target))?;
    }
    let mut install = Command::new(NPM);
    install
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(directory);
    runner.run("install sharp", &mut install)?;
    fs::write(&stamp, locked).map_err(Error::file("write", &stamp))
}

/// Runs a short program, and gives what it says.
fn output(command: &mut Command) -> Result<String, Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|source| Error::Start {
        program: program.clone(),
        source,
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(BenchError::Program { program, said }.into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
