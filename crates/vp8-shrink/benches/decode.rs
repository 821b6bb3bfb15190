//! Pixels of the full-size picture per second, for each reduction. Every result is compared with the reference's before it is timed.
//! `THUMBNAIL_PICTURE` may name a lossy WebP file to be measured too.

#[path = "../tests/it/writer.rs"]
mod writer;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use std::sync::OnceLock;
use vp8_shrink::{Crop, Decoder, Header, Reduction, Request, reference};
use writer::{Kind, frame};

fn main() {
    divan::main();
}

const CASES: [&str; 3] = ["calm", "busy", "given"];

fn case(name: &str) -> &'static [u8] {
    static FRAMES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let frames = FRAMES.get_or_init(|| {
        let mut frames: Vec<_> = [250, 150]
            .map(|calm| {
                let kind = Kind {
                    width: 1600,
                    height: 1200,
                    // No colours to speak of, no segments, no filter, one partition of coefficients.
                    fields: vec![false; 2 + 1 + 10 + 1 + 2],
                    calm,
                    seed: 1,
                };
                frame(&kind, Reduction::Eighth).0
            })
            .into();
        let given = std::env::var_os("THUMBNAIL_PICTURE");
        frames.push(given.map_or_else(
            || frames[0].clone(),
            |path| {
                let file = std::fs::read(path).expect("a file to be read");
                let start = file.windows(4).position(|name| name == b"VP8 ");
                file[start.expect("a lossy WebP file") + 8..].to_vec()
            },
        ));
        frames
    });
    let index = CASES.iter().position(|case| *case == name);
    &frames[index.expect("one of the cases")]
}

fn measure(bencher: Bencher<'_, '_>, name: &str, choose: impl Fn(&Header) -> Request<'static>) {
    let frame = case(name);
    let header = Header::read(frame).expect("a frame");
    let request = choose(&header);
    let mut decoder = Decoder::new();
    let picture = decoder.decode(frame, &request).expect("a picture");
    let expected = reference::decode(frame, &request).expect("a picture");
    for (plane, expected) in picture.planes().iter().zip(&expected.planes) {
        assert!(
            plane
                .rows()
                .eq(expected.samples.chunks(expected.shape.width))
        );
    }
    let pixels = header.width as usize * header.height as usize;
    bencher.counter(ItemsCount::new(pixels)).bench_local(|| {
        let picture = decoder
            .decode(black_box(frame), &request)
            .expect("a picture");
        black_box(picture.share())
    });
}

#[divan::bench(args = CASES)]
fn eighth(bencher: Bencher<'_, '_>, name: &str) {
    measure(bencher, name, |_| Request::new(Reduction::Eighth));
}

#[divan::bench(args = CASES)]
fn quarter(bencher: Bencher<'_, '_>, name: &str) {
    measure(bencher, name, |_| Request::new(Reduction::Quarter));
}

#[divan::bench(args = CASES)]
fn full(bencher: Bencher<'_, '_>, name: &str) {
    measure(bencher, name, |_| Request::new(Reduction::Full));
}

/// The square in the middle, as for a thumbnail that is cut to fit.
#[divan::bench(args = CASES)]
fn quarter_of_a_square(bencher: Bencher<'_, '_>, name: &str) {
    measure(bencher, name, |header| {
        let side = header.width.min(header.height);
        let crop = Crop {
            x: (header.width - side) / 2,
            y: (header.height - side) / 2,
            width: side,
            height: side,
        };
        Request::new(Reduction::Quarter).crop(crop)
    });
}
