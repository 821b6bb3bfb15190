use crate::cloud::Cloud;
use crate::samples::{jpeg, usual};
use pipeline::{Code, Trigger};
use serde_json::{Value, json};

/// An operator takes a permission away by mistake, finds the failure, puts the permission back and sends
/// the message to the intake queue again: nothing is lost.
///
/// The permission is taken away for one folder alone, for other tests run at the same time.
#[tokio::test]
async fn without_a_permission_a_job_waits_in_the_failures_queue_until_it_is_redriven() {
    let cloud = Cloud::connect().await;
    let bucket = cloud.output("source_bucket");
    let key = "permissions/x.jpg";
    let policy = cloud
        .s3
        .get_bucket_policy()
        .bucket(bucket)
        .send()
        .await
        .unwrap();
    let policy = policy.policy.expect("the bucket has a policy");
    let mut stricter: Value = serde_json::from_str(&policy).unwrap();
    stricter["Statement"].as_array_mut().unwrap().push(json!({
        "Sid": "TakenAway",
        "Effect": "Deny",
        "Principal": {"AWS": role_arn(&cloud)},
        "Action": "s3:GetObject",
        "Resource": format!("arn:aws:s3:::{bucket}/permissions/*"),
    }));
    set_policy(&cloud, &stricter.to_string()).await;

    let etag = cloud.upload(key, jpeg(&usual(300, 300))).await;
    let failure = cloud.failure(key).await;
    assert_eq!(failure.error.code, Code::AccessDenied.as_str());
    assert!(failure.error.message.contains("GetObject"), "{failure:?}");
    assert_eq!(failure.job.trigger, Trigger::Upload);

    set_policy(&cloud, &policy).await;
    let body = serde_json::to_string(&failure).unwrap();
    let intake = cloud
        .sqs
        .send_message()
        .queue_url(cloud.output("intake_queue_url"));
    intake.message_body(body).send().await.unwrap();
    cloud.thumbnail(key, &etag).await.pixels().assert_usual();
}

fn role_arn(cloud: &Cloud) -> String {
    let account = cloud
        .output("state_machine_arn")
        .split(':')
        .nth(4)
        .expect("an ARN has an account");
    format!(
        "arn:aws:iam::{account}:role/{}",
        cloud.output("resize_role_name")
    )
}

async fn set_policy(cloud: &Cloud, policy: &str) {
    let request = cloud
        .s3
        .put_bucket_policy()
        .bucket(cloud.output("source_bucket"));
    request
        .policy(policy)
        .send()
        .await
        .expect("the policy can be set");
}
