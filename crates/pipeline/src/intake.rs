use crate::{FailureMessage, Job, Key, KeyError, Trigger};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

/// What the body of a message in the intake queue says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intake {
    /// S3 tries out whether it may send to the queue. There is nothing to do.
    TestEvent,
    /// Objects were written, one or more.
    Objects(Vec<ObjectEvent>),
    /// A job that failed was sent back, to be done again.
    Redriven(Redriven),
}

/// One record of an S3 notification: "look at this key".
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
    /// What tells this writing of the object from another: the version, or else ETag and sequencer.
    /// It is the same in a duplicate of the event.
    pub revision: String,
}

/// A job that comes back from the failures queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redriven {
    /// The job, its trigger set to [`Trigger::Redrive`].
    pub job: Job,
    /// The execution that failed, where the message names it. It tells one redrive from the next.
    pub failed_execution: Option<String>,
}

/// A message that says nothing we know. It stays in the queue and so ends in the failures queue.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The body is not JSON.
    #[error("the body is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// The body is JSON, but of no kind that belongs into the intake queue.
    #[error("the body is no S3 notification, no S3 test event and no job of the failures queue")]
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
    #[error("the key {encoded:?} is none that S3 allows")]
    Key {
        /// The key as the notification has it.
        encoded: String,
        /// What is wrong with it.
        #[source]
        source: KeyError,
    },
}

impl Intake {
    /// Reads the body of a message.
    pub fn from_body(body: &str) -> Result<Self, IntakeError> {
        let body: Value = serde_json::from_str(body).map_err(IntakeError::NotJson)?;
        if body["Event"] == "s3:TestEvent" && body["Service"] == "Amazon S3" {
            return Ok(Self::TestEvent);
        }
        if body.get("Records").is_some() {
            return Notification::deserialize(body)
                .map_err(IntakeError::Unknown)?
                .objects()
                .map(Self::Objects);
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

impl Redriven {
    /// Takes the message that the state machine wrote, or a job alone, as a person would send it.
    fn from_json(body: Value) -> Result<Self, IntakeError> {
        let (mut job, failed_execution) = if body.get("job").is_some() {
            let message = FailureMessage::deserialize(body).map_err(IntakeError::Unknown)?;
            (message.job, Some(message.execution_arn))
        } else {
            let job = Job::deserialize(body).map_err(IntakeError::Unknown)?;
            (job, None)
        };
        job.trigger = Trigger::Redrive;
        Ok(Self {
            job,
            failed_execution,
        })
    }
}

/// An S3 notification, reduced to what is used of it; what AWS adds to it is passed over.
#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_version: String,
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    key: String,
    size: Option<u64>,
    e_tag: Option<String>,
    version_id: Option<String>,
    sequencer: Option<String>,
}

impl Notification {
    fn objects(self) -> Result<Vec<ObjectEvent>, IntakeError> {
        self.records.into_iter().map(Record::object).collect()
    }
}

impl Record {
    fn object(self) -> Result<ObjectEvent, IntakeError> {
        if !self.event_version.starts_with("2.") {
            let version = self.event_version;
            return Err(IntakeError::Version { version });
        }
        let Entity { bucket, object } = self.s3;
        Ok(ObjectEvent {
            bucket: bucket.name,
            key: decode(&object.key)?,
            size: object.size,
            revision: object.revision(),
        })
    }
}

impl Object {
    fn revision(self) -> String {
        self.version_id.unwrap_or_else(|| {
            let [e_tag, sequencer] = [self.e_tag, self.sequencer].map(Option::unwrap_or_default);
            format!("{e_tag} {sequencer}")
        })
    }
}

/// Undoes the form encoding of a key: a plus is a space, and then `%XX`, once.
fn decode(encoded: &str) -> Result<Key, IntakeError> {
    let spaced = encoded.replace('+', " ");
    let key = percent_decode_str(&spaced).decode_utf8();
    let key = key.map_err(|_| IntakeError::KeyEncoding {
        encoded: encoded.to_owned(),
    })?;
    Key::new(key).map_err(|source| IntakeError::Key {
        encoded: encoded.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;
