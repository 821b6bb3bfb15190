use crate::samples::Pixels;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::operation::head_object::HeadObjectError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sfn::operation::describe_execution::DescribeExecutionOutput;
use aws_sdk_sfn::types::ExecutionStatus;
use pipeline::{ExecutionName, FailureMessage, Key, Naming};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::time::sleep;

/// How long anything may take. It is there to end a test that has gone wrong, not to measure: a function that gets no processor for as
/// long as it may run costs its message a visibility timeout of a minute, and on a busy machine that can happen more than once.
pub(crate) const PATIENCE: Duration = Duration::from_mins(10);
const PAUSE: Duration = Duration::from_millis(200);

static SEEN: Mutex<Vec<String>> = Mutex::const_new(Vec::new());

/// The cloud that runs on this machine.
pub(crate) struct Cloud {
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) sfn: aws_sdk_sfn::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    outputs: Value,
}

/// A thumbnail as it lies in the destination bucket.
#[derive(Debug, PartialEq)]
pub(crate) struct Thumbnail {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: String,
    pub(crate) content_disposition: Option<String>,
    pub(crate) cache_control: Option<String>,
    pub(crate) metadata: HashMap<String, String>,
}

impl Cloud {
    /// Reaches the cloud whose settings are in the environment.
    pub(crate) async fn connect() -> Self {
        assert!(
            std::env::var_os("AWS_ENDPOINT_URL").is_some(),
            "no local cloud is running: use `cargo xtask test`, or start `cargo xtask local` and type `. target/local/env` here"
        );
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/local/outputs.json");
        let outputs = std::fs::read(&path).expect("the local cloud writes Terraform's outputs");
        let config = aws_config::load_from_env().await;
        Self {
            s3: aws_sdk_s3::Client::new(&config),
            sfn: aws_sdk_sfn::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
            outputs: serde_json::from_slice(&outputs).expect("the outputs are JSON"),
        }
    }

    /// All of Terraform's outputs, in its JSON.
    pub(crate) fn outputs(&self) -> &Value {
        &self.outputs
    }

    /// One of Terraform's outputs.
    pub(crate) fn output(&self, name: &str) -> &str {
        let value = self.outputs[name]["value"].as_str();
        value.unwrap_or_else(|| panic!("Terraform has no output {name}"))
    }

    /// Whether thumbnails are removed with their sources.
    pub(crate) fn removes_with_source(&self) -> bool {
        self.setting("remove_with_source") == true
    }

    /// Whether the buckets keep what is overwritten or deleted.
    pub(crate) fn is_versioned(&self) -> bool {
        self.setting("versioning") == true
    }

    /// Whether equal names of executions are refused, and whether EventBridge hears of executions.
    pub(crate) fn is_standard(&self) -> bool {
        self.setting("workflow_type") == "STANDARD"
    }

    fn setting(&self, name: &str) -> &Value {
        &self.outputs["settings"]["value"][name]
    }

    /// Puts an object into the source bucket; its ETag comes back, without quotes.
    pub(crate) async fn upload(&self, key: &str, body: impl Into<ByteStream>) -> String {
        let bucket = self.output("source_bucket");
        let request = self
            .s3
            .put_object()
            .bucket(bucket)
            .key(key)
            .body(body.into());
        let answer = request
            .send()
            .await
            .expect("the source bucket takes the object");
        unquoted(answer.e_tag())
    }

    /// Waits until the thumbnail of `key` is made from the source with this ETag.
    pub(crate) async fn thumbnail(&self, key: &str, source_etag: &str) -> Thumbnail {
        let wanted = thumbnail_key(key);
        let start = Instant::now();
        loop {
            if let Some(thumbnail) = self.thumbnail_now(&wanted).await
                && thumbnail.metadata["source-etag"] == source_etag
            {
                return thumbnail;
            }
            if let Some(failure) = self.failure_now(key).await {
                panic!("{key:?} ended in the failures queue: {failure:?}");
            }
            assert!(start.elapsed() < PATIENCE, "{key:?} got no thumbnail");
            sleep(PAUSE).await;
        }
    }

    /// What lies under this key in the destination bucket.
    pub(crate) async fn thumbnail_now(&self, key: &Key) -> Option<Thumbnail> {
        let bucket = self.output("destination_bucket");
        let request = self.s3.get_object().bucket(bucket).key(key.as_str());
        let object = match request.send().await {
            Ok(object) => object,
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetObjectError::is_no_such_key) =>
            {
                return None;
            }
            Err(error) => panic!("the destination bucket can't be read: {error:?}"),
        };
        Some(Thumbnail {
            content_type: object.content_type().unwrap_or_default().to_owned(),
            content_disposition: object.content_disposition().map(str::to_owned),
            cache_control: object.cache_control().map(str::to_owned),
            metadata: object.metadata().cloned().unwrap_or_default(),
            bytes: object.body.collect().await.expect("a body").to_vec(),
        })
    }

    /// Deletes an object of the source bucket, or one version of it for good.
    pub(crate) async fn delete(&self, key: &str, version: Option<&str>) {
        let bucket = self.output("source_bucket");
        let request = self.s3.delete_object().bucket(bucket).key(key);
        let request = request.set_version_id(version.map(str::to_owned));
        request.send().await.expect("a source can be deleted");
    }

    /// The ETag of the source, without quotes; `None` where there is none.
    pub(crate) async fn source_etag(&self, key: &str) -> Option<String> {
        let bucket = self.output("source_bucket");
        let answer = self.s3.head_object().bucket(bucket).key(key).send().await;
        match answer {
            Ok(object) => Some(unquoted(object.e_tag())),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(HeadObjectError::is_not_found) =>
            {
                None
            }
            Err(error) => panic!("the source bucket can't be read: {error:?}"),
        }
    }

    /// The bytes of the source, which has to be there.
    pub(crate) async fn source(&self, key: &str) -> Vec<u8> {
        let bucket = self.output("source_bucket");
        let request = self.s3.get_object().bucket(bucket).key(key);
        let object = request.send().await.expect("the source is there");
        object.body.collect().await.expect("a body").to_vec()
    }

    /// Waits until the thumbnail of `key` is gone.
    pub(crate) async fn no_thumbnail(&self, key: &str) {
        let wanted = thumbnail_key(key);
        let start = Instant::now();
        while self.thumbnail_now(&wanted).await.is_some() {
            assert!(start.elapsed() < PATIENCE, "{key:?} keeps its thumbnail");
            sleep(PAUSE).await;
        }
    }

    /// Takes the thumbnail of `key` away, as if it had never been made.
    pub(crate) async fn delete_thumbnail(&self, key: &str) {
        let (bucket, key) = (self.output("destination_bucket"), thumbnail_key(key));
        let request = self.s3.delete_object().bucket(bucket).key(key.as_str());
        request.send().await.expect("a thumbnail can be deleted");
    }

    /// Waits for the message in the failures queue that is about `key`.
    pub(crate) async fn failure(&self, key: &str) -> FailureMessage {
        let start = Instant::now();
        loop {
            if let Some(failure) = self.failure_now(key).await {
                return failure;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{key:?} is not in the failures queue"
            );
            sleep(PAUSE).await;
        }
    }

    async fn failure_now(&self, key: &str) -> Option<FailureMessage> {
        let of_key = |body: &str| {
            let message: FailureMessage = serde_json::from_str(body).ok()?;
            (message.job.image_key.as_str() == key).then_some(message)
        };
        self.take_message(of_key).await
    }

    /// Waits for a message in the failures queue of which `wanted` makes something.
    pub(crate) async fn message<T>(&self, wanted: impl Fn(&str) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = self.take_message(&wanted).await {
                return found;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "the message is not in the failures queue"
            );
            sleep(PAUSE).await;
        }
    }

    /// Takes a message of which `wanted` makes something, if there is one by now.
    pub(crate) async fn take_message<T>(&self, wanted: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut seen = self.receive_failures().await;
        let (at, found) = seen
            .iter()
            .enumerate()
            .find_map(|(at, body)| Some((at, wanted(body)?)))?;
        seen.remove(at);
        Some(found)
    }

    /// Waits until an upload of `key` has been executed and no execution for it is running; the outputs of
    /// all its executions come back, every one of which has to have succeeded.
    pub(crate) async fn wait_until_idle(&self, key: &str) -> Vec<String> {
        self.wait_until_executed(key, 1).await
    }

    /// The same after so many events about `key`, each of which starts an execution.
    pub(crate) async fn wait_until_executed(&self, key: &str, events: usize) -> Vec<String> {
        let start = Instant::now();
        loop {
            let executions = self.executions(key).await;
            let done = |execution: &DescribeExecutionOutput| {
                *execution.status() != ExecutionStatus::Running
            };
            if executions.len() >= events && executions.iter().all(done) {
                return executions
                    .into_iter()
                    .map(|execution| {
                        execution
                            .output
                            .unwrap_or_else(|| panic!("{key:?}: {:?}", execution.error))
                    })
                    .collect();
            }
            assert!(
                start.elapsed() < PATIENCE,
                "the executions for {key:?} don't end"
            );
            sleep(PAUSE).await;
        }
    }

    /// Waits until an execution has ended.
    pub(crate) async fn ended(&self, arn: &str) -> DescribeExecutionOutput {
        let start = Instant::now();
        loop {
            let request = self.sfn.describe_execution().execution_arn(arn);
            let execution = request.send().await.expect("an execution can be described");
            if *execution.status() != ExecutionStatus::Running {
                return execution;
            }
            assert!(start.elapsed() < PATIENCE, "{arn} does not end");
            sleep(PAUSE).await;
        }
    }

    /// Puts a message into the intake queue.
    pub(crate) async fn send_to_intake(&self, body: &str) {
        let intake = self.output("intake_queue_url");
        let request = self.sqs.send_message().queue_url(intake).message_body(body);
        request.send().await.expect("the intake queue takes it");
    }

    /// All executions that the pipeline has started and whose job is about `key`.
    pub(crate) async fn executions(&self, key: &str) -> Vec<DescribeExecutionOutput> {
        // Their names have the file name in them, and the others need no closer look.
        let source = Key::new(key).expect("a key");
        let name = ExecutionName::for_request("", &source, "");
        let (label, _) = name.as_str()["api".len()..]
            .rsplit_once('-')
            .expect("a hash at the end");
        let machine = self.output("state_machine_arn");
        let list = self.sfn.list_executions().state_machine_arn(machine);
        let mut items = list.into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.expect("the executions can be listed");
            if !item.name.contains(label) {
                continue;
            }
            let arn = item.execution_arn;
            let request = self.sfn.describe_execution().execution_arn(arn);
            let execution = request.send().await.expect("an execution can be described");
            let job: Value =
                serde_json::from_str(execution.input().unwrap_or_default()).unwrap_or_default();
            if job["imageKey"] == key {
                found.push(execution);
            }
        }
        found
    }

    /// Keeps the other tests from taking messages out of the failures queue, for as long as the guard lives.
    pub(crate) async fn failures_for_one(&self) -> impl Drop + use<> {
        SEEN.lock().await
    }

    /// All messages that were ever in the failures queue and that no test has taken. The tests run side by
    /// side, so whoever receives a message keeps it for the others.
    async fn receive_failures(&self) -> tokio::sync::MutexGuard<'static, Vec<String>> {
        let mut seen = SEEN.lock().await;
        let queue = self.output("failures_queue_url");
        let request = self
            .sqs
            .receive_message()
            .queue_url(queue)
            .max_number_of_messages(10);
        let answer = request
            .send()
            .await
            .expect("the failures queue can be read");
        for message in answer.messages.unwrap_or_default() {
            let handle = message.receipt_handle.expect("a handle");
            let delete = self
                .sqs
                .delete_message()
                .queue_url(queue)
                .receipt_handle(handle);
            delete.send().await.expect("a message can be deleted");
            seen.push(message.body.expect("a body"));
        }
        seen
    }
}

impl Thumbnail {
    /// Decodes the thumbnail, which has to be a picture of the default size.
    pub(crate) fn pixels(&self) -> Pixels {
        let pixels = Pixels::decode(&self.bytes);
        assert_eq!((pixels.width, pixels.height), (200, 200));
        pixels
    }
}

/// The key of the default thumbnail, after the rule of the contract.
pub(crate) fn thumbnail_key(source: &str) -> Key {
    let source = Key::new(source).expect("a key");
    let mut keys = Naming::default().thumbnail_keys(&source).expect("a key");
    keys.remove(0)
}

pub(crate) fn unquoted(etag: Option<&str>) -> String {
    etag.expect("S3 gives an ETag").trim_matches('"').to_owned()
}
