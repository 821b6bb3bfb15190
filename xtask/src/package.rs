//! `cargo xtask package`: the archives that Lambda takes.

use std::{collections::BTreeSet, path::PathBuf, process::Command};

use crate::{
    architecture::Architecture,
    bundle, cross,
    elf::{self, GlibcVersion},
    error::Error,
    functions,
    process::Runner,
    workspace,
};

/// Build the functions for AWS into target/lambda/<arch>/<function>/bootstrap.zip
///
/// Builds with Cargo alone where this machine's own output runs on Lambda, and otherwise with cargo-lambda and zig, which
/// are fetched from PyPI into target/tools/.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Architecture, can be given more than once [default: x86_64, and arm64 where its Rust target is installed]
    #[arg(long, value_enum, value_name = "ARCH")]
    arch: Vec<Architecture>,

    /// Build with cargo-lambda and zig even where Cargo alone would do
    #[arg(long)]
    cross: bool,
}

/// Builds and checks the archives.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let runner = Runner::new(workspace::target().join("lambda").join("logs"), None)?;
    for architecture in architectures(&arguments.arch)? {
        for archive in package(architecture, arguments.cross, &runner)? {
            println!("{}", workspace::shown(&archive));
        }
    }
    Ok(())
}

/// Builds and checks the archives of this machine's own architecture, where it is one of Lambda's.
pub(crate) fn for_this_machine(runner: &Runner) -> Result<(), Error> {
    let here = Architecture::here().filter(|here| here.is_native());
    here.map_or(Ok(()), |here| package(here, false, runner).map(drop))
}

/// Gives the archives.
fn package(
    architecture: Architecture,
    always_cross: bool,
    runner: &Runner,
) -> Result<Vec<PathBuf>, Error> {
    build(architecture, always_cross, runner)?
        .into_iter()
        .map(|(name, binary)| bundle::write(&binary, &directory(architecture).join(name)))
        .collect()
}

fn directory(architecture: Architecture) -> PathBuf {
    workspace::target().join("lambda").join(architecture.name())
}

/// The binaries for `architecture`, each of which starts with Lambda's glibc.
fn build(
    architecture: Architecture,
    always_cross: bool,
    runner: &Runner,
) -> Result<Vec<(&'static str, PathBuf)>, Error> {
    if architecture.is_native() && !always_cross {
        let built = functions::build(runner)?;
        let newest = newest_glibc(&built)?;
        if newest <= Some(GlibcVersion::AL2023) {
            return Ok(built);
        }
        eprintln!(
            "this machine's glibc is newer than Lambda's: building once more with cargo-lambda and zig"
        );
    }
    let built = cross::build(architecture, runner)?;
    for (_, binary) in &built {
        let needed = elf::required_glibc(binary)?;
        if let Some(needed) = needed.filter(|needed| *needed > GlibcVersion::AL2023) {
            return Err(Error::GlibcTooNew {
                binary: binary.clone(),
                needed: needed.to_string(),
                allowed: GlibcVersion::AL2023.to_string(),
            });
        }
    }
    Ok(built)
}

fn newest_glibc(built: &[(&'static str, PathBuf)]) -> Result<Option<GlibcVersion>, Error> {
    let mut newest = None;
    for (_, binary) in built {
        newest = newest.max(elf::required_glibc(binary)?);
    }
    Ok(newest)
}

/// What was asked for, or what this machine can build.
fn architectures(asked: &[Architecture]) -> Result<BTreeSet<Architecture>, Error> {
    let installed = installed_targets();
    let is_there = |architecture: Architecture| {
        architecture.is_native()
            || installed
                .iter()
                .any(|target| target == architecture.target())
    };
    if asked.is_empty() {
        let optional = Some(Architecture::Arm64).filter(|arm| is_there(*arm));
        let all = optional.into_iter().chain([Architecture::X86_64]).collect();
        return checked(all, is_there);
    }
    checked(asked.iter().copied().collect(), is_there)
}

fn checked(
    all: BTreeSet<Architecture>,
    is_there: impl Fn(Architecture) -> bool,
) -> Result<BTreeSet<Architecture>, Error> {
    match all.iter().find(|architecture| !is_there(**architecture)) {
        None => Ok(all),
        Some(missing) => Err(Error::Missing {
            tool: "the Rust target of that architecture",
            how: format!("rustup target add {}", missing.target()),
        }),
    }
}

/// The targets whose standard library is there, however Rust was installed.
fn installed_targets() -> Vec<String> {
    let mut sysroot = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    sysroot
        .args(["--print", "sysroot"])
        .current_dir(workspace::root());
    let Ok(output) = sysroot.output() else {
        return Vec::new();
    };
    let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let libraries = std::fs::read_dir(sysroot.join("lib/rustlib"));
    libraries
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().join("lib").is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_target_is_named_with_how_to_get_it() {
        let error = checked([Architecture::Arm64].into(), |_| false).expect_err("not there");
        assert!(
            error
                .to_string()
                .ends_with("rustup target add aarch64-unknown-linux-gnu")
        );
        assert!(checked([Architecture::Arm64].into(), |_| true).is_ok());
    }
}
