//! What can go wrong in the tool, in sentences that say what to do about it.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
};

/// Everything that ends a command early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("interrupted")]
    Interrupted,

    #[error("{tool} is needed: {how}")]
    Missing { tool: &'static str, how: String },

    #[error(
        "the environment variable {name} must be set, or the environment of a local cloud be read with `. target/local/env`"
    )]
    NotSet { name: &'static str },

    #[error("cannot {action} {}", path.display())]
    File {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },

    #[error("cannot start {program}")]
    Start {
        program: String,
        #[source]
        source: io::Error,
    },

    #[error("{step} failed ({status}). The end of {}:\n{tail}", log.display())]
    Step {
        step: String,
        status: ExitStatus,
        log: PathBuf,
        tail: String,
    },

    #[error("{what} did not succeed ({status})")]
    Status { what: String, status: ExitStatus },

    #[error(
        "the local cloud already runs{} from this directory. Use that one with `. target/local/env`, or stop it with Ctrl-C where it was started",
        .endpoint.as_ref().map(|url| format!(" at {url}")).unwrap_or_default()
    )]
    AlreadyRunning { endpoint: Option<String> },

    #[error("the emulator ended on its own ({status}). The end of {}:\n{tail}", log.display())]
    EmulatorEnded {
        status: ExitStatus,
        log: PathBuf,
        tail: String,
    },

    #[error("the emulator did not answer at {endpoint} within {seconds} s, see {}", log.display())]
    EmulatorSilent {
        endpoint: String,
        seconds: u64,
        log: PathBuf,
    },

    #[error("cannot make a certificate for the local cloud")]
    Certificate(#[from] rcgen::Error),

    #[error("{request} got no answer")]
    Request {
        request: String,
        #[source]
        source: Box<ureq::Error>,
    },

    #[error("{request} was answered with {status}: {body}")]
    Answer {
        request: String,
        status: u16,
        body: String,
    },

    #[error("{} does not hold {expected}", path.display())]
    Content {
        path: PathBuf,
        expected: &'static str,
    },

    #[error("{} is not a file that can be uploaded", path.display())]
    NotAPicture { path: PathBuf },

    #[error("the sample picture cannot be made")]
    Sample(#[from] jpeg_encoder::EncodingError),

    #[error(
        "{} needs glibc {needed}, and the Lambda runtime provided.al2023 has {allowed}: run `cargo xtask package --cross`, which links against {allowed}",
        binary.display()
    )]
    GlibcTooNew {
        binary: PathBuf,
        needed: String,
        allowed: String,
    },

    #[error("{failed} of {total} pictures got no thumbnail")]
    Pictures { failed: usize, total: usize },

    #[error("a part of the project names what it must not know:\n{}", found.join("\n"))]
    Boundaries { found: Vec<String> },

    #[error("{role} did not ask for work")]
    NeverPolled { role: String },

    #[error("a part of the tool has panicked, which is a bug: its message is above")]
    Panicked,

    /// What only one part of the tool runs into, and that part describes.
    #[error(transparent)]
    Part(Box<dyn std::error::Error + Send + Sync>),

    #[error("these checks failed: {}", names.join(", "))]
    Checks { names: Vec<&'static str> },
}

impl Error {
    /// Makes the error of a part of the tool one of the whole tool.
    pub(crate) fn part(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Part(Box::new(error))
    }

    /// Makes the error of a failed operation on `path`; `action` completes "cannot ...".
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File {
            action,
            path: path.to_owned(),
            source,
        }
    }
}
