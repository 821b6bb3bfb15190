use crate::{Key, ObjectEvent, Redriven};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write};

/// The name of an execution, unique to what asked for it.
///
/// STANDARD workflows refuse a name that was used in the last 90 days, so whatever has the same name is
/// done once: the duplicate of an event, or of a redriven message. It reads
/// `<trigger>-<file name>-<hash>`, so that a person finds a picture in the console by its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExecutionName(String);

impl ExecutionName {
    /// Letters of the file name that are kept. With the longest trigger, the hash and the dashes the
    /// name stays under the 80 characters that Step Functions allows.
    const LABEL: usize = 36;
    /// Bytes of the hash that are kept: 128 bits, so that two names do not meet by chance.
    const HASH: usize = 16;

    /// The same for every duplicate of an event, another for every writing of the object.
    pub fn for_upload(event: &ObjectEvent) -> Self {
        Self::new("upload", &event.bucket, &event.key, &event.revision)
    }

    /// The same for every duplicate of a redriven message, another for every failed execution.
    /// `message_id` stands in where the message names none.
    pub fn for_redrive(redriven: &Redriven, message_id: &str) -> Self {
        let once = redriven.failed_execution.as_deref().unwrap_or(message_id);
        Self::new(
            "redrive",
            &redriven.job.bucket,
            &redriven.job.image_key,
            once,
        )
    }

    /// Another for every request: who asks by hand wants it done again.
    pub fn for_request(bucket: &str, key: &Key, request_id: &str) -> Self {
        Self::new("api", bucket, key, request_id)
    }

    fn new(trigger: &str, bucket: &str, key: &Key, once: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [trigger, bucket, key.as_str(), once] {
            // The length before each part keeps "ab" + "c" from being "a" + "bc".
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let label: String = key
            .name()
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() {
                    letter
                } else {
                    '_'
                }
            })
            .take(Self::LABEL)
            .collect();
        let mut name = format!("{trigger}-{label}-");
        for byte in &hash.finalize()[..Self::HASH] {
            write!(name, "{byte:02x}").expect("writing to a String does not fail");
        }
        Self(name)
    }

    /// The name as Step Functions takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExecutionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Job, Trigger};
    use proptest::prelude::*;

    fn event(key: &str, revision: &str) -> ObjectEvent {
        ObjectEvent {
            bucket: "photos".to_owned(),
            key: Key::new(key).unwrap(),
            size: None,
            revision: revision.to_owned(),
        }
    }

    #[test]
    fn a_duplicate_has_the_same_name_and_another_writing_has_not() {
        let first = ExecutionName::for_upload(&event("a/x.jpg", "1"));
        assert_eq!(first, ExecutionName::for_upload(&event("a/x.jpg", "1")));
        assert_ne!(first, ExecutionName::for_upload(&event("a/x.jpg", "2")));
        assert_ne!(first, ExecutionName::for_upload(&event("b/x.jpg", "1")));
        assert!(first.as_str().starts_with("upload-x_jpg-"), "{first}");
    }

    #[test]
    fn a_failure_is_redriven_once_and_a_bare_job_once_a_message() {
        let redriven = |failed: Option<&str>| Redriven {
            job: Job {
                bucket: "photos".to_owned(),
                image_key: Key::new("x.jpg").unwrap(),
                trigger: Trigger::Redrive,
            },
            error: None,
            failed_execution: failed.map(str::to_owned),
        };
        let name = |failed, message| ExecutionName::for_redrive(&redriven(failed), message);
        assert_eq!(name(Some("arn:1"), "m1"), name(Some("arn:1"), "m2"));
        assert_ne!(name(Some("arn:1"), "m1"), name(Some("arn:2"), "m1"));
        assert_eq!(name(None, "m1"), name(None, "m1"));
        assert_ne!(name(None, "m1"), name(None, "m2"));
    }

    #[test]
    fn the_parts_are_kept_apart() {
        let key = Key::new("x").unwrap();
        assert_ne!(
            ExecutionName::for_request("a", &key, "bc"),
            ExecutionName::for_request("ab", &key, "c"),
        );
    }

    proptest! {
        #[test]
        fn step_functions_takes_every_name(key in ".{1,300}", id in ".*") {
            let key = Key::new(key).unwrap();
            for name in [
                ExecutionName::for_upload(&event(key.as_str(), &id)),
                ExecutionName::for_request("photos", &key, &id),
            ] {
                prop_assert!(name.as_str().len() <= 80);
                prop_assert!(name.as_str().chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
            }
        }
    }
}
