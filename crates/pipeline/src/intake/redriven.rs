use super::IntakeError;
use crate::{Failure, FailureMessage, Job, Trigger};
use serde::Deserialize;
use serde_json::Value;

/// A job that comes back from the failures queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redriven {
    /// The job, its trigger set to [`Trigger::Redrive`].
    pub job: Job,
    /// Why it failed, where the message says so.
    pub error: Option<Failure>,
    /// The execution that failed, where the message names it. It tells one redrive from the next.
    pub failed_execution: Option<String>,
}

/// The part used of EventBridge's "Step Functions Execution Status Change": an execution that ended in a
/// way that its state machine could not report itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StatusChange {
    execution_arn: String,
    status: String,
    input: Option<String>,
    error: Option<String>,
    cause: Option<String>,
}

impl Redriven {
    /// Takes the message that the state machine wrote, an event about an execution, or a job alone, as a
    /// person would send it.
    pub(super) fn from_json(mut body: Value) -> Result<Self, IntakeError> {
        if body.get("job").is_some() {
            let message = FailureMessage::deserialize(body).map_err(IntakeError::Unknown)?;
            let error = Some(message.error);
            return Ok(Self::new(message.job, error, Some(message.execution_arn)));
        }
        if body["source"] == "aws.states" {
            return StatusChange::deserialize(body["detail"].take())
                .map_err(IntakeError::Unknown)?
                .redriven();
        }
        let job = Job::deserialize(body).map_err(IntakeError::Unknown)?;
        Ok(Self::new(job, None, None))
    }

    fn new(job: Job, error: Option<Failure>, failed_execution: Option<String>) -> Self {
        let trigger = Trigger::Redrive;
        Self {
            job: Job { trigger, ..job },
            error,
            failed_execution,
        }
    }
}

impl StatusChange {
    /// An abort or a time-out may come without an error of its own; then its status is the code.
    fn redriven(self) -> Result<Redriven, IntakeError> {
        let Some(input) = self.input else {
            let execution = self.execution_arn;
            return Err(IntakeError::NoInput { execution });
        };
        let job = serde_json::from_str(&input).map_err(IntakeError::Unknown)?;
        let error = Failure {
            code: self
                .error
                .filter(|error| !error.is_empty())
                .unwrap_or(self.status),
            message: self.cause.unwrap_or_default(),
        };
        Ok(Redriven::new(job, Some(error), Some(self.execution_arn)))
    }
}
