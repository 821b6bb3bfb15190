use lambda_runtime::Diagnostic;
use pipeline::{Code, JobError, Key, NamingError};
use std::error::Error;
use thumbnail::ErrorKind;

/// Why a job was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The input is not a job.
    #[error(transparent)]
    Job(#[from] JobError),
    /// The source can't have a thumbnail, for want of a name.
    #[error(transparent)]
    Naming(#[from] NamingError),
    /// The source is a thumbnail itself.
    #[error(
        "{key:?} is a thumbnail that this pipeline has made: it gets none of its own, so that one that comes into the source bucket does not breed; to make it a source, upload it without the metadata source-etag and spec"
    )]
    OwnThumbnail { key: Key },
    /// The source is no picture that can be used.
    #[error(transparent)]
    Picture(#[from] thumbnail::Error),
    /// The store refused, and will again until an operator has changed something.
    #[error("the store refused {action}: let the function do that, then redrive")]
    Refused {
        action: Action,
        source: Box<dyn Error + Send + Sync>,
    },
    /// The store was busy or did not answer.
    #[error("the store did not do {action}, for now")]
    Unavailable {
        action: Action,
        source: Box<dyn Error + Send + Sync>,
    },
    /// More time went by waiting for the source than a picture is given.
    #[error("the store took too long over {action}: {seconds} s, while the picture took less")]
    Slow { action: Action, seconds: u64 },
    /// The source was another after each attempt.
    #[error("the source {key:?} kept changing while its thumbnail was made, {attempts} times over")]
    SourceChanging { key: Key, attempts: u32 },
}

/// What was asked of the store.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{operation} of s3://{bucket}/{key}")]
pub(crate) struct Action {
    pub(crate) operation: &'static str,
    pub(crate) bucket: String,
    pub(crate) key: Key,
}

impl Failure {
    /// The code by which the world outside knows the failure.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::Job(_) | Self::Naming(_) | Self::OwnThumbnail { .. } => Code::InvalidJob,
            Self::Picture(error) => match error.kind() {
                ErrorKind::UnsupportedFormat => Code::UnsupportedFormat,
                ErrorKind::ImageTooLarge => Code::ImageTooLarge,
                _ => Code::CorruptImage,
            },
            Self::Refused { .. } => Code::AccessDenied,
            Self::Unavailable { .. } | Self::Slow { .. } => Code::StorageUnavailable,
            Self::SourceChanging { .. } => Code::SourceChanging,
        }
    }

    /// What happened and all that led to it, in one line.
    fn message(&self) -> String {
        let mut message = self.to_string();
        let mut source = self.source();
        while let Some(error) = source {
            let text = error.to_string();
            // An error that shows its cause in its own words would otherwise say it twice.
            if !message.contains(&text) {
                message = format!("{message}: {text}");
            }
            source = error.source();
        }
        message
    }
}

/// The state machine reads our code as the name of the error.
impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self {
            error_type: failure.code().as_str().to_owned(),
            error_message: failure.message(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_refusal_has_the_name_of_its_code() {
        for kind in ErrorKind::ALL {
            let codes: Vec<_> = Code::ALL
                .into_iter()
                .filter(|code| code.as_str() == kind.code())
                .collect();
            assert_eq!(codes.len(), 1, "{kind}");
        }
    }

    #[test]
    fn the_code_is_the_type_of_the_error_and_the_causes_are_in_its_message() {
        let key = Key::new("a/x.jpg").unwrap();
        let action = Action {
            operation: "GetObject",
            bucket: "photos".to_owned(),
            key,
        };
        let diagnostic = Diagnostic::from(Failure::Refused {
            action,
            source: "403".into(),
        });
        assert_eq!(diagnostic.error_type, "AccessDenied");
        assert_eq!(
            diagnostic.error_message,
            "the store refused GetObject of s3://photos/a/x.jpg: let the function do that, then redrive: 403"
        );
    }
}
