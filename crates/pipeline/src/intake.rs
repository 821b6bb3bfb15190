use crate::{Job, Key, KeyError, Trigger};
use serde_json::Value;

mod event_bridge;
mod notification;
mod redriven;

pub use redriven::Redriven;

/// What the body of a message in the intake queue says.
#[derive(Debug)]
pub enum Intake {
    /// S3 tries out whether it may send to the queue. There is nothing to do.
    TestEvent,
    /// Objects were written or removed, one or more. A record that can't be read leaves the others readable.
    Objects(Vec<Result<ObjectEvent, RecordError>>),
    /// A job that failed was sent back, to be done again.
    Redriven(Redriven),
}

/// One record of a notification: "look at this key".
///
/// Which kind of event it was does not matter, for the worker looks at what the source is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectEvent {
    /// The bucket that holds the object.
    pub bucket: String,
    /// The key of the object, decoded.
    pub key: Key,
    /// The size in bytes, where S3 gives one.
    pub size: Option<u64>,
    /// What tells this event from every other about the same key. It is the same in a duplicate of the event.
    pub revision: String,
}

/// A message that says nothing we know. It can't be read the next time either, unless the starter has been
/// replaced by a newer one until then.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The body is not JSON.
    #[error("the body is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// The body is JSON, but of no kind that belongs into the intake queue.
    #[error(
        "the body is no S3 notification, be it plain, through SNS or through EventBridge, no S3 test event and no job of the failures queue"
    )]
    Unknown(#[source] serde_json::Error),
    /// The event of EventBridge is about an execution whose input was too large to be in it.
    #[error(
        "the event about the execution {execution:?} holds no input: redrive that execution in Step Functions"
    )]
    NoInput {
        /// The ARN of the execution.
        execution: String,
    },
}

/// A record of a notification that names no object.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The record lacks what every record of S3 has.
    #[error("the record does not say which object it is about")]
    Unknown(#[source] serde_json::Error),
    /// The notification is of a version that is not understood.
    #[error("the notification is of version {version}, and only 2.x is understood")]
    Version {
        /// What the record says of its version.
        version: String,
    },
    /// The key in a record is not UTF-8 once decoded.
    #[error("the key {encoded:?} is not UTF-8 once decoded")]
    KeyEncoding {
        /// The key as the notification has it.
        encoded: String,
    },
    /// The key in a record is none.
    #[error("the key {given:?} is none that S3 allows")]
    Key {
        /// The key as the notification has it.
        given: String,
        /// What is wrong with it.
        #[source]
        source: KeyError,
    },
}

impl Intake {
    /// Reads the body of a message.
    pub fn from_body(body: &str) -> Result<Self, IntakeError> {
        let body: Value = serde_json::from_str(body).map_err(IntakeError::NotJson)?;
        // A topic without raw delivery puts an envelope around what it was given. Once: a topic can't
        // subscribe to a topic.
        match body["Message"].as_str() {
            Some(message) if body["Type"] == "Notification" => {
                let message = serde_json::from_str(message).map_err(IntakeError::NotJson)?;
                Self::from_json(message)
            }
            _ => Self::from_json(body),
        }
    }

    fn from_json(body: Value) -> Result<Self, IntakeError> {
        if body["Event"] == "s3:TestEvent" && body["Service"] == "Amazon S3" {
            return Ok(Self::TestEvent);
        }
        if let Some(records) = body["Records"].as_array() {
            let objects = records.iter().map(notification::object);
            return Ok(Self::Objects(objects.collect()));
        }
        if body["source"] == "aws.s3" {
            return Ok(Self::Objects(vec![event_bridge::object(&body)]));
        }
        Redriven::from_json(body).map(Self::Redriven)
    }
}

impl ObjectEvent {
    /// Whether this is what the S3 console makes to show an empty folder: it needs no thumbnail.
    pub fn is_folder_marker(&self) -> bool {
        self.key.is_folder() && self.size.is_none_or(|size| size == 0)
    }

    /// The job that this event asks for.
    pub fn job(&self) -> Job {
        Job {
            bucket: self.bucket.clone(),
            image_key: self.key.clone(),
            trigger: Trigger::Upload,
        }
    }
}

/// What tells an event from every other about the same key.
///
/// The version alone would not do: its making and its removal name the same one, as do a delete marker's,
/// and every upload to a bucket whose versioning is suspended is called `null`. The sequencer would, but
/// only uploads and deletions have one: a removal by a lifecycle rule is told from the next by its time.
fn revision(kind: &str, version: &Text, e_tag: &Text, sequencer: &Text, time: &str) -> String {
    let [version, e_tag] = [version, e_tag].map(|text| text.as_deref().unwrap_or_default());
    let last = sequencer.as_deref().unwrap_or(time);
    format!("{kind} {version} {e_tag} {last}")
}

type Text = Option<String>;

#[cfg(test)]
mod tests;
