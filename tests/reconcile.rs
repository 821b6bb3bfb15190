use crate::cloud::Cloud;
use crate::samples::{BLUE, GREEN, RED, WHITE, jpeg, quarters};

/// Whatever the order of the events and the executions, the last upload wins.
#[tokio::test]
async fn a_source_that_is_overwritten_ends_up_with_the_thumbnail_of_its_newest_bytes() {
    let cloud = Cloud::connect().await;
    let colours = [[RED; 4], [GREEN; 4], [BLUE; 4], [WHITE; 4]];
    let mut etag = String::new();
    for colour in colours {
        etag = cloud
            .upload("reconcile/x.jpg", jpeg(&quarters(1000, 1000, colour)))
            .await;
    }
    cloud.thumbnail("reconcile/x.jpg", &etag).await;
    cloud.wait_until_idle("reconcile/x.jpg").await;
    cloud
        .thumbnail("reconcile/x.jpg", &etag)
        .await
        .pixels()
        .assert_quarters([WHITE; 4]);
}

#[tokio::test]
async fn a_source_that_is_deleted_at_once_is_no_failure() {
    let cloud = Cloud::connect().await;
    let key = "reconcile/gone.jpg";
    cloud.upload(key, jpeg(&quarters(300, 300, [RED; 4]))).await;
    let bucket = cloud.output("source_bucket");
    cloud
        .s3
        .delete_object()
        .bucket(bucket)
        .key(key)
        .send()
        .await
        .unwrap();
    for output in cloud.wait_until_idle(key).await {
        let report: pipeline::Report = serde_json::from_str(&output).unwrap();
        assert_eq!(report.image_key.as_str(), key);
    }
}

#[tokio::test]
async fn the_same_bytes_give_the_same_thumbnail() {
    let cloud = Cloud::connect().await;
    let bytes = jpeg(&quarters(1000, 700, [RED, BLUE, GREEN, WHITE]));
    let mut thumbnails = Vec::new();
    for key in ["reconcile/one.jpg", "reconcile/other.jpg"] {
        let etag = cloud.upload(key, bytes.clone()).await;
        thumbnails.push(cloud.thumbnail(key, &etag).await);
    }
    assert_eq!(thumbnails[0].bytes, thumbnails[1].bytes);
    assert_eq!(thumbnails[0].metadata, thumbnails[1].metadata);
}
