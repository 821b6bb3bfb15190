use crate::failure::{Action, Failure};
use crate::settings::Settings;
use crate::store::{Object, Provenance, Session, Store, Upload};
use crate::time::Time;
use pipeline::{Job, Key, Outcome, Report, Source, Thumbnail, Trigger, content_disposition};
use serde_json::Value;
use std::time::{Duration, Instant, SystemTime};
use thumbnail::{Format, Picture, Progress, Rendered, Stream};

/// How often a source is looked at before it is said to keep changing.
const ATTEMPTS: u32 = 3;

/// Less than this nobody calls a slow store.
const SLOW: Duration = Duration::from_secs(1);

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
        Ok(job) => resize.reconcile(&job, Time::until(end)).await,
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

impl Resize {
    /// Makes the thumbnails what they should be for the source as it is now.
    ///
    /// No locks and no order of events are needed, for every round ends with a look at the source: whoever
    /// writes last has seen the newest one, or goes round again.
    async fn reconcile(&self, job: &Job, time: Time) -> Result<Report, Failure> {
        let keys = self.settings.naming.thumbnail_keys(&job.image_key)?;
        let store = self.store.until(time.for_the_store);
        if job.trigger == Trigger::Backfill && self.is_current(job, &keys, &store).await? {
            return Ok(report(Outcome::Unchanged, job));
        }
        for _ in 0..ATTEMPTS {
            let source = store.get(&job.bucket, &job.image_key).await?;
            let seen = source.as_ref().map(|object| object.etag.clone());
            let report = match source {
                Some(object) => self.create(job, &keys, object, &store, time).await?,
                None => self.remove(job, &keys, &store).await?,
            };
            if store.etag(&job.bucket, &job.image_key).await? == seen {
                return Ok(report);
            }
            tracing::info!(key = %job.image_key, "the source has changed: once more");
        }
        Err(Failure::SourceChanging {
            key: job.image_key.clone(),
            attempts: ATTEMPTS,
        })
    }

    /// Whether every thumbnail is made from the source as it is, with the settings as they are.
    ///
    /// Only a backfill asks, for which it is mostly so. After an event something has changed, and the question
    /// would cost more than it saves.
    async fn is_current(
        &self,
        job: &Job,
        keys: &[Key],
        store: &Session<'_>,
    ) -> Result<bool, Failure> {
        let Some(source_etag) = store.etag(&job.bucket, &job.image_key).await? else {
            return Ok(false);
        };
        for (key, spec) in keys.iter().zip(&self.settings.specs) {
            let wanted = Provenance {
                source_etag: source_etag.clone(),
                spec: spec.fingerprint(),
            };
            let bucket = &self.settings.destination_bucket;
            if store.provenance(bucket, key).await? != Some(wanted) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The source is there: every rendition is made from one reading of it and written.
    async fn create(
        &self,
        job: &Job,
        keys: &[Key],
        object: Object,
        store: &Session<'_>,
        time: Time,
    ) -> Result<Report, Failure> {
        if object.provenance.is_some() {
            let key = job.image_key.clone();
            return Err(Failure::OwnThumbnail { key });
        }
        let (bytes, etag) = (object.bytes, object.etag.clone());
        let Rendered { source, pictures } = self.render(job, object, time).await?;
        let mut thumbnails = Vec::with_capacity(pictures.len());
        for ((key, picture), spec) in keys.iter().zip(pictures).zip(&self.settings.specs) {
            let provenance = Provenance {
                source_etag: etag.clone(),
                spec: spec.fingerprint(),
            };
            thumbnails.push(self.write(key, picture, provenance, store).await?);
        }
        Ok(Report {
            source: Some(Source {
                format: source.format.name().to_owned(),
                width: source.width,
                height: source.height,
                bytes,
                etag,
            }),
            thumbnails,
            ..report(Outcome::Created, job)
        })
    }

    /// Feeds the decoder as the body arrives, and stops reading when it has seen enough.
    async fn render(&self, job: &Job, object: Object, time: Time) -> Result<Rendered, Failure> {
        let settings = &self.settings;
        let limits = settings.limits.with_deadline(time.for_pictures);
        let mut stream = Stream::new(settings.specs.clone(), limits);
        stream.expect_bytes(object.bytes)?;
        let mut waited = Duration::ZERO;
        let start = Instant::now();
        let rendered = feed(stream, object, job, &mut waited).await;
        match rendered {
            // It was not the picture that took the time, and the next try may be quicker.
            Err(Failure::Picture(thumbnail::Error::TooMuchTime))
                if waited > SLOW && waited > start.elapsed() / 2 =>
            {
                let action = Action {
                    operation: "GetObject",
                    bucket: job.bucket.clone(),
                    key: job.image_key.clone(),
                };
                let seconds = waited.as_secs();
                Err(Failure::Slow { action, seconds })
            }
            rendered => rendered,
        }
    }

    async fn write(
        &self,
        key: &Key,
        picture: Picture,
        provenance: Provenance,
        store: &Session<'_>,
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
            provenance,
        };
        store.put(bucket, key, upload).await?;
        Ok(thumbnail)
    }

    /// The source is gone: its thumbnails go with it where that is wanted.
    async fn remove(
        &self,
        job: &Job,
        keys: &[Key],
        store: &Session<'_>,
    ) -> Result<Report, Failure> {
        if self.settings.remove_with_source {
            for key in keys {
                let bucket = &self.settings.destination_bucket;
                store.delete(bucket, key).await?;
            }
        }
        Ok(report(Outcome::SourceGone, job))
    }
}

/// Gives the decoder what comes of the body, until it has seen enough; `waited` is the time for which it was the store's turn.
async fn feed(
    mut stream: Stream,
    mut object: Object,
    job: &Job,
    waited: &mut Duration,
) -> Result<Rendered, Failure> {
    loop {
        let start = Instant::now();
        let chunk = object.chunk(&job.bucket, &job.image_key).await;
        *waited += start.elapsed();
        let Some(chunk) = chunk? else {
            break;
        };
        if let Progress::Enough = stream.push(chunk.as_ref())? {
            break;
        }
    }
    Ok(stream.finish()?)
}

/// A report of nothing that was read or written.
fn report(outcome: Outcome, job: &Job) -> Report {
    Report {
        outcome,
        image_key: job.image_key.clone(),
        source: None,
        thumbnails: Vec::new(),
    }
}

#[cfg(test)]
mod convergence;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
