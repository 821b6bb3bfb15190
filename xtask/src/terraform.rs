//! Terraform, run on a copy of the root module.
//!
//! Terraform writes its lock file, providers and state beside the sources. The copy keeps
//! `terraform/` as it was checked out, and has the same neighbours, so that relative paths hold.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{environment, error::Error, mirror, process::Runner, workspace};

/// What the root module reads: itself and the definitions of the state machines.
const SOURCES: [&str; 2] = ["terraform", "statemachine"];
/// The checked-in selection of providers. It names what the registry has, which a local mirror need not.
const PROVIDER_LOCK: &str = ".terraform.lock.hcl";

/// The oldest version that knows what the root module uses.
const OLDEST: (u64, u64) = (1, 9);

/// A copy of the root module, initialised.
pub(crate) struct Root {
    directory: PathBuf,
}

impl Root {
    /// Copies the sources into `directory` and fetches the provider.
    ///
    /// Fetched providers stay from one time to the next, state does not.
    pub(crate) fn ready(directory: &Path, runner: &Runner) -> Result<Self, Error> {
        let mirror = mirror::find();
        for source in SOURCES {
            let to = directory.join(source);
            remove_sources(&to)?;
            copy(&workspace::root().join(source), &to)?;
        }
        let root = Self {
            directory: directory.join("terraform"),
        };
        let mut init = root.command();
        init.args(["init", "-input=false", "-no-color"]);
        if let Some(mirror) = mirror {
            environment::isolate(&mut init);
            init.arg(format!("-plugin-dir={}", mirror.display()));
            let lock = root.directory.join(PROVIDER_LOCK);
            if lock.exists() {
                fs::remove_file(&lock).map_err(Error::file("remove", &lock))?;
            }
        } else {
            // It may take the proxy and the certificates of the user to reach the registry.
            environment::without_missing_files(&mut init);
        }
        runner.run("initialise Terraform", &mut init)?;
        Ok(root)
    }

    /// Terraform in the copy.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new("terraform");
        command.arg(format!("-chdir={}", self.directory.display()));
        command
    }

    /// The same with nothing of the shell's environment.
    pub(crate) fn isolated(&self) -> Command {
        let mut command = self.command();
        environment::isolate(&mut command).env("CHECKPOINT_DISABLE", "1");
        command
    }
}

/// Fails with what to do about it when there is no Terraform that will do.
pub(crate) fn require() -> Result<(), Error> {
    let output = Command::new("terraform")
        .args(["version", "-json"])
        .output();
    let version = output.ok().and_then(|output| version(&output.stdout));
    if version.is_some_and(|version| version >= OLDEST) {
        return Ok(());
    }
    let found = version.map_or_else(String::new, |(major, minor)| {
        format!(" (found {major}.{minor})")
    });
    Err(Error::Missing {
        tool: "Terraform 1.9 or newer",
        how: format!("get it from https://developer.hashicorp.com/terraform/install{found}"),
    })
}

fn version(json: &[u8]) -> Option<(u64, u64)> {
    let json: serde_json::Value = serde_json::from_slice(json).ok()?;
    let mut parts = json["terraform_version"].as_str()?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Removes all but the fetched providers, the state of an earlier time included.
fn remove_sources(directory: &Path) -> Result<(), Error> {
    fs::create_dir_all(directory).map_err(Error::file("create", directory))?;
    let entries = fs::read_dir(directory).map_err(Error::file("read", directory))?;
    for entry in entries
        .flatten()
        .filter(|entry| entry.file_name() != ".terraform")
    {
        let path = entry.path();
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.map_err(Error::file("remove", &path))?;
    }
    Ok(())
}

/// Copies a directory, without what Terraform may have left in it when somebody ran it there.
fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(Error::file("create", to))?;
    let entries = fs::read_dir(from).map_err(Error::file("read", from))?;
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != ".terraform" {
            copy(&path, &to.join(name))?;
        } else if path.is_file() && !is_left_over(&name.to_string_lossy()) {
            fs::copy(&path, to.join(name)).map_err(Error::file("copy", &path))?;
        }
    }
    Ok(())
}

/// State and somebody's own settings: neither is part of the sources.
fn is_left_over(name: &str) -> bool {
    name.contains(".tfstate") || name.ends_with(".auto.tfvars") || name == "terraform.tfvars"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_terraform_says() {
        let said = br#"{"terraform_version": "1.11.4", "platform": "linux_amd64"}"#;
        assert_eq!(version(said), Some((1, 11)));
        assert_eq!(version(b"Terraform v1.11.4"), None);
    }

    #[test]
    fn settings_and_state_of_a_real_deployment_stay_out_of_the_local_cloud() {
        let check = |name, expected| assert_eq!(is_left_over(name), expected, "{name}");
        check("main.tf", false);
        check("terraform.tfstate", true);
        check("terraform.tfstate.backup", true);
        check("prod.auto.tfvars", true);
        check("terraform.tfvars", true);
    }
}
