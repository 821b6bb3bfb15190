//! TIFF as scanners, fax machines and editors write it.

use crate::samples::tiff::{COMPRESSION, EXTRA, FORMAT, PLANES, Tiff};
use crate::samples::{BLACK, BLUE, Drawing, GREEN, RED, Shown, WHITE, packed};
use crate::thumbnail;
use thumbnail::{ErrorKind, Limits, Spec, render};

const COLOURS: [[u8; 4]; 4] = [RED, GREEN, BLUE, WHITE];
const GREYS: [[u8; 4]; 4] = [BLACK, WHITE, WHITE, BLACK];
const FILL_ORDER: u16 = 266;
const FAX_OPTIONS: u16 = 292;
const PREDICTOR: u16 = 317;
const SUBSAMPLING: u16 = 530;

fn colours() -> Drawing {
    Drawing::quarters(32, 32, COLOURS)
}

fn greys() -> Drawing {
    Drawing::quarters(32, 32, GREYS)
}

#[track_caller]
fn check(file: &Tiff, quarters: [[u8; 4]; 4]) -> Shown {
    let shown = thumbnail(&file.bytes());
    assert_eq!((shown.width, shown.height), (200, 200));
    shown.assert_quarters(quarters, 6);
    shown
}

#[test]
fn every_compression_is_undone() {
    let rgb = colours().rgb();
    let compressed = |number, data| {
        Tiff::new(&colours(), 2, 8, 3)
            .tag(COMPRESSION, &[number])
            .chunk(data)
    };
    let lzw = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(&rgb);
    check(&compressed(5, lzw.expect("codes")), COLOURS);
    let old_lzw = weezl::encode::Encoder::new(weezl::BitOrder::Lsb, 8).encode(&rgb);
    check(&compressed(5, old_lzw.expect("codes")), COLOURS);
    let deflated = miniz_oxide::deflate::compress_to_vec_zlib(&rgb, 6);
    check(&compressed(8, deflated.clone()), COLOURS);
    check(&compressed(32_946, deflated), COLOURS);
    // 96 bytes of a row: 48 and 48 as they are.
    let runs = rgb.chunks(48).flat_map(|part| [&[47], part].concat());
    check(&compressed(32_773, runs.collect()), COLOURS);
}

#[test]
fn facsimiles_are_read() {
    // Codes of T.4: white 16 is 101010, black 16 is 0000010111, white 0 is 00110101; of T.6: no difference is 1.
    let runs = ["00110101 0000010111 101010", "101010 0000010111"];
    let bytes = |bits: String| -> Vec<u8> {
        let bits: Vec<u8> = bits
            .bytes()
            .filter(|bit| *bit != b' ')
            .map(|bit| bit - b'0')
            .collect();
        packed(&bits, bits.len() as u32, 1)
    };
    let rows = |row: &dyn Fn(usize) -> String| (0..32).map(|at| row(at / 16)).collect::<String>();
    let file = |compression, options, data: Vec<u8>| {
        let tiff = Tiff::new(&greys(), 0, 1, 1).tag(COMPRESSION, &[compression]);
        tiff.tag(FAX_OPTIONS, &[options]).chunk(data)
    };
    let end = "000000000001";
    let three = bytes(rows(&|half| format!("{end}{}", runs[half])));
    check(&file(3, 0, three), GREYS);
    let two: Vec<u8> = (0..32).flat_map(|at| bytes(runs[at / 16].into())).collect();
    check(&file(2, 0, two.clone()), GREYS);
    let mixed = bytes(rows(&|half| format!("{end}1{}", runs[half])));
    check(&file(3, 1, mixed), GREYS);
    // Every line by its runs (001), and at the end of the line no difference from the end above.
    let four = bytes(rows(&|half| match half {
        0 => format!("001 {}1", &runs[0][..19]),
        _ => format!("001 {}", runs[1]),
    }));
    let four = four.into_iter().map(u8::reverse_bits).collect();
    check(&file(4, 0, four).tag(FILL_ORDER, &[2]), GREYS);
}

#[test]
fn predictions_are_taken_back() {
    let lessened = |row: &[u8], step: usize| -> Vec<u8> {
        let before = [vec![0; step], row.to_vec()].concat();
        row.iter()
            .zip(before)
            .map(|(sample, before)| sample.wrapping_sub(before))
            .collect()
    };
    let rgb = colours().rgb();
    let data = rgb.chunks(96).flat_map(|row| lessened(row, 3)).collect();
    check(
        &Tiff::new(&colours(), 2, 8, 3)
            .tag(PREDICTOR, &[2])
            .chunk(data),
        COLOURS,
    );
    // Floats: the four bytes of all samples apart, the highest first.
    let grey = greys().grey();
    let data = grey.chunks(32).flat_map(|row| {
        let samples: Vec<_> = row
            .iter()
            .map(|&grey| (f32::from(grey) / 255.0).to_be_bytes())
            .collect();
        let planes: Vec<u8> = (0..4)
            .flat_map(|at| samples.iter().map(move |bytes| bytes[at]))
            .collect();
        lessened(&planes, 1)
    });
    let floats = Tiff::new(&greys(), 1, 32, 1)
        .tag(FORMAT, &[3])
        .tag(PREDICTOR, &[3]);
    check(&floats.chunk(data.collect()), GREYS);
}

#[test]
fn samples_of_any_width_are_read() {
    let twelve = greys()
        .grey()
        .chunks(2)
        .flat_map(|pair| match pair {
            [0, 0] => [0; 3],
            _ => [0xFF; 3],
        })
        .collect();
    check(&Tiff::new(&greys(), 1, 12, 1).chunk(twelve), GREYS);
    let half = greys()
        .grey()
        .into_iter()
        .flat_map(|grey| if grey == 0 { [0, 0] } else { [0, 0x3C] });
    check(
        &Tiff::new(&greys(), 1, 16, 1)
            .tag(FORMAT, &[3])
            .chunk(half.collect()),
        GREYS,
    );
    let signed = greys()
        .grey()
        .into_iter()
        .flat_map(|grey| if grey == 0 { [0, 0x80] } else { [0xFF, 0x7F] });
    let white = [127, 127, 127, 255];
    let quarters = [BLACK, white, white, BLACK];
    check(
        &Tiff::new(&greys(), 1, 16, 1)
            .tag(FORMAT, &[2])
            .chunk(signed.collect()),
        quarters,
    );
}

#[test]
fn samples_that_nobody_knows_are_passed_over() {
    let five = colours()
        .pixels
        .iter()
        .flat_map(|&[r, g, b, _]| [r, g, b, 7, 9])
        .collect();
    check(
        &Tiff::new(&colours(), 2, 8, 5)
            .tag(EXTRA, &[0, 0])
            .chunk(five),
        COLOURS,
    );
    let planes = Tiff::new(&greys(), 1, 8, 2)
        .tag(EXTRA, &[0])
        .tag(PLANES, &[2]);
    check(&planes.chunk(greys().grey()).chunk(vec![9; 32 * 32]), GREYS);
}

#[test]
fn chroma_that_pixels_share_is_spread() {
    // Red by ITU-R BT.601 is 76, 85, 255.
    let units = vec![[76, 76, 76, 76, 85, 255]; 16 * 16].concat();
    let file = Tiff::new(&colours(), 6, 8, 3)
        .tag(SUBSAMPLING, &[2, 2])
        .chunk(units);
    check(&file, [[254, 0, 0, 255]; 4]);
    let units = vec![[76, 76, 85, 255]; 16 * 32].concat();
    let file = Tiff::new(&colours(), 6, 8, 3)
        .tag(SUBSAMPLING, &[2, 1])
        .chunk(units);
    check(&file, [[254, 0, 0, 255]; 4]);
}

#[test]
fn lab_becomes_srgb() {
    // Red is 54.29, 80.81, 69.89 for a white of D50.
    let red = [138, 81, 70];
    let signed = Tiff::new(&colours(), 8, 8, 3).chunk(red.repeat(32 * 32));
    check(&signed, [RED; 4]);
    let moved = [138, 81 + 128, 70 + 128];
    check(
        &Tiff::new(&colours(), 9, 8, 3).chunk(moved.repeat(32 * 32)),
        [RED; 4],
    );
}

#[test]
fn what_is_not_read_is_named() {
    let check = |file: Tiff, name: &str| {
        let error = render(&file.bytes(), &Spec::default(), &Limits::default());
        let error = error.expect_err("not read");
        assert_eq!(error.kind(), ErrorKind::UnsupportedFormat, "{error}");
        assert!(error.to_string().contains(name), "{error}");
    };
    let usual = || Tiff::new(&colours(), 2, 8, 3).chunk(colours().rgb());
    check(usual().tag(COMPRESSION, &[50_000]), "Zstandard");
    check(usual().tag(COMPRESSION, &[34_712]), "JPEG 2000");
    check(
        Tiff::new(&colours(), 32_845, 16, 3).chunk(vec![0; 6144]),
        "LogLuv",
    );
    check(
        Tiff::new(&colours(), 32_803, 16, 1).chunk(vec![0; 2048]),
        "camera",
    );
}
