//! How a run was made.

use std::fs;

use super::{Arguments, fault::Done, plan::Shares};

/// How a run was made, in words.
pub(crate) struct Circumstances {
    /// Such as "20000 small pictures, 10 % with a duplicate event".
    pub(crate) title: String,
    /// The command that was typed.
    pub(crate) command: String,
    /// The machine, and how busy it was.
    pub(crate) machine: String,
    /// What was done to the pipeline meanwhile.
    pub(crate) notes: Vec<String>,
}

impl Circumstances {
    /// `left` is how many unreadable messages have not come to the failures queue, `busy` the load average before.
    pub(crate) fn new(arguments: &Arguments, done: Done, left: u32, busy: &str) -> Self {
        let mut notes = done.notes();
        let poison = arguments.poison;
        if poison > 0 {
            let came = poison - left;
            notes.push(format!(
                "{came} of {poison} unreadable messages came to the failures queue."
            ));
        }
        Self {
            title: title(arguments),
            command: command(),
            machine: machine(busy),
            notes,
        }
    }
}

/// What was dropped, in words.
fn title(arguments: &Arguments) -> String {
    let mut title = match &arguments.photos {
        Some(_) => format!("{} photos", arguments.pictures),
        None => format!("{} small pictures", arguments.pictures),
    };
    if let Some(rate) = arguments.rate {
        title.push_str(&format!(", {rate} a second"));
    }
    let Shares {
        duplicate,
        overwrite,
        delete,
        broken,
    } = arguments.shares;
    for (percent, what) in [
        (duplicate, "with a duplicate event"),
        (overwrite, "overwritten"),
        (delete, "deleted and uploaded again"),
        (broken, "broken"),
    ] {
        if percent > 0.0 {
            title.push_str(&format!(", {percent} % {what}"));
        }
    }
    if !arguments.faults.is_empty() {
        title.push_str(&format!(", faults {}", arguments.faults));
    }
    if let Some(kind) = &arguments.settings.workflow_type {
        title.push_str(&format!(", {}", kind.to_uppercase()));
    }
    title
}

/// The command, without what only says where to write, and where things are on this machine.
fn command() -> String {
    shown(std::env::args().skip(1))
}

fn shown(mut arguments: impl Iterator<Item = String>) -> String {
    let mut command = "cargo xtask".to_owned();
    while let Some(argument) = arguments.next() {
        let (name, value) = argument.split_once('=').unzip();
        let name = name.unwrap_or(&argument);
        let hidden = match name {
            "--json" | "--report" => "",
            "--photos" => " --photos FOLDER",
            "--outputs" => " --outputs FILE",
            _ => {
                command.push(' ');
                command.push_str(&argument);
                continue;
            }
        };
        command.push_str(hidden);
        if value.is_none() {
            arguments.next();
        }
    }
    command
}

/// The machine, and what else it was doing.
fn machine(busy: &str) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{cores} cores; load average before {busy}, after {}",
        load_average()
    )
}

/// The first figure of the load average, where the system tells it.
pub(crate) fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ')
        .next()
        .filter(|figure| !figure.is_empty())
        .unwrap_or("unknown")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_what_was_done_and_not_where() {
        let check = |typed: &str, expected: &str| {
            assert_eq!(shown(typed.split(' ').map(str::to_owned)), expected);
        };
        check(
            "load --pictures 5 --rate=2.5",
            "cargo xtask load --pictures 5 --rate=2.5",
        );
        check(
            "load --report a/b.md --pictures 5 --json=x --photos a/b --seed 2",
            "cargo xtask load --pictures 5 --photos FOLDER --seed 2",
        );
    }
}
