//! Pixels of the full-size picture per second, for each reduction and way of coding. Every result is compared with the
//! reference's before it is timed. `THUMBNAIL_PICTURE` may name a file to be measured too.

#[path = "../tests/it/samples.rs"]
mod samples;
#[path = "../tests/it/writer.rs"]
mod writer;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use jpeg_shrink::{Crop, Decoder, Header, Progress, Reduction, Request, reference};
use samples::{Kind, picture};
use std::sync::OnceLock;

fn main() {
    divan::main();
}

/// About four megapixels, three coefficients a block as photos have, on the average.
fn photo() -> Kind {
    Kind {
        width: 2400,
        height: 1600,
        sampling: vec![(2, 2), (1, 1), (1, 1)],
        progressive: false,
        separate: false,
        restart: 0,
        fill: 0,
        steep: true,
        density: 6,
        seed: 1,
    }
}

const CASES: [&str; 6] = [
    "baseline",
    "smooth",
    "restarts",
    "progressive",
    "small",
    "given",
];

fn file(case: &str) -> &'static [u8] {
    static FILES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let kinds = [
            photo(),
            Kind {
                sampling: vec![(1, 1); 3],
                density: 1,
                ..photo()
            },
            Kind {
                restart: 150,
                ..photo()
            },
            Kind {
                progressive: true,
                ..photo()
            },
            Kind {
                width: 300,
                height: 400,
                ..photo()
            },
        ];
        let mut files: Vec<Vec<u8>> = kinds.iter().map(|kind| picture(kind).write()).collect();
        let given = std::env::var_os("THUMBNAIL_PICTURE");
        files.push(given.map_or_else(
            || files[0].clone(),
            |path| std::fs::read(path).expect("a file to be read"),
        ));
        files
    });
    let index = CASES
        .iter()
        .position(|name| *name == case)
        .expect("one of the cases");
    &files[index]
}

fn measure(bencher: Bencher<'_, '_>, case: &str, choose: impl Fn(&Header) -> Request) {
    let file = file(case);
    let mut decoder = Decoder::new();
    let mut request = Request::new(Reduction::Full);
    let mut pixels = 0;
    let picture = decoder.decode(file, |header| {
        request = choose(header);
        pixels = header.width as usize * header.height as usize;
        request
    });
    let picture = picture.expect("a picture");
    let expected = reference::decode(file, &request).expect("a picture");
    for (plane, expected) in picture.planes().zip(&expected.planes) {
        assert!(
            plane
                .rows()
                .eq(expected.samples.chunks(expected.shape.width))
        );
    }
    bencher.counter(ItemsCount::new(pixels)).bench_local(|| {
        let picture = decoder
            .decode(black_box(file), |_| request)
            .expect("a picture");
        black_box(picture.planes().len())
    });
}

#[divan::bench(args = CASES)]
fn eighth(bencher: Bencher<'_, '_>, case: &str) {
    measure(bencher, case, |_| Request::new(Reduction::Eighth));
}

#[divan::bench(args = CASES)]
fn quarter(bencher: Bencher<'_, '_>, case: &str) {
    measure(bencher, case, |_| Request::new(Reduction::Quarter));
}

#[divan::bench(args = CASES)]
fn three_eighths(bencher: Bencher<'_, '_>, case: &str) {
    measure(bencher, case, |_| Request::new(Reduction::ThreeEighths));
}

#[divan::bench(args = CASES)]
fn half(bencher: Bencher<'_, '_>, case: &str) {
    measure(bencher, case, |_| Request::new(Reduction::Half));
}

#[divan::bench(args = CASES)]
fn full(bencher: Bencher<'_, '_>, case: &str) {
    measure(bencher, case, |_| Request::new(Reduction::Full));
}

/// The square in the middle, as for a thumbnail that is cut to fit.
#[divan::bench(args = CASES)]
fn quarter_of_a_square(bencher: Bencher<'_, '_>, case: &str) {
    measure(bencher, case, |header| {
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

/// The whole file in chunks, as they come from a socket.
#[divan::bench(args = CASES)]
fn eighth_in_chunks_of_16_kib(bencher: Bencher<'_, '_>, case: &str) {
    let file = file(case);
    let request = Request::new(Reduction::Eighth);
    let expected = reference::decode(file, &request).expect("a picture");
    let mut decoder = Decoder::new();
    let pixels = expected.planes[0].samples.len() * 64;
    bencher.counter(ItemsCount::new(pixels)).bench_local(|| {
        decoder.reset();
        'file: for mut bytes in black_box(file).chunks(16 << 10) {
            loop {
                match decoder.push(bytes).expect("a header") {
                    Progress::More => break,
                    Progress::Enough => break 'file,
                    Progress::Header { used } => {
                        decoder.begin(&request).expect("a small picture");
                        bytes = &bytes[used..];
                    }
                }
            }
        }
        let picture = decoder.finish().expect("a picture");
        assert_eq!(
            picture
                .planes()
                .map(|plane| plane.shape.height)
                .sum::<usize>(),
            expected.planes.iter().map(|plane| plane.shape.height).sum()
        );
    });
}
