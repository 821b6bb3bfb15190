//! Local copies of Terraform providers, for machines that do not reach the public registry.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What a mirror of the provider that the root module requires has in it.
const PROVIDER: &str = "registry.terraform.io/hashicorp/aws";

/// The first mirror there is: `TF_PLUGIN_DIR`, Terraform's own folders, one level below `/opt`.
pub(crate) fn find() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    candidates(&variable, Path::new("/opt"))
        .into_iter()
        .find(|directory| directory.join(PROVIDER).is_dir())
}

/// Where to look, in this order. Terraform's own are those of "Implied Local Mirror Directories"
/// in the documentation of its command line's configuration.
fn candidates(variable: &dyn Fn(&str) -> Option<PathBuf>, opt: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    found.extend(variable("TF_PLUGIN_DIR"));
    if let Some(home) = variable("HOME") {
        found.push(home.join(".terraform.d/plugins"));
        found.push(home.join("Library/Application Support/io.terraform/plugins"));
        found.push(home.join(".local/share/terraform/plugins"));
    }
    if let Some(data) = variable("APPDATA") {
        found.push(data.join("terraform.d/plugins"));
        found.push(data.join("HashiCorp/Terraform/plugins"));
    }
    found.extend(variable("XDG_DATA_HOME").map(|data| data.join("terraform/plugins")));
    for directory in [
        "/usr/local/share",
        "/usr/share",
        "/Library/Application Support/io.terraform",
    ] {
        let below = if directory.starts_with("/usr") {
            "terraform/plugins"
        } else {
            "plugins"
        };
        found.push(Path::new(directory).join(below));
    }
    let mut below_opt: Vec<_> = fs::read_dir(opt)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    // The order of a directory is anybody's guess, and the choice should not be.
    below_opt.sort();
    found.extend(below_opt);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_choice_comes_before_the_machines() {
        let variable = |name: &str| match name {
            "TF_PLUGIN_DIR" => Some(PathBuf::from("/chosen")),
            "HOME" => Some(PathBuf::from("/home/me")),
            _ => None,
        };
        let found = candidates(&variable, Path::new("/nowhere"));
        let at = |path: &str| {
            found
                .iter()
                .position(|candidate| candidate == Path::new(path))
        };
        assert_eq!(at("/chosen"), Some(0));
        assert!(at("/home/me/.terraform.d/plugins") < at("/usr/share/terraform/plugins"));
        assert!(at("/usr/share/terraform/plugins").is_some());
    }

    #[test]
    fn one_level_below_opt_is_looked_through_in_order() {
        let opt = std::env::temp_dir().join(format!("mirror-test-{}", std::process::id()));
        for name in ["b", "a"] {
            fs::create_dir_all(opt.join(name).join("deeper")).expect("a directory");
        }
        let found = candidates(&|_| None, &opt);
        fs::remove_dir_all(&opt).expect("removed");
        assert!(found.ends_with(&[opt.join("a"), opt.join("b")]));
    }
}
