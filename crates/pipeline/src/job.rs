use crate::{Code, Key};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// "Look at this object": the input of an execution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// The bucket that holds the source.
    pub bucket: String,
    /// The key of the source, decoded.
    pub image_key: Key,
    /// What asked for the job.
    pub trigger: Trigger,
}

/// What asked for a job. It changes nothing about how the job is done; it is there for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Trigger {
    /// An object was written to the source bucket.
    Upload,
    /// Somebody called the API.
    Api,
    /// A whole prefix is being worked through.
    Backfill,
    /// A message of the failures queue was sent back to the intake queue.
    Redrive,
}

/// The input is not a job.
#[derive(Debug, thiserror::Error)]
#[error(
    "the input is not a job such as {{\"bucket\": \"photos\", \"imageKey\": \"a/x.jpg\", \"trigger\": \"upload\"}}"
)]
pub struct JobError {
    #[source]
    source: serde_json::Error,
}

impl Job {
    /// Reads the input of an execution.
    pub fn from_json(input: Value) -> Result<Self, JobError> {
        serde_json::from_value(input).map_err(|source| JobError { source })
    }
}

/// What the state machine puts into the failures queue, and what comes back when it is redriven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureMessage {
    /// The job that failed.
    pub job: Job,
    /// Why it failed.
    pub error: Failure,
    /// The execution that failed.
    pub execution_arn: String,
}

/// Why a job failed, or why the API refused it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A [`Code`]'s name, or a name of Lambda's or Step Functions' own, such as `States.Timeout`.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
}

impl Failure {
    /// A failure with one of our own codes.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code: code.as_str().to_owned(),
            message: message.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_sample_job_is_read_and_written_unchanged() {
        let sample: Value = serde_json::from_str(include_str!("../../../events/job.json")).unwrap();
        let job = Job::from_json(sample.clone()).unwrap();
        assert_eq!(job.image_key.as_str(), "2026/été 1+1.jpg");
        assert_eq!(job.trigger, Trigger::Upload);
        assert_eq!(serde_json::to_value(&job).unwrap(), sample);
    }

    #[test]
    fn every_trigger_has_the_name_of_the_contract() {
        let all = [
            Trigger::Upload,
            Trigger::Api,
            Trigger::Backfill,
            Trigger::Redrive,
        ];
        assert_eq!(
            serde_json::to_value(all).unwrap(),
            json!(["upload", "api", "backfill", "redrive"])
        );
    }

    #[test]
    fn what_is_no_job_is_refused() {
        let job = json!({"bucket": "photos", "imageKey": "x.jpg", "trigger": "upload"});
        assert!(Job::from_json(job.clone()).is_ok());
        for (field, value) in [
            ("bucket", Value::Null),
            ("imageKey", json!("")),
            ("imageKey", json!("x".repeat(1025))),
            ("imageKey", json!(["x.jpg"])),
            ("trigger", json!("cron")),
        ] {
            let mut wrong = job.clone();
            wrong[field] = value;
            assert!(Job::from_json(wrong.clone()).is_err(), "{wrong}");
        }
        assert!(Job::from_json(json!("x.jpg")).is_err());
    }
}
