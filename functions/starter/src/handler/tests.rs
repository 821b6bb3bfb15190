use super::*;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::operation::start_execution::StartExecutionOutput;
use aws_sdk_sfn::primitives::DateTime;
use aws_sdk_sfn::types::error::ExecutionAlreadyExists;
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

fn starter(rule: &Rule) -> Starter {
    Starter {
        workflow: mock_client!(aws_sdk_sfn, RuleMode::MatchAny, [rule]),
        state_machine_arn: "arn:machine".to_owned(),
    }
}

fn batch(bodies: &[&str]) -> SqsEvent {
    let messages = bodies.iter().enumerate();
    let messages = messages.map(|(id, body)| json!({"messageId": format!("m{id}"), "body": body}));
    serde_json::from_value(json!({"Records": messages.collect::<Vec<_>>()})).unwrap()
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
    let response = handle(batch, &starter(&rule)).await;

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
    let response = handle(batch(&[test, &folder.to_string()]), &starter(&rule)).await;
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
    let response = handle(batch(&[body]), &starter(&rule)).await;
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
    let starter = Starter {
        workflow: mock_client!(aws_sdk_sfn, RuleMode::MatchAny, [&refused, &accepted]),
        state_machine_arn: "arn:machine".to_owned(),
    };
    let one = include_str!("../../../../events/s3-object-created.json");
    let several = include_str!("../../../../events/s3-several-records.json");
    let response = handle(batch(&[one, several]), &starter).await;
    assert_eq!(failed(&response), ["m1"]);
    assert_eq!(
        jobs.lock().unwrap().len(),
        2,
        "the others are started all the same"
    );
}

#[tokio::test]
async fn an_empty_batch_is_a_success() {
    let (rule, _) = starts();
    assert_eq!(failed(&handle(batch(&[]), &starter(&rule)).await), [""; 0]);
}
