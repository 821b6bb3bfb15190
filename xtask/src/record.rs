//! The processes that a killed tool would leave behind, remembered on disk.
//!
//! One file per process, named by its id, holding when it was started and what it is called.
//! Ids are used again by the system, so a process is ours only if it was started at that time.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::{error::Error, kill::kill_tree};

/// Start times are computed from the uptime and can differ by a second between two looks.
const SAME_START_WITHIN_SECONDS: u64 = 2;

/// The directory of the records.
#[derive(Clone)]
pub(crate) struct Records {
    directory: PathBuf,
}

impl Records {
    /// Opens the records in `directory`, ending first what an earlier tool left behind.
    ///
    /// Only the holder of the lock of the local cloud may call this: what is recorded by then
    /// belongs to nobody.
    pub(crate) fn take_over(directory: PathBuf) -> Result<Self, Error> {
        fs::create_dir_all(&directory).map_err(Error::file("create", &directory))?;
        let entries = fs::read_dir(&directory).map_err(Error::file("read", &directory))?;
        for entry in entries.flatten() {
            let path = entry.path();
            if let Some((pid, identity)) = read(&path)
                && Identity::of(pid).is_some_and(|current| current.is(&identity))
            {
                eprintln!(
                    "ending {} (process {pid}), left behind by an earlier run",
                    identity.name
                );
                kill_tree(pid);
            }
            fs::remove_file(&path).map_err(Error::file("remove", &path))?;
        }
        Ok(Self { directory })
    }

    /// Remembers the running process `pid`; gives the file to remove when it has ended.
    pub(crate) fn add(&self, pid: u32) -> Result<PathBuf, Error> {
        let path = self.directory.join(pid.to_string());
        // One that has ended before it could be looked at needs no record that matches anything.
        let text = Identity::of(pid).map_or_else(String::new, |identity| identity.to_text());
        fs::write(&path, text).map_err(Error::file("write", &path))?;
        Ok(path)
    }
}

fn read(path: &Path) -> Option<(u32, Identity)> {
    let pid = path.file_name()?.to_str()?.parse().ok()?;
    let identity = Identity::from_text(&fs::read_to_string(path).ok()?)?;
    Some((pid, identity))
}

/// What tells a process from a later one with the same id.
#[derive(Debug, PartialEq)]
struct Identity {
    started: u64,
    name: String,
}

impl Identity {
    fn of(pid: u32) -> Option<Self> {
        let pid = Pid::from_u32(pid);
        let mut system = System::new().ok()?;
        let only = ProcessesToUpdate::Some(&[pid]);
        system.refresh_processes_specifics(only, false, ProcessRefreshKind::nothing());
        let process = system.process(pid)?;
        Some(Self {
            started: process.start_time(),
            name: process.name().to_string_lossy().into_owned(),
        })
    }

    fn is(&self, other: &Self) -> bool {
        // The name is for people: a program may replace itself by another, as some Pythons do.
        self.started.abs_diff(other.started) <= SAME_START_WITHIN_SECONDS
    }

    fn to_text(&self) -> String {
        format!("{} {}", self.started, self.name)
    }

    fn from_text(text: &str) -> Option<Self> {
        let (started, name) = text.split_once(' ')?;
        Some(Self {
            started: started.parse().ok()?,
            name: name.to_owned(),
        })
    }
}
