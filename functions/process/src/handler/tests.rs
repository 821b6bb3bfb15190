use super::*;
use aws_lambda_events::encodings::Body;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_sfn::primitives::DateTime;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use pipeline::Naming;
use serde_json::{Value, json};

fn found() -> Rule {
    mock!(aws_sdk_s3::Client::head_object)
        .match_requests(|request| request.bucket() == Some("photos"))
        .then_output(|| HeadObjectOutput::builder().build())
}

fn answers(status: u16) -> Rule {
    mock!(aws_sdk_s3::Client::head_object)
        .sequence()
        .http_status(status, None)
        .repeatedly()
        .build()
}

fn started() -> Rule {
    mock!(aws_sdk_sfn::Client::start_execution).then_compute_output(|request| {
        let job: Value = serde_json::from_str(request.input().unwrap()).unwrap();
        assert_eq!(
            job,
            json!({"bucket": "photos", "imageKey": "2026/été 1+1.jpg", "trigger": "api"})
        );
        StartExecutionOutput::builder()
            .execution_arn(format!("arn:{}", request.name().unwrap()))
            .start_date(DateTime::from_secs(1_795_334_400))
            .build()
            .unwrap()
    })
}

fn process(store: &Rule, workflow: &Rule) -> Process {
    let no_retry = aws_sdk_s3::config::retry::RetryConfig::disabled;
    Process {
        store: mock_client!(aws_sdk_s3, RuleMode::MatchAny, [store], |conf| conf
            .retry_config(no_retry())),
        workflow: mock_client!(aws_sdk_sfn, RuleMode::MatchAny, [workflow], |conf| conf
            .retry_config(no_retry())),
        settings: Settings {
            state_machine_arn: "arn:machine".to_owned(),
            source_bucket: "photos".to_owned(),
            destination_bucket: "thumbnails".to_owned(),
            naming: Naming::default(),
        },
    }
}

fn sample() -> ApiGatewayProxyRequest {
    serde_json::from_str(include_str!("../../../../events/api-process.json")).unwrap()
}

async fn call(request: &ApiGatewayProxyRequest, process: &Process) -> (i64, Value) {
    let response = handle(request, "lambda-id", process).await;
    assert_eq!(response.headers["content-type"], "application/json");
    let Some(Body::Text(body)) = response.body else {
        panic!("{response:?}")
    };
    (response.status_code, serde_json::from_str(&body).unwrap())
}

#[tokio::test]
async fn an_image_that_exists_is_taken_and_the_caller_learns_where_its_thumbnail_will_be() {
    let (status, body) = call(&sample(), &process(&found(), &started())).await;
    assert_eq!(status, 202);
    assert!(
        body["executionArn"]
            .as_str()
            .unwrap()
            .starts_with("arn:api-_t__1_1_jpg-"),
        "{body}"
    );
    assert_eq!(body["startDate"], "2026-11-22T08:00:00Z");
    assert_eq!(body["imageKey"], "2026/été 1+1.jpg");
    assert_eq!(
        body["thumbnails"],
        json!([{"bucket": "thumbnails", "key": "2026/thumbnail-été 1+1.jpg"}])
    );
}

#[tokio::test]
async fn every_request_gets_an_execution_of_its_own() {
    let process = process(&found(), &started());
    let mut request = sample();
    let (_, first) = call(&request, &process).await;
    request.request_context.request_id = Some("another".to_owned());
    let (_, second) = call(&request, &process).await;
    request.request_context.request_id = None;
    let (_, third) = call(&request, &process).await;
    assert_ne!(first["executionArn"], second["executionArn"]);
    assert_ne!(second["executionArn"], third["executionArn"]);
}

#[tokio::test]
async fn a_wrong_request_is_told_what_to_change() {
    let long = json!({"imageKey": "x".repeat(1020)}).to_string();
    for body in [
        "",
        "{",
        "{}",
        r#"{"imageKey": ""}"#,
        r#"{"imageKey": "folder/"}"#,
        &long,
    ] {
        let (store, workflow) = (found(), started());
        let mut request = sample();
        request.body = Some(body.to_owned());
        let (status, answer) = call(&request, &process(&store, &workflow)).await;
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!("InvalidJob")),
            "{body}"
        );
        assert!(answer["message"].as_str().unwrap().len() > 20, "{answer}");
        assert_eq!(store.num_calls() + workflow.num_calls(), 0, "{body}");
    }
}

#[tokio::test]
async fn what_the_store_answers_decides_the_status() {
    for (store, status, code) in [
        (404, 404, "ImageNotFound"),
        (403, 500, "AccessDenied"),
        (503, 503, "StorageUnavailable"),
    ] {
        let workflow = started();
        let (answer, body) = call(&sample(), &process(&answers(store), &workflow)).await;
        assert_eq!((answer, &body["code"]), (status, &json!(code)));
        assert_eq!(workflow.num_calls(), 0);
    }
}

#[tokio::test]
async fn an_execution_that_can_not_be_started_is_worth_another_try() {
    let workflow = mock!(aws_sdk_sfn::Client::start_execution)
        .sequence()
        .http_status(400, Some(r#"{"__type": "ThrottlingException"}"#.to_owned()))
        .build();
    let (status, body) = call(&sample(), &process(&found(), &workflow)).await;
    assert_eq!(
        (status, &body["code"]),
        (503, &json!("WorkflowUnavailable"))
    );
}
