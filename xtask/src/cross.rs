//! Builds for another system, architecture or glibc: cargo-lambda, with zig as the linker.

use std::{ffi::OsString, path::PathBuf};

use crate::{
    architecture::Architecture,
    elf::GlibcVersion,
    error::Error,
    functions::{self, NAMES},
    process::Runner,
    python::{self, Venv},
    workspace,
};

const REQUIREMENTS: &str = include_str!("../requirements/cross.txt");

/// Builds the functions for release on `architecture`; gives each with its binary.
pub(crate) fn build(
    architecture: Architecture,
    runner: &Runner,
) -> Result<Vec<(&'static str, PathBuf)>, Error> {
    let directory = python::tools_directory().join("cross");
    let venv = Venv::ready(directory, REQUIREMENTS, "cargo-lambda and zig", runner)?;
    // Its own place: what cargo-lambda writes is then ours to check and to pack.
    let built = workspace::target()
        .join("lambda")
        .join("cross")
        .join(architecture.name());

    let mut command = functions::cargo();
    command
        .args(["lambda", "build", "--release", "--target"])
        .arg(format!(
            "{}.{}",
            architecture.target(),
            GlibcVersion::AL2023
        ))
        .arg("--lambda-dir")
        .arg(&built)
        .env("PATH", path_with(&venv));
    for name in NAMES {
        command.args(["--package", name]);
    }
    runner.run(
        &format!("build the functions for {}", architecture.name()),
        &mut command,
    )?;
    Ok(NAMES
        .map(|name| (name, built.join(name).join("bootstrap")))
        .into())
}

/// The search path with the environment's programs first: Cargo finds cargo-lambda there, and that finds zig.
fn path_with(venv: &Venv) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(venv.programs()).chain(std::env::split_paths(&path));
    std::env::join_paths(all).unwrap_or(path)
}
