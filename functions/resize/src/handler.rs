use crate::failure::Failure;
use crate::settings::Settings;
use crate::store::{Object, Store, Upload};
use pipeline::{Job, Key, Outcome, Report, Source, Thumbnail, content_disposition};
use serde_json::Value;
use std::time::{Duration, Instant, SystemTime};
use thumbnail::{Format, Picture, Progress, Rendered, Spec, Stream};

/// How often a source is looked at before it is said to keep changing.
const ATTEMPTS: u32 = 3;

/// What is left of an invocation's time when a picture has to be given up: to say so, where the function would otherwise be
/// ended without a word.
const TIME_TO_ANSWER: Duration = Duration::from_secs(2);

/// What the function works with.
pub(crate) struct Resize {
    pub(crate) store: Store,
    pub(crate) settings: Settings,
}

/// Does one job. `input` is the execution's input, which anybody could have written; `end` is when the invocation is ended.
pub(crate) async fn handle(
    input: Value,
    resize: &Resize,
    end: SystemTime,
) -> Result<Report, Failure> {
    let outcome = match Job::from_json(input) {
        Ok(job) => resize.reconcile(&job, deadline(end)).await,
        Err(error) => Err(error.into()),
    };
    match &outcome {
        Ok(report) => tracing::info!(key = %report.image_key, outcome = ?report.outcome, "done"),
        Err(failure) => tracing::warn!(
            code = %failure.code(),
            error = failure as &dyn std::error::Error,
            "not done"
        ),
    }
    outcome
}

/// When a picture has to be given up in an invocation that is ended at `end`, on the clock that nobody sets.
fn deadline(end: SystemTime) -> Instant {
    let left = end.duration_since(SystemTime::now()).unwrap_or_default();
    Instant::now() + left.saturating_sub(TIME_TO_ANSWER)
}

impl Resize {
    /// Makes the thumbnails what they should be for the source as it is now.
    ///
    /// No locks and no order of events are needed, for every round ends with a look at the source: whoever
    /// writes last has seen the newest one, or goes round again.
    async fn reconcile(&self, job: &Job, deadline: Instant) -> Result<Report, Failure> {
        let keys = self.settings.naming.thumbnail_keys(&job.image_key)?;
        for _ in 0..ATTEMPTS {
            let source = self.store.get(&job.bucket, &job.image_key).await?;
            let seen = source.as_ref().map(|object| object.etag.clone());
            let report = match source {
                Some(object) => self.create(job, &keys, object, deadline).await?,
                None => self.remove(job, &keys).await?,
            };
            if self.store.etag(&job.bucket, &job.image_key).await? == seen {
                return Ok(report);
            }
            tracing::info!(key = %job.image_key, "the source has changed: once more");
        }
        Err(Failure::SourceChanging {
            key: job.image_key.clone(),
            attempts: ATTEMPTS,
        })
    }

    /// The source is there: every rendition is made from one reading of it and written.
    async fn create(
        &self,
        job: &Job,
        keys: &[Key],
        object: Object,
        deadline: Instant,
    ) -> Result<Report, Failure> {
        let (bytes, etag) = (object.bytes, object.etag.clone());
        let Rendered { source, pictures } = self.render(job, object, deadline).await?;
        let mut thumbnails = Vec::with_capacity(pictures.len());
        for ((key, picture), spec) in keys.iter().zip(pictures).zip(&self.settings.specs) {
            thumbnails.push(self.write(key, picture, spec, &etag).await?);
        }
        Ok(Report {
            outcome: Outcome::Created,
            image_key: job.image_key.clone(),
            source: Some(Source {
                format: source.format.name().to_owned(),
                width: source.width,
                height: source.height,
                bytes,
                etag,
            }),
            thumbnails,
        })
    }

    /// Feeds the decoder as the body arrives, and stops reading when it has seen enough.
    async fn render(
        &self,
        job: &Job,
        mut object: Object,
        deadline: Instant,
    ) -> Result<Rendered, Failure> {
        let settings = &self.settings;
        let limits = settings.limits.with_deadline(deadline);
        let mut stream = Stream::new(settings.specs.clone(), limits);
        stream.expect_bytes(object.bytes)?;
        while let Some(chunk) = object.chunk(&job.bucket, &job.image_key).await? {
            if let Progress::Enough = stream.push(chunk.as_ref())? {
                break;
            }
        }
        Ok(stream.finish()?)
    }

    async fn write(
        &self,
        key: &Key,
        picture: Picture,
        spec: &Spec,
        source_etag: &str,
    ) -> Result<Thumbnail, Failure> {
        let bucket = &self.settings.destination_bucket;
        let format = picture.format;
        let thumbnail = Thumbnail {
            bucket: bucket.clone(),
            key: key.clone(),
            width: picture.width,
            height: picture.height,
            bytes: picture.bytes.len() as u64,
            format: format.name().to_owned(),
        };
        let upload = Upload {
            content_type: format.content_type(),
            content_disposition: content_disposition(key.name(), format.extension(), |own| {
                Format::from_extension(own) == Some(format)
            }),
            body: picture.bytes,
            cache_control: &self.settings.cache_control,
            source_etag,
            spec: spec.fingerprint(),
        };
        self.store.put(bucket, key, upload).await?;
        Ok(thumbnail)
    }

    /// The source is gone: its thumbnails go with it where that is wanted.
    async fn remove(&self, job: &Job, keys: &[Key]) -> Result<Report, Failure> {
        if self.settings.remove_with_source {
            for key in keys {
                let bucket = &self.settings.destination_bucket;
                self.store.delete(bucket, key).await?;
            }
        }
        Ok(Report {
            outcome: Outcome::SourceGone,
            image_key: job.image_key.clone(),
            source: None,
            thumbnails: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests;
