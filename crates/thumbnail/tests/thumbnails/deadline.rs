//! The clock is looked at while a picture is decoded, and not only before and after.

use crate::samples::tiff::{COMPRESSION, Tiff};
use crate::samples::{Drawing, level, vp8, webp};
use std::time::Instant;
use thumbnail::{Error, Limits, Spec, render};

/// A picture whose rows come in one piece is refused where it is allowed a sixteenth of the time that it has just taken. Nothing but
/// its own decoder looks at the clock once that has begun: without a look it would be shown. A try that is so much faster than the one
/// before says nothing, so that there are several.
#[track_caller]
fn is_stopped(file: &[u8]) {
    for _ in 0..3 {
        let begun = Instant::now();
        render(file, &Spec::default(), &Limits::default()).expect("a picture");
        let limits = Limits::default().with_deadline(Instant::now() + begun.elapsed() / 16);
        if matches!(
            render(file, &Spec::default(), &limits),
            Err(Error::TooMuchTime)
        ) {
            return;
        }
    }
    panic!("the clock was not looked at");
}

#[test]
fn within_a_lossy_webp() {
    let colours = [
        [82, 92, 240],
        [145, 52, 36],
        [41, 240, 112],
        [200, 128, 128],
    ];
    is_stopped(&vp8::quarters(160, 150, colours));
}

#[test]
fn within_a_lossless_webp() {
    // Nothing is like what stands beside it, so that all of it is coded.
    let drawing = Drawing::new(1100, 1100, |x, y| {
        [3e4, 5e4, 7e4, 0.0].map(|by: f64| 255 - level((by * (x + 0.3) * (y + 0.7)).fract()))
    });
    is_stopped(&webp::usual(&drawing));
}

/// All of the picture is in one.
#[test]
fn within_the_strip_of_a_tiff() {
    let drawing = Drawing::gradient(3000, 3000);
    let deflated = miniz_oxide::deflate::compress_to_vec_zlib(&drawing.rgb(), 1);
    let file = Tiff::new(&drawing, 2, 8, 3)
        .tag(COMPRESSION, &[8])
        .chunk(deflated);
    is_stopped(&file.bytes());
}
