//! How much memory the functions of a local cloud take, watched from outside. Linux only.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{run::Run, site::Site};
use crate::local::figures::peak_of;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// What was seen of one function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples {
    /// When, and the most memory that any process of the function had then, in KiB.
    resident: Vec<(Duration, u64)>,
    /// The most that any process has ever had, in KiB.
    pub(crate) peak: u64,
    /// The most processes at once.
    pub(crate) processes: usize,
}

impl Samples {
    /// The most that was seen from `from` to `to`, in KiB.
    pub(crate) fn between(&self, from: Duration, to: Duration) -> Option<u64> {
        let within = self
            .resident
            .iter()
            .filter(|(at, _)| (from..=to).contains(at));
        within.map(|(_, kib)| *kib).max()
    }
}

/// Samples by the role of the function.
pub(crate) type Memory = BTreeMap<&'static str, Samples>;

/// Looks until somebody says stop. There is nothing to see of functions that run elsewhere.
pub(crate) fn watch(run: &Run) -> Memory {
    let mut memory = Memory::new();
    while !run.stopped() {
        for (role, processes) in processes(&run.site) {
            let samples = memory.entry(role).or_default();
            let status = |path: &PathBuf| fs::read_to_string(path.join("status")).ok();
            let statuses: Vec<String> = processes.iter().filter_map(status).collect();
            let most =
                |read: fn(&str) -> Option<u64>| statuses.iter().filter_map(|text| read(text)).max();
            samples.processes = samples.processes.max(statuses.len());
            samples.peak = samples.peak.max(most(peak_of).unwrap_or_default());
            samples
                .resident
                .extend(most(resident_of).map(|kib| (run.now(), kib)));
        }
        std::thread::sleep(PAUSE);
    }
    memory
}

/// The running processes of every function of the site, as their directories in `/proc`.
pub(crate) fn processes(site: &Site) -> BTreeMap<&'static str, Vec<PathBuf>> {
    let Some(endpoint) = site.client.endpoint() else {
        return BTreeMap::new();
    };
    let endpoint = format!("AWS_ENDPOINT_URL={endpoint}");
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for path in entries.map(|entry| entry.path()) {
        if let Some(role) = role_of(site, &path, &endpoint) {
            found.entry(role).or_default().push(path);
        }
    }
    found
}

/// The role of the function that a process runs, if it is a function of ours.
fn role_of(site: &Site, process: &Path, endpoint: &str) -> Option<&'static str> {
    let environment = fs::read(process.join("environ")).ok()?;
    let settings = || environment.split(|byte| *byte == 0);
    // The emulator itself has the first as well, but not the second.
    settings().find(|setting| *setting == endpoint.as_bytes())?;
    let name = settings().find_map(|setting| setting.strip_prefix(b"AWS_LAMBDA_FUNCTION_NAME="))?;
    let functions = site.functions.iter();
    functions
        .filter(|(_, function)| function.as_bytes() == name)
        .map(|(role, _)| *role)
        .next()
}

/// The line `VmRSS:     1234 kB` of a process's status.
fn resident_of(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_resident_is_read_from_its_line() {
        let status = "Name:\tbootstrap\nVmHWM:\t   51234 kB\nVmRSS:\t   812 kB\n";
        assert_eq!(resident_of(status), Some(812));
        assert_eq!(resident_of("Name:\tbootstrap\n"), None);
    }

    #[test]
    fn a_stretch_of_time_has_its_own_peak() {
        let seconds = Duration::from_secs;
        let samples = Samples {
            resident: vec![(seconds(1), 10), (seconds(2), 30), (seconds(3), 20)],
            peak: 40,
            processes: 1,
        };
        assert_eq!(samples.between(seconds(0), seconds(1)), Some(10));
        assert_eq!(samples.between(seconds(2), seconds(9)), Some(30));
        assert_eq!(samples.between(seconds(4), seconds(9)), None);
    }
}
