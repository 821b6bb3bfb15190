use crate::cloud::{Cloud, thumbnail_key};
use crate::samples::{BLUE, GREEN, RED, WHITE, jpeg, quarters, usual};
use futures::future::join_all;

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

/// Hundreds of uploads of two pictures in turn to one key, several at the same moment. Every one starts an
/// execution, they overtake each other, and in the end there is the thumbnail of what is in the bucket.
#[tokio::test]
async fn hundreds_of_alternating_uploads_end_with_the_thumbnail_of_the_last() {
    const UPLOADS: usize = 300;
    const AT_ONCE: usize = 4;
    let cloud = Cloud::connect().await;
    let key = "reconcile/alternating.jpg";
    let pictures = [[RED; 4], [BLUE; 4]].map(|colours| jpeg(&quarters(400, 400, colours)));
    for turn in 0..UPLOADS / AT_ONCE {
        let uploads = (0..AT_ONCE).map(|at| {
            let picture = &pictures[(turn + at) % 2];
            cloud.upload(key, picture.clone())
        });
        join_all(uploads).await;
    }
    cloud.wait_until_executed(key, UPLOADS).await;
    let etag = cloud.source_etag(key).await.expect("it is there");
    let thumbnail = cloud.thumbnail_now(&thumbnail_key(key)).await;
    let thumbnail = thumbnail.expect("it has a thumbnail");
    assert_eq!(thumbnail.metadata["source-etag"], etag);
    let source = cloud.source(key).await;
    let at = pictures.iter().position(|picture| *picture == source);
    let colour = [RED, BLUE][at.expect("one of the two pictures")];
    thumbnail.pixels().assert_quarters([colour; 4]);
}

#[tokio::test]
async fn a_source_that_is_deleted_at_once_is_no_failure() {
    let cloud = Cloud::connect().await;
    let key = "reconcile/gone.jpg";
    cloud.upload(key, jpeg(&quarters(300, 300, [RED; 4]))).await;
    cloud.delete(key, None).await;
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

/// What gets through twice writes the same bytes again, and no other object is touched.
#[tokio::test]
async fn a_duplicate_that_gets_through_changes_nothing() {
    let cloud = Cloud::connect().await;
    let key = "reconcile/duplicate/x.jpg";
    let etag = cloud.upload(key, jpeg(&usual(500, 500))).await;
    let first = cloud.thumbnail(key, &etag).await;
    // Another name, so that it is executed although nothing has changed.
    let body = serde_json::json!({"bucket": cloud.output("source_bucket"), "imageKey": key, "trigger": "api"});
    cloud.send_to_intake(&body.to_string()).await;
    cloud.wait_until_executed(key, 2).await;
    let second = cloud.thumbnail(key, &etag).await;
    assert_eq!(first, second);
    let list = cloud
        .s3
        .list_objects_v2()
        .bucket(cloud.output("destination_bucket"));
    let list = list.prefix("reconcile/duplicate/").send().await.unwrap();
    let keys: Vec<_> = list.contents().iter().filter_map(|it| it.key()).collect();
    assert_eq!(keys, [thumbnail_key(key).as_str()]);
}
