//! What a part of the project must not know, checked in its sources.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{error::Error, progress::Step, workspace};

/// Who must not name what.
struct Boundary {
    /// The sources it holds for.
    below: &'static str,
    /// Files that are free to, by name.
    except: &'static [&'static str],
    never: &'static [&'static str],
}

const ASYNC_AND_AWS: &[&str] = &["aws_", "lambda_runtime", "tokio"];
const ENVIRONMENT: &[&str] = &["std::env", "env::var", "env::args"];

const BOUNDARIES: [Boundary; 7] = [
    // The core does no I/O, and runs wherever bytes are.
    Boundary {
        below: "crates",
        except: &[],
        never: ASYNC_AND_AWS,
    },
    Boundary {
        below: "crates/pipeline/src",
        except: &[],
        never: ENVIRONMENT,
    },
    Boundary {
        below: "crates/thumbnail/src",
        except: &[],
        never: ENVIRONMENT,
    },
    Boundary {
        below: "crates/jpeg-shrink/src",
        except: &[],
        never: ENVIRONMENT,
    },
    Boundary {
        below: "crates/vp8-shrink/src",
        except: &[],
        never: ENVIRONMENT,
    },
    Boundary {
        below: "crates/vp8l-rows/src",
        except: &[],
        never: ENVIRONMENT,
    },
    // Settings are read in one place, so that they can be listed.
    Boundary {
        below: "functions",
        except: &["settings.rs"],
        never: ENVIRONMENT,
    },
];

/// Fails with the places that name what they must not.
pub(crate) fn check() -> Result<(), Error> {
    let step = Step::start("boundaries");
    let result = look();
    if result.is_ok() {
        step.done();
    } else {
        step.failed();
    }
    result
}

fn look() -> Result<(), Error> {
    let root = workspace::root();
    let mut found = Vec::new();
    for boundary in &BOUNDARIES {
        for path in sources(&root.join(boundary.below))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if boundary.except.contains(&name.as_ref()) {
                continue;
            }
            let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
            let named = named(&text, boundary.never);
            found
                .extend(named.map(|(line, word)| {
                    format!("{}:{line} names {word}", workspace::shown(&path))
                }));
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    Err(Error::Boundaries { found })
}

/// The lines, counted from 1, whose code has one of `words` in it. Comments may talk of anything, and
/// the unit tests, which stand at the end of a file, may use anything.
fn named<'a>(text: &'a str, words: &'a [&str]) -> impl Iterator<Item = (usize, &'a str)> {
    let is_code = |line: &&str| !line.trim_start().starts_with("#[cfg(test)]");
    text.lines()
        .take_while(is_code)
        .enumerate()
        .filter_map(|(index, line)| {
            let code = line.split("//").next().unwrap_or_default();
            let word = words.iter().find(|word| code.contains(**word))?;
            Some((index + 1, *word))
        })
}

/// The Rust files in the `src` directories at or below `directory`.
fn sources(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let entries = fs::read_dir(directory).map_err(Error::file("read", directory))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && path.components().any(|part| part.as_os_str() == "src")
        {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_counts_and_comments_and_tests_do_not() {
        let check = |text, expected: &[usize]| {
            let lines: Vec<_> = named(text, &["tokio"]).map(|(line, _)| line).collect();
            assert_eq!(lines, expected, "{text}");
        };
        check("use tokio::fs;", &[1]);
        check("a\n  tokio::spawn(b); // c", &[2]);
        check(
            "// no tokio here\n/// nor tokio here\nfn a() {} // tokio",
            &[],
        );
        check("fn a() {}\n#[cfg(test)]\nmod tests { use tokio; }", &[]);
    }

    /// Tests run with the workspace at hand: it has to keep to its boundaries, `check` or no `check`.
    #[test]
    fn this_workspace_keeps_to_them() {
        check().expect("no part names what it must not");
    }
}
