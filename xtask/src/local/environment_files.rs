//! `target/local/env` and `env.ps1`: what a shell needs to talk to the local cloud.

use std::{fs, path::Path};

use super::{emulator::REGION, outputs::Outputs};
use crate::{aws::Credentials, error::Error};

/// For bash, zsh and whatever else reads POSIX shell.
const POSIX: &str = "env";
/// For PowerShell.
const POWERSHELL: &str = "env.ps1";

/// Settings of another account that would win over, or mix with, those of the local cloud.
const UNSET: [&str; 4] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "SSL_CERT_DIR",
];

/// Writes both files into `directory`.
pub(crate) fn write(directory: &Path, variables: &[(String, String)]) -> Result<(), Error> {
    for (name, text) in [
        (POSIX, posix(variables)),
        (POWERSHELL, powershell(variables)),
    ] {
        let path = directory.join(name);
        fs::write(&path, text).map_err(Error::file("write", &path))?;
    }
    Ok(())
}

/// Removes both: they describe a local cloud that is no more.
pub(crate) fn remove(directory: &Path) {
    for name in [POSIX, POWERSHELL] {
        // Not there is what is wanted.
        let _ = fs::remove_file(directory.join(name));
    }
}

/// Where the local cloud that wrote `directory` is.
pub(crate) fn endpoint(directory: &Path) -> Option<String> {
    let text = fs::read_to_string(directory.join(POSIX)).ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("export AWS_ENDPOINT_URL="))?;
    Some(line.trim_matches('\'').to_owned())
}

/// What a program has to have in its environment to talk to the local cloud.
pub(crate) fn variables(
    endpoint: &str,
    authority: &Path,
    user: &Credentials,
    outputs: &Outputs,
) -> Vec<(String, String)> {
    let authority = authority.display().to_string();
    let here = "127.0.0.1,localhost,.localhost";
    let fixed = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", &user.key),
        ("AWS_SECRET_ACCESS_KEY", &user.secret),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        // The command line, boto3 and Terraform read the first; Rust's clients and curl the others.
        ("AWS_CA_BUNDLE", &authority),
        ("SSL_CERT_FILE", &authority),
        ("CURL_CA_BUNDLE", &authority),
        ("NO_PROXY", here),
        ("no_proxy", here),
    ];
    let fixed = fixed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    // The outputs under names such as SOURCE_BUCKET.
    let outputs = outputs
        .iter()
        .map(|(name, value)| (name.to_uppercase(), value.to_owned()));
    fixed.into_iter().chain(outputs).collect()
}

fn posix(variables: &[(String, String)]) -> String {
    let mut text = format!("unset {}\n", UNSET.join(" "));
    for (name, value) in variables {
        text.push_str(&format!("export {name}={}\n", posix_quoted(value)));
    }
    text
}

fn powershell(variables: &[(String, String)]) -> String {
    let unset = UNSET.map(|name| format!("Env:{name}")).join(", ");
    let mut text = format!("Remove-Item -ErrorAction SilentlyContinue {unset}\n");
    for (name, value) in variables {
        text.push_str(&format!("$env:{name} = {}\n", powershell_quoted(value)));
    }
    text
}

/// `value` as one word of a POSIX shell.
pub(crate) fn posix_quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

/// `value` as a literal string of PowerShell, which takes four typographic quotes for plain ones.
pub(crate) fn powershell_quoted(value: &str) -> String {
    let mut quoted = String::from("'");
    for character in value.chars() {
        if matches!(character, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(character);
        }
        quoted.push(character);
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_one_word_whatever_is_in_it() {
        let check = |value, posix, powershell| {
            assert_eq!(posix_quoted(value), posix);
            assert_eq!(powershell_quoted(value), powershell);
        };
        check("plain", "'plain'", "'plain'");
        check("a $HOME `b` \\", "'a $HOME `b` \\'", "'a $HOME `b` \\'");
        check("it's", r"'it'\''s'", "'it''s'");
        check("it\u{2019}s", "'it\u{2019}s'", "'it\u{2019}\u{2019}s'");
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_back_what_was_written() {
        let value = "it's a \"test\" $HOME `id` \\ é\u{2019} *";
        let text = posix(&[("VALUE".to_owned(), value.to_owned())]);
        let script = format!("{text}printf %s \"$VALUE\"");
        let output = std::process::Command::new("sh")
            .args(["-c", &script])
            .output();
        assert_eq!(
            String::from_utf8(output.expect("sh runs").stdout).expect("UTF-8"),
            value
        );
    }
}
