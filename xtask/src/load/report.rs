//! The figures for a person, on the terminal and in a document.

use std::{fmt::Write as _, fs, path::Path};

use super::{circumstances::Circumstances, percentile::Times, result::Outcome};
use crate::{error::Error, workspace};

/// The lines of a report: what, and its figure.
pub(crate) fn lines(outcome: &Outcome) -> Vec<(String, String)> {
    let mut lines = vec![
        ("pictures".to_owned(), outcome.pictures.to_string()),
        ("uploads".to_owned(), outcome.uploads.to_string()),
        (
            "answered".to_owned(),
            format!(
                "{}: {} thumbnails, {} messages",
                outcome.answered(),
                outcome.thumbnails,
                outcome.answered() - outcome.thumbnails
            ),
        ),
    ];
    for (code, count) in &outcome.messages {
        lines.push((format!("message {code}"), count.to_string()));
    }
    if outcome.redriven > 0 {
        let redriven = format!("{} messages, once their cause was mended", outcome.redriven);
        lines.push(("redriven".to_owned(), redriven));
    }
    let doubled = outcome.doubled.map(|count| count.to_string());
    lines.extend([
        ("lost".to_owned(), outcome.lost.to_string()),
        ("stale".to_owned(), outcome.stale.to_string()),
        (
            "doubled".to_owned(),
            doubled.unwrap_or_else(|| "not counted: this workflow starts at least once".to_owned()),
        ),
        (
            "pictures per second".to_owned(),
            format!(
                "{:.1} (in {:.1} s)",
                outcome.rate(),
                outcome.took.as_secs_f64()
            ),
        ),
    ]);
    for (name, times) in [
        ("upload to answer", &outcome.latency.all),
        ("its first quarter", &outcome.latency.first),
        ("its last quarter", &outcome.latency.last),
    ] {
        lines.push((name.to_owned(), percentiles(times)));
    }
    let spent: Vec<String> = outcome
        .processor_per_picture()
        .map(|(role, spent)| format!("{role} {spent:.1} ms"))
        .collect();
    lines.push(("processor per picture".to_owned(), spent.join(", ")));
    for function in &outcome.memory {
        let mib = |kib: Option<u64>| {
            kib.map_or("-".to_owned(), |kib| format!("{:.1}", kib as f64 / 1024.0))
        };
        lines.push((
            format!("memory of {}", function.role),
            format!(
                "peak {} MiB; first quarter {}, last quarter {}; up to {} at once",
                mib(Some(function.peak)),
                mib(function.first),
                mib(function.last),
                function.processes
            ),
        ));
    }
    lines
}

fn percentiles(times: &Times) -> String {
    let at = |percent| {
        let time = times.percentile(percent);
        time.map_or("-".to_owned(), |time| {
            format!("{:.2} s", time.as_secs_f64())
        })
    };
    format!("p50 {}, p95 {}, p99 {}", at(50), at(95), at(99))
}

/// The figures on the terminal.
pub(crate) fn print(circumstances: &Circumstances, outcome: &Outcome) {
    println!("{}", circumstances.title);
    println!("{}", circumstances.machine);
    for note in &circumstances.notes {
        println!("{note}");
    }
    for (name, figure) in lines(outcome) {
        println!("{name:>24}  {figure}");
    }
}

const HEAD: &str = "# Load\n\nWritten by `cargo xtask load ... --report`, a section for each kind of run: what was uploaded, and what \
    came of it. An answer is the right thumbnail, by its metadata and its pixels, or a message in the failures queue; \
    *lost* has neither, *stale* the thumbnail of an earlier upload. *Doubled* are executions beyond one for each event. \
    A time is from the beginning of the newest upload of a picture to the first look that found its answer. \
    *Processor per picture* is the time that each part spent on all processors; the emulator has one thread for requests, \
    which bounds what a cloud on one machine can do.\n";

/// Writes the section of this run into a document, in place of one with the same heading.
pub(crate) fn write(
    path: &Path,
    circumstances: &Circumstances,
    outcome: &Outcome,
) -> Result<(), Error> {
    let old = fs::read_to_string(path).unwrap_or_default();
    let new = with_section(&old, &circumstances.title, &section(circumstances, outcome));
    fs::write(path, new).map_err(Error::file("write", path))?;
    eprintln!("written: {}", workspace::shown(path));
    Ok(())
}

fn section(circumstances: &Circumstances, outcome: &Outcome) -> String {
    let mut text = format!(
        "\n`{}`\n\n{}\n",
        circumstances.command, circumstances.machine
    );
    for note in &circumstances.notes {
        // Writing to a string does not fail.
        let _ = write!(text, "\n{note}\n");
    }
    text.push_str("\n| | |\n|---|---|\n");
    for (name, figure) in lines(outcome) {
        let _ = writeln!(text, "| {name} | {figure} |");
    }
    text
}

/// A document with this section: in the place of the one with the same heading, or at the end.
fn with_section(document: &str, heading: &str, section: &str) -> String {
    let mut sections: Vec<(&str, &str)> = document
        .split("\n## ")
        .skip(1)
        .map(|section| section.split_once('\n').unwrap_or((section, "")))
        .collect();
    match sections.iter_mut().find(|(other, _)| *other == heading) {
        Some((_, old)) => *old = section,
        None => sections.push((heading, section)),
    }
    let mut text = HEAD.to_owned();
    for (heading, section) in sections {
        let _ = write!(text, "\n## {heading}\n{}\n", section.trim_end_matches('\n'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_takes_the_place_of_the_one_before_and_leaves_the_others() {
        let one = with_section("", "A", "\na 1\n");
        let two = with_section(&one, "B", "\nb 1\n");
        let three = with_section(&two, "A", "\na 2\n");
        assert_eq!(three, format!("{HEAD}\n## A\n\na 2\n\n## B\n\nb 1\n"));
        assert_eq!(with_section(&three, "A", "\na 2\n"), three);
    }
}
