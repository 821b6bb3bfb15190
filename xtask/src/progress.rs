//! One line for each long step, with the seconds that it has taken so far.

use std::{
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

/// How often a step that goes on says so where lines cannot be rewritten.
const REMINDER: Duration = Duration::from_secs(20);
/// How often a line on a terminal is rewritten.
const REWRITE: Duration = Duration::from_millis(500);
/// The width that a terminal line is cut and padded to: rewriting works only while it does not wrap.
const WIDTH: usize = 79;

/// A step that is under way. Progress goes to stderr: results alone are on stdout.
pub(crate) struct Step {
    name: String,
    started: Instant,
    shown: Instant,
    terminal: bool,
}

impl Step {
    /// Announces the step.
    pub(crate) fn start(name: impl Into<String>) -> Self {
        let now = Instant::now();
        let step = Self {
            name: name.into(),
            started: now,
            shown: now,
            terminal: std::io::stderr().is_terminal(),
        };
        if step.terminal {
            step.rewrite("");
        }
        step
    }

    /// Shows that the step goes on; `detail` is the newest thing known about it.
    pub(crate) fn tick(&mut self, detail: impl FnOnce() -> String) {
        let pause = if self.terminal { REWRITE } else { REMINDER };
        if self.shown.elapsed() < pause {
            return;
        }
        self.shown = Instant::now();
        let detail = detail();
        if self.terminal {
            self.rewrite(&detail);
        } else {
            let seconds = self.started.elapsed().as_secs();
            eprintln!("      … {seconds:>4} s  {}: {}", self.name, detail.trim());
        }
    }

    /// Says how long it took.
    pub(crate) fn done(self) {
        self.end("ok");
    }

    /// Says that it failed; the error itself is told where it ends up.
    pub(crate) fn failed(self) {
        self.end("failed");
    }

    fn end(&self, verdict: &str) {
        if self.terminal {
            eprint!("\r{:WIDTH$}\r", "");
        }
        let seconds = self.started.elapsed().as_secs_f64();
        eprintln!("{verdict:>6} {seconds:>6.1} s  {}", self.name);
    }

    fn rewrite(&self, detail: &str) {
        let seconds = self.started.elapsed().as_secs();
        let line = format!("     … {seconds:>4} s  {}  {}", self.name, detail.trim());
        let line: String = line.chars().take(WIDTH).collect();
        eprint!("\r{line:<WIDTH$}");
        // Nothing is lost when a progress line is not shown.
        let _ = std::io::stderr().flush();
    }
}
