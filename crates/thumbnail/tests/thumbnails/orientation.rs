//! Upright by whatever the file says.

use crate::samples::{
    BLUE, Drawing, GREEN, RED, WHITE, exif, jpeg, png, shown::assert_near, tiff, webp,
};
use crate::{rendered, thumbnail};
use ::png::{BitDepth, ColorType};
use thumbnail::{Fit, OutputFormat, Size, Spec};

const COLOURS: [[u8; 4]; 4] = [RED, GREEN, BLUE, WHITE];

#[test]
fn every_format_that_can_say_it_is_turned_all_eight_ways() {
    let upright = Drawing::quarters(48, 80, COLOURS);
    for value in 1..=8 {
        let stored = upright.stored(value);
        let block = exif(value);
        let check = |file: &[u8]| thumbnail(file).assert_quarters(COLOURS, 4);
        check(&jpeg::with_exif(&jpeg::usual(&stored), &block));
        check(&png::with_chunk(&png::usual(&stored), *b"eXIf", &block));
        check(&webp::written(&stored, |encoder| {
            encoder.set_exif_metadata(block.clone());
        }));
        let described = tiff::described(&stored).tag(tiff::ORIENTATION, &[u32::from(value)]);
        check(&described.bytes());
    }
}

/// Not only the right way up, but the right part of it: every pixel's colour tells where it is from.
#[test]
fn a_turned_picture_is_cropped_as_it_is_displayed() {
    let upright = Drawing::gradient(300, 200);
    let size = Size::new(60, 80).expect("a size");
    for value in 1..=8 {
        let stored = upright.stored(value);
        let file = png::with_chunk(&png::usual(&stored), *b"eXIf", &exif(value));
        let shown = rendered(&file, &Spec::new(size));
        assert_eq!((shown.width, shown.height), (60, 80));
        // Of the 300 columns displayed, the middle 150 are shown; all rows are.
        for (x, y) in [(5, 5), (30, 40), (55, 5), (5, 75), (55, 75)] {
            let column = 75.0 + (f64::from(x) + 0.5) * 2.5;
            let row = (f64::from(y) + 0.5) * 2.5;
            let level = |part: f64| (part * 255.0).round() as u8;
            let wanted = [level(column / 300.0), level(row / 200.0), 128, 255];
            assert_near(shown.at(x, y), wanted, 2);
        }
    }
}

#[test]
fn a_picture_turned_on_its_side_keeps_its_shape_inside() {
    let file = jpeg::with_exif(&jpeg::usual(&Drawing::gradient(120, 60)), &exif(8));
    let shown = rendered(&file, &Spec::default().with_fit(Fit::Inside));
    assert_eq!((shown.width, shown.height), (60, 120));
}

/// The thumbnail is upright by itself: were it to say so too, it would be turned twice.
#[test]
fn nothing_is_said_about_it_in_the_thumbnail() {
    let stored = Drawing::quarters(48, 80, COLOURS).stored(6);
    let source = jpeg::with_exif(&jpeg::usual(&stored), &exif(6));
    for format in OutputFormat::ALL {
        let spec = Spec::default().with_format(format);
        let picture = thumbnail::render(&source, &spec, &thumbnail::Limits::default());
        let bytes = picture.expect("a thumbnail").bytes;
        for name in [&b"Exif"[..], b"EXIF", b"eXIf"] {
            assert!(!bytes.windows(4).any(|window| window == name), "{format}");
        }
    }
}

#[test]
fn broken_metadata_leaves_the_picture_as_it_is() {
    let drawing = Drawing::quarters(64, 64, COLOURS);
    let check = |file: &[u8]| thumbnail(file).assert_quarters(COLOURS, 4);
    for block in [
        &b""[..],
        b"MM",
        b"II*\0\xFF\xFF\xFF\xFF",
        &exif(99),
        &exif(6)[..19],
    ] {
        check(&jpeg::with_exif(&jpeg::usual(&drawing), block));
        check(&webp::written(&drawing, |encoder| {
            encoder.set_exif_metadata(block.to_vec());
        }));
        let file = png::png(&drawing, ColorType::Rgb, BitDepth::Eight);
        check(&png::with_chunk(&file, *b"eXIf", block));
    }
}

/// As libwebp has it, and so everybody who shows WebP.
#[test]
fn exif_that_the_header_of_a_webp_does_not_announce_is_not_looked_for() {
    const ANNOUNCED: u8 = 0x08;
    let drawing = Drawing::quarters(48, 80, COLOURS);
    let mut file = webp::written(&drawing, |encoder| encoder.set_exif_metadata(exif(3)));
    let [red, green, blue, white] = COLOURS;
    thumbnail(&file).assert_quarters([white, blue, green, red], 4);
    // The flags come first in the first chunk, which begins at byte 12.
    assert_eq!(file[20] & ANNOUNCED, ANNOUNCED);
    file[20] &= !ANNOUNCED;
    thumbnail(&file).assert_quarters(COLOURS, 4);
}
