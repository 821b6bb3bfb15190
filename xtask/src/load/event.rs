//! The notification that S3 sends when an object was put.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

/// A key in a notification is encoded as in a form, but for the space, which keys of a load never have.
const KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'/');

/// The body of a message about one object. The same arguments give the same body to the letter.
pub(crate) fn object_created(bucket: &str, key: &str, etag: &str, sequencer: u64) -> String {
    json!({"Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "us-east-1",
        "eventTime": "2026-01-01T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": bucket, "arn": format!("arn:aws:s3:::{bucket}")},
            "object": {
                "key": utf8_percent_encode(key, KEY).to_string(),
                "eTag": etag,
                "sequencer": format!("{sequencer:018X}"),
            },
        },
    }]})
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeline::{ExecutionName, Intake};

    fn name(body: &str) -> String {
        let Ok(Intake::Objects(objects)) = Intake::from_body(body) else {
            panic!("{body} is not read as an upload");
        };
        let [Ok(object)] = &objects[..] else {
            panic!("{objects:?}")
        };
        assert_eq!(object.key.as_str(), "load/1/2.jpg");
        ExecutionName::for_upload(object).as_str().to_owned()
    }

    #[test]
    fn the_pipeline_reads_it_and_names_copies_alike() {
        let event = |etag, sequencer| object_created("b", "load/1/2.jpg", etag, sequencer);
        assert_eq!(name(&event("e", 1)), name(&event("e", 1)));
        assert_ne!(name(&event("e", 1)), name(&event("e", 2)));
        assert_ne!(name(&event("e", 1)), name(&event("f", 1)));
    }
}
