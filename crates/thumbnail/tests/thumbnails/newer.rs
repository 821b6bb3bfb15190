//! HEIC, AVIF, JPEG XL and icons.

use crate::samples::{BLUE, CLEAR, Drawing, GREEN, RED, Shown, WHITE, ico, png};
use crate::{rendered, thumbnail};
use std::time::{Duration, Instant};
use thumbnail::{ErrorKind, Format, Limits, OutputFormat, Spec, render, render_all};

const COLOURS: [[u8; 4]; 4] = [RED, GREEN, BLUE, WHITE];
const WITH_CLEAR: [[u8; 4]; 4] = [RED, GREEN, BLUE, CLEAR];

fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).expect("a file of the repository")
}

/// The quarters are where they belong, as a PNG, and the report tells the format.
#[track_caller]
fn check(file: &[u8], quarters: [[u8; 4]; 4], format: Format, tolerance: u8) {
    let spec = Spec::default().with_format(OutputFormat::Png);
    rendered(file, &spec).assert_quarters(quarters, tolerance);
    let report = render_all(file, &[spec], &Limits::default()).expect("a picture");
    assert_eq!(report.source.format, format);
    assert_eq!(report.source.warnings, []);
}

#[test]
fn heic() {
    check(&file("quarters.heic"), COLOURS, Format::Heic, 6);
    check(&file("alpha.heic"), WITH_CLEAR, Format::Heic, 6);
}

/// Full colours at half of their light, which is their opacity too.
#[test]
fn heic_with_premultiplied_alpha() {
    let half = COLOURS.map(|[red, green, blue, _]| [red, green, blue, 128]);
    check(&file("premultiplied.heic"), half, Format::Heic, 6);
}

/// In 4:4:4, and in 4:2:2 with ten bits, as cameras write it.
#[test]
fn heic_with_more_chroma_than_most() {
    check(&file("fine-444.heic"), COLOURS, Format::Heic, 6);
    check(&file("fine-422.heic"), COLOURS, Format::Heic, 6);
}

#[test]
fn avif() {
    check(&file("quarters.avif"), COLOURS, Format::Avif, 6);
    check(&file("alpha.avif"), WITH_CLEAR, Format::Avif, 6);
    check(&file("ten-bits.avif"), COLOURS, Format::Avif, 6);
    check(&file("turned.avif"), COLOURS, Format::Avif, 6);
}

#[test]
fn jpeg_xl() {
    check(&file("quarters.jxl"), COLOURS, Format::Jxl, 6);
    check(&file("modular.jxl"), COLOURS, Format::Jxl, 0);
    check(&file("alpha.jxl"), WITH_CLEAR, Format::Jxl, 0);
    check(&file("turned.jxl"), COLOURS, Format::Jxl, 6);
}

#[test]
fn a_picture_that_is_turned_is_told_as_shown() {
    let specs = [Spec::default()];
    let source = render_all(&file("turned.avif"), &specs, &Limits::default())
        .expect("a picture")
        .source;
    assert_eq!((source.width, source.height), (64, 96));
    assert_eq!((source.upright_width, source.upright_height), (96, 64));
    assert_eq!(source.orientation, 8);
}

#[test]
fn what_browsers_do_not_show_becomes_a_jpeg_or_keeps_its_transparency_as_a_png() {
    for name in ["quarters.heic", "quarters.avif", "quarters.jxl"] {
        assert_eq!(thumbnail(&file(name)).format, Format::Jpeg, "{name}");
    }
    for name in ["alpha.heic", "alpha.avif", "alpha.jxl"] {
        assert_eq!(thumbnail(&file(name)).format, Format::Png, "{name}");
    }
}

/// Wherever it is cut off, there is an answer; a picture, or that it is broken.
#[test]
fn a_file_that_breaks_off_is_an_answer() {
    for name in [
        "alpha.heic",
        "alpha.avif",
        "quarters.jxl",
        "modular.jxl",
        "turned.jxl",
    ] {
        let whole = file(name);
        for end in (64..whole.len()).step_by(whole.len() / 200 + 1) {
            match render(&whole[..end], &Spec::default(), &Limits::default()) {
                Ok(_) => {}
                Err(error) => assert!(
                    matches!(
                        error.kind(),
                        ErrorKind::CorruptImage | ErrorKind::UnsupportedFormat
                    ),
                    "{name} of {end} bytes: {error}"
                ),
            }
        }
    }
}

/// A size in a header costs nothing.
#[test]
fn a_picture_that_says_it_is_huge_is_refused() {
    for name in ["quarters.heic", "quarters.avif"] {
        let mut huge = file(name);
        let size = huge
            .windows(4)
            .position(|name| name == b"ispe")
            .expect("a size")
            + 8;
        huge[size..size + 8].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
        let error = render(&huge, &Spec::default(), &Limits::default()).expect_err("too large");
        assert_eq!(error.kind(), ErrorKind::ImageTooLarge, "{name}: {error}");
    }
}

#[test]
fn icons_of_every_depth() {
    let drawing = Drawing::quarters(32, 32, COLOURS);
    for depth in [4, 8, 24, 32] {
        check(&ico::bitmap(&drawing, depth), COLOURS, Format::Ico, 0);
    }
    let clear = Drawing::quarters(32, 32, WITH_CLEAR);
    for depth in [4, 8, 24, 32] {
        check(&ico::bitmap(&clear, depth), WITH_CLEAR, Format::Ico, 0);
    }
}

#[test]
fn the_largest_picture_of_an_icon_is_shown() {
    let small = ico::bitmap_entry(&Drawing::quarters(16, 16, [RED; 4]), 24);
    let large = png::usual(&Drawing::quarters(64, 64, COLOURS));
    let file = ico::file(1, &[(16, small.clone()), (64, large), (16, small)]);
    check(&file, COLOURS, Format::Ico, 0);
    let source = render_all(&file, &[Spec::default()], &Limits::default())
        .expect("a picture")
        .source;
    assert_eq!(
        (source.width, source.height, source.frames),
        (64, 64, Some(3))
    );
}

/// As many as the header can say.
#[test]
fn an_icon_of_thousands_of_pictures_is_read_at_once() {
    let entry = ico::bitmap_entry(&Drawing::quarters(16, 16, COLOURS), 4);
    let file = ico::file(1, &vec![(16, entry); 65_535]);
    let soon = Limits::default().with_deadline(Instant::now() + Duration::from_secs(2));
    let rendered = render_all(&file, &[Spec::default()], &soon).expect("a picture");
    assert_eq!(rendered.source.frames, Some(65_535));
}

#[test]
fn a_cursor_is_an_icon() {
    let entry = ico::bitmap_entry(&Drawing::quarters(32, 32, COLOURS), 24);
    check(&ico::file(2, &[(32, entry)]), COLOURS, Format::Ico, 0);
}

/// What a photograph may take at worst is more than it takes: where there is no memory for that, it is decoded by another that counts.
#[test]
fn a_small_jpeg_xl_needs_no_memory_for_the_worst() {
    let limits = Limits {
        memory_bytes: 32 << 20,
        ..Limits::default()
    };
    let spec = Spec::default().with_format(OutputFormat::Png);
    let picture = render(&file("quarters.jxl"), &spec, &limits).expect("a picture");
    Shown::decode(&picture).assert_quarters(COLOURS, 6);
}

/// A frame can be the averages of another, as far as the fourth level. `jxl-render` 0.12.4 looks for a fifth below it where it is cut off.
#[test]
fn a_jxl_over_which_its_decoder_panics_is_broken() {
    let mut file = [0; 23];
    let header = [
        0xFF, 0x0A, 0x0F, 0xC1, 0x82, 0xE2, 0x42, 0x82, 0xE2, 0x42, 0x08, 0xD8, 0xF1, 0x17, 0x24,
        0xF0,
    ];
    file[..header.len()].copy_from_slice(&header);
    let error = render(&file, &Spec::default(), &Limits::default()).expect_err("a cut frame");
    assert_eq!(error.kind(), ErrorKind::CorruptImage, "{error}");
}
