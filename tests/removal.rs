use crate::cloud::{Cloud, thumbnail_key};
use crate::samples::{BLUE, GREEN, RED, jpeg, quarters, usual};

/// With `remove_with_source` the thumbnail goes, and without it stays.
#[tokio::test]
async fn what_becomes_of_a_thumbnail_whose_source_is_deleted_is_a_setting() {
    let cloud = Cloud::connect().await;
    let [key, later] = ["removal/x.jpg", "removal/later.jpg"];
    let etag = cloud.upload(key, jpeg(&usual(300, 300))).await;
    cloud.thumbnail(key, &etag).await;
    cloud.delete(key, None).await;
    if cloud.removes_with_source() {
        cloud.no_thumbnail(key).await;
        return;
    }
    // Nothing tells that nothing happens, but a later upload takes as long as the removal would.
    let etag_of_later = cloud.upload(later, jpeg(&usual(300, 300))).await;
    cloud.thumbnail(later, &etag_of_later).await;
    assert_eq!(cloud.executions(key).await.len(), 1);
    cloud.thumbnail(key, &etag).await.pixels().assert_usual();
}

/// Uploads and deletions of one key on each other's heels: whatever runs beside whatever, in the end there is
/// the thumbnail of what is there.
#[tokio::test]
async fn uploads_and_deletions_that_race_end_with_what_is_there() {
    let cloud = Cloud::connect().await;
    let colours = [RED, GREEN, BLUE];
    for (round, ends_deleted) in [(0, true), (1, false), (2, true), (3, false)] {
        let key = format!("removal/race {round}.jpg");
        let mut events = 0;
        let mut last = String::new();
        for turn in 0..12 {
            let picture = jpeg(&quarters(400, 400, [colours[turn % 3]; 4]));
            last = cloud.upload(&key, picture).await;
            events += 1;
            if turn < 11 || ends_deleted {
                cloud.delete(&key, None).await;
                events += usize::from(cloud.removes_with_source());
            }
        }
        cloud.wait_until_executed(&key, events).await;
        let found = cloud.thumbnail_now(&thumbnail_key(&key)).await;
        match (ends_deleted, cloud.removes_with_source()) {
            (false, _) => {
                let thumbnail = found.expect("the source is there, and has a thumbnail");
                assert_eq!(thumbnail.metadata["source-etag"], last);
                thumbnail.pixels().assert_quarters([BLUE; 4]);
            }
            (true, true) => assert!(found.is_none(), "{key:?} is gone and has a thumbnail"),
            // It may be of any of the uploads, or none was seen in time.
            (true, false) => {}
        }
    }
}

/// In a versioned bucket a deletion can bring something back: the newest version that is left is the source.
#[tokio::test]
async fn the_version_that_a_deletion_reveals_is_the_source() {
    let cloud = Cloud::connect().await;
    let key = "removal/versions.jpg";
    let mut versions = Vec::new();
    for colour in [RED, GREEN] {
        let etag = cloud
            .upload(key, jpeg(&quarters(300, 300, [colour; 4])))
            .await;
        cloud.thumbnail(key, &etag).await;
        versions.push((etag, newest_version(&cloud, key).await));
    }
    if !cloud.is_versioned() {
        assert!(versions.iter().all(|(_, version)| version.is_none()));
        return;
    }
    let [(red, _), (_, green_version)] = &versions[..] else {
        panic!("{versions:?}")
    };
    // The newest version goes for good: the one before it is the source again.
    cloud.delete(key, green_version.as_deref()).await;
    let thumbnail = cloud.thumbnail(key, red).await;
    thumbnail.pixels().assert_quarters([RED; 4]);

    // A marker hides it, and the marker's own removal shows it again.
    cloud.delete(key, None).await;
    cloud.no_thumbnail(key).await;
    let marker = newest_marker(&cloud, key).await;
    cloud.delete(key, Some(&marker)).await;
    let thumbnail = cloud.thumbnail(key, red).await;
    thumbnail.pixels().assert_quarters([RED; 4]);
}

async fn newest_version(cloud: &Cloud, key: &str) -> Option<String> {
    let bucket = cloud.output("source_bucket");
    let request = cloud.s3.head_object().bucket(bucket).key(key);
    request.send().await.expect("it is there").version_id
}

async fn newest_marker(cloud: &Cloud, key: &str) -> String {
    let bucket = cloud.output("source_bucket");
    let request = cloud.s3.list_object_versions().bucket(bucket).prefix(key);
    let answer = request.send().await.expect("versions can be listed");
    let marker = answer
        .delete_markers()
        .iter()
        .find(|it| it.is_latest() == Some(true));
    let marker = marker.expect("a deletion leaves a marker");
    marker
        .version_id()
        .expect("a marker has a version")
        .to_owned()
}
