use crate::cloud::Cloud;
use crate::samples::{jpeg, usual};
use pipeline::{Intake, Redriven};
use serde_json::json;

/// Somebody stops an execution, which its own Catch never sees: EventBridge leaves a message, and what it
/// holds is enough to do the job after all. Express workflows tell EventBridge nothing; they have alarms.
#[tokio::test]
async fn an_execution_that_is_aborted_leaves_a_message_that_can_be_redriven() {
    let cloud = Cloud::connect().await;
    if !cloud.is_standard() {
        let alarms = cloud.outputs()["alarm_names"]["value"].to_string();
        assert!(alarms.contains("-executions-aborted\""), "{alarms}");
        assert!(alarms.contains("-executions-timed-out\""), "{alarms}");
        return;
    }
    let (bucket, key) = (cloud.output("source_bucket"), "executions/aborted.jpg");
    let etag = cloud.upload(key, jpeg(&usual(300, 300))).await;
    cloud.thumbnail(key, &etag).await;
    cloud.wait_until_idle(key).await;
    cloud.delete_thumbnail(key).await;

    let job = json!({"bucket": bucket, "imageKey": key, "trigger": "api"}).to_string();
    let start = cloud
        .sfn
        .start_execution()
        .input(&job)
        .name("api-aborted_jpg-by-hand");
    let start = start.state_machine_arn(cloud.output("state_machine_arn"));
    let arn = start.send().await.unwrap().execution_arn;
    let stop = cloud.sfn.stop_execution().execution_arn(&arn);
    stop.send().await.expect("it has not ended yet");

    let (body, message) = cloud
        .message(|body| Some((body.to_owned(), about(body, &arn)?)))
        .await;
    assert_eq!(message.job.image_key.as_str(), key);
    assert_eq!(message.error.expect("a reason").code, "ABORTED");
    cloud.send_to_intake(&body).await;
    cloud.thumbnail(key, &etag).await.pixels().assert_usual();
    let executions = cloud.executions(key).await;
    let inputs = executions.iter().filter_map(|execution| execution.input());
    let redriven = inputs.filter(|input| input.contains("\"trigger\":\"redrive\""));
    assert_eq!(redriven.count(), 1);
}

/// A failure that the state machine reports itself is in the queue once, not once more by EventBridge.
#[tokio::test]
async fn a_failure_is_reported_once() {
    let cloud = Cloud::connect().await;
    let [first, later] = ["executions/once.txt", "executions/later.txt"];
    cloud.upload(first, b"Dear diary".to_vec()).await;
    let failure = cloud.failure(first).await;
    // EventBridge hears of the end of an execution, and is as quick to tell about it as the rest. Once a
    // later failure is here the first one's second message would be, too.
    cloud.ended(&failure.execution_arn).await;
    cloud.upload(later, b"Dear diary".to_vec()).await;
    let failure_of_later = cloud.failure(later).await;
    cloud.ended(&failure_of_later.execution_arn).await;
    let again = cloud.take_message(|body| about(body, &failure.execution_arn));
    assert_eq!(again.await, None);
}

/// What the message says of this execution, if it is about it.
fn about(body: &str, execution_arn: &str) -> Option<Redriven> {
    match Intake::from_body(body) {
        Ok(Intake::Redriven(it)) if it.failed_execution.as_deref() == Some(execution_arn) => {
            Some(it)
        }
        _ => None,
    }
}
