use crate::cloud::Cloud;
use crate::samples::{jpeg, usual};
use aws_sdk_sqs::types::QueueAttributeName;

/// The starter hands back what it does not know, and after enough deliveries puts it into the failures
/// queue. The visibility timeout is what makes that take minutes, so it is shortened for the while.
#[tokio::test]
async fn a_message_of_no_known_kind_ends_in_the_failures_queue() {
    let cloud = Cloud::connect().await;
    let queue = cloud.output("intake_queue_url");
    let name = QueueAttributeName::VisibilityTimeout;
    let get = cloud
        .sqs
        .get_queue_attributes()
        .queue_url(queue)
        .attribute_names(name.clone());
    let usual = get.send().await.unwrap().attributes.unwrap()[&name].clone();
    let set = |seconds: &str| {
        let set = cloud.sqs.set_queue_attributes().queue_url(queue);
        set.attributes(name.clone(), seconds).send()
    };
    set("2").await.unwrap();
    let body = "this is not a message of ours";
    cloud.send_to_intake(body).await;
    cloud.message(|other| (other == body).then_some(())).await;
    set(&usual).await.unwrap();
}

/// Each shape in which an event of S3 can come, about a key of its own that is in the bucket already but
/// has no thumbnail.
#[tokio::test]
async fn an_event_is_understood_through_a_topic_and_through_event_bridge() {
    let cloud = Cloud::connect().await;
    for (key, sample) in [
        (
            "queues/topic 1+1.jpg",
            include_str!("../events/sns-notification.json"),
        ),
        (
            "queues/bridge 1+1.jpg",
            include_str!("../events/event-bridge-object-created.json"),
        ),
    ] {
        let etag = cloud.upload(key, jpeg(&usual(300, 300))).await;
        cloud.thumbnail(key, &etag).await;
        cloud.wait_until_idle(key).await;
        cloud.delete_thumbnail(key).await;
        let encoded = key.replace('+', "%2B").replace(' ', "+");
        let body = sample
            .replace("2026/%C3%A9t%C3%A9+1%2B1.jpg", &encoded)
            .replace("2026/été 1+1.jpg", key)
            .replace("photos", cloud.output("source_bucket"));
        cloud.send_to_intake(&body).await;
        cloud.thumbnail(key, &etag).await.pixels().assert_usual();
    }
}

/// The good records start at once, while the bad one brings the message back until an operator gets it.
#[tokio::test]
async fn a_bad_record_holds_up_neither_its_neighbours_nor_other_messages() {
    let cloud = Cloud::connect().await;
    let keys = ["it's 100% 🌻.jpg", "archive/x.png"];
    let mut etags = Vec::new();
    for key in keys {
        let etag = cloud.upload(key, jpeg(&usual(300, 300))).await;
        cloud.thumbnail(key, &etag).await;
        cloud.wait_until_idle(key).await;
        cloud.delete_thumbnail(key).await;
        etags.push(etag);
    }
    let body = include_str!("../events/s3-one-bad-record.json");
    cloud
        .send_to_intake(&body.replace("photos", cloud.output("source_bucket")))
        .await;
    for (key, etag) in keys.into_iter().zip(&etags) {
        cloud.thumbnail(key, etag).await.pixels().assert_usual();
    }
}
