//! The sudden end of a function, as when its host fails.

use crate::{
    kill::kill_process,
    load::{memory, site::Site},
};

/// Kills one of the running processes of starter and resize; `draw` says which. There is nothing to kill of functions
/// that run elsewhere.
pub(crate) fn one(site: &Site, draw: u64) {
    let processes = memory::processes(site);
    let all: Vec<u32> = processes
        .values()
        .flatten()
        .filter_map(|path| path.file_name()?.to_str()?.parse().ok())
        .collect();
    if !all.is_empty() {
        kill_process(all[draw as usize % all.len()]);
    }
}
