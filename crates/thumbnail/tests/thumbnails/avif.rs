//! AVIF: every way to code a picture, and what a file can say about it.

use crate::samples::avif::{
    Coded, GREY, HALVED, IDENTITY, Item, Minimized, RUNS_OVER, TELEVISION, TEN_BITS, TWELVE_BITS,
    atom, file, sequence, size,
};
use crate::samples::{BLACK, BLUE, CLEAR, Drawing, GREEN, RED, Shown, WHITE, jpeg};
use crate::{rendered, thumbnail};
use jpeg_encoder::{ColorType, SamplingFactor};
use moxcms::ColorProfile;
use thumbnail::{
    Error, ErrorKind, Fit, Format, Limits, OutputFormat, Spec, Warning, render, render_all,
};

const COLOURS: [[u8; 4]; 4] = [RED, GREEN, BLUE, WHITE];
const GREYS: [[u8; 4]; 4] = [BLACK, WHITE, WHITE, BLACK];

/// What comes of two lossy encoders.
const TOLERANCE: u8 = 6;

/// The whole picture, as PNG.
fn shown(file: &[u8]) -> Shown {
    let spec = Spec::default().with_fit(Fit::Fill);
    rendered(file, &spec.with_format(OutputFormat::Png))
}

#[track_caller]
fn check(file: &[u8], quarters: [[u8; 4]; 4]) {
    shown(file).assert_quarters(quarters, TOLERANCE);
}

#[track_caller]
fn refused(file: &[u8], kind: ErrorKind) {
    let error = render(file, &Spec::default(), &Limits::default()).expect_err("a refusal");
    assert_eq!(error.kind(), kind, "{error}");
}

#[test]
fn in_every_depth_subsampling_matrix_and_range() {
    for coded in [HALVED, TEN_BITS, TWELVE_BITS, IDENTITY, TELEVISION] {
        check(&file(&[Item::coded(coded)]), COLOURS);
    }
    let grey = file(&[Item::coded(GREY)]);
    check(&grey, GREYS);
    assert!(shown(&grey).is_grey);
}

#[test]
fn what_the_header_of_the_coded_picture_says_holds_where_the_file_says_nothing() {
    let mut item = Item::coded(TELEVISION);
    item.properties.pop();
    check(&file(&[item]), COLOURS);
}

/// H.273 reserves 0, 3 and what is beyond the known ones; others take them as if nothing were said. `re_rav1d` 0.1.3 panics over some.
#[test]
fn code_points_that_are_reserved_are_unspecified() {
    let saying = |coded: Coded, points: [u8; 3]| Item {
        data: coded.bytes_with_code_points(points),
        ..Item::coded(coded)
    };
    let said_by_picture = |coded: Coded, points: [u8; 3]| {
        let mut item = saying(coded, points);
        item.properties.pop();
        check(&file(&[item]), COLOURS);
    };
    for reserved in [0, 3, 13, 21, 23, 255] {
        said_by_picture(TELEVISION, [reserved, 13, 1]);
    }
    for reserved in [0, 3, 19, 255] {
        said_by_picture(TELEVISION, [1, reserved, 1]);
    }
    // An unspecified matrix is that of BT.601, which the picture is coded by.
    for reserved in [3, 18, 255] {
        said_by_picture(HALVED, [1, 13, reserved]);
        // What the file says counts more: it is BT.709's.
        check(&file(&[saying(TELEVISION, [3, 0, reserved])]), COLOURS);
    }
    // The same said by the file.
    let mut item = Item::coded(TELEVISION);
    item.properties.pop();
    let colours = atom(b"colr", b"nclx\0\x03\0\0\0\x01\0");
    check(&file(&[item.with(colours)]), COLOURS);
}

#[test]
fn a_thumbnail_is_a_jpeg_or_png_where_there_is_transparency() {
    let opaque = file(&[Item::coded(HALVED)]);
    assert_eq!(thumbnail(&opaque).format, Format::Jpeg);
    let transparent = file(&[Item::coded(TEN_BITS), Item::alpha(GREY)]);
    assert_eq!(thumbnail(&transparent).format, Format::Png);
}

#[test]
fn with_alpha() {
    let quarters = [[0; 4], GREEN, BLUE, [0; 4]];
    for colour in [HALVED, TEN_BITS] {
        check(&file(&[Item::coded(colour), Item::alpha(GREY)]), quarters);
    }
    let [clear, black] = [[0; 4], BLACK];
    let grey = file(&[Item::coded(GREY), Item::alpha(GREY)]);
    check(&grey, [clear, WHITE, WHITE, clear]);
    assert_ne!(clear, black);
}

/// Its columns beyond the picture's are cut off, and the others stay where they are.
#[test]
fn with_alpha_that_is_larger_than_the_picture() {
    let mut alpha = Item::grid(1, 1, (48, 48));
    let kind = Item::alpha(GREY).properties.pop();
    alpha.properties.extend(kind);
    alpha.references = vec![(*b"dimg", vec![4]), (*b"auxl", vec![1])];
    let items = [
        Item::grid(1, 1, (48, 48)),
        Item::coded(HALVED),
        alpha,
        Item::coded(GREY),
    ];
    let shown = shown(&file(&items));
    // Clear up to column 32.
    for (column, alpha) in [(10.0, 0), (28.0, 0), (36.0, 255)] {
        assert_eq!(shown.part(column / 48.0, 0.25)[3], alpha, "column {column}");
    }
}

/// The picture has none, but each of its parts.
#[test]
fn with_alpha_of_each_part() {
    let of = |part: u16| {
        let mut alpha = Item::alpha(GREY);
        alpha.references = vec![(*b"auxl", vec![part])];
        alpha
    };
    let parts = [Item::coded(HALVED), Item::coded(HALVED)];
    let [left, right] = parts;
    let shown = shown(&file(&[
        Item::grid(1, 2, (128, 48)),
        left,
        right,
        of(2),
        of(3),
    ]));
    for (part, (above, below)) in [(CLEAR, BLUE), (GREEN, CLEAR), (CLEAR, BLUE), (GREEN, CLEAR)]
        .into_iter()
        .enumerate()
    {
        let x = (part as f64 + 0.5) / 4.0;
        for (y, colour) in [(0.25, above), (0.75, below)] {
            crate::samples::shown::assert_near(shown.part(x, y), colour, TOLERANCE);
        }
    }
}

/// On a green canvas of 128 by 96, two pictures of 64 by 48: one is moved by a quarter of itself beyond the left upper corner, and one
/// that is clear in two of its quarters lies at the right below.
#[test]
fn pictures_laid_over_each_other() {
    let numbers: [u16; 10] = [0, 0xFFFF, 0, 0xFFFF, 128, 96, 0xFFF0, 0xFFF4, 64, 48];
    let plan = numbers.iter().flat_map(|number| number.to_be_bytes());
    let overlay = Item {
        kind: *b"iovl",
        data: [0, 0].into_iter().chain(plan).collect(),
        properties: vec![(size((128, 96)), false)],
        references: vec![(*b"dimg", vec![2, 3])],
    };
    let mut alpha = Item::alpha(GREY);
    alpha.references = vec![(*b"auxl", vec![3])];
    let shown = shown(&file(&[
        overlay,
        Item::coded(HALVED),
        Item::coded(HALVED),
        alpha,
    ]));
    // Places in pixels. Red, green, blue and white are the quarters, and those of alpha are clear, full, full and clear.
    for ((x, y), colour) in [
        ((8.0, 6.0), RED),
        ((32.0, 6.0), GREEN),
        ((8.0, 24.0), BLUE),
        ((32.0, 24.0), WHITE),
        ((56.0, 40.0), GREEN),
        ((76.0, 56.0), GREEN),
        ((112.0, 56.0), GREEN),
        ((76.0, 84.0), BLUE),
        ((112.0, 84.0), GREEN),
    ] {
        let found = shown.part(x / 128.0, y / 96.0);
        crate::samples::shown::assert_near(found, colour, TOLERANCE);
    }
}

/// In grey, in luma and chroma of every usual sampling, and in red, green and blue.
#[test]
fn a_picture_that_is_coded_as_a_jpeg() {
    let coded = |jpeg: &[u8]| Item {
        kind: *b"jpeg",
        data: jpeg.to_vec(),
        properties: vec![(size(Coded::SIZE), false)],
        references: Vec::new(),
    };
    let drawing = Drawing::quarters(64, 48, COLOURS);
    for sampling in [
        SamplingFactor::F_1_1,
        SamplingFactor::F_2_1,
        SamplingFactor::F_1_2,
        SamplingFactor::F_2_2,
    ] {
        let written = jpeg::written(&drawing, ColorType::Rgb, |encoder| {
            encoder.set_sampling_factor(sampling);
        });
        check(&file(&[coded(&written)]), COLOURS);
    }
    let grey = Drawing::quarters(64, 48, GREYS);
    let grey = jpeg::written(&grey, ColorType::Luma, |_| {});
    check(&file(&[coded(&grey)]), GREYS);
    // The same numbers, said to be no luma and chroma: those of JFIF for these colours.
    let whole = jpeg::usual(&drawing);
    let stored = jpeg::without_segment(&whole, 0xE0);
    let stored = jpeg::with_segment(&stored, 0xEE, b"Adobe\0\x64\0\0\0\0\0");
    let numbers = [
        [76, 85, 255],
        [150, 44, 21],
        [29, 255, 107],
        [255, 128, 128],
    ];
    let numbers = numbers.map(|[y, cb, cr]| [y, cb, cr, 255]);
    check(&file(&[coded(&stored)]), numbers);
    // What it begins with may be said by a box.
    let (start, rest) = whole.split_at(20);
    let divided = coded(rest).with_essential(atom(b"jpgC", start));
    check(&file(&[divided]), COLOURS);
    refused(&file(&[coded(rest)]), ErrorKind::CorruptImage);
    let cut = &whole[..whole.len() - 60];
    refused(&file(&[coded(cut)]), ErrorKind::CorruptImage);
}

#[test]
fn the_minimized_form() {
    let plain = Minimized::default();
    for coded in [HALVED, TEN_BITS, IDENTITY, TELEVISION] {
        check(&plain.file(coded), COLOURS);
    }
    check(&plain.file(GREY), GREYS);
    let usual = Minimized {
        is_usual: true,
        ..plain
    };
    check(&usual.file(HALVED), COLOURS);
    let full = Minimized {
        alpha: Some(GREY),
        exif: b"MM",
        has_long_numbers: true,
        ..plain
    };
    check(&full.file(HALVED), [CLEAR, GREEN, BLUE, CLEAR]);
    // A profile counts more than code points: this one says that red is green.
    let mut profile = ColorProfile::new_srgb();
    std::mem::swap(&mut profile.red_colorant, &mut profile.green_colorant);
    let profiled = Minimized {
        profile: &profile.encode().expect("a profile"),
        ..plain
    };
    check(&profiled.file(HALVED), [GREEN, RED, BLUE, WHITE]);
    let [a, b, c, d] = COLOURS;
    for (turned, quarters) in [
        [a, b, c, d],
        [b, a, d, c],
        [d, c, b, a],
        [c, d, a, b],
        [a, c, b, d],
        [c, a, d, b],
        [d, b, c, a],
        [b, d, a, c],
    ]
    .into_iter()
    .enumerate()
    {
        let turned = Minimized {
            turned: turned as u8,
            ..usual
        };
        check(&turned.file(HALVED), quarters);
    }
    let whole = full.file(HALVED);
    for length in (0..whole.len()).step_by(3) {
        let _ = render(&whole[..length], &Spec::default(), &Limits::default());
    }
    refused(&whole[..40], ErrorKind::CorruptImage);
    let mut bright = plain.file(HALVED);
    // The bit for high dynamic range.
    bright[24] |= 1;
    refused(&bright, ErrorKind::UnsupportedFormat);
}

#[test]
fn turned_and_mirrored_in_the_order_of_the_file() {
    let [a, b, c, d] = COLOURS;
    let rotation = |quarters: u8| atom(b"irot", &[quarters]);
    let mirror = |axis: u8| atom(b"imir", &[axis]);
    let check_turned = |properties: &[Vec<u8>], quarters: [[u8; 4]; 4]| {
        let mut item = Item::coded(HALVED);
        for property in properties {
            item = item.with_essential(property.clone());
        }
        check(&file(&[item]), quarters);
    };
    check_turned(&[], [a, b, c, d]);
    // Quarter turns to the left.
    check_turned(&[rotation(1)], [b, d, a, c]);
    check_turned(&[rotation(2)], [d, c, b, a]);
    check_turned(&[rotation(3)], [c, a, d, b]);
    // 0 exchanges top and bottom, 1 left and right (ISO/IEC 23008-12:2022, 6.5.12).
    check_turned(&[mirror(0)], [c, d, a, b]);
    check_turned(&[mirror(1)], [b, a, d, c]);
    check_turned(&[rotation(1), mirror(0)], [a, c, b, d]);
    check_turned(&[mirror(0), rotation(1)], [d, b, c, a]);
}

#[test]
fn only_the_clean_aperture_is_shown() {
    // The right half: its middle is a quarter of the width to the right.
    let numbers = [32_u32, 1, 48, 1, 16, 1, 0, 1];
    let aperture = atom(b"clap", &numbers.map(u32::to_be_bytes).concat());
    let right = file(&[Item::coded(HALVED).with_essential(aperture)]);
    check(&right, [GREEN, GREEN, WHITE, WHITE]);
    let rendered = render_all(&right, &[Spec::default()], &Limits::default()).expect("fine");
    assert_eq!((rendered.source.width, rendered.source.height), (32, 48));
}

#[test]
fn a_grid_of_tiles_of_which_the_last_reach_outside() {
    let tiles = |first| [first, Item::coded(HALVED), Item::coded(HALVED)];
    // Two tiles side by side: four colours above and four below, of which the last is shown to its half.
    let wide = file(&tiles(Item::grid(1, 2, (96, 48))));
    let shown_wide = shown(&wide);
    for (part, (above, below)) in [(RED, BLUE), (GREEN, WHITE), (RED, BLUE)]
        .into_iter()
        .enumerate()
    {
        let x = (part as f64 + 0.5) / 3.0;
        for (y, colour) in [(0.25, above), (0.75, below)] {
            crate::samples::shown::assert_near(shown_wide.part(x, y), colour, TOLERANCE);
        }
    }
    let tall = file(&tiles(Item::grid(2, 1, (64, 72))));
    let shown_tall = shown(&tall);
    for (part, (left, right)) in [(RED, GREEN), (BLUE, WHITE), (RED, GREEN)]
        .into_iter()
        .enumerate()
    {
        let y = (part as f64 + 0.5) / 3.0;
        for (x, colour) in [(0.25, left), (0.75, right)] {
            crate::samples::shown::assert_near(shown_tall.part(x, y), colour, TOLERANCE);
        }
    }
}

#[test]
fn a_sequence_shows_its_first_frame() {
    check(&sequence(HALVED), COLOURS);
}

#[test]
fn a_large_picture_is_shown_without_what_smooths_its_blocks() {
    // 48 rows are more than twice those of the thumbnail, so that the decoder's filters are left out.
    let spec = Spec::new(thumbnail::Size::new(16, 12).expect("a size"));
    let small = rendered(
        &file(&[Item::coded(HALVED)]),
        &spec.with_format(OutputFormat::Png),
    );
    small.assert_quarters(COLOURS, TOLERANCE);
}

#[test]
fn the_report_says_what_the_colours_are() {
    let file = file(&[Item::coded(HALVED)]);
    let rendered = render_all(&file, &[Spec::default()], &Limits::default()).expect("fine");
    assert_eq!(rendered.source.format, Format::Avif);
    assert_eq!((rendered.source.width, rendered.source.height), Coded::SIZE);
}

#[test]
fn what_is_broken_is_refused() {
    let whole = file(&[Item::coded(HALVED)]);
    for length in (0..whole.len()).step_by(7) {
        // The end of the bytes may be missing without a pixel being lost, but never is there a panic.
        let _ = render(&whole[..length], &Spec::default(), &Limits::default());
    }
    refused(&whole[..whole.len() - 30], ErrorKind::CorruptImage);
    let mut no_bytes = Item::coded(HALVED);
    no_bytes.data.clear();
    refused(&file(&[no_bytes]), ErrorKind::CorruptImage);
    let mut no_size = Item::coded(HALVED);
    no_size.properties.remove(0);
    refused(&file(&[no_size]), ErrorKind::CorruptImage);
    // What is not there stays black, and the report says so.
    let missing_tile = file(&[Item::grid(1, 2, (96, 48)), Item::coded(HALVED)]);
    let shown = render_all(&missing_tile, &[Spec::default()], &Limits::default());
    let warnings = shown.expect("a part").source.warnings;
    assert!(matches!(warnings[..], [Warning::Damaged { .. }]));
    let too_few = [
        Item::grid(1, 2, (200, 48)),
        Item::coded(HALVED),
        Item::coded(HALVED),
    ];
    refused(&file(&too_few), ErrorKind::CorruptImage);
}

/// `re_rav1d` 0.1.3 lets the number run over, as dav1d does in C, and then finds that the rest makes no picture.
#[test]
fn a_coefficient_that_runs_over_is_broken() {
    let error = render(
        &file(&[Item::coded(RUNS_OVER)]),
        &Spec::default(),
        &Limits::default(),
    )
    .expect_err("a refusal");
    assert_eq!(error.kind(), ErrorKind::CorruptImage, "{error}");
    assert!(!matches!(error, Error::Panicked { .. }), "{error}");
}

#[test]
fn what_can_not_be_understood_is_refused_by_name() {
    let harmless = Item::coded(HALVED).with(atom(b"abcd", b"1"));
    check(&file(&[harmless]), COLOURS);
    let mut recipe = Item::coded(HALVED);
    recipe.kind = *b"unci";
    refused(&file(&[recipe]), ErrorKind::UnsupportedFormat);
}

#[test]
fn what_claims_to_be_huge_is_refused_before_it_is_decoded() {
    let mut huge = Item::coded(HALVED);
    huge.properties[0].0 = size((60_000, 60_000));
    refused(&file(&[huge]), ErrorKind::ImageTooLarge);
    // Within the limit of pixels, but not of memory.
    let mut large = Item::coded(TEN_BITS);
    large.properties[0].0 = size((16_000, 16_000));
    refused(&file(&[large]), ErrorKind::ImageTooLarge);
}

#[test]
fn a_grid_of_thousands_of_large_tiles_is_refused_before_one_is_decoded() {
    let mut tile = Item::coded(HALVED);
    tile.properties[0].0 = size((8192, 8192));
    refused(
        &file(&[Item::grid(255, 255, (60_000, 60_000)), tile.clone()]),
        ErrorKind::ImageTooLarge,
    );
    // Few pixels in all, but a first tile that would take more than there is.
    tile.properties[0].0 = size((16_000, 16_000));
    refused(
        &file(&[Item::grid(255, 255, (100, 100)), tile]),
        ErrorKind::ImageTooLarge,
    );
}

#[test]
fn parts_that_overlap_make_no_more_than_the_file_has() {
    let mut list = [&[0; 4][..], &atom(b"pitm", &[0, 0, 0, 0, 0, 1])].concat();
    let entry = [&[2, 0, 0, 0][..], &[0, 1, 0, 0], b"av01", &[0]].concat();
    list.extend(atom(
        b"iinf",
        &[&[0, 0, 0, 0, 0, 1][..], &atom(b"infe", &entry)].concat(),
    ));
    // 60,000 parts that each are all of the file, in not a byte: offsets and lengths of no bytes are 0.
    let parts = 60_000_u16.to_be_bytes();
    let locations = [&[0; 4][..], &[0, 0], &[0, 1], &[0, 1], &[0, 0], &parts].concat();
    list.extend(atom(b"iloc", &locations));
    let properties = [size((64, 48)), atom(b"av1C", &[0x81, 0, 0x0C, 0])].concat();
    let associations = [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2, 1, 2];
    let described = [atom(b"ipco", &properties), atom(b"ipma", &associations)].concat();
    list.extend(atom(b"iprp", &described));
    let bomb = [
        atom(b"ftyp", b"avif\0\0\0\0avifmif1miaf"),
        atom(b"meta", &list),
    ]
    .concat();
    refused(&bomb, ErrorKind::CorruptImage);
}
