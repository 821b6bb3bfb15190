use crate::Key;
use serde::{Deserialize, Serialize};

/// What an execution did: its output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// The key of the source.
    pub image_key: Key,
    /// The source as it was read; absent where it was gone or not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What was written, one for each rendition.
    pub thumbnails: Vec<Thumbnail>,
}

/// How an execution ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The thumbnails are in the destination bucket, made from the newest source.
    Created,
    /// The source was deleted before it was looked at, so there was nothing to do.
    SourceGone,
    /// A backfill found every thumbnail made from the source as it is, with the settings as they are.
    Unchanged,
}

/// The picture that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The format that its bytes are in, whatever its name says.
    pub format: String,
    /// Columns of pixels, as stored.
    pub width: u32,
    /// Rows of pixels, as stored.
    pub height: u32,
    /// The size of the object.
    pub bytes: u64,
    /// The ETag that S3 gave it, without quotes.
    pub etag: String,
}

/// A picture that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// The bucket it was written to.
    pub bucket: String,
    /// The key it was written to.
    pub key: Key,
    /// Columns of pixels.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// The size of the object.
    pub bytes: u64,
    /// The format of its bytes, whatever its name says.
    pub format: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_sample_reports_are_read_and_written_unchanged() {
        check(
            include_str!("../../../events/report.json"),
            Outcome::Created,
        );
        check(
            include_str!("../../../events/report-source-gone.json"),
            Outcome::SourceGone,
        );
        check(
            include_str!("../../../events/report-unchanged.json"),
            Outcome::Unchanged,
        );
    }

    fn check(sample: &str, outcome: Outcome) {
        let sample: Value = serde_json::from_str(sample).unwrap();
        let report: Report = serde_json::from_value(sample.clone()).unwrap();
        assert_eq!(report.outcome, outcome);
        assert_eq!(serde_json::to_value(&report).unwrap(), sample);
    }
}
