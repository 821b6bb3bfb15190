//! A record of an S3 notification, as S3 sends it to a queue or a topic.

use super::{ObjectEvent, RecordError, revision};
use crate::Key;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

/// What is used of a record; what AWS adds to it is passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    event_version: String,
    #[serde(default)]
    event_name: String,
    #[serde(default)]
    event_time: String,
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

pub(super) fn object(record: &Value) -> Result<ObjectEvent, RecordError> {
    let record = Record::deserialize(record).map_err(RecordError::Unknown)?;
    if !record.event_version.starts_with("2.") {
        let version = record.event_version;
        return Err(RecordError::Version { version });
    }
    let Entity { bucket, object } = record.s3;
    Ok(ObjectEvent {
        bucket: bucket.name,
        key: decode(&object.key)?,
        size: object.size,
        revision: revision(
            &record.event_name,
            &object.version_id,
            &object.e_tag,
            &object.sequencer,
            &record.event_time,
        ),
    })
}

/// Undoes the form encoding of a key: a plus is a space, and then `%XX`, once.
pub(super) fn decode(encoded: &str) -> Result<Key, RecordError> {
    let spaced = encoded.replace('+', " ");
    let key = percent_decode_str(&spaced).decode_utf8();
    let key = key.map_err(|_| RecordError::KeyEncoding {
        encoded: encoded.to_owned(),
    })?;
    Key::new(key).map_err(|source| RecordError::Key {
        given: encoded.to_owned(),
        source,
    })
}
