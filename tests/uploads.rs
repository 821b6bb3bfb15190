use crate::cloud::{Cloud, unquoted};
use crate::samples::{encoded, ico, jpeg, newer, quarters, raf, svg, tiff, usual};
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use image::ImageFormat;

#[tokio::test]
async fn an_object_that_is_put_gets_a_thumbnail_that_says_where_it_comes_from() {
    let cloud = Cloud::connect().await;
    let etag = cloud
        .upload("uploads/put.jpg", jpeg(&usual(1200, 800)))
        .await;
    let thumbnail = cloud.thumbnail("uploads/put.jpg", &etag).await;
    thumbnail.pixels().assert_usual();
    assert_eq!(thumbnail.content_type, "image/jpeg");
    assert_eq!(thumbnail.content_disposition, None);
    assert!(thumbnail.cache_control.is_some());
    assert!(!thumbnail.metadata["spec"].is_empty());
}

#[tokio::test]
async fn an_object_that_comes_in_parts_gets_one() {
    let cloud = Cloud::connect().await;
    let (bucket, key) = (cloud.output("source_bucket"), "uploads/parts.bmp");
    // Uncompressed, so that it is more than the 5 MiB that S3 asks of every part but the last.
    let bytes = encoded(&usual(2000, 1500), ImageFormat::Bmp);
    let upload = cloud.s3.create_multipart_upload().bucket(bucket).key(key);
    let upload = upload.send().await.unwrap();
    let id = upload.upload_id().unwrap();
    let mut parts = CompletedMultipartUpload::builder();
    for (number, part) in (1..).zip(bytes.chunks(5 << 20)) {
        let request = cloud.s3.upload_part().bucket(bucket).key(key).upload_id(id);
        let answer = request
            .part_number(number)
            .body(part.to_vec().into())
            .send()
            .await
            .unwrap();
        let part = CompletedPart::builder()
            .part_number(number)
            .set_e_tag(answer.e_tag);
        parts = parts.parts(part.build());
    }
    let request = cloud
        .s3
        .complete_multipart_upload()
        .bucket(bucket)
        .key(key)
        .upload_id(id);
    let answer = request
        .multipart_upload(parts.build())
        .send()
        .await
        .unwrap();
    let etag = unquoted(answer.e_tag());
    assert!(etag.ends_with("-2"), "{etag}: two parts were sent");
    cloud.thumbnail(key, &etag).await.pixels().assert_usual();
}

#[tokio::test]
async fn an_object_that_is_copied_gets_one() {
    let cloud = Cloud::connect().await;
    let bucket = cloud.output("source_bucket");
    cloud
        .upload(
            "uploads/original.png",
            encoded(&usual(300, 300), ImageFormat::Png),
        )
        .await;
    let request = cloud
        .s3
        .copy_object()
        .bucket(bucket)
        .key("uploads/copy.png");
    let answer = request
        .copy_source(format!("{bucket}/uploads/original.png"))
        .send()
        .await
        .unwrap();
    let etag = unquoted(answer.copy_object_result().unwrap().e_tag());
    cloud
        .thumbnail("uploads/copy.png", &etag)
        .await
        .pixels()
        .assert_usual();
}

#[tokio::test]
async fn every_format_gets_one_in_the_format_that_browsers_show() {
    let cloud = Cloud::connect().await;
    let picture = usual(400, 300);
    for (name, bytes, content_type) in [
        ("uploads/x.jpg", jpeg(&picture), "image/jpeg"),
        (
            "uploads/x.png",
            encoded(&picture, ImageFormat::Png),
            "image/png",
        ),
        (
            "uploads/x.webp",
            encoded(&picture, ImageFormat::WebP),
            "image/webp",
        ),
        (
            "uploads/x.gif",
            encoded(&picture, ImageFormat::Gif),
            "image/gif",
        ),
        (
            "uploads/x.bmp",
            encoded(&picture, ImageFormat::Bmp),
            "image/jpeg",
        ),
        ("uploads/x.tiff", tiff(&picture), "image/jpeg"),
    ] {
        let etag = cloud.upload(name, bytes).await;
        let thumbnail = cloud.thumbnail(name, &etag).await;
        assert_eq!(thumbnail.content_type, content_type, "{name}");
        thumbnail.pixels().assert_usual();
    }
}

/// With names as phones, browsers and people give them.
#[tokio::test]
async fn what_phones_and_drawing_programs_write_gets_one_that_browsers_show() {
    const FULL: [[u8; 3]; 4] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255; 3]];
    let cloud = Cloud::connect().await;
    for (name, bytes) in [
        (
            "uploads/DCIM/100APPLE/IMG_4711.HEIC",
            newer("quarters.heic"),
        ),
        (
            "uploads/Bildschirmfoto 2026-11-24 um 20.03.17.avif",
            newer("quarters.avif"),
        ),
        ("uploads/été 1+1=2.jxl", newer("quarters.jxl")),
        ("uploads/logo (1).svg", svg(FULL)),
        ("uploads/favicon.ico", ico(FULL)),
        (
            "uploads/DCIM/103_FUJI/DSCF0042.RAF",
            raf(&jpeg(&quarters(640, 480, FULL))),
        ),
    ] {
        let etag = cloud.upload(name, bytes).await;
        let thumbnail = cloud.thumbnail(name, &etag).await;
        assert_eq!(thumbnail.content_type, "image/jpeg", "{name}");
        thumbnail.pixels().assert_quarters(FULL);
    }
}

/// A drawing without a background keeps it so.
#[tokio::test]
async fn a_drawing_that_is_transparent_stays_transparent() {
    let cloud = Cloud::connect().await;
    let circle = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><circle cx='4' cy='4' r='3'/></svg>";
    let etag = cloud.upload("uploads/circle.svg", circle.to_vec()).await;
    let thumbnail = cloud.thumbnail("uploads/circle.svg", &etag).await;
    assert_eq!(thumbnail.content_type, "image/png");
}
