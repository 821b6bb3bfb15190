//! How much memory the functions of a local cloud take, and how much of the processors, watched from outside. Linux only.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use super::{processor::Processor, run::Run, site::Site};
use crate::local::figures::peak_of;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);
/// The variable that names the function that a process runs.
const FUNCTION: &str = "AWS_LAMBDA_FUNCTION_NAME";

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
pub(crate) fn watch(run: &Run) -> (Memory, Processor) {
    let mut memory = Memory::new();
    let mut processor = Processor::default();
    loop {
        let found = processes(&run.site);
        let mut all = found.clone();
        all.extend(others(&run.site));
        processor.look(&all);
        if run.stopped() {
            return (memory, processor);
        }
        for (role, processes) in found {
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
}

/// The running processes of every function of the site, as their directories in `/proc`.
pub(crate) fn processes(site: &Site) -> BTreeMap<&'static str, Vec<PathBuf>> {
    by_role(site, |settings| {
        let name = value_of(settings, FUNCTION)?;
        let functions = site.functions.iter();
        functions
            .filter(|(_, function)| function.as_bytes() == name)
            .map(|(role, _)| *role)
            .next()
    })
}

/// The emulator, which has the settings that the functions inherit but none of their names, and this tool.
fn others(site: &Site) -> BTreeMap<&'static str, Vec<PathBuf>> {
    let mut found = by_role(site, |settings| {
        let emulates = value_of(settings, "GATEWAY_PORT").is_some();
        (emulates && value_of(settings, FUNCTION).is_none()).then_some("the emulator")
    });
    found.insert("this tool", vec![PathBuf::from("/proc/self")]);
    found
}

/// Processes that know the site's endpoint, by what their environment says they are.
fn by_role(
    site: &Site,
    role: impl Fn(&[u8]) -> Option<&'static str>,
) -> BTreeMap<&'static str, Vec<PathBuf>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let Some(endpoint) = site.client.endpoint() else {
        return found;
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        let Ok(environment) = fs::read(path.join("environ")) else {
            continue;
        };
        if value_of(&environment, "AWS_ENDPOINT_URL") == Some(endpoint.as_bytes())
            && let Some(role) = role(&environment)
        {
            found.entry(role).or_default().push(path);
        }
    }
    found
}

/// What a variable is set to in the environment of a process.
fn value_of<'a>(environment: &'a [u8], name: &str) -> Option<&'a [u8]> {
    environment
        .split(|byte| *byte == 0)
        .find_map(|setting| setting.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
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
    fn a_variable_is_found_by_its_whole_name() {
        let environment = b"GATEWAY_PORT_OLD=1\0GATEWAY_PORT=4566\0EMPTY=\0";
        assert_eq!(value_of(environment, "GATEWAY_PORT"), Some(&b"4566"[..]));
        assert_eq!(value_of(environment, "EMPTY"), Some(&b""[..]));
        assert_eq!(value_of(environment, "PORT"), None);
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
