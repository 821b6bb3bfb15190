use crate::cloud::Cloud;
use aws_sdk_sqs::types::QueueAttributeName;

/// The starter hands back what it does not know, and after enough deliveries SQS moves it to the failures
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
    cloud
        .sqs
        .send_message()
        .queue_url(queue)
        .message_body(body)
        .send()
        .await
        .unwrap();
    cloud.foreign_failure(body).await;
    set(&usual).await.unwrap();
}
