//! What can go wrong in a comparison.

use std::{io, path::PathBuf};

use super::tool::Tool;

/// Everything that is not the fault of a single picture, save [`Error::Refused`].
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The tool goes on; it has no result for that picture.
    #[error("{tool} refuses: {reason}")]
    Refused { tool: Tool, reason: String },

    #[error("the worker for {tool} cannot be reached, see {}", log.display())]
    Silent {
        tool: Tool,
        log: PathBuf,
        #[source]
        source: io::Error,
    },

    #[error("the worker for {tool} answers `{answer}`, see {}", log.display())]
    Answer {
        tool: Tool,
        answer: String,
        log: PathBuf,
    },

    #[error("{program} fails:\n{said}")]
    Program { program: String, said: String },

    #[error("{} holds no picture to measure", directory.display())]
    NoPictures { directory: PathBuf },
}

impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        Self::part(error)
    }
}
