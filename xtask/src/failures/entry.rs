//! A message of the failures queue, of whichever kind.

use pipeline::{Intake, Job, ObjectEvent, Trigger};

use crate::aws::Message;

/// The code of what nobody can read.
pub(super) const UNREADABLE: &str = "Unreadable";
/// The code of an event that never came to an execution.
const NOT_STARTED: &str = "NotStarted";

/// A message, and what it says.
pub(super) struct Entry {
    pub(super) message: Message,
    /// A code of the pipeline, of Lambda or of Step Functions, or one of the two above.
    pub(super) code: String,
    /// A sentence for a person.
    reason: String,
    jobs: Vec<Job>,
    /// Whether the starter takes the message as it is for a redrive.
    is_redrivable: bool,
}

impl Entry {
    /// Understands a failure that the state machine reported, an event about an execution that could not report
    /// itself, and a notification that SQS or the starter put here.
    pub(super) fn read(message: Message) -> Self {
        let given = message.reason.clone().unwrap_or_default();
        let (code, reason, jobs, is_redrivable) = match Intake::from_body(&message.body) {
            Ok(Intake::Redriven(redriven)) => {
                let (code, reason) = match redriven.error {
                    Some(error) => (error.code, error.message),
                    None => (NOT_STARTED.to_owned(), given),
                };
                (code, reason, vec![redriven.job], true)
            }
            Ok(Intake::Objects(objects)) if objects.iter().all(Result::is_ok) => {
                let jobs = objects.iter().flatten().map(ObjectEvent::job);
                (NOT_STARTED.to_owned(), given, jobs.collect(), false)
            }
            // Its good records have been started; the bad one is what it is here for.
            Ok(Intake::Objects(objects)) => {
                let bad = objects.iter().find_map(|object| object.as_ref().err());
                let reason = bad.map(ToString::to_string).unwrap_or(given);
                let jobs = objects.iter().flatten().map(ObjectEvent::job);
                (UNREADABLE.to_owned(), reason, jobs.collect(), true)
            }
            Ok(Intake::TestEvent) => (NOT_STARTED.to_owned(), given, Vec::new(), true),
            Err(error) => (UNREADABLE.to_owned(), error.to_string(), Vec::new(), true),
        };
        Self {
            message,
            code,
            reason,
            jobs,
            is_redrivable,
        }
    }

    /// What it is about.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.jobs.iter().map(|job| job.image_key.as_str())
    }

    /// Code, keys and reason in one line.
    pub(super) fn line(&self) -> String {
        let keys = self.keys().collect::<Vec<_>>().join(", ");
        let reason = self.reason.replace('\n', " ");
        format!("{:<20} {keys}  {reason}", self.code)
            .trim_end()
            .to_owned()
    }

    /// The message as it is.
    pub(super) fn body(&self) -> String {
        self.message.body.clone()
    }

    /// What to put into the intake queue. An event that never came to an execution goes as jobs, so that the logs
    /// show the trigger `redrive` for it as for the others.
    pub(super) fn to_redrive(&self) -> Vec<String> {
        if self.is_redrivable {
            return vec![self.body()];
        }
        let jobs = self.jobs.iter().map(|job| Job {
            trigger: Trigger::Redrive,
            ..job.clone()
        });
        jobs.map(|job| serde_json::to_string(&job).expect("a job has no map with odd keys"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(body: &str) -> Entry {
        Entry::read(Message::new(body, Some("as scripted")))
    }

    #[test]
    fn a_failure_that_was_reported_goes_back_as_it_is() {
        let body = include_str!("../../../events/failure-message.json");
        let entry = entry(body);
        assert_eq!(entry.code, "AccessDenied");
        assert!(entry.line().contains("2026/été 1+1.jpg  the store refused"));
        assert_eq!(entry.to_redrive(), [body]);
    }

    #[test]
    fn an_execution_that_was_aborted_goes_back_as_it_is() {
        let body = include_str!("../../../events/event-bridge-execution-aborted.json");
        let entry = entry(body);
        assert_eq!(entry.code, "ABORTED");
        assert_eq!(entry.keys().collect::<Vec<_>>(), ["2026/été 1+1.jpg"]);
        assert_eq!(entry.to_redrive(), [body]);
    }

    #[test]
    fn an_event_that_never_came_to_an_execution_goes_back_as_jobs_with_the_trigger() {
        let entry = entry(include_str!("../../../events/s3-several-records.json"));
        assert_eq!(entry.code, NOT_STARTED);
        assert!(entry.line().ends_with("  as scripted"));
        let jobs: Vec<Job> = entry
            .to_redrive()
            .iter()
            .map(|body| serde_json::from_str(body).expect("a job"))
            .collect();
        assert_eq!(jobs.len(), 3);
        assert!(jobs.iter().all(|job| job.trigger == Trigger::Redrive));
        assert_eq!(jobs[2].image_key.as_str(), "archive/x.png");
    }

    #[test]
    fn what_nobody_can_read_says_why() {
        for body in [
            "hello",
            include_str!("../../../events/s3-one-bad-record.json"),
        ] {
            let entry = entry(body);
            assert_eq!(entry.code, UNREADABLE);
            assert!(!entry.reason.is_empty());
            assert_eq!(entry.to_redrive(), [body]);
        }
    }
}
