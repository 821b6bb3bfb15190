//! The Lambda functions, built by Cargo.

use std::{path::PathBuf, process::Command};

use serde_json::Value;

use crate::{error::Error, process::Runner, workspace};

/// Their packages, which are also the names of their binaries.
pub(crate) const NAMES: [&str; 3] = ["starter", "process", "resize"];

/// Cargo, the one that runs this tool.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace::root());
    cargo
}

/// Builds the functions for release on this machine; gives each with its binary.
pub(crate) fn build(runner: &Runner) -> Result<Vec<(&'static str, PathBuf)>, Error> {
    let mut command = cargo();
    // Cargo itself says where it puts a binary: its output directory can be moved in many ways.
    command.args([
        "build",
        "--release",
        "--message-format=json-render-diagnostics",
    ]);
    for name in NAMES {
        command.args(["--package", name]);
    }
    let messages = runner.run("build the functions", &mut command)?;
    NAMES
        .into_iter()
        .map(|name| Ok((name, executable(&messages, name)?)))
        .collect()
}

/// The path of the binary `name` in what Cargo said.
pub(crate) fn executable(messages: &str, name: &str) -> Result<PathBuf, Error> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| Error::Content {
            path: PathBuf::from("the output of cargo build"),
            expected: "the binary of every function",
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_is_where_cargo_says_it_is() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"serde"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"resize"},"executable":"/t/release/resize"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(
            executable(messages, "resize").expect("there"),
            PathBuf::from("/t/release/resize")
        );
        assert!(executable(messages, "starter").is_err());
    }
}
