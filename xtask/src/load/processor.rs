//! How much of the processors each part of a local cloud takes, watched from outside. Linux only.
//!
//! It says what bounds a load: the emulator serves requests in one thread, and can't answer more pictures a second
//! than fit into a second of that.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// Of `/proc`: a hundredth of a second on every architecture that these functions run on.
const TICK: Duration = Duration::from_millis(10);

/// Processor time by role. What a process spends between the last look and its end is not seen.
#[derive(Debug, Default)]
pub(crate) struct Processor {
    looked: bool,
    processes: BTreeMap<(&'static str, PathBuf), Spent>,
}

/// The ticks of one process when it was first seen, and when it was seen last.
#[derive(Clone, Copy, Debug)]
struct Spent {
    before: u64,
    now: u64,
}

impl Processor {
    /// Reads the clocks of all processes, given as their directories in `/proc`. Whoever is there at the first look
    /// has done other things before; whoever comes later has done all its work in between.
    pub(crate) fn look(&mut self, processes: &BTreeMap<&'static str, Vec<PathBuf>>) {
        for (role, paths) in processes {
            for path in paths {
                if let Some(ticks) = ticks_at(path) {
                    self.note(role, path, ticks);
                }
            }
        }
        self.looked = true;
    }

    fn note(&mut self, role: &'static str, path: &Path, ticks: u64) {
        let before = if self.looked { 0 } else { ticks };
        self.processes
            .entry((role, path.to_owned()))
            .or_insert(Spent { before, now: ticks })
            .now = ticks;
    }

    /// What each role has spent since the first look.
    pub(crate) fn spent(&self) -> BTreeMap<&'static str, Duration> {
        let mut roles = BTreeMap::new();
        for ((role, _), spent) in &self.processes {
            let ticks = spent.now.saturating_sub(spent.before);
            *roles.entry(*role).or_default() += TICK * u32::try_from(ticks).unwrap_or(u32::MAX);
        }
        roles
    }
}

fn ticks_at(process: &Path) -> Option<u64> {
    ticks_of(&fs::read_to_string(process.join("stat")).ok()?)
}

/// User and system time in the one line of a process's `stat`, whose second field is a name with any characters in
/// parentheses.
fn ticks_of(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_times_are_read_whatever_the_name() {
        let stat = "7 (a b) 1) S 1 7 7 0 -1 4194560 100 0 0 0 250 31 9 9 20 0 3 0";
        assert_eq!(ticks_of(stat), Some(281));
        assert_eq!(ticks_of("7 (cut) S 1 7 7"), None);
    }

    #[test]
    fn only_what_was_spent_since_the_first_look_counts() {
        let mut processor = Processor::default();
        processor.note("emulator", Path::new("/proc/1"), 500);
        processor.look(&BTreeMap::new());
        processor.note("emulator", Path::new("/proc/1"), 730);
        processor.note("resize", Path::new("/proc/2"), 8);
        processor.note("resize", Path::new("/proc/3"), 5);
        let spent = processor.spent();
        assert_eq!(spent["emulator"], Duration::from_millis(2300));
        assert_eq!(spent["resize"], Duration::from_millis(130));
    }
}
