//! Where things lie.

use std::path::{Path, PathBuf};

/// The root of the workspace.
///
/// Cargo says at run time where the package is; what it was when this was compiled is only right
/// as long as nobody moves the directory.
pub(crate) fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or(package.clone(), Path::to_owned)
}

/// Where everything lies that the tool itself makes.
///
/// Always below the root, wherever Cargo was told to put its own output, so that documents can
/// name `target/local/env`.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// `path` as a reader would type it from the root of the workspace.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}
