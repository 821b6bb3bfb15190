//! A tool as a process that stays, asked line by line; `bench/src/ours.rs` describes the lines.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{ChildStdin, ChildStdout, Command, Stdio},
};

use super::{error::Error as BenchError, tool::Tool};
use crate::{error::Error, local::figures::peak_of, process::Group};

/// A running tool. Dropping it ends it.
pub(crate) struct Worker {
    tool: Tool,
    group: Group,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    log: PathBuf,
    /// What it calls itself, with its version.
    pub(crate) identity: String,
}

impl Worker {
    /// Starts `command` and waits until it is ready; what it says besides answers goes to `log`.
    pub(crate) fn start(tool: Tool, command: &mut Command, log: PathBuf) -> Result<Self, Error> {
        let stderr = File::create(&log).map_err(Error::file("create", &log))?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr);
        let mut group = Group::start(command, None)?;
        let (to, from) = group
            .stdin()
            .zip(group.stdout())
            .expect("both have just been piped");
        let mut worker = Self {
            tool,
            group,
            to,
            from: BufReader::new(from),
            log,
            identity: String::new(),
        };
        let line = worker.line().map_err(|source| worker.silent(source))?;
        worker.identity = line
            .strip_prefix("ready ")
            .ok_or_else(|| worker.not_an_answer(&line))?
            .to_owned();
        Ok(worker)
    }

    /// Reads a picture into its memory.
    pub(crate) fn load(&mut self, picture: &Path) -> Result<(), Error> {
        self.ask("load", picture.display()).map(drop)
    }

    /// Makes the thumbnail `times` times; gives the milliseconds of CPU time that each took.
    pub(crate) fn run(&mut self, times: usize) -> Result<Vec<f64>, Error> {
        let answer = self.ask("run", times)?;
        milliseconds(&answer)
            .filter(|took| took.len() == times)
            .ok_or_else(|| self.not_an_answer(&answer))
    }

    /// Writes the newest thumbnail.
    pub(crate) fn save(&mut self, target: &Path) -> Result<(), Error> {
        self.ask("save", target.display()).map(drop)
    }

    /// Makes the thumbnail of a file that it reads in chunks; ours alone can.
    pub(crate) fn stream(&mut self, picture: &Path) -> Result<(), Error> {
        self.ask("stream", picture.display()).map(drop)
    }

    /// Makes the thumbnail as if the picture came at `rate` bytes a second; gives how many times as long as the download alone that
    /// took. Ours alone can.
    pub(crate) fn arrive(&mut self, rate: u32) -> Result<f64, Error> {
        let answer = self.ask("arrive", rate)?;
        match milliseconds(&answer).as_deref() {
            Some(&[took, download]) if download > 0.0 => Ok(took / download),
            _ => Err(self.not_an_answer(&answer)),
        }
    }

    /// The most memory it has had so far, in MiB; known on Linux only.
    pub(crate) fn peak(&self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.group.id())).ok()?;
        Some(peak_of(&status)? as f64 / 1024.0)
    }

    fn ask(&mut self, command: &str, argument: impl std::fmt::Display) -> Result<String, Error> {
        let asked = writeln!(self.to, "{command} {argument}").and_then(|()| self.to.flush());
        let line = asked
            .and_then(|()| self.line())
            .map_err(|source| self.silent(source))?;
        match line.split_once(' ') {
            Some(("ok", answer)) => Ok(answer.to_owned()),
            Some(("error", reason)) => Err(BenchError::Refused {
                tool: self.tool,
                reason: reason.to_owned(),
            }
            .into()),
            _ => Err(self.not_an_answer(&line)),
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.from.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        }
    }

    fn silent(&self, source: io::Error) -> Error {
        BenchError::Silent {
            tool: self.tool,
            log: self.log.clone(),
            source,
        }
        .into()
    }

    fn not_an_answer(&self, answer: &str) -> Error {
        BenchError::Answer {
            tool: self.tool,
            answer: answer.to_owned(),
            log: self.log.clone(),
        }
        .into()
    }
}

fn milliseconds(nanoseconds: &str) -> Option<Vec<f64>> {
    let took = nanoseconds.split(' ').map(|one| one.parse::<u64>().ok());
    took.map(|one| Some(one? as f64 / 1e6)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_nanoseconds() {
        assert_eq!(milliseconds("1500000 250"), Some(vec![1.5, 0.000_25]));
        assert_eq!(milliseconds(""), None);
        assert_eq!(milliseconds("1.5"), None);
    }
}
