//! Pixels per second. Every result is compared with the reference's before it is timed.
//! `THUMBNAIL_PICTURE` may name a lossless WebP file to be measured too.

#[path = "../tests/it/writer.rs"]
mod writer;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use std::sync::OnceLock;
use vp8l_rows::{Decoder, Request, Samples, reference};
use writer::{Kind, picture};

fn main() {
    divan::main();
}

const CASES: [&str; 4] = ["plain", "predicted", "palette", "given"];

fn case(name: &str) -> &'static [u8] {
    static PICTURES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let pictures = PICTURES.get_or_init(|| {
        let made = [vec![], vec![2, 0, 1], vec![3]].map(|transforms| {
            picture(&Kind {
                width: 1200,
                height: 800,
                transforms,
                copies: 30,
                seed: 4,
            })
        });
        let given = std::env::var_os("THUMBNAIL_PICTURE");
        let given = given.map_or_else(
            || made[0].clone(),
            |path| {
                let file = std::fs::read(path).expect("a file to be read");
                let start = file.windows(4).position(|name| name == b"VP8L");
                file[start.expect("a lossless WebP file") + 8..].to_vec()
            },
        );
        made.into_iter().chain([given]).collect()
    });
    let index = CASES.iter().position(|case| *case == name);
    &pictures[index.expect("one of the cases")]
}

fn decode(decoder: &mut Decoder, data: &[u8], band: &mut Vec<u8>, mut rows: impl FnMut(&[u8])) {
    let mut picture = decoder
        .begin(data, &Request::new(Samples::Rgba))
        .expect("a picture");
    band.resize(16 * picture.row_bytes(), 0);
    while let Some(count) = picture.read(band).expect("whole rows") {
        rows(&band[..count * picture.row_bytes()]);
    }
}

#[divan::bench(args = CASES)]
fn rows(bencher: Bencher<'_, '_>, name: &str) {
    let data = case(name);
    let mut decoder = Decoder::new();
    let (mut band, mut shown) = (Vec::new(), Vec::new());
    decode(&mut decoder, data, &mut band, |rows| {
        shown.extend_from_slice(rows);
    });
    let expected = reference::decode(data, usize::MAX).expect("a picture");
    let ordered = expected
        .iter()
        .flat_map(|&[blue, green, red, alpha]| [red, green, blue, alpha]);
    assert!(shown.iter().copied().eq(ordered));
    bencher
        .counter(ItemsCount::new(expected.len()))
        .bench_local(|| {
            decode(&mut decoder, black_box(data), &mut band, |rows| {
                black_box(rows);
            });
        });
}
