use super::*;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::retry::RetryConfig;
use aws_sdk_sfn::operation::start_execution::StartExecutionOutput;
use aws_sdk_sfn::primitives::DateTime;
use aws_sdk_sfn::types::error::ExecutionAlreadyExists;
use aws_sdk_sqs::operation::change_message_visibility::ChangeMessageVisibilityOutput;
use aws_sdk_sqs::operation::send_message::SendMessageOutput;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

type Jobs = Arc<Mutex<Vec<Value>>>;

/// An answer to every start, and the jobs that were asked for.
fn starts() -> (Rule, Jobs) {
    let jobs = Jobs::default();
    let seen = Arc::clone(&jobs);
    let rule = mock!(Client::start_execution)
        .match_requests(move |request| {
            assert_eq!(request.state_machine_arn(), Some("arn:machine"));
            let job = request.input().expect("an execution has an input");
            seen.lock()
                .unwrap()
                .push(serde_json::from_str(job).unwrap());
            true
        })
        .then_output(|| {
            let output = StartExecutionOutput::builder().execution_arn("arn:execution");
            output.start_date(DateTime::from_secs(0)).build().unwrap()
        });
    (rule, jobs)
}

fn starter(rules: &[&Rule], queues: &[&Rule]) -> Starter {
    let retries = RetryConfig::disabled();
    Starter {
        workflow: mock_client!(aws_sdk_sfn, RuleMode::MatchAny, rules, |conf| conf
            .retry_config(retries.clone())),
        state_machine_arn: "arn:machine".to_owned(),
        queues: Queues {
            client: mock_client!(aws_sdk_sqs, RuleMode::MatchAny, queues, |conf| conf
                .retry_config(retries.clone())),
            intake_url: "https://sqs/intake".to_owned(),
            failures_url: "https://sqs/failures".to_owned(),
        },
    }
}

/// An answer to every message that is made to wait.
fn waits() -> Rule {
    mock!(aws_sdk_sqs::Client::change_message_visibility)
        .match_requests(|request| {
            assert_eq!(request.queue_url(), Some("https://sqs/intake"));
            assert!(request.receipt_handle().is_some());
            request.visibility_timeout() > Some(0)
        })
        .then_output(|| ChangeMessageVisibilityOutput::builder().build())
}

/// An answer to every message that is handed to an operator; it has to have this body.
fn hands_over(body: &'static str) -> Rule {
    mock!(aws_sdk_sqs::Client::send_message)
        .match_requests(move |request| {
            assert_eq!(request.queue_url(), Some("https://sqs/failures"));
            let reason = &request.message_attributes().unwrap()["reason"];
            assert!(!reason.string_value().unwrap().is_empty());
            request.message_body() == Some(body)
        })
        .then_output(|| SendMessageOutput::builder().build())
}

fn throttled() -> Rule {
    let body = r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#;
    mock!(Client::start_execution)
        .sequence()
        .http_status(400, Some(body.to_owned()))
        .repeatedly()
        .build()
}

fn message(id: &str, body: &str, deliveries: u32) -> Value {
    json!({
        "messageId": id,
        "receiptHandle": format!("handle of {id}"),
        "body": body,
        "attributes": {"ApproximateReceiveCount": deliveries.to_string()},
    })
}

fn batch_of(messages: &[Value]) -> SqsEvent {
    serde_json::from_value(json!({ "Records": messages })).unwrap()
}

fn batch(bodies: &[&str]) -> SqsEvent {
    let messages = bodies.iter().enumerate();
    let messages: Vec<_> = messages
        .map(|(id, body)| message(&format!("m{id}"), body, 1))
        .collect();
    batch_of(&messages)
}

fn failed(response: &SqsBatchResponse) -> Vec<&str> {
    let failures = response.batch_item_failures.iter();
    failures
        .map(|failure| failure.item_identifier.as_str())
        .collect()
}

#[tokio::test]
async fn a_batch_starts_one_execution_for_each_object_and_keeps_what_it_does_not_know() {
    let (rule, jobs) = starts();
    let batch = serde_json::from_str(include_str!("../../../../events/sqs-batch.json")).unwrap();
    let response = handle(batch, &starter(&[&rule], &[])).await;

    assert_eq!(failed(&response), ["00000000-0000-4000-8000-000000000005"]);
    let mut jobs = jobs.lock().unwrap().clone();
    jobs.sort_by_key(Value::to_string);
    let job =
        |key: &str, trigger: &str| json!({"bucket": "photos", "imageKey": key, "trigger": trigger});
    assert_eq!(
        jobs,
        [
            job("2026/été 1+1.jpg", "redrive"),
            job("2026/été 1+1.jpg", "upload"),
            job("archive/x.png", "upload"),
            job("it's 100% 🌻.jpg", "upload"),
        ]
    );
}

#[tokio::test]
async fn a_test_event_and_a_folder_start_nothing_and_are_done() {
    let (rule, jobs) = starts();
    let test = include_str!("../../../../events/s3-test-event.json");
    let mut folder: Value =
        serde_json::from_str(include_str!("../../../../events/s3-several-records.json")).unwrap();
    folder["Records"].as_array_mut().unwrap().drain(2..);
    folder["Records"].as_array_mut().unwrap().remove(0);
    let response = handle(batch(&[test, &folder.to_string()]), &starter(&[&rule], &[])).await;
    assert_eq!(failed(&response), [""; 0]);
    assert!(jobs.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_execution_that_was_started_before_is_a_success() {
    let rule = mock!(Client::start_execution).then_error(|| {
        StartExecutionError::ExecutionAlreadyExists(
            ExecutionAlreadyExists::builder().message("before").build(),
        )
    });
    let body = include_str!("../../../../events/s3-object-created.json");
    let response = handle(batch(&[body]), &starter(&[&rule], &[])).await;
    assert_eq!(failed(&response), [""; 0]);
    assert_eq!(rule.num_calls(), 1);
}

#[tokio::test]
async fn a_message_comes_back_when_its_execution_could_not_be_started() {
    let refused = mock!(Client::start_execution)
        .match_requests(|request| request.input().unwrap().contains("archive/x.png"))
        .sequence()
        .http_status(
            400,
            Some(r#"{"__type": "AccessDeniedException"}"#.to_owned()),
        )
        .repeatedly()
        .build();
    let (accepted, jobs) = starts();
    let waits = waits();
    let starter = starter(&[&refused, &accepted], &[&waits]);
    let one = include_str!("../../../../events/s3-object-created.json");
    let several = include_str!("../../../../events/s3-several-records.json");
    let response = handle(batch(&[one, several]), &starter).await;
    assert_eq!(failed(&response), ["m1"]);
    assert_eq!(
        jobs.lock().unwrap().len(),
        2,
        "the others are started all the same"
    );
    assert_eq!(waits.num_calls(), 1);
}

#[tokio::test]
async fn an_empty_batch_is_a_success() {
    let (rule, _) = starts();
    assert_eq!(
        failed(&handle(batch(&[]), &starter(&[&rule], &[])).await),
        [""; 0]
    );
}

#[tokio::test]
async fn the_good_records_of_a_message_start_and_start_again_under_the_same_names() {
    let names = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&names);
    let rule = mock!(Client::start_execution)
        .match_requests(move |request| {
            seen.lock()
                .unwrap()
                .push(request.name().unwrap().to_owned());
            true
        })
        .then_output(|| {
            let output = StartExecutionOutput::builder().execution_arn("arn:execution");
            output.start_date(DateTime::from_secs(0)).build().unwrap()
        });
    let starter = starter(&[&rule], &[]);
    let one_bad = include_str!("../../../../events/s3-one-bad-record.json");
    let good = include_str!("../../../../events/s3-object-created.json");
    let response = handle(batch(&[good, one_bad]), &starter).await;
    assert_eq!(failed(&response), ["m1"]);
    let first = std::mem::take(&mut *names.lock().unwrap());
    assert_eq!(first.len(), 3);

    let again = batch_of(&[message("m1", one_bad, 2)]);
    assert_eq!(failed(&handle(again, &starter).await), ["m1"]);
    let second = names.lock().unwrap().clone();
    assert_eq!(second.len(), 2);
    assert!(second.iter().all(|name| first.contains(name)));
}

#[tokio::test]
async fn the_duplicate_of_an_event_asks_for_the_same_name_and_input() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let rule = mock!(Client::start_execution)
        .match_requests(move |request| {
            let asked = (
                request.name().unwrap().to_owned(),
                request.input().unwrap().to_owned(),
            );
            seen.lock().unwrap().push(asked);
            true
        })
        .then_output(|| {
            let output = StartExecutionOutput::builder().execution_arn("arn:execution");
            output.start_date(DateTime::from_secs(0)).build().unwrap()
        });
    let created = include_str!("../../../../events/s3-object-created.json");
    let deleted = include_str!("../../../../events/s3-object-deleted.json");
    let through_a_topic = include_str!("../../../../events/sns-notification.json");
    let bodies = [created, deleted, created, through_a_topic];
    handle(batch(&bodies), &starter(&[&rule], &[])).await;
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0], asked[2]);
    assert_eq!(asked[0], asked[3]);
    assert_ne!(asked[0].0, asked[1].0);
}

#[tokio::test]
async fn throttling_makes_a_message_wait_and_never_hands_it_over() {
    let body = include_str!("../../../../events/s3-object-created.json");
    let (throttled, waits) = (throttled(), waits());
    let starter = starter(&[&throttled], &[&waits]);
    for deliveries in [1, 5, 99] {
        let response = handle(batch_of(&[message("m0", body, deliveries)]), &starter).await;
        assert_eq!(failed(&response), ["m0"]);
    }
    assert_eq!(waits.num_calls(), 3);
}

/// The bad record alone would be handed over after some readings; the throttled one is not to go with it.
#[tokio::test]
async fn a_message_with_a_throttled_and_a_bad_record_waits() {
    let body = include_str!("../../../../events/s3-one-bad-record.json");
    let (throttled, waits) = (throttled(), waits());
    let starter = starter(&[&throttled], &[&waits]);
    let response = handle(batch_of(&[message("m0", body, 50)]), &starter).await;
    assert_eq!(failed(&response), ["m0"]);
    assert_eq!(waits.num_calls(), 1);
}

#[tokio::test]
async fn a_message_that_can_not_wait_longer_comes_back_all_the_same() {
    let refused = mock!(aws_sdk_sqs::Client::change_message_visibility)
        .sequence()
        .http_status(403, None)
        .build();
    let body = include_str!("../../../../events/s3-object-created.json");
    let starter = starter(&[&throttled()], &[&refused]);
    assert_eq!(failed(&handle(batch(&[body]), &starter).await), ["m0"]);
}

#[tokio::test]
async fn what_can_not_be_read_is_handed_over_after_some_readings() {
    let body = "not a message of ours";
    let hands_over = hands_over(body);
    let starter = starter(&[], &[&hands_over]);
    for deliveries in 1..5 {
        let response = handle(batch_of(&[message("m0", body, deliveries)]), &starter).await;
        assert_eq!(failed(&response), ["m0"], "{deliveries}");
    }
    assert_eq!(hands_over.num_calls(), 0);
    let response = handle(batch_of(&[message("m0", body, 5)]), &starter).await;
    assert_eq!(failed(&response), [""; 0]);
    assert_eq!(hands_over.num_calls(), 1);
}

#[tokio::test]
async fn one_message_never_fails_the_batch_whatever_is_missing_in_it() {
    let (rule, jobs) = starts();
    let good = include_str!("../../../../events/s3-object-created.json");
    let huge = format!("{{\"Records\": [{}]}}", "{},".repeat(80_000) + "{}");
    let odd = [
        message("empty", "", 1),
        json!({"messageId": "bodiless"}),
        message("huge", &huge, 1),
        message("deep", &"[".repeat(200_000), 1),
        message("good", good, 1),
    ];
    let hands_over = hands_over("{}");
    let starter = starter(&[&rule], &[&hands_over]);
    let response = handle(batch_of(&odd), &starter).await;
    assert_eq!(failed(&response), ["empty", "bodiless", "huge", "deep"]);
    assert_eq!(jobs.lock().unwrap().len(), 1);

    // What can't be reported by its id goes straight to the operator.
    let nameless = [json!({"body": ""}), message("good", good, 1)];
    assert_eq!(
        failed(&handle(batch_of(&nameless), &starter).await),
        [""; 0]
    );
    assert_eq!(hands_over.num_calls(), 1);
}
