//! What is see-through.

use crate::samples::{BLUE, Drawing, GREEN, RED, WHITE, bmp, png, shown::assert_near, tiff, webp};
use crate::{rendered, thumbnail};
use ::png::{BitDepth, ColorType};
use thumbnail::{Format, OutputFormat, Spec};

/// Opaque green to the left, see-through red to the right: the red is never to be seen.
#[test]
fn what_is_invisible_has_no_influence() {
    let drawing = Drawing::new(
        1001,
        1001,
        |x, _| {
            if x < 0.5 { GREEN } else { [255, 0, 0, 0] }
        },
    );
    let files = [
        png::usual(&drawing),
        png::png(&drawing, ColorType::Rgba, BitDepth::Sixteen),
        png::png(&drawing, ColorType::Indexed, BitDepth::One),
        webp::usual(&drawing),
        tiff::usual(&drawing),
    ];
    for file in files {
        let shown = thumbnail(&file);
        let mixed = shown
            .pixels
            .iter()
            .filter(|pixel| (1..255).contains(&pixel[3]));
        assert!(mixed.clone().count() >= 200, "there is a border");
        for pixel in shown.pixels.iter().filter(|pixel| pixel[3] > 8) {
            assert_near(*pixel, [0, 255, 0, pixel[3]], 1);
        }
    }
}

#[test]
fn half_covered_is_half_transparent() {
    // Stripes of 1 in 2 columns, far finer than the thumbnail's pixels.
    let drawing = Drawing::new(1600, 400, |x, _| {
        if ((x * 1600.0) as u32).is_multiple_of(2) {
            BLUE
        } else {
            [0; 4]
        }
    });
    let shown = thumbnail(&png::usual(&drawing));
    for pixel in &shown.pixels {
        assert_near(*pixel, [0, 0, 255, 128], 3);
    }
}

#[test]
fn jpeg_shows_white_behind_what_is_see_through() {
    let drawing = Drawing::quarters(64, 64, [RED, [0, 0, 0, 0], [0, 0, 0, 128], WHITE]);
    let shown = rendered(
        &png::usual(&drawing),
        &Spec::default().with_format(OutputFormat::Jpeg),
    );
    shown.assert_quarters([RED, WHITE, [127, 127, 127, 255], WHITE], 4);
    let grey = png::png(&drawing, ColorType::GrayscaleAlpha, BitDepth::Eight);
    let shown = rendered(&grey, &Spec::default().with_format(OutputFormat::Jpeg));
    assert!(shown.is_grey);
    assert_near(shown.part(0.75, 0.25), WHITE, 4);
}

#[test]
fn gif_knows_only_all_or_nothing() {
    let drawing = Drawing::quarters(64, 64, [[0, 0, 255, 100], [0, 0, 255, 200], RED, [0; 4]]);
    let shown = rendered(
        &png::usual(&drawing),
        &Spec::default().with_format(OutputFormat::Gif),
    );
    shown.assert_quarters([[0; 4], BLUE, RED, [0; 4]], 0);
}

/// An alpha channel that is opaque all over loses nothing when it is left out.
#[test]
fn a_needless_alpha_channel_is_not_carried_on() {
    let opaque = Drawing::gradient(64, 64);
    let file = tiff::Tiff::new(&opaque, 2, 8, 4)
        .tag(tiff::EXTRA, &[2])
        .chunk(opaque.rgba());
    assert_eq!(thumbnail(&file.bytes()).format, Format::Jpeg);
    let mut bitmap = bmp::usual(&Drawing::new(64, 64, |x, _| {
        [0, 0, 0, if x < 0.5 { 255 } else { 254 }]
    }));
    assert_eq!(thumbnail(&bitmap).format, Format::Png);
    for byte in bitmap.iter_mut().rev().take(64 * 64 * 4) {
        *byte |= 1;
    }
    assert_eq!(thumbnail(&bitmap).format, Format::Jpeg);

    let with = png::png(&opaque, ColorType::Rgba, BitDepth::Eight);
    let without = png::png(&opaque, ColorType::Rgb, BitDepth::Eight);
    let bytes = |file: &[u8]| {
        let picture = thumbnail::render(file, &Spec::default(), &thumbnail::Limits::default());
        picture.expect("a thumbnail").bytes
    };
    assert_eq!(bytes(&with), bytes(&without));
}
