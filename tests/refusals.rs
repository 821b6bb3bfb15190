use crate::cloud::{Cloud, thumbnail_key};
use crate::samples::{RED, encoded, jpeg, newer, quarters, usual};
use image::ImageFormat;
use pipeline::Code;

async fn check(key: &str, body: Vec<u8>, code: Code) {
    let cloud = Cloud::connect().await;
    cloud.upload(key, body).await;
    let failure = cloud.failure(key).await;
    assert_eq!(failure.error.code, code.as_str(), "{failure:?}");
    assert!(!failure.error.message.is_empty());
    let execution = cloud
        .sfn
        .describe_execution()
        .execution_arn(&failure.execution_arn);
    let execution = execution
        .send()
        .await
        .expect("a failure names its execution");
    assert_eq!(execution.status().as_str(), "FAILED");
    assert_eq!(execution.error(), Some(code.as_str()));
}

#[tokio::test]
async fn a_text_is_not_a_picture() {
    check(
        "refusals/readme.txt",
        b"Dear diary".to_vec(),
        Code::UnsupportedFormat,
    )
    .await;
}

#[tokio::test]
async fn an_empty_file_is_not_a_picture() {
    check("refusals/empty.jpg", Vec::new(), Code::UnsupportedFormat).await;
}

#[tokio::test]
async fn a_png_that_breaks_off_is_corrupt() {
    let mut png = encoded(&usual(300, 300), ImageFormat::Png);
    png.truncate(40);
    check("refusals/cut.png", png, Code::CorruptImage).await;
}

#[tokio::test]
async fn a_small_file_that_claims_to_be_huge_is_too_large() {
    let mut bmp = encoded(&usual(2, 2), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&60_000_i32.to_le_bytes());
    bmp[22..26].copy_from_slice(&60_000_i32.to_le_bytes());
    check("refusals/bomb.bmp", bmp, Code::ImageTooLarge).await;
}

#[tokio::test]
async fn a_film_is_not_a_picture() {
    let film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat".to_vec();
    check("refusals/IMG_4712.MOV", film, Code::UnsupportedFormat).await;
}

#[tokio::test]
async fn newer_formats_that_break_off_are_corrupt() {
    for (name, file, end) in [
        ("refusals/cut.HEIC", "quarters.heic", 200),
        ("refusals/cut.avif", "quarters.avif", 200),
        ("refusals/cut.jxl", "modular.jxl", 50),
    ] {
        check(name, newer(file)[..end].to_vec(), Code::CorruptImage).await;
    }
}

#[tokio::test]
async fn a_phones_picture_that_claims_to_be_huge_is_too_large() {
    let mut heic = newer("quarters.heic");
    let size = heic.windows(4).position(|name| name == b"ispe").unwrap() + 8;
    heic[size..size + 8].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
    check("refusals/bomb.HEIC", heic, Code::ImageTooLarge).await;
}

/// Ten times as many squares on each of thirty levels.
#[tokio::test]
async fn a_drawing_without_end_is_too_large() {
    let level = |level: usize| {
        let inner = format!("<use href='#g{}'/>", level - 1).repeat(10);
        format!("<g id='g{level}'>{inner}</g>")
    };
    let levels: String = (1..30).map(level).collect();
    let drawing = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><defs><g id='g0'><path d='M0 0h1v1z'/></g>{levels}</defs><use href='#g29'/></svg>"
    );
    check(
        "refusals/bomb.svg",
        drawing.into_bytes(),
        Code::ImageTooLarge,
    )
    .await;
}

/// Phones and cables break uploads off. What has arrived is worth showing.
#[tokio::test]
async fn a_jpeg_that_breaks_off_shows_what_is_there() {
    let cloud = Cloud::connect().await;
    let mut bytes = jpeg(&quarters(1600, 1600, [RED; 4]));
    bytes.truncate(bytes.len() * 3 / 4);
    let etag = cloud.upload("refusals/cut.jpg", bytes).await;
    let thumbnail = cloud.thumbnail("refusals/cut.jpg", &etag).await;
    let grey = [128; 3];
    let pixels = thumbnail.pixels();
    pixels.assert_upper_half(RED);
    pixels.assert_last_row(grey);
}

#[tokio::test]
async fn a_wrong_extension_does_not_matter_and_is_put_right() {
    let cloud = Cloud::connect().await;
    let etag = cloud
        .upload(
            "refusals/really a png.jpg",
            encoded(&usual(300, 300), ImageFormat::Png),
        )
        .await;
    let thumbnail = cloud.thumbnail("refusals/really a png.jpg", &etag).await;
    thumbnail.pixels().assert_usual();
    assert_eq!(thumbnail.content_type, "image/png");
    assert_eq!(
        thumbnail.content_disposition.as_deref(),
        Some("inline; filename=\"thumbnail-really a png.png\"")
    );
}

#[tokio::test]
async fn a_folder_is_passed_over() {
    let cloud = Cloud::connect().await;
    cloud.upload("refusals/folder/", Vec::new()).await;
    // The events of a bucket arrive in about the order of its uploads: once a later one is done, the
    // folder has been dealt with.
    let etag = cloud
        .upload("refusals/folder/x.jpg", jpeg(&usual(300, 300)))
        .await;
    cloud.thumbnail("refusals/folder/x.jpg", &etag).await;
    assert!(cloud.executions("refusals/folder/").await.is_empty());
    assert!(!cloud.executions("refusals/folder/x.jpg").await.is_empty());
}

/// Somebody syncs the thumbnails into the source bucket, metadata included.
#[tokio::test]
async fn a_thumbnail_in_the_source_bucket_does_not_breed() {
    let cloud = Cloud::connect().await;
    let etag = cloud
        .upload("refusals/loop/x.jpg", jpeg(&usual(300, 300)))
        .await;
    cloud.thumbnail("refusals/loop/x.jpg", &etag).await;
    let copy = "refusals/loop/thumbnail-x.jpg";
    let from = format!("{}/{copy}", cloud.output("destination_bucket"));
    let request = cloud.s3.copy_object().copy_source(from).key(copy);
    let request = request.bucket(cloud.output("source_bucket"));
    request.send().await.expect("a thumbnail can be copied");
    let failure = cloud.failure(copy).await;
    assert_eq!(failure.error.code, Code::InvalidJob.as_str());
    assert!(failure.error.message.contains("is a thumbnail"));
    assert!(cloud.thumbnail_now(&thumbnail_key(copy)).await.is_none());
}
