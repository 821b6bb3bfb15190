//! TIFF as scanners, fax machines and editors write it.

use crate::samples::shown::assert_near;
use crate::samples::tiff::{COMPRESSION, EXTRA, FORMAT, PLANES, ROWS_PER_STRIP, Tiff};
use crate::samples::{BLACK, BLUE, CLEAR, Drawing, GREEN, RED, Shown, WHITE, jpeg, packed, webp};
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
fn newer_compressions_are_undone() {
    let rgb = colours().rgb();
    let compressed = |number, data| {
        Tiff::new(&colours(), 2, 8, 3)
            .tag(COMPRESSION, &[number])
            .chunk(data)
    };
    // RFC 8878: a frame of one segment and 256 bytes more than is said, whose one block, the last, is as it is.
    let length = (rgb.len() - 256) as u16;
    let block = (rgb.len() as u32) << 3 | 1;
    let zstandard = [
        &[0x28, 0xB5, 0x2F, 0xFD, 0x60],
        &length.to_le_bytes()[..],
        &block.to_le_bytes()[..3],
        &rgb,
    ];
    check(&compressed(50_000, zstandard.concat()), COLOURS);
    // By XZ Utils 5.4.
    let lzma = "fd377a585a000004e6d6b4460200210116000000742fe5a3e00bff00255d007f802ec682841cda6ec91170\
        6082f763886d86860a09175eb4e21e399df5949779912a66000000000081bde9cb486151b10001418018000000f6c21a23b1c4\
        67fb020000000004595a";
    let bytes = (0..lzma.len() / 2).map(|at| u8::from_str_radix(&lzma[2 * at..2 * at + 2], 16));
    let lzma = bytes.collect::<Result<_, _>>().expect("digits");
    check(&compressed(34_925, lzma), COLOURS);
    check(&compressed(50_001, webp::usual(&colours())), COLOURS);
    // Where every pixel is opaque, WebP leaves alpha out.
    let with_alpha = Tiff::new(&colours(), 2, 8, 4)
        .tag(EXTRA, &[2])
        .tag(COMPRESSION, &[50_001]);
    check(&with_alpha.clone().chunk(webp::usual(&colours())), COLOURS);
    let quarters = [RED, GREEN, BLUE, CLEAR];
    let clear = Drawing::quarters(32, 32, quarters);
    check(&with_alpha.chunk(webp::usual(&clear)), quarters);
}

/// A dictionary of four gigabytes, which is more than any picture needs.
#[test]
fn a_window_that_is_too_large_is_refused() {
    let mut header = vec![0x02, 0x00, 0x21, 0x01, 40, 0, 0, 0];
    header.extend(crc32fast::hash(&header).to_le_bytes());
    let stream = [&b"\xFD7zXZ\0\0\x04"[..], &[0xE6, 0xD6, 0xB4, 0x46], &header].concat();
    // RFC 8878: the largest window that can be said, 2^41 and 7/8 of it more.
    let frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xFF, 0x01, 0, 0];
    for (number, data) in [(34_925, stream), (50_000, frame.to_vec())] {
        let tiff = Tiff::new(&colours(), 2, 8, 3).tag(COMPRESSION, &[number]);
        let file = tiff.chunk(data).bytes();
        let error = render(&file, &Spec::default(), &Limits::default()).expect_err("no picture");
        assert_eq!(error.kind(), ErrorKind::CorruptImage, "{error}");
    }
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

/// Where 0 is white, rows that are not there are paper.
#[test]
fn what_is_missing_of_a_document_is_white() {
    // 16 of 32 rows of 255, in runs of 128 bytes.
    let half = Tiff::new(&greys(), 0, 8, 1)
        .tag(COMPRESSION, &[32_773])
        .chunk([0x81, 0xFF].repeat(4));
    check(&half, [BLACK, BLACK, WHITE, WHITE]);
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

/// IEC 61966-2-1, from numbers to light. In grey they are taken as numbers, as above.
#[test]
fn colours_in_floats_are_light() {
    let quarters = [
        [200, 100, 50, 255],
        [30, 220, 128, 255],
        [128, 128, 128, 255],
        [250, 10, 90, 255],
    ];
    let drawing = Drawing::quarters(64, 64, quarters);
    let light = |sample: u8| {
        let part = f32::from(sample) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    let samples = drawing
        .rgb()
        .into_iter()
        .flat_map(|sample| light(sample).to_le_bytes());
    let file = Tiff::new(&drawing, 2, 32, 3)
        .tag(FORMAT, &[3, 3, 3])
        .chunk(samples.collect());
    check(&file, quarters);
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

/// Tables in tags, and a strip for each row of blocks; RGB is said, and luma and chroma are meant.
#[test]
fn jpeg_in_the_old_way_is_read_strip_by_strip() {
    let jpeg = jpeg::written(&colours(), jpeg_encoder::ColorType::Rgb, |encoder| {
        encoder.set_restart_interval(4);
    });
    let mut tables: Vec<(u16, Vec<u8>)> = Vec::new();
    let start = jpeg::scan_start(&jpeg);
    let mut at = 2;
    while at < start {
        let end = at + 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        let mut data = &jpeg[at + 4..end];
        while let (0xDB | 0xC4, [which, rest @ ..]) = (jpeg[at + 1], data) {
            let (tag, length) = match (jpeg[at + 1], which >> 4) {
                (0xDB, _) => (519, 64),
                (_, class) => {
                    let codes: usize = rest[..16].iter().map(|&count| usize::from(count)).sum();
                    (520 + u16::from(class), 16 + codes)
                }
            };
            tables.push((tag, rest[..length].to_vec()));
            data = &rest[length..];
        }
        at = end;
    }
    let coded = &jpeg[start..jpeg.len() - 2];
    let ends = (1..coded.len()).filter(|&at| coded[at - 1] == 0xFF && coded[at] & 0xF8 == 0xD0);
    let mut strips = Vec::new();
    let mut from = 0;
    for end in ends.chain([coded.len() + 1]) {
        strips.push(coded[from..end - 1].to_vec());
        from = end + 1;
    }
    assert_eq!(strips.len(), 4);

    let file = |length: usize| {
        let mut tiff = Tiff::new(&colours(), 2, 8, 3)
            .tag(COMPRESSION, &[6])
            .tag(ROWS_PER_STRIP, &[8])
            .tag(SUBSAMPLING, &[1, 1]);
        for tag in [519, 520, 521] {
            let mut at = length as u32;
            let mut offsets = Vec::new();
            for (kind, table) in &tables {
                if *kind == tag {
                    offsets.push(at);
                }
                at += table.len() as u32;
            }
            // Luma has the first, and chroma the second.
            offsets.push(*offsets.last().expect("a table"));
            tiff = tiff.tag(tag, &offsets[..3]);
        }
        for strip in &strips {
            tiff = tiff.chunk(strip.clone());
        }
        tiff.bytes()
    };
    // Behind the directory, wherever that ends.
    let mut whole = file(file(1000).len());
    whole.extend(tables.iter().flat_map(|(_, table)| table));
    thumbnail(&whole).assert_quarters(COLOURS, 6);
}

#[test]
fn one_strip_that_is_not_compressed_is_as_long_as_it_has_to_be() {
    const LENGTH: [u8; 8] = [0x17, 1, 3, 0, 1, 0, 0, 0];
    let mut file = Tiff::new(&greys(), 1, 8, 1).chunk(greys().grey()).bytes();
    let entry = file.windows(8).position(|eight| eight == LENGTH);
    let length = entry.expect("the length of the strip, a short number") + 8;
    file[length..length + 2].copy_from_slice(&[7, 0]);
    thumbnail(&file).assert_quarters(GREYS, 0);
}

/// As they are written by one encoder, which puts its tables into the file once.
#[test]
fn strips_of_jpeg_are_read_with_the_tables_of_the_first() {
    const HUFFMAN: u8 = 0xC4;
    let strip = |quarters| jpeg::usual(&Drawing::quarters(32, 16, quarters));
    let (upper, lower) = (
        strip([RED, GREEN, RED, GREEN]),
        strip([BLUE, WHITE, BLUE, WHITE]),
    );
    let file = |quantisation: u8| {
        let lower = jpeg::without_segment(&lower, HUFFMAN);
        Tiff::new(&colours(), 6, 8, 3)
            .tag(COMPRESSION, &[7])
            .tag(ROWS_PER_STRIP, &[16])
            .chunk(upper.clone())
            .chunk(jpeg::without_segment(&lower, quantisation))
    };
    for quantisation in [0, 0xDB] {
        let shown = thumbnail(&file(quantisation).bytes());
        shown.assert_quarters([RED, GREEN, BLUE, WHITE], 6);
    }
}

#[test]
fn ink_that_is_not_there_shows_the_paper() {
    // Cyan takes away red.
    let quarters = [[0, 255, 255, 255], WHITE, [0, 255, 255, 255], WHITE];
    let row = [
        &[255, 0, 0, 0, 255].repeat(16)[..],
        &[255, 0, 0, 0, 0].repeat(16),
    ]
    .concat();
    let file = Tiff::new(&colours(), 5, 8, 5).tag(EXTRA, &[2]);
    check(&file.chunk(row.repeat(32)), quarters);
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

/// Differences of samples of twelve bits: each row grows by 128 a pixel.
#[test]
fn a_prediction_of_twelve_bits() {
    let bits = (0..32_u32).flat_map(|pixel| {
        let difference = if pixel == 0 { 0 } else { 128 };
        (0..12).rev().map(move |bit| difference >> bit & 1)
    });
    let bits: Vec<_> = bits.collect();
    let bytes = bits
        .chunks(8)
        .map(|bits| bits.iter().fold(0, |byte, &bit| byte << 1 | bit as u8));
    let row: Vec<u8> = bytes.collect();
    let file = Tiff::new(&colours(), 1, 12, 1)
        .tag(PREDICTOR, &[2])
        .chunk(row.repeat(32));
    let shown = thumbnail(&file.bytes());
    for part in [0.25, 0.5, 0.75] {
        let grey = ((part * 32.0 - 0.5) * 128.0 / 4095.0 * 255.0) as u8;
        assert_near(shown.part(part, 0.5), [grey, grey, grey, 255], 4);
    }
}

/// Light in logarithms. White of equal energy has u' 4/19 and v' 9/19, which are written as 410 times themselves.
#[test]
fn logarithms_of_light() {
    // Of half of the light, which is sRGB's 188: 64 and its logarithm, times 256.
    let [high, low] = (63_u16 * 256).to_be_bytes();
    let half = [188, 188, 188, 255];
    let run = |byte: u8| vec![126 + 32, byte];
    let grey = [run(high), run(low)].concat().repeat(32);
    let grey = Tiff::new(&colours(), 32_844, 16, 1)
        .tag(COMPRESSION, &[34_676])
        .chunk(grey);
    thumbnail(&grey.bytes()).assert_quarters([half; 4], 2);
    let colour = [run(high), run(low), run(86), run(194)].concat().repeat(32);
    let colour = Tiff::new(&colours(), 32_845, 16, 3)
        .tag(COMPRESSION, &[34_676])
        .chunk(colour);
    thumbnail(&colour.bytes()).assert_quarters([half; 4], 4);
}

/// A whole row of one grey: a pixel as it is, and then the same as before 31 times.
#[test]
fn thunder_scan() {
    let row = |pixel: u8| [0xC0 | pixel, 31];
    let rows = [row(15).repeat(16), row(3).repeat(16)].concat();
    let file = Tiff::new(&colours(), 0, 4, 1)
        .tag(COMPRESSION, &[32_809])
        .chunk(rows);
    let (black, light) = ([0, 0, 0, 255], [204, 204, 204, 255]);
    thumbnail(&file.bytes()).assert_quarters([black, black, light, light], 2);
}

/// Alpha of L*a*b* counts, as that of colours does.
#[test]
fn lab_with_alpha() {
    let white = |alpha| [255, 0, 0, alpha].repeat(16);
    let pixels = [white(255), white(0)];
    let file = Tiff::new(&colours(), 8, 8, 4)
        .tag(EXTRA, &[2])
        .chunk(pixels.concat().repeat(32));
    let shown = thumbnail(&file.bytes());
    assert_near(shown.part(0.25, 0.5), [255; 4], 2);
    assert_eq!(shown.part(0.75, 0.5)[3], 0);
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
    check(usual().tag(COMPRESSION, &[34_661]), "JBIG");
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
