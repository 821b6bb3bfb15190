//! The clock is looked at while a picture is decoded, and not only before and after.

use crate::samples::tiff::{COMPRESSION, Tiff};
use crate::samples::{Drawing, vp8, webp};
use std::time::Instant;
use thumbnail::{Error, Limits, Spec, render};

/// Where an eighth of the time is allowed that a picture has just taken, it is refused before the half of it is over. What else goes on
/// on the machine can make that later, so that one try of ten is enough.
#[track_caller]
fn stops_early(file: &[u8]) {
    let taken = |limits: &Limits| {
        let begun = Instant::now();
        (render(file, &Spec::default(), limits), begun.elapsed())
    };
    let mut tries = Vec::new();
    for _ in 0..10 {
        let (outcome, whole) = taken(&Limits::default());
        outcome.expect("a picture");
        let limits = Limits::default().with_deadline(Instant::now() + whole / 8);
        let (outcome, stopped) = taken(&limits);
        if matches!(outcome, Err(Error::TooMuchTime)) && stopped < whole / 2 {
            return;
        }
        tries.push((whole, stopped));
    }
    panic!("whole, and stopped after: {tries:?}");
}

#[test]
fn within_a_lossy_webp() {
    let colours = [
        [82, 92, 240],
        [145, 52, 36],
        [41, 240, 112],
        [200, 128, 128],
    ];
    stops_early(&vp8::quarters(160, 150, colours));
}

#[test]
fn within_a_lossless_webp() {
    stops_early(&webp::usual(&Drawing::gradient(2000, 2000)));
}

/// All of the picture is in one.
#[test]
fn within_the_strip_of_a_tiff() {
    let drawing = Drawing::gradient(3000, 3000);
    let deflated = miniz_oxide::deflate::compress_to_vec_zlib(&drawing.rgb(), 1);
    let file = Tiff::new(&drawing, 2, 8, 3)
        .tag(COMPRESSION, &[8])
        .chunk(deflated);
    stops_early(&file.bytes());
}
