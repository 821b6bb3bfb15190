//! The environment that the emulator and Terraform run in: made up, not inherited.
//!
//! A shell may hold a proxy, another account's keys, a certificate file that does not exist, or
//! settings of the emulator itself. What is not named here does not get through.

use std::process::Command;

/// What a program needs from the machine: where programs, home and system files are.
const KEPT: [&str; 16] = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    // Windows
    "SystemRoot",
    "SystemDrive",
    "ComSpec",
    "PATHEXT",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "ProgramData",
    "NUMBER_OF_PROCESSORS",
];

/// Leaves `command` with nothing but [`KEPT`].
pub(crate) fn isolate(command: &mut Command) -> &mut Command {
    command.env_clear();
    for name in KEPT {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// Takes away what would point a program that talks to the internet at a file that is not there.
pub(crate) fn without_missing_files(command: &mut Command) -> &mut Command {
    for name in [
        "TF_CLI_CONFIG_FILE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "AWS_CA_BUNDLE",
    ] {
        if std::env::var_os(name).is_some_and(|path| !std::path::Path::new(&path).exists()) {
            command.env_remove(name);
        }
    }
    command
}
