//! How processes are asked to end, and how they are ended by force, on each system.

/// Asks the group that `pid` leads to end itself.
#[cfg(unix)]
pub(crate) fn ask(pid: u32) {
    signal(pid, rustix::process::Signal::TERM);
}

#[cfg(windows)]
pub(crate) fn ask(_pid: u32) {
    // A console program on Windows can only be asked by its own console: force has to do.
}

/// Ends the group that `pid` leads (on Windows: its process tree), by force.
#[cfg(unix)]
pub(crate) fn kill_tree(pid: u32) {
    signal(pid, rustix::process::Signal::KILL);
}

/// Ends the group that `pid` leads (on Windows: its process tree), by force.
#[cfg(windows)]
pub(crate) fn kill_tree(pid: u32) {
    use std::process::{Command, Stdio};

    // It fails when the process is gone already, which is what was wanted.
    let _ = Command::new("taskkill")
        .args(["/T", "/F", "/PID", &pid.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

/// Ends one process by force, and nothing that it has started.
#[cfg(unix)]
pub(crate) fn kill_process(pid: u32) {
    if let Some(process) = named(pid) {
        // It may have ended by itself meanwhile.
        let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
    }
}

/// Ends one process by force.
#[cfg(windows)]
pub(crate) fn kill_process(pid: u32) {
    kill_tree(pid);
}

#[cfg(unix)]
fn signal(pid: u32, signal: rustix::process::Signal) {
    if let Some(group) = named(pid) {
        // The group may be gone already, which is what was wanted.
        let _ = rustix::process::kill_process_group(group, signal);
    }
}

#[cfg(unix)]
fn named(pid: u32) -> Option<rustix::process::Pid> {
    i32::try_from(pid)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
}
