//! Python: the interpreter, and virtual environments that hold exactly what is pinned.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{error::Error, process::Runner, workspace};

/// Prints the version if it and the modules that a virtual environment is made of are there.
const PROBE: &str = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";
const OLDEST: (u32, u32) = (3, 10);

/// A virtual environment that holds what a requirements file names.
pub(crate) struct Venv {
    directory: PathBuf,
}

impl Venv {
    /// Makes the environment, unless it is there already and was made from the same requirements.
    ///
    /// `requirements` is a pinned file with the hash of every package.
    pub(crate) fn ready(
        directory: PathBuf,
        requirements: &str,
        name: &str,
        runner: &Runner,
    ) -> Result<Self, Error> {
        let venv = Self { directory };
        // Written last, so that a half-made environment is never taken for a whole one.
        let stamp = venv.directory.join("made-from.txt");
        let made_from = fs::read_to_string(&stamp).unwrap_or_default();
        if made_from == requirements && works(&venv.python()) {
            return Ok(venv);
        }
        let interpreter = interpreter()?;
        if venv.directory.exists() {
            fs::remove_dir_all(&venv.directory).map_err(Error::file("remove", &venv.directory))?;
        }
        let mut make = interpreter.command();
        make.args(["-m", "venv"]).arg(&venv.directory);
        runner.run("make a Python environment", &mut make)?;

        let list = venv.directory.join("requirements.txt");
        fs::write(&list, requirements).map_err(Error::file("write", &list))?;
        let mut install = Command::new(venv.python());
        install
            .args([
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
            ])
            .args(["--require-hashes", "--requirement"])
            .arg(&list);
        runner.run(&format!("install {name}"), &mut install)?;
        fs::write(&stamp, requirements).map_err(Error::file("write", &stamp))?;
        Ok(venv)
    }

    /// The interpreter inside.
    pub(crate) fn python(&self) -> PathBuf {
        self.program("python")
    }

    /// A program that a package has brought.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs()
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// The directory of the programs.
    pub(crate) fn programs(&self) -> PathBuf {
        let programs = if cfg!(windows) { "Scripts" } else { "bin" };
        self.directory.join(programs)
    }
}

fn works(python: &Path) -> bool {
    let mut probe = Command::new(python);
    probe
        .args(["-c", "pass"])
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// How Python is called here.
struct Interpreter {
    program: &'static str,
    arguments: &'static [&'static str],
}

impl Interpreter {
    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command.args(self.arguments);
        command
    }

    /// The version, if this is a Python that can make virtual environments.
    fn version(&self) -> Option<(u32, u32)> {
        let output = self.command().args(["-c", PROBE]).output().ok()?;
        parse_version(std::str::from_utf8(&output.stdout).ok()?)
    }
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.trim().split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn interpreter() -> Result<Interpreter, Error> {
    let candidates: [(&str, &[&str]); 3] = [("python3", &[]), ("python", &[]), ("py", &["-3"])];
    candidates
        .into_iter()
        .map(|(program, arguments)| Interpreter { program, arguments })
        .find(|python| python.version().is_some_and(|version| version >= OLDEST))
        .ok_or_else(|| Error::Missing {
            tool: "Python 3.10 or newer, with venv and ensurepip,",
            how: "get it from https://www.python.org/downloads/ \
                  (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python; \
                  Windows: winget install Python.Python.3.13)"
                .to_owned(),
        })
}

/// Fails with what to do about it when there is no Python, before anything long has started.
pub(crate) fn require() -> Result<(), Error> {
    interpreter().map(drop)
}

/// Where environments are kept that no local cloud owns.
pub(crate) fn tools_directory() -> PathBuf {
    workspace::target().join("tools")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_and_not_by_text() {
        assert!(parse_version("3.9\n") < Some(OLDEST));
        assert_eq!(parse_version("3.10\r\n"), Some(OLDEST));
        assert!(parse_version("3.13") > Some(OLDEST));
        assert_eq!(parse_version(""), None);
    }
}
