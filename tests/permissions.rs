use crate::cloud::{Cloud, PATIENCE, thumbnail_key};
use crate::samples::{jpeg, usual};
use futures::future::join_all;
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};
use tokio::time::sleep;

const PAUSE: Duration = Duration::from_millis(500);

/// The whole of a mishap: a permission is taken away, uploads fail, the permission is given back, the operator
/// types the command, and every thumbnail is there and no message.
///
/// The permission is taken away for one folder alone, for other tests run at the same time.
#[tokio::test]
async fn a_redrive_after_the_cause_is_mended_leaves_every_thumbnail_and_no_message() {
    let cloud = Cloud::connect().await;
    let keys: Vec<_> = (0..12)
        .map(|number| format!("permissions/{number} été+1.jpg"))
        .collect();
    // The other tests take whatever is in the queue, and would take these messages along.
    let alone = cloud.failures_for_one().await;
    let policy = take_away(&cloud, "s3:GetObject", "permissions/*").await;
    let uploads = keys
        .iter()
        .map(|key| cloud.upload(key, jpeg(&usual(300, 300))));
    let etags = join_all(uploads).await;

    let listed = listed_once_there_are(keys.len()).await;
    for key in &keys {
        assert!(listed.contains(key), "{key} is not in {listed}");
    }
    assert!(listed.contains("GetObject"), "{listed}");
    set_policy(&cloud, &policy).await;

    let told = failures(&[
        "redrive",
        "--code",
        "AccessDenied",
        "--key",
        "permissions/*",
    ]);
    assert!(told.contains("12 messages would be redriven"), "{told}");
    let done = failures(&[
        "redrive",
        "--code",
        "AccessDenied",
        "--key",
        "permissions/*",
        "--yes",
    ]);
    assert!(done.contains("12 messages redriven"), "{done}");
    for (key, etag) in keys.iter().zip(&etags) {
        let start = Instant::now();
        let thumbnail = loop {
            if let Some(thumbnail) = cloud.thumbnail_now(&thumbnail_key(key)).await {
                break thumbnail;
            }
            assert!(start.elapsed() < PATIENCE, "{key:?} got no thumbnail");
            sleep(PAUSE).await;
        };
        assert_eq!(thumbnail.metadata["source-etag"], *etag);
        thumbnail.pixels().assert_usual();
    }
    let left = failures(&["show", "--key", "permissions/*"]);
    assert!(!left.contains("permissions/"), "{left}");
    drop(alone);

    // What has been redriven is found by its trigger.
    let executions = cloud.executions(&keys[0]).await;
    let redriven = executions.iter().filter(|execution| {
        let input = execution.input().unwrap_or_default();
        input.contains("\"trigger\":\"redrive\"")
    });
    assert_eq!(redriven.count(), 1);
}

/// What `cargo xtask failures list` says as soon as it says it of so many messages.
async fn listed_once_there_are(messages: usize) -> String {
    let start = Instant::now();
    loop {
        let listed = failures(&["list", "--code", "AccessDenied", "--key", "permissions/*"]);
        let lines = listed.lines().filter(|line| line.contains("permissions/"));
        if lines.count() == messages {
            return listed;
        }
        assert!(start.elapsed() < PATIENCE, "not all failed: {listed}");
        sleep(PAUSE).await;
    }
}

/// `cargo xtask failures ...`, which has to succeed; what it prints comes back.
fn failures(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").expect("cargo runs the tests");
    let output = Command::new(cargo)
        .args(["xtask", "failures"])
        .args(arguments)
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Denies resize an action on a part of the source bucket; the policy as it was comes back.
async fn take_away(cloud: &Cloud, action: &str, keys: &str) -> String {
    let bucket = cloud.output("source_bucket");
    let request = cloud.s3.get_bucket_policy().bucket(bucket);
    let policy = request.send().await.expect("a policy can be read").policy;
    let policy = policy.expect("the bucket has a policy");
    let mut stricter: Value = serde_json::from_str(&policy).expect("a policy is JSON");
    let statements = stricter["Statement"].as_array_mut().expect("statements");
    statements.push(json!({
        "Sid": "TakenAway",
        "Effect": "Deny",
        "Principal": {"AWS": role_arn(cloud)},
        "Action": action,
        "Resource": format!("arn:aws:s3:::{bucket}/{keys}"),
    }));
    set_policy(cloud, &stricter.to_string()).await;
    policy
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
