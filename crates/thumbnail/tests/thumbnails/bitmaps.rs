//! BMP in its many versions.

use crate::samples::{BLACK, BLUE, CLEAR, Drawing, GREEN, RED, WHITE, bmp, jpeg, packed, png};
use crate::samples::{shown::Shown, shown::assert_near};
use crate::thumbnail;
use thumbnail::{Damaged, ErrorKind, Limits, Spec, Warning, render, render_all};

const QUARTERS: [[u8; 4]; 4] = [RED, GREEN, BLUE, WHITE];

/// 30 pixels wide, so that rows of most depths are padded.
fn drawing() -> Drawing {
    Drawing::quarters(30, 30, QUARTERS)
}

#[track_caller]
fn check(file: &[u8], quarters: [[u8; 4]; 4]) -> Shown {
    let shown = thumbnail(file);
    assert_eq!((shown.width, shown.height), (200, 200));
    shown.assert_quarters(quarters, 4);
    shown
}

fn bgr([r, g, b, _]: [u8; 4]) -> Vec<u8> {
    vec![b, g, r]
}

/// The colours of [`drawing`] as a palette with entries of so many bytes, and the indices, from the lowest row up.
fn indexed(entry: usize, bits: u8) -> (Vec<u8>, Vec<u8>) {
    let drawing = drawing();
    let (colours, indices) = drawing.indexed();
    let palette = colours.into_iter().flat_map(|colour| {
        let mut stored = bgr(colour);
        stored.resize(entry, 0);
        stored
    });
    let from_below: Vec<_> = indices.chunks(30).rev().flatten().copied().collect();
    let mut rows = Vec::new();
    for row in from_below.chunks(30) {
        rows.extend(packed(row, 30, bits));
        rows.resize(rows.len().next_multiple_of(4), 0);
    }
    (palette.collect(), rows)
}

#[test]
fn every_header_is_read() {
    let pixels = bmp::rows(&drawing(), bgr);
    for length in [12, 16, 24, 40, 52, 56, 64, 108, 124] {
        check(
            &bmp::file(&bmp::info(length, &drawing(), 24, 0, &[]), &[], &pixels),
            QUARTERS,
        );
        let entry = if length == 12 { 3 } else { 4 };
        for bits in [2, 4, 8] {
            let (palette, rows) = indexed(entry, bits);
            let header = bmp::info(length, &drawing(), bits.into(), 0, &[]);
            check(&bmp::file(&header, &palette, &rows), QUARTERS);
        }
    }
}

#[test]
fn a_picture_whose_first_row_is_the_upper_one_is_upright() {
    let flipped = [BLUE, WHITE, RED, GREEN];
    let header = bmp::sized_info(40, (30, -30), 24, 0, &[]);
    check(
        &bmp::file(&header, &[], &bmp::rows(&drawing(), bgr)),
        flipped,
    );
}

#[test]
fn samples_are_where_the_masks_say() {
    let check = |length: u32, bits: u16, compression: u32, masks: &[u32], places: [u32; 4]| {
        let store = |pixel: [u8; 4]| {
            // Every colour here has samples of no bits or of all.
            let chosen = pixel
                .iter()
                .zip(places)
                .filter(|(sample, _)| **sample == 255);
            let value = chosen.fold(0, |value, (_, mask)| value | mask);
            value.to_le_bytes()[..usize::from(bits / 8)].to_vec()
        };
        let header = bmp::info(length, &drawing(), bits, compression, masks);
        let file = bmp::file(&header, &[], &bmp::rows(&drawing(), store));
        check(&file, QUARTERS);
    };
    check(40, 16, 0, &[], [0x7C00, 0x03E0, 0x001F, 0]);
    check(40, 32, 0, &[], [0xFF_0000, 0xFF00, 0xFF, 0]);
    for (bits, masks) in [
        (16, [0xF800, 0x07E0, 0x001F, 0]),
        (16, [0x000F, 0x00F0, 0x0F00, 0xF000]),
        (16, [0x7C00, 0x03E0, 0x001F, 0x8000]),
        (32, [0xFF, 0xFF00, 0xFF_0000, 0xFF00_0000]),
        (32, [0xFF00_0000, 0xFF_0000, 0xFF00, 0xFF]),
        (32, [0x3FF0_0000, 0x000F_FC00, 0x3FF, 0xC000_0000]),
    ] {
        check(40, bits, 3, &masks[..3], masks);
        check(40, bits, 6, &masks, masks);
        for length in [52, 56, 108, 124] {
            check(length, bits, 3, &masks, masks);
        }
    }
}

#[test]
fn alpha_counts_where_there_is_any() {
    let quarters = [RED, CLEAR, BLUE, [255, 255, 255, 128]];
    check(&bmp::usual(&Drawing::quarters(30, 30, quarters)), quarters);
    let masks = [0x00FF_0000, 0x0000_FF00, 0x0000_00FF, 0xFF00_0000];
    let header = bmp::info(108, &drawing(), 32, 3, &masks);
    let no_alpha = bmp::rows(&drawing(), |[r, g, b, _]| vec![b, g, r, 0]);
    check(&bmp::file(&header, &[], &no_alpha), QUARTERS);
}

#[test]
fn runs_are_followed() {
    let palette: Vec<u8> = QUARTERS
        .into_iter()
        .flat_map(|[r, g, b, _]| [b, g, r, 0])
        .collect();
    // Two rows of blue and white, then two of red and green, four pixels wide, and the end.
    let check = |length, bits, compression, data: &[u8]| {
        let header = bmp::sized_info(length, (4, 4), bits, compression, &[]);
        check(&bmp::file(&header, &palette, data), QUARTERS);
    };
    let eight = |end: &[u8]| {
        let lower = [2, 2, 2, 3, 0, 0, 0, 4, 2, 2, 3, 3, 0, 0];
        let upper = [0, 4, 0, 0, 1, 1, 1, 0, 2, 1, 1, 0, 1, 0, 1, 1, 0, 2, 0, 0];
        // The last row again, runs instead of single pixels; and pixels beyond the edge.
        [&lower[..], &upper[..6], &[0, 0, 2, 0, 9, 1], end].concat()
    };
    check(
        40,
        8,
        1,
        &[
            2, 2, 2, 3, 0, 0, 2, 2, 2, 3, 0, 0, 2, 0, 2, 1, 0, 0, 2, 0, 2, 1, 0, 1,
        ],
    );
    check(40, 8, 1, &eight(&[0, 1]));
    check(64, 8, 1, &eight(&[]));
    check(
        40,
        4,
        2,
        &[
            2, 0x22, 2, 0x33, 0, 0, 0, 4, 0x22, 0x33, 0, 0, 2, 0, 2, 0x11, 0, 0, 2, 0, 2, 0x11, 0,
            1,
        ],
    );
    let mut wide = Vec::new();
    for row in [[BLUE, WHITE], [RED, GREEN]] {
        for _ in 0..2 {
            for colour in row {
                wide.extend([vec![2], bgr(colour)].concat());
            }
            wide.extend([0, 0]);
        }
    }
    wide.extend([0, 1]);
    let header = bmp::sized_info(64, (4, 4), 24, 4, &[]);
    self::check(&bmp::file(&header, &[], &wide), QUARTERS);
}

#[test]
fn what_no_run_covers_has_the_first_colour() {
    let palette = [bgr(GREEN), vec![0], bgr(RED), vec![0]].concat();
    // Below: two pixels left out, then two red ones. Above: nothing.
    let header = bmp::sized_info(40, (4, 2), 8, 1, &[]);
    let shown = thumbnail(&bmp::file(&header, &palette, &[0, 2, 2, 0, 2, 1, 0, 1]));
    assert_near(shown.part(0.75, 0.98), RED, 8);
    assert_near(shown.part(0.2, 0.98), GREEN, 8);
    assert_near(shown.part(0.5, 0.02), GREEN, 8);
}

#[test]
fn a_jpeg_or_a_png_inside_is_shown() {
    let file = |compression, data: &[u8]| {
        bmp::file(&bmp::info(40, &drawing(), 0, compression, &[]), &[], data)
    };
    check(&file(4, &jpeg::usual(&drawing())), QUARTERS);
    check(&file(5, &png::usual(&drawing())), QUARTERS);
}

#[test]
fn a_palette_that_is_too_short_is_black_where_it_ends() {
    let header = bmp::info(40, &drawing(), 8, 0, &[]);
    let (palette, rows) = indexed(4, 8);
    check(
        &bmp::file(&header, &palette[..12], &rows),
        [RED, GREEN, BLUE, BLACK],
    );
}

#[test]
fn what_is_there_of_a_cut_file_is_shown() {
    let file = bmp::usual(&drawing());
    let cut = &file[..file.len() * 3 / 4];
    let shown = render_all(cut, &[Spec::default()], &Limits::default()).expect("a picture");
    let is_damaged = matches!(shown.source.warnings[..], [Warning::Damaged { .. }]);
    assert!(is_damaged, "{:?}", shown.source.warnings);
    let shown = thumbnail(cut);
    assert_near(shown.part(0.25, 0.75), BLUE, 4);
    assert_near(shown.part(0.75, 0.75), WHITE, 4);
    let strict = Spec::default().with_damaged(Damaged::Refuse);
    let error = render(cut, &strict, &Limits::default()).expect_err("damage");
    assert_eq!(error.kind(), ErrorKind::CorruptImage);
}

#[test]
fn what_is_not_read_is_said_to_be_so() {
    let check = |bits, compression, kind| {
        let file = bmp::file(
            &bmp::info(40, &drawing(), bits, compression, &[]),
            &[],
            &[0; 8],
        );
        let error = render(&file, &Spec::default(), &Limits::default()).expect_err("not read");
        assert_eq!(error.kind(), kind, "{error}");
    };
    check(64, 0, ErrorKind::UnsupportedFormat);
    check(32, 11, ErrorKind::UnsupportedFormat);
    check(24, 1, ErrorKind::UnsupportedFormat);
}
