use crate::cloud::{Cloud, thumbnail_key};
use crate::samples::{jpeg, usual};
use pipeline::{Code, Key};

async fn check(key: &str) {
    let cloud = Cloud::connect().await;
    let etag = cloud.upload(key, jpeg(&usual(300, 300))).await;
    cloud.thumbnail(key, &etag).await.pixels().assert_usual();
}

#[tokio::test]
async fn spaces_and_pluses() {
    check("keys/a b  c+d + e.jpg").await;
}

#[tokio::test]
async fn percent_signs_are_decoded_once() {
    check("keys/100%.jpg").await;
    check("keys/a%20b%2B.jpg").await;
}

#[tokio::test]
async fn quotes_and_backslashes() {
    check("keys/it's \"the\" one\\two.jpg").await;
}

#[tokio::test]
async fn accents_and_emoji() {
    check("keys/été/🌻 日本 ñ.jpg").await;
}

#[tokio::test]
async fn what_means_something_in_a_url_or_a_shell() {
    check("keys/a&b=c?d#e;f:g,h@i$j!k*(l)[m]{n}|o<p>~q`r^.jpg").await;
}

#[tokio::test]
async fn the_longest_key_whose_thumbnail_s3_can_name() {
    let key = format!("keys/{}.jpg", "é".repeat(502) + "x");
    assert_eq!(key.len(), 1014);
    assert_eq!(thumbnail_key(&key).as_str().len(), Key::MAX_BYTES);
    check(&key).await;
}

#[tokio::test]
async fn a_key_of_1024_bytes_leaves_no_room_for_the_thumbnails() {
    let cloud = Cloud::connect().await;
    let key = format!("keys/{}.jpg", "y".repeat(1015));
    assert_eq!(key.len(), Key::MAX_BYTES);
    cloud.upload(&key, jpeg(&usual(300, 300))).await;
    let failure = cloud.failure(&key).await;
    assert_eq!(failure.error.code, Code::InvalidJob.as_str());
    assert!(
        failure.error.message.contains("1034"),
        "{}",
        failure.error.message
    );
}
