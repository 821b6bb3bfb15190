use crate::failure::{Action, Failure};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use pipeline::{Key, StoreError};

/// S3, as this function needs it: every answer is a value, nothing, or a failure with a code.
pub(crate) struct Store(pub(crate) aws_sdk_s3::Client);

/// An object that is being read.
pub(crate) struct Object {
    pub(crate) body: ByteStream,
    /// The size that the store announced.
    pub(crate) bytes: u64,
    /// Without quotes.
    pub(crate) etag: String,
}

/// An object to be written.
pub(crate) struct Upload<'a> {
    pub(crate) body: Vec<u8>,
    pub(crate) content_type: &'a str,
    pub(crate) content_disposition: Option<String>,
    pub(crate) cache_control: &'a str,
    pub(crate) source_etag: &'a str,
    pub(crate) spec: String,
}

impl Store {
    /// The newest version of an object, `None` where there is none.
    pub(crate) async fn get(&self, bucket: &str, key: &Key) -> Result<Option<Object>, Failure> {
        let request = self.0.get_object().bucket(bucket).key(key.as_str());
        let answer = found(request.send().await, || action("GetObject", bucket, key))?;
        Ok(answer.map(|object| Object {
            bytes: size(object.content_length),
            etag: unquoted(object.e_tag),
            body: object.body,
        }))
    }

    /// The ETag of the newest version of an object, `None` where there is none.
    pub(crate) async fn etag(&self, bucket: &str, key: &Key) -> Result<Option<String>, Failure> {
        let request = self.0.head_object().bucket(bucket).key(key.as_str());
        let answer = found(request.send().await, || action("HeadObject", bucket, key))?;
        Ok(answer.map(|object| unquoted(object.e_tag)))
    }

    /// Writes an object, in place of one that may be there.
    pub(crate) async fn put(
        &self,
        bucket: &str,
        key: &Key,
        upload: Upload<'_>,
    ) -> Result<(), Failure> {
        let request = self
            .0
            .put_object()
            .bucket(bucket)
            .key(key.as_str())
            .body(upload.body.into())
            .content_type(upload.content_type)
            .set_content_disposition(upload.content_disposition)
            .cache_control(upload.cache_control)
            .metadata("source-etag", upload.source_etag)
            .metadata("spec", upload.spec);
        let answer = request.send().await;
        answer.map_err(|error| failure(error, action("PutObject", bucket, key)))?;
        Ok(())
    }

    /// Makes sure that there is no such object.
    pub(crate) async fn delete(&self, bucket: &str, key: &Key) -> Result<(), Failure> {
        let request = self.0.delete_object().bucket(bucket).key(key.as_str());
        found(request.send().await, || action("DeleteObject", bucket, key))?;
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
        self.body
            .try_next()
            .await
            .map_err(|error| Failure::Unavailable {
                action: action("GetObject", bucket, key),
                source: error.into(),
            })
    }
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
