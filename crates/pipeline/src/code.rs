use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a job was not done, as the outside world reads it: the `errorType` of the resize function, the
/// `code` of the API and of a message in the failures queue.
///
/// The state machine decides by these names what is tried again, so a test holds the two together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Code {
    /// Not a picture, or a kind that is not read.
    UnsupportedFormat,
    /// A picture of a known kind, broken beyond a usable result.
    CorruptImage,
    /// Over the limit of bytes, pixels or memory; known before anything was decoded.
    ImageTooLarge,
    /// The input is not a job.
    InvalidJob,
    /// The store refused: an operator must act, then redrive.
    AccessDenied,
    /// The store was busy or did not answer.
    StorageUnavailable,
    /// The source kept changing while it was being worked on.
    SourceChanging,
    /// API only: there is no such object.
    ImageNotFound,
    /// API only: the execution could not be started at this moment.
    WorkflowUnavailable,
}

impl Code {
    /// Every code there is, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::UnsupportedFormat,
        Self::CorruptImage,
        Self::ImageTooLarge,
        Self::InvalidJob,
        Self::AccessDenied,
        Self::StorageUnavailable,
        Self::SourceChanging,
        Self::ImageNotFound,
        Self::WorkflowUnavailable,
    ];

    /// The name by which the code leaves the process.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnsupportedFormat => "UnsupportedFormat",
            Self::CorruptImage => "CorruptImage",
            Self::ImageTooLarge => "ImageTooLarge",
            Self::InvalidJob => "InvalidJob",
            Self::AccessDenied => "AccessDenied",
            Self::StorageUnavailable => "StorageUnavailable",
            Self::SourceChanging => "SourceChanging",
            Self::ImageNotFound => "ImageNotFound",
            Self::WorkflowUnavailable => "WorkflowUnavailable",
        }
    }

    /// Whether an execution can fail with this code; the others are answers of the API alone.
    pub const fn is_of_an_execution(self) -> bool {
        !matches!(self, Self::ImageNotFound | Self::WorkflowUnavailable)
    }

    /// Whether trying the same job again, a little later and with nothing else changed, can succeed.
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::StorageUnavailable | Self::SourceChanging | Self::WorkflowUnavailable
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::collections::BTreeSet;

    #[test]
    fn a_code_is_spelled_the_same_in_json_and_in_text() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), json!(code.as_str()));
        }
    }

    #[test]
    fn every_code_is_listed_once() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn the_state_machine_tries_exactly_the_transient_codes_again() {
        let wanted = names(|code| code.is_of_an_execution() && code.is_transient());
        assert_eq!(codes_in_retriers(|attempts| attempts > 0), wanted);
    }

    #[test]
    fn the_state_machine_never_tries_a_permanent_code_again() {
        let wanted = names(|code| code.is_of_an_execution() && !code.is_transient());
        assert_eq!(codes_in_retriers(|attempts| attempts == 0), wanted);
    }

    fn names(wanted: impl Fn(Code) -> bool) -> BTreeSet<&'static str> {
        let codes = Code::ALL.into_iter().filter(|&code| wanted(code));
        codes.map(Code::as_str).collect()
    }

    /// Our codes in the retriers of the resize task, of those whose `MaxAttempts` is as asked for.
    /// A name that the language or Lambda defines has a dot in it, ours have none, so that a misspelled
    /// code would show up here rather than be passed over.
    fn codes_in_retriers(attempts: impl Fn(u64) -> bool) -> BTreeSet<&'static str> {
        let definition: Value =
            serde_json::from_str(include_str!("../../../statemachine/thumbnail.asl.json")).unwrap();
        let retriers = definition["States"]["Resize"]["Retry"].as_array().unwrap();
        retriers
            .iter()
            .filter(|retrier| attempts(retrier["MaxAttempts"].as_u64().unwrap_or(3)))
            .flat_map(|retrier| retrier["ErrorEquals"].as_array().unwrap())
            .map(|name| name.as_str().unwrap().to_owned().leak() as &str)
            .filter(|name| !name.contains('.'))
            .collect()
    }
}
