//! Programs that the tool starts, and their end.
//!
//! Every program gets a process group of its own. Ctrl-C then reaches the tool alone, which ends
//! what it started in the right order; and ending a group ends what a program itself has started:
//! the emulator's functions, Terraform's providers, Cargo's compilers.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use crate::{
    error::Error,
    kill::{ask, kill_tree},
    progress::Step,
    record::Records,
    workspace,
};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How long a program may take to end itself before it is ended by force.
const GRACE: Duration = Duration::from_secs(5);
/// How often a waiting loop looks.
pub(crate) const PAUSE: Duration = Duration::from_millis(25);

/// From now on Ctrl-C, SIGTERM and a closed terminal are noted instead of ending the tool at once.
pub(crate) fn note_interrupts() {
    // It can fail only by being called twice, and then the first handler is in place.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst));
}

/// An error once the user has asked for the end.
pub(crate) fn check_interrupt() -> Result<(), Error> {
    if INTERRUPTED.load(Ordering::SeqCst) {
        return Err(Error::Interrupted);
    }
    Ok(())
}

/// A program and whatever it starts. Dropping it ends them all.
pub(crate) struct Group {
    child: Child,
    record: Option<PathBuf>,
    ended: Option<ExitStatus>,
}

impl Group {
    /// Starts `command` in a group of its own; `records` remember it in case the tool is killed.
    pub(crate) fn start(command: &mut Command, records: Option<&Records>) -> Result<Self, Error> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        #[cfg(windows)]
        {
            const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
            std::os::windows::process::CommandExt::creation_flags(
                command,
                CREATE_NEW_PROCESS_GROUP,
            );
        }
        let child = command.spawn().map_err(|source| Error::Start {
            program: command.get_program().to_string_lossy().into_owned(),
            source,
        })?;
        let mut group = Self {
            child,
            record: None,
            ended: None,
        };
        if let Some(records) = records {
            group.record = Some(records.add(group.child.id())?);
        }
        Ok(group)
    }

    /// The status, once the program has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended
    }

    /// Our end of a piped stdin, once.
    pub(crate) fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Our end of a piped stdout, once.
    pub(crate) fn stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// The process id of the program itself.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end; an interrupt, or an error from `meanwhile`, ends the whole group first.
    pub(crate) fn wait(
        &mut self,
        mut meanwhile: impl FnMut() -> Result<(), Error>,
    ) -> Result<ExitStatus, Error> {
        loop {
            if let Some(status) = self.ended() {
                return Ok(status);
            }
            if let Err(error) = check_interrupt().and_then(|()| meanwhile()) {
                self.end();
                return Err(error);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Asks the group to end, and ends what is left of it by force.
    pub(crate) fn end(&mut self) {
        if self.ended().is_none() {
            ask(self.child.id());
            let asked = Instant::now();
            while self.ended().is_none() && asked.elapsed() < GRACE {
                std::thread::sleep(PAUSE);
            }
        }
        self.kill();
    }

    /// Ends the group by force, what an ended program left behind included.
    pub(crate) fn kill(&mut self) {
        kill_tree(self.child.id());
        if self.ended.is_none() {
            // It has just been killed: this reaps it.
            self.ended = self.child.wait().ok();
        }
        if let Some(record) = self.record.take() {
            // A record that stays is checked against the process before anything is ended.
            let _ = std::fs::remove_file(record);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs programs as steps: quiet, with their output in a log whose end is shown when they fail.
pub(crate) struct Runner {
    logs: PathBuf,
    records: Option<Records>,
}

impl Runner {
    /// Logs go to `logs`; `records` outlive a killed tool.
    pub(crate) fn new(logs: PathBuf, records: Option<Records>) -> Result<Self, Error> {
        std::fs::create_dir_all(&logs).map_err(Error::file("create", &logs))?;
        Ok(Self { logs, records })
    }

    /// What remembers the processes, if anything does.
    pub(crate) fn records(&self) -> Option<&Records> {
        self.records.as_ref()
    }

    /// Runs `command` to its end as the step `name`, and gives what it wrote to stdout.
    pub(crate) fn run(&self, name: &str, command: &mut Command) -> Result<String, Error> {
        self.run_while(name, command, || Ok(()))
    }

    /// The same, for as long as `holds` does.
    pub(crate) fn run_while(
        &self,
        name: &str,
        command: &mut Command,
        mut holds: impl FnMut() -> Result<(), Error>,
    ) -> Result<String, Error> {
        let file_name = name.replace(' ', "-");
        let log = self.logs.join(format!("{file_name}.log"));
        let out = self.logs.join(format!("{file_name}.out"));
        let create = |path: &PathBuf| File::create(path).map_err(Error::file("create", path));
        command
            .stdin(Stdio::null())
            .stdout(create(&out)?)
            .stderr(create(&log)?);
        let mut step = Step::start(name);
        let status = Group::start(command, self.records.as_ref()).and_then(|mut group| {
            group.wait(|| {
                step.tick(|| newest_line(&log, &out));
                holds()
            })
        });
        match status {
            Ok(status) if status.success() => step.done(),
            Ok(status) => {
                step.failed();
                // Some programs complain on stdout.
                let log = if tail(&log, 1).is_empty() { out } else { log };
                return Err(Error::Step {
                    step: name.to_owned(),
                    status,
                    tail: tail(&log, 40),
                    log: PathBuf::from(workspace::shown(&log)),
                });
            }
            Err(error) => {
                step.failed();
                return Err(error);
            }
        }
        std::fs::read_to_string(&out).map_err(Error::file("read", &out))
    }
}

/// The last `lines` lines of a file, as text; nothing if it cannot be read.
pub(crate) fn tail(path: &Path, lines: usize) -> String {
    // A line of a log is rarely longer than this on average.
    let text = end_of(path, 400 * lines as u64);
    let lines_from_the_end = text.trim_end().rsplit('\n').take(lines);
    let mut kept: Vec<_> = lines_from_the_end.collect();
    kept.reverse();
    kept.join("\n")
}

/// What a program said last: on stderr where it says anything there.
fn newest_line(log: &Path, out: &Path) -> String {
    Some(last_line(log))
        .filter(|line| !line.is_empty())
        .unwrap_or_else(|| last_line(out))
}

fn last_line(path: &Path) -> String {
    let text = end_of(path, 400);
    let line = text.trim_end().rsplit(['\n', '\r']).next();
    line.unwrap_or_default().to_owned()
}

fn end_of(path: &Path, bytes: u64) -> String {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(bytes)))?;
        let mut end = Vec::new();
        file.read_to_end(&mut end)?;
        Ok(end)
    };
    // It is shown to a person: a log that cannot be read is no reason to fail.
    String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
}
