//! Which glibc a binary needs, read from the versions of the symbols that it imports.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use object::{
    Endianness,
    elf::FileHeader64,
    read::elf::{FileHeader, SectionHeader},
};

/// Why a binary could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ElfError {
    #[error("cannot read {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{} is not a 64-bit ELF binary in order", path.display())]
    Parse {
        path: PathBuf,
        #[source]
        source: object::Error,
    },
}

impl From<ElfError> for crate::error::Error {
    fn from(error: ElfError) -> Self {
        Self::part(error)
    }
}

/// A version of glibc, such as 2.34.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GlibcVersion {
    major: u32,
    minor: u32,
}

impl GlibcVersion {
    /// What Amazon Linux 2023 has, and with it the Lambda runtime `provided.al2023`.
    pub(crate) const AL2023: Self = Self {
        major: 2,
        minor: 34,
    };
}

impl fmt::Display for GlibcVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

/// Reads the name of a symbol version: `GLIBC_2.34`, `GLIBC_2.2.5`; not `GLIBC_PRIVATE`, not `GCC_3.0`.
impl FromStr for GlibcVersion {
    type Err = NotAGlibcVersion;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let numbers = name.strip_prefix("GLIBC_").ok_or(NotAGlibcVersion)?;
        let mut numbers = numbers
            .split('.')
            .map(|number| number.parse().map_err(|_| NotAGlibcVersion));
        let mut next = || numbers.next().ok_or(NotAGlibcVersion)?;
        Ok(Self {
            major: next()?,
            minor: next()?,
        })
    }
}

/// The name is of some other version.
#[derive(Debug, PartialEq)]
pub(crate) struct NotAGlibcVersion;

/// The newest glibc version that the binary at `path` asks for; `None` if it asks for none.
pub(crate) fn required_glibc(path: &Path) -> Result<Option<GlibcVersion>, ElfError> {
    let bytes = std::fs::read(path).map_err(|source| ElfError::Read {
        path: path.to_owned(),
        source,
    })?;
    newest_glibc(&bytes).map_err(|source| ElfError::Parse {
        path: path.to_owned(),
        source,
    })
}

/// Goes through the section `.gnu.version_r`: a list of libraries, each with a list of versions.
fn newest_glibc(bytes: &[u8]) -> object::Result<Option<GlibcVersion>> {
    let header = FileHeader64::<Endianness>::parse(bytes)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, bytes)?;
    let mut newest = None;
    for section in sections.iter() {
        let Some((mut libraries, strings)) = section.gnu_verneed(endian, bytes)? else {
            continue;
        };
        let strings = sections.strings(endian, bytes, strings)?;
        while let Some((_, mut versions)) = libraries.next()? {
            while let Some(version) = versions.next()? {
                let name = String::from_utf8_lossy(version.name(endian, strings)?);
                newest = newest.max(name.parse().ok());
            }
        }
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbered_glibc_versions_count() {
        let check = |name: &str, version: Option<(u32, u32)>| {
            let version = version.map(|(major, minor)| GlibcVersion { major, minor });
            assert_eq!(name.parse().ok(), version, "{name}");
        };
        check("GLIBC_2.34", Some((2, 34)));
        check("GLIBC_2.2.5", Some((2, 2)));
        check("GLIBC_PRIVATE", None);
        check("GLIBC_ABI_DT_RELR", None);
        check("GCC_3.0", None);
    }

    #[test]
    fn versions_compare_by_number() {
        let version = |name: &str| name.parse::<GlibcVersion>().expect("a version");
        assert!(version("GLIBC_2.9") < version("GLIBC_2.34"));
        assert!(version("GLIBC_2.36") > GlibcVersion::AL2023);
    }

    /// The test itself is linked against the glibc of this machine, by std, which asks for 2.17 at least.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn this_test_needs_a_glibc_that_this_machine_has() {
        let this = std::env::current_exe().expect("a path");
        let needed = required_glibc(&this)
            .expect("an ELF binary")
            .expect("glibc");
        let said = std::process::Command::new("getconf")
            .arg("GNU_LIBC_VERSION")
            .output();
        let said = String::from_utf8(said.expect("getconf runs").stdout).expect("UTF-8");
        let present: GlibcVersion = said
            .trim()
            .replace("glibc ", "GLIBC_")
            .parse()
            .expect("a version");
        assert!(needed >= "GLIBC_2.17".parse().expect("a version"));
        assert!(needed <= present);
    }

    #[test]
    fn what_is_no_binary_is_refused() {
        assert!(newest_glibc(b"#!/bin/sh\n").is_err());
    }
}
