use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::*;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::operation::delete_object::DeleteObjectOutput;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::operation::put_object::PutObjectOutput;
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use bytes::Bytes;
use http_body::Frame;
use pipeline::{Code, Naming};
use serde_json::json;
use thumbnail::{Limits, Spec};
use tokio::time::Sleep;

/// One answer of S3 after the other, in the order in which they have to be asked for.
struct Script(Vec<Rule>);

impl Script {
    /// Runs the sample job. All of the script must be used up, and nothing beyond it asked for.
    async fn run(&self, change: impl FnOnce(&mut Settings)) -> Result<Report, Code> {
        self.run_until(in_an_hour(), "upload", change).await
    }

    /// The same for a job with this trigger, in an invocation that is ended at `end`.
    async fn run_until(
        &self,
        end: SystemTime,
        trigger: &str,
        change: impl FnOnce(&mut Settings),
    ) -> Result<Report, Code> {
        let mut settings = Settings {
            destination_bucket: "thumbnails".to_owned(),
            naming: Naming::default(),
            specs: vec![Spec::default()],
            cache_control: "max-age=60".to_owned(),
            remove_with_source: false,
            limits: Limits::default(),
        };
        change(&mut settings);
        let client = mock_client!(aws_sdk_s3, RuleMode::Sequential, &self.0, |conf| conf
            .retry_config(RetryConfig::disabled()));
        let resize = Resize {
            store: Store(client),
            settings,
        };
        let job = json!({"bucket": "photos", "imageKey": "a/x.bmp", "trigger": trigger});
        let outcome = handle(job, &resize, end).await;
        for (step, rule) in self.0.iter().enumerate() {
            assert_eq!(
                rule.num_calls(),
                1,
                "step {step} of the script: {outcome:?}"
            );
        }
        outcome.map_err(|failure| failure.code())
    }
}

fn in_an_hour() -> SystemTime {
    SystemTime::now() + Duration::from_hours(1)
}

/// A picture of two pixels, one red and one blue: the smallest there is to try things with.
fn bmp() -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    for field in [
        62_u32,
        0,
        54,
        40,
        2,
        1,
        1 | 24 << 16,
        0,
        8,
        2835,
        2835,
        0,
        0,
    ] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend([0, 0, 255, 255, 0, 0, 0, 0]);
    bytes
}

fn get(etag: &'static str, body: Vec<u8>) -> Rule {
    mock!(Client::get_object)
        .match_requests(|request| {
            request.bucket() == Some("photos") && request.key() == Some("a/x.bmp")
        })
        .then_output(move || {
            GetObjectOutput::builder()
                .e_tag(format!("\"{etag}\""))
                .content_length(body.len().try_into().unwrap())
                .body(ByteStream::from(body.clone()))
                .build()
        })
}

fn get_fails(status: u16, code: &str) -> Rule {
    let body = format!("<Error><Code>{code}</Code><Message>as scripted</Message></Error>");
    mock!(Client::get_object)
        .sequence()
        .http_status(status, Some(body))
        .build()
}

fn head(etag: &'static str) -> Rule {
    mock!(Client::head_object)
        .match_requests(|request| {
            request.bucket() == Some("photos") && request.key() == Some("a/x.bmp")
        })
        .then_output(move || {
            HeadObjectOutput::builder()
                .e_tag(format!("\"{etag}\""))
                .build()
        })
}

fn head_gone() -> Rule {
    mock!(Client::head_object)
        .sequence()
        .http_status(404, None)
        .build()
}

fn put(source_etag: &'static str) -> Rule {
    mock!(Client::put_object)
        .match_requests(move |request| {
            let metadata = request.metadata().unwrap();
            assert_eq!(metadata["source-etag"], source_etag);
            assert_eq!(metadata["spec"], Spec::default().fingerprint());
            assert_eq!(request.content_type(), Some("image/jpeg"));
            assert_eq!(request.cache_control(), Some("max-age=60"));
            assert_eq!(
                request.content_disposition(),
                Some("inline; filename=\"thumbnail-x.jpg\"")
            );
            request.bucket() == Some("thumbnails") && request.key() == Some("a/thumbnail-x.bmp")
        })
        .then_output(|| PutObjectOutput::builder().build())
}

fn delete() -> Rule {
    mock!(Client::delete_object)
        .match_requests(|request| {
            request.bucket() == Some("thumbnails") && request.key() == Some("a/thumbnail-x.bmp")
        })
        .then_output(|| DeleteObjectOutput::builder().build())
}

#[tokio::test]
async fn a_picture_gets_its_thumbnail_and_a_report_of_it() {
    let script = Script(vec![get("1", bmp()), put("1"), head("1")]);
    let report = serde_json::to_value(script.run(|_| ()).await.unwrap()).unwrap();
    assert_eq!(report["outcome"], "created");
    assert_eq!(report["imageKey"], "a/x.bmp");
    assert_eq!(
        report["source"],
        json!({"format": "bmp", "width": 2, "height": 1, "bytes": 62, "etag": "1"})
    );
    let thumbnail = &report["thumbnails"][0];
    assert_eq!(thumbnail["bucket"], "thumbnails");
    assert_eq!(thumbnail["key"], "a/thumbnail-x.bmp");
    assert_eq!(thumbnail["format"], "jpeg");
    assert_eq!([&thumbnail["width"], &thumbnail["height"]], [200, 200]);
}

#[tokio::test]
async fn a_source_that_changed_meanwhile_is_done_again() {
    let script = Script(vec![
        get("1", bmp()),
        put("1"),
        head("2"),
        get("2", bmp()),
        put("2"),
        head("2"),
    ]);
    let report = script.run(|_| ()).await.unwrap();
    assert_eq!(report.source.unwrap().etag, "2");
}

#[tokio::test]
async fn a_source_that_keeps_changing_is_given_up_for_now() {
    let script = Script(vec![
        get("1", bmp()),
        put("1"),
        head("2"),
        get("2", bmp()),
        put("2"),
        head("3"),
        get("3", bmp()),
        put("3"),
        head("4"),
    ]);
    assert_eq!(script.run(|_| ()).await, Err(Code::SourceChanging));
}

#[tokio::test]
async fn a_source_that_is_gone_leaves_nothing_to_do() {
    let script = Script(vec![get_fails(404, "NoSuchKey"), head_gone()]);
    let report = script.run(|_| ()).await.unwrap();
    assert_eq!(report.outcome, Outcome::SourceGone);
    assert_eq!((report.source, report.thumbnails), (None, vec![]));
}

#[tokio::test]
async fn the_thumbnail_goes_with_its_source_where_that_is_wanted() {
    let script = Script(vec![get_fails(404, "NoSuchKey"), delete(), head_gone()]);
    let report = script
        .run(|settings| settings.remove_with_source = true)
        .await;
    assert_eq!(report.unwrap().outcome, Outcome::SourceGone);
}

#[tokio::test]
async fn a_source_that_goes_while_its_thumbnail_is_made_takes_it_along() {
    let script = Script(vec![
        get("1", bmp()),
        put("1"),
        head_gone(),
        get_fails(404, "NoSuchKey"),
        delete(),
        head_gone(),
    ]);
    let report = script
        .run(|settings| settings.remove_with_source = true)
        .await;
    assert_eq!(report.unwrap().outcome, Outcome::SourceGone);
}

/// Another worker may have made the thumbnail of the new source before this one deleted it.
#[tokio::test]
async fn a_source_that_comes_back_while_its_thumbnail_is_removed_gets_it_back() {
    let script = Script(vec![
        get_fails(404, "NoSuchKey"),
        delete(),
        head("2"),
        get("2", bmp()),
        put("2"),
        head("2"),
    ]);
    let report = script
        .run(|settings| settings.remove_with_source = true)
        .await;
    assert_eq!(report.unwrap().outcome, Outcome::Created);
}

#[tokio::test]
async fn a_failure_of_the_store_has_the_code_that_says_whether_to_try_again() {
    for (status, code, expected) in [
        (403, "AccessDenied", Code::AccessDenied),
        (404, "NoSuchBucket", Code::AccessDenied),
        (503, "SlowDown", Code::StorageUnavailable),
        (500, "InternalError", Code::StorageUnavailable),
    ] {
        let script = Script(vec![get_fails(status, code)]);
        assert_eq!(script.run(|_| ()).await, Err(expected), "{code}");
    }
}

#[tokio::test]
async fn a_thumbnail_that_may_not_be_written_is_a_refusal() {
    let refused = mock!(Client::put_object)
        .sequence()
        .http_status(403, None)
        .build();
    let script = Script(vec![get("1", bmp()), refused]);
    assert_eq!(script.run(|_| ()).await, Err(Code::AccessDenied));
}

#[tokio::test]
async fn a_source_over_the_limit_is_refused_before_it_is_read() {
    let script = Script(vec![get("1", bmp())]);
    let outcome = script
        .run(|settings| settings.limits.source_bytes = 61)
        .await;
    assert_eq!(outcome, Err(Code::ImageTooLarge));
}

#[tokio::test]
async fn a_picture_is_given_up_before_the_invocation_is_ended() {
    let script = Script(vec![get("1", bmp())]);
    let end = SystemTime::now();
    let outcome = script.run_until(end, "upload", |_| ()).await;
    assert_eq!(outcome, Err(Code::ImageTooLarge));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_by_its_kind() {
    for (body, code) in [
        (Vec::new(), Code::UnsupportedFormat),
        (b"Dear diary".to_vec(), Code::UnsupportedFormat),
        (bmp()[..40].to_vec(), Code::CorruptImage),
    ] {
        assert_eq!(Script(vec![get("1", body)]).run(|_| ()).await, Err(code));
    }
}

#[tokio::test]
async fn what_is_no_job_is_refused_without_a_question_to_the_store() {
    let client = mock_client!(aws_sdk_s3, RuleMode::Sequential, [&get("1", bmp())]);
    let resize = Resize {
        store: Store(client),
        settings: Settings {
            destination_bucket: "thumbnails".to_owned(),
            naming: Naming::default(),
            specs: Vec::new(),
            cache_control: String::new(),
            remove_with_source: false,
            limits: Limits::default(),
        },
    };
    for input in [
        json!(null),
        json!({"imageKey": "x"}),
        json!({"bucket": "photos", "imageKey": "a/", "trigger": "api"}),
    ] {
        assert_eq!(
            handle(input, &resize, in_an_hour())
                .await
                .unwrap_err()
                .code(),
            Code::InvalidJob
        );
    }
}

/// What a thumbnail in the destination bucket says of itself.
fn head_thumbnail(source_etag: &'static str, spec: String) -> Rule {
    mock!(Client::head_object)
        .match_requests(|request| {
            request.bucket() == Some("thumbnails") && request.key() == Some("a/thumbnail-x.bmp")
        })
        .then_output(move || {
            HeadObjectOutput::builder()
                .e_tag("\"of the thumbnail\"")
                .metadata("source-etag", source_etag)
                .metadata("spec", spec.clone())
                .build()
        })
}

#[tokio::test]
async fn a_backfill_leaves_alone_what_is_current() {
    let spec = Spec::default().fingerprint();
    let script = Script(vec![head("1"), head_thumbnail("1", spec)]);
    let report = script.run_until(in_an_hour(), "backfill", |_| ()).await;
    let report = report.unwrap();
    assert_eq!(report.outcome, Outcome::Unchanged);
    assert_eq!((report.source, report.thumbnails), (None, Vec::new()));
}

#[tokio::test]
async fn a_backfill_makes_what_is_missing_or_of_an_older_source_or_of_other_settings() {
    let spec = Spec::default().fingerprint();
    for thumbnail in [
        head_gone(),
        head_thumbnail("0", spec),
        head_thumbnail("1", "another".to_owned()),
    ] {
        let script = Script(vec![
            head("1"),
            thumbnail,
            get("1", bmp()),
            put("1"),
            head("1"),
        ]);
        let report = script.run_until(in_an_hour(), "backfill", |_| ()).await;
        assert_eq!(report.unwrap().outcome, Outcome::Created);
    }
}

#[tokio::test]
async fn a_thumbnail_in_the_source_bucket_gets_none_of_its_own() {
    let copied = mock!(Client::get_object).then_output(|| {
        GetObjectOutput::builder()
            .e_tag("\"1\"")
            .metadata("source-etag", "0")
            .metadata("spec", "1")
            .body(ByteStream::from(bmp()))
            .build()
    });
    assert_eq!(
        Script(vec![copied]).run(|_| ()).await,
        Err(Code::InvalidJob)
    );
}

/// A store that never answers: the function says so while it still can, with the code that is tried again.
#[tokio::test(start_paused = true)]
async fn a_store_that_takes_too_long_is_unavailable_before_the_invocation_is_ended() {
    let mut settings = model::settings(false);
    settings.specs.truncate(1);
    let resize = Resize {
        store: Store(model::client(|_| std::future::pending())),
        settings,
    };
    let job = json!({"bucket": "photos", "imageKey": "a/x.bmp", "trigger": "upload"});
    let end = SystemTime::now() + Duration::from_secs(30);
    let start = tokio::time::Instant::now();
    let failure = handle(job, &resize, end).await.unwrap_err();
    assert_eq!(failure.code(), Code::StorageUnavailable);
    let waited = start.elapsed();
    assert!(
        (20..29).contains(&waited.as_secs()),
        "{waited:?} of 30 s were waited"
    );
}

/// A picture of four thousand rows whose bytes come one by one, each after a pause.
struct Drip {
    header: Option<Bytes>,
    pause: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Drip {
    fn get(pause: Duration) -> Rule {
        mock!(Client::get_object).then_output(move || {
            let mut header = bmp();
            header[18..22].copy_from_slice(&4000_u32.to_le_bytes());
            header[22..26].copy_from_slice(&4000_u32.to_le_bytes());
            let drip = Drip {
                header: Some(header.into()),
                pause,
                sleep: Box::pin(tokio::time::sleep(pause)),
            };
            GetObjectOutput::builder()
                .e_tag("\"1\"")
                .content_length(48_000_000)
                .body(ByteStream::new(SdkBody::from_body_1_x(drip)))
                .build()
        })
    }
}

impl http_body::Body for Drip {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(header) = self.header.take() {
            return Poll::Ready(Some(Ok(Frame::data(header))));
        }
        ready!(self.sleep.as_mut().poll(context));
        self.sleep = Box::pin(tokio::time::sleep(self.pause));
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[0])))))
    }
}

/// It is not the picture's fault, and so no refusal, however much of its time has gone.
#[tokio::test]
async fn a_body_that_drips_is_the_stores_fault_and_tried_again() {
    let script = Script(vec![Drip::get(Duration::from_millis(50))]);
    let end = SystemTime::now() + Duration::from_secs(4);
    let outcome = script.run_until(end, "upload", |_| ()).await;
    assert_eq!(outcome, Err(Code::StorageUnavailable));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stands_still_is_given_up_before_the_invocation_is_ended() {
    let script = Script(vec![Drip::get(Duration::from_hours(1))]);
    let end = SystemTime::now() + Duration::from_secs(30);
    let start = tokio::time::Instant::now();
    let outcome = script.run_until(end, "upload", |_| ()).await;
    assert_eq!(outcome, Err(Code::StorageUnavailable));
    let waited = start.elapsed();
    assert!(
        (20..29).contains(&waited.as_secs()),
        "{waited:?} of 30 s were waited"
    );
}
