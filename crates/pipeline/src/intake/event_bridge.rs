//! An event of S3 as EventBridge delivers it, "Object Created" or "Object Deleted".

use super::{ObjectEvent, RecordError, revision};
use crate::Key;
use serde::Deserialize;
use serde_json::Value;

/// What is used of an event. Other kinds than the two have the same shape, and looking at an object once
/// too often does no harm.
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "detail-type")]
    kind: String,
    #[serde(default)]
    time: String,
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    bucket: Bucket,
    object: Object,
    #[serde(rename = "deletion-type", default)]
    deletion: String,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
struct Object {
    key: String,
    size: Option<u64>,
    etag: Option<String>,
    #[serde(rename = "version-id")]
    version: Option<String>,
    sequencer: Option<String>,
}

/// Unlike in a notification, the key is written as it is.
pub(super) fn object(event: &Value) -> Result<ObjectEvent, RecordError> {
    let Event { kind, time, detail } = Event::deserialize(event).map_err(RecordError::Unknown)?;
    let object = detail.object;
    let kind = format!("{kind}{}", detail.deletion);
    let revision = revision(
        &kind,
        &object.version,
        &object.etag,
        &object.sequencer,
        &time,
    );
    let key = Key::new(object.key.clone()).map_err(|source| RecordError::Key {
        given: object.key,
        source,
    })?;
    Ok(ObjectEvent {
        bucket: detail.bucket.name,
        key,
        size: object.size,
        revision,
    })
}
