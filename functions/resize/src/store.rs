use crate::failure::{Action, Failure};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use pipeline::{Key, StoreError};
use std::collections::HashMap;
use std::time::Instant;
use tokio::time::timeout_at;

/// S3, as this function needs it: every answer is a value, nothing, or a failure with a code.
pub(crate) struct Store(pub(crate) aws_sdk_s3::Client);

/// The store for one job, which has to have its answers at some time.
pub(crate) struct Session<'a> {
    client: &'a aws_sdk_s3::Client,
    until: Instant,
}

/// The store would have answered too late.
#[derive(Debug, thiserror::Error)]
#[error("there was no answer before the function's time ran out")]
struct TooLate;

/// An object that is being read.
pub(crate) struct Object {
    pub(crate) body: ByteStream,
    /// The size that the store announced.
    pub(crate) bytes: u64,
    /// Without quotes.
    pub(crate) etag: String,
    /// Where it comes from, if it is a thumbnail that this pipeline has made.
    pub(crate) provenance: Option<Provenance>,
    until: Instant,
}

/// What a thumbnail says of how it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Provenance {
    /// The ETag of its source.
    pub(crate) source_etag: String,
    /// The fingerprint of the settings.
    pub(crate) spec: String,
}

/// An object to be written.
pub(crate) struct Upload<'a> {
    pub(crate) body: Vec<u8>,
    pub(crate) content_type: &'a str,
    pub(crate) content_disposition: Option<String>,
    pub(crate) cache_control: &'a str,
    pub(crate) provenance: Provenance,
}

const SOURCE_ETAG: &str = "source-etag";
const SPEC: &str = "spec";

impl Store {
    /// The store for a job that is given up at `until`.
    pub(crate) fn until(&self, until: Instant) -> Session<'_> {
        let client = &self.0;
        Session { client, until }
    }
}

impl Session<'_> {
    /// The newest version of an object, `None` where there is none.
    pub(crate) async fn get(&self, bucket: &str, key: &Key) -> Result<Option<Object>, Failure> {
        let action = || action("GetObject", bucket, key);
        let request = self.client.get_object().bucket(bucket).key(key.as_str());
        let answer = in_time(self.until, request.send(), action).await?;
        Ok(found(answer, action)?.map(|object| Object {
            bytes: size(object.content_length),
            etag: unquoted(object.e_tag),
            provenance: object.metadata.and_then(Provenance::read),
            body: object.body,
            until: self.until,
        }))
    }

    /// The ETag of the newest version of an object, `None` where there is none.
    pub(crate) async fn etag(&self, bucket: &str, key: &Key) -> Result<Option<String>, Failure> {
        let answer = self.head(bucket, key).await?;
        Ok(answer.map(|object| unquoted(object.e_tag)))
    }

    /// Where an object comes from, `None` where there is none or it does not say.
    pub(crate) async fn provenance(
        &self,
        bucket: &str,
        key: &Key,
    ) -> Result<Option<Provenance>, Failure> {
        let answer = self.head(bucket, key).await?;
        Ok(answer.and_then(|object| object.metadata.and_then(Provenance::read)))
    }

    async fn head(&self, bucket: &str, key: &Key) -> Result<Option<HeadObjectOutput>, Failure> {
        let action = || action("HeadObject", bucket, key);
        let request = self.client.head_object().bucket(bucket).key(key.as_str());
        found(in_time(self.until, request.send(), action).await?, action)
    }

    /// Writes an object, in place of one that may be there.
    pub(crate) async fn put(
        &self,
        bucket: &str,
        key: &Key,
        upload: Upload<'_>,
    ) -> Result<(), Failure> {
        let action = || action("PutObject", bucket, key);
        let request = self
            .client
            .put_object()
            .bucket(bucket)
            .key(key.as_str())
            .body(upload.body.into())
            .content_type(upload.content_type)
            .set_content_disposition(upload.content_disposition)
            .cache_control(upload.cache_control)
            .metadata(SOURCE_ETAG, upload.provenance.source_etag)
            .metadata(SPEC, upload.provenance.spec);
        let answer = in_time(self.until, request.send(), action).await?;
        answer.map_err(|error| failure(error, action()))?;
        Ok(())
    }

    /// Makes sure that there is no such object.
    pub(crate) async fn delete(&self, bucket: &str, key: &Key) -> Result<(), Failure> {
        let action = || action("DeleteObject", bucket, key);
        let request = self.client.delete_object().bucket(bucket).key(key.as_str());
        found(in_time(self.until, request.send(), action).await?, action)?;
        Ok(())
    }
}

impl Object {
    /// The next piece of the body, `None` at its end.
    pub(crate) async fn chunk(
        &mut self,
        bucket: &str,
        key: &Key,
    ) -> Result<Option<impl AsRef<[u8]> + use<>>, Failure> {
        let action = || action("GetObject", bucket, key);
        let chunk = in_time(self.until, self.body.try_next(), action).await?;
        chunk.map_err(|error| Failure::Unavailable {
            action: action(),
            source: error.into(),
        })
    }
}

impl Provenance {
    fn read(mut metadata: HashMap<String, String>) -> Option<Self> {
        Some(Self {
            source_etag: metadata.remove(SOURCE_ETAG)?,
            spec: metadata.remove(SPEC)?,
        })
    }
}

/// Waits for the store, but not longer than there is time to say so.
async fn in_time<T>(
    until: Instant,
    answer: impl Future<Output = T>,
    action: impl FnOnce() -> Action,
) -> Result<T, Failure> {
    timeout_at(until.into(), answer)
        .await
        .map_err(|_| Failure::Unavailable {
            action: action(),
            source: TooLate.into(),
        })
}

/// Tells "there is none" from a failure.
fn found<T, E>(
    answer: Result<T, SdkError<E>>,
    action: impl FnOnce() -> Action,
) -> Result<Option<T>, Failure>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if meaning(&error) == StoreError::NotFound => Ok(None),
        Err(error) => Err(failure(error, action())),
    }
}

fn failure<E>(error: SdkError<E>, action: Action) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let meaning = meaning(&error);
    let source = error.into();
    match meaning {
        StoreError::Unavailable => Failure::Unavailable { action, source },
        // Only a bucket can be missing where something is written, and that is the operator's to mend.
        StoreError::Denied | StoreError::NotFound => Failure::Refused { action, source },
    }
}

fn meaning<E: ProvideErrorMetadata>(error: &SdkError<E>) -> StoreError {
    let status = error.raw_response().map(|answer| answer.status().as_u16());
    StoreError::classify(status, error.code())
}

fn action(operation: &'static str, bucket: &str, key: &Key) -> Action {
    Action {
        operation,
        bucket: bucket.to_owned(),
        key: key.clone(),
    }
}

fn size(content_length: Option<i64>) -> u64 {
    content_length
        .and_then(|bytes| bytes.try_into().ok())
        .unwrap_or_default()
}

fn unquoted(etag: Option<String>) -> String {
    etag.unwrap_or_default().trim_matches('"').to_owned()
}
