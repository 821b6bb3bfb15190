use crate::cloud::{Cloud, thumbnail_key};
use crate::http::post;
use crate::samples::{jpeg, usual};
use serde_json::json;

#[tokio::test]
async fn process_makes_a_thumbnail_again() {
    let cloud = Cloud::connect().await;
    let key = "api/it's 1+1 🌻.jpg";
    let etag = cloud.upload(key, jpeg(&usual(300, 300))).await;
    cloud.thumbnail(key, &etag).await;
    let bucket = cloud.output("destination_bucket");
    let thumbnail = thumbnail_key(key);
    let delete = cloud
        .s3
        .delete_object()
        .bucket(bucket)
        .key(thumbnail.as_str());
    delete.send().await.unwrap();

    let body = json!({"imageKey": key}).to_string();
    let (status, answer) = post(cloud.output("process_url"), &body);
    assert_eq!(status, 202, "{answer}");
    assert_eq!(answer["imageKey"], key);
    assert_eq!(
        answer["thumbnails"],
        json!([{"bucket": bucket, "key": thumbnail}])
    );
    assert!(answer["startDate"].is_string());
    cloud.thumbnail(key, &etag).await.pixels().assert_usual();

    let arn = answer["executionArn"].as_str().unwrap();
    let execution = cloud
        .sfn
        .describe_execution()
        .execution_arn(arn)
        .send()
        .await
        .unwrap();
    assert!(execution.input().unwrap().contains("\"trigger\":\"api\""));

    let (_, again) = post(cloud.output("process_url"), &body);
    assert_ne!(
        again["executionArn"], answer["executionArn"],
        "each request is an execution of its own"
    );
}

#[tokio::test]
async fn an_image_that_is_not_there_is_not_found() {
    let cloud = Cloud::connect().await;
    let (status, answer) = post(
        cloud.output("process_url"),
        r#"{"imageKey": "api/none.jpg"}"#,
    );
    assert_eq!(
        (status, &answer["code"]),
        (404, &json!("ImageNotFound")),
        "{answer}"
    );
    assert!(answer["message"].as_str().unwrap().contains("api/none.jpg"));
}

#[tokio::test]
async fn a_wrong_body_is_refused_with_what_to_send() {
    let cloud = Cloud::connect().await;
    for body in [
        "",
        "not JSON",
        "{}",
        "[]",
        r#"{"imageKey": 5}"#,
        r#"{"imageKey": ""}"#,
        r#"{"imageKey": "folder/"}"#,
    ] {
        let (status, answer) = post(cloud.output("process_url"), body);
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!("InvalidJob")),
            "{body}: {answer}"
        );
        assert!(answer["message"].is_string(), "{body}: {answer}");
    }
}
