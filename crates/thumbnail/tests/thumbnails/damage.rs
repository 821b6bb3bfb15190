//! Broken files.

use crate::samples::{
    BLUE, Drawing, GREEN, RED, WHITE, bmp, gif, jpeg, level, png, shown::assert_near, tiff, webp,
};
use crate::thumbnail;
use thumbnail::{Damaged, Error, ErrorKind, Limits, Spec, Warning, render, render_all};

fn refusal(file: &[u8]) -> Error {
    match render(file, &Spec::default(), &Limits::default()) {
        Ok(_) => panic!("{} bytes are shown", file.len()),
        Err(error) => error,
    }
}

#[test]
fn half_a_jpeg_is_shown_with_grey_below() {
    let file = jpeg::usual(&Drawing::quarters(160, 160, [RED, GREEN, BLUE, WHITE]));
    let start = jpeg::scan_start(&file);
    let half = &file[..start + (file.len() - start) / 2];
    let shown = thumbnail(half);
    assert_eq!((shown.width, shown.height), (200, 200));
    assert_near(shown.part(0.25, 0.1), RED, 8);
    assert_near(shown.part(0.75, 0.1), GREEN, 8);
    assert_near(shown.part(0.5, 0.97), [128, 128, 128, 255], 8);
}

#[test]
fn a_jpeg_without_its_end_is_whole() {
    let file = jpeg::usual(&Drawing::quarters(160, 160, [RED, GREEN, BLUE, WHITE]));
    thumbnail(&file[..file.len() - 2]).assert_quarters([RED, GREEN, BLUE, WHITE], 4);
}

/// What is missing of the blocks under way are zeros, as browsers have it.
#[test]
fn a_jpeg_that_ends_within_its_only_blocks_is_shown() {
    let file = jpeg::usual(&Drawing::gradient(8, 8));
    let start = jpeg::scan_start(&file);
    assert!(start + 4 < file.len() - 2);
    let cut = &file[..start + 4];
    let shown = render_all(cut, &[Spec::default()], &Limits::default()).expect("a picture");
    let is_damaged = matches!(shown.source.warnings[..], [Warning::Damaged { .. }]);
    assert!(is_damaged, "{:?}", shown.source);
}

#[test]
fn a_jpeg_of_which_nothing_is_left_is_refused() {
    for is_progressive in [false, true] {
        let drawing = Drawing::quarters(160, 160, [RED, GREEN, BLUE, WHITE]);
        let file = jpeg::written(&drawing, jpeg_encoder::ColorType::Rgb, |encoder| {
            encoder.set_progressive(is_progressive);
        });
        let start = jpeg::scan_start(&file);
        for end in [3, 20, start / 2, start - 1, start] {
            let error = refusal(&file[..end]);
            assert_eq!(
                error.kind(),
                ErrorKind::CorruptImage,
                "{end} bytes: {error}"
            );
        }
    }
}

/// One colour all over is a picture, when it says that it is whole.
#[test]
fn a_jpeg_of_one_colour_is_shown() {
    let grey = [128, 128, 128, 255];
    let file = jpeg::usual(&Drawing::quarters(160, 160, [grey; 4]));
    thumbnail(&file).assert_quarters([grey; 4], 2);
}

#[test]
fn a_file_with_too_much_behind_it_is_shown() {
    let drawing = Drawing::quarters(64, 64, [RED, GREEN, BLUE, WHITE]);
    let files = [
        jpeg::usual(&drawing),
        png::usual(&drawing),
        webp::usual(&drawing),
        gif::usual(&drawing),
        bmp::usual(&drawing),
        tiff::usual(&drawing),
    ];
    for mut file in files {
        file.extend(b"and then some bytes that no decoder asked for".repeat(20));
        thumbnail(&file).assert_quarters([RED, GREEN, BLUE, WHITE], 4);
    }
}

/// As far as it goes, where a part that is worth it is there.
#[test]
fn half_of_a_file_is_shown() {
    let drawing = Drawing::gradient(160, 160);
    let few = Drawing::quarters(160, 160, [RED, GREEN, WHITE, BLUE]);
    let cut = |file: Vec<u8>| file[..file.len() * 6 / 10].to_vec();
    let strip = cut(drawing.rgb());
    let halves = [
        cut(jpeg::usual(&drawing)),
        cut(png::usual(&drawing)),
        cut(webp::usual(&drawing)),
        cut(gif::usual(&few)),
        cut(bmp::usual(&drawing)),
        tiff::Tiff::new(&drawing, 2, 8, 3).chunk(strip).bytes(),
    ];
    for half in &halves {
        let shown = render_all(half, &[Spec::default()], &Limits::default()).expect("a picture");
        let is_damaged = matches!(shown.source.warnings[..], [Warning::Damaged { .. }]);
        assert!(is_damaged, "{:?}", shown.source);
        let with = |damaged: &str| {
            let damaged: Damaged = damaged.parse().expect("an answer to damage");
            let spec = Spec::default().with_damaged(damaged);
            render(half, &spec, &Limits::default())
        };
        with("10%").expect("more than a tenth is there");
        for damaged in ["90%", "refuse"] {
            let error = with(damaged).expect_err("damage");
            assert_eq!(error.kind(), ErrorKind::CorruptImage, "{error}");
        }
    }
    let shown = thumbnail(&cut(bmp::usual(&few)));
    assert_near(shown.part(0.25, 0.75), WHITE, 4);
}

/// So large that it is decoded band by band, it shows the rows that are there, and in their places.
#[test]
fn half_of_a_large_lossless_webp_is_shown() {
    // With noise in blue all rows take the same share of the file.
    let drawing = Drawing::new(1600, 1600, |x, y| {
        let noise = (x * 7919.0 + y * 104_729.0).sin() * 43_758.5;
        [level(x), level(y), level(noise.rem_euclid(1.0)), 255]
    });
    let file = webp::usual(&drawing);
    let shown = thumbnail(&file[..file.len() * 6 / 10]);
    for (x, y) in [(0.1, 0.05), (0.9, 0.05), (0.1, 0.5), (0.5, 0.5), (0.9, 0.5)] {
        let [red, green, _, _] = shown.part(x, y);
        let place = [red, green, 0, 255];
        assert_near(place, [level(x), level(y), 0, 255], 4);
    }
    let below = shown.part(0.5, 0.95);
    assert!(below[1] < 100, "rows that never came: {below:?}");
}

/// There is nothing to be seen behind the header.
#[test]
fn what_shows_nothing_is_refused() {
    let drawing = Drawing::gradient(160, 160);
    let few = Drawing::quarters(160, 160, [RED, GREEN, BLUE, WHITE]);
    let files = [
        png::usual(&drawing),
        webp::usual(&drawing),
        gif::usual(&few),
        bmp::usual(&drawing),
    ];
    for file in files {
        let error = refusal(&file[..60]);
        assert_eq!(error.kind(), ErrorKind::CorruptImage, "{error}");
    }
    let error = refusal(&tiff::usual(&drawing)[..40]);
    assert_eq!(error.kind(), ErrorKind::CorruptImage, "{error}");
}

#[test]
fn a_wrong_checksum_in_a_png_is_a_damage() {
    let mut file = png::usual(&Drawing::gradient(40, 40));
    let data = file
        .windows(4)
        .position(|name| name == b"IDAT")
        .expect("data");
    let length = u32::from_be_bytes(file[data - 4..data].try_into().expect("four bytes"));
    file[data + 4 + length as usize] ^= 1;
    let shown = render_all(&file, &[Spec::default()], &Limits::default()).expect("a picture");
    assert!(matches!(
        shown.source.warnings[..],
        [Warning::Damaged { .. }]
    ));
    let strict = Spec::default().with_damaged(Damaged::Refuse);
    let error = render(&file, &strict, &Limits::default()).expect_err("damage");
    assert_eq!(error.kind(), ErrorKind::CorruptImage);
}

/// All of the progressive one is there after a part of it, and a part of the other.
#[test]
fn a_part_of_an_arithmetic_jpeg_is_shown() {
    let whole: &[u8] = include_bytes!("../files/fine-progressive.jpg");
    let rows: &[u8] = include_bytes!("../files/fine-arithmetic.jpg");
    let strict = Spec::default().with_damaged(Damaged::Refuse);
    for file in [whole, rows] {
        assert!(render(file, &strict, &Limits::default()).is_ok());
        let half = &file[..file.len() / 2];
        let shown = render_all(half, &[Spec::default()], &Limits::default()).expect("half");
        let is_damaged = matches!(shown.source.warnings[..], [Warning::Damaged { .. }]);
        assert!(is_damaged, "{:?}", shown.source);
        let error = render(half, &strict, &Limits::default()).expect_err("damage");
        assert_eq!(error.kind(), ErrorKind::CorruptImage);
        let start = jpeg::scan_start(file);
        for end in [start / 2, start] {
            assert_eq!(refusal(&file[..end]).kind(), ErrorKind::CorruptImage);
        }
        thumbnail(&file[..file.len() - 2]).assert_quarters([RED, GREEN, BLUE, WHITE], 8);
    }
    let half = thumbnail(&rows[..rows.len() / 2]);
    assert_near(half.part(0.5, 0.97), [128, 128, 128, 255], 8);
}

#[test]
fn a_kind_that_is_not_read_is_said_to_be_so() {
    let mut arithmetic = jpeg::usual(&Drawing::gradient(40, 40));
    let frame = arithmetic
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .expect("a frame");
    arithmetic[frame + 1] = 0xCB;
    let mut twelve_bits = jpeg::usual(&Drawing::gradient(40, 40));
    twelve_bits[frame + 4] = 12;
    let compressed = tiff::described(&Drawing::gradient(40, 40)).tag(tiff::COMPRESSION, &[34_661]);
    let check = |file: &[u8], named: &str| {
        let error = refusal(file);
        assert_eq!(error.kind(), ErrorKind::UnsupportedFormat, "{error}");
        assert!(matches!(error, Error::UnreadFeature { .. }), "{error}");
        assert!(error.to_string().contains(named), "{error}");
    };
    check(&arithmetic, "arithmetic");
    check(&twelve_bits, "12 bits");
    check(&compressed.bytes(), "JBIG");
}

#[test]
fn every_refusal_says_what_to_do() {
    let files: [&[u8]; 4] = [
        b"",
        b"no picture",
        b"\0\0\0\x18ftypheic\0\0\0\0",
        b"\x89PNG\r\n\x1A\nand no more",
    ];
    for file in files {
        let message = refusal(file).to_string();
        let advice = ["upload", "convert", "none of JPEG"];
        assert!(
            advice.iter().any(|advice| message.contains(advice)),
            "{message}"
        );
        assert!(!message.ends_with('.'), "{message}");
    }
}
