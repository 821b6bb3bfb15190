//! Which part of the source is where in the thumbnail, computed from the fit's definition.

use crate::rendered;
use crate::samples::{Drawing, bmp, jpeg, level, png, shown::Shown, shown::assert_near};
use thumbnail::{Fit, Format, OutputFormat, Size, Spec};

/// The pixels of a thumbnail of a gradient, away from its edges, come from where they should: the part of the source that
/// is shown starts at `left`, `top` and has this size, all in parts of the source.
#[track_caller]
fn assert_from(shown: &Shown, (left, top): (f64, f64), (width, height): (f64, f64)) {
    for y in (4..shown.height.saturating_sub(4)).step_by(7) {
        for x in (4..shown.width.saturating_sub(4)).step_by(7) {
            let part = |at: u32, length: u32| (f64::from(at) + 0.5) / f64::from(length);
            let column = left + part(x, shown.width) * width;
            let row = top + part(y, shown.height) * height;
            assert_near(shown.at(x, y), [level(column), level(row), 128, 255], 2);
        }
    }
}

#[test]
fn each_fit_shows_its_part_of_the_source() {
    let check = |source: (u32, u32), size: (u32, u32), fit, made: (u32, u32), start, part| {
        let file = png::usual(&Drawing::gradient(source.0, source.1));
        let size = Size::new(size.0, size.1).expect("a size");
        let shown = rendered(&file, &Spec::new(size).with_fit(fit));
        assert_eq!((shown.width, shown.height), made, "{source:?} {fit}");
        assert_from(&shown, start, part);
    };
    let whole = (1.0, 1.0);
    let origin = (0.0, 0.0);
    // A wide source: a third of its width is shown.
    check(
        (600, 200),
        (100, 100),
        Fit::Cover,
        (100, 100),
        (1.0 / 3.0, 0.0),
        (1.0 / 3.0, 1.0),
    );
    check(
        (200, 600),
        (100, 100),
        Fit::Cover,
        (100, 100),
        (0.0, 1.0 / 3.0),
        (1.0, 1.0 / 3.0),
    );
    // Edges between pixels: 401 columns to the shape of 150x100 of 101 rows.
    let shown = 151.5 / 401.0;
    check(
        (401, 101),
        (150, 100),
        Fit::Cover,
        (150, 100),
        ((1.0 - shown) / 2.0, 0.0),
        (shown, 1.0),
    );
    // Enlarged.
    check(
        (60, 40),
        (200, 200),
        Fit::Cover,
        (200, 200),
        (1.0 / 6.0, 0.0),
        (2.0 / 3.0, 1.0),
    );
    check(
        (300, 100),
        (100, 100),
        Fit::Inside,
        (100, 33),
        origin,
        whole,
    );
    check((60, 40), (100, 100), Fit::Inside, (60, 40), origin, whole);
    check((300, 100), (100, 100), Fit::Fill, (100, 100), origin, whole);
    check((60, 40), (100, 100), Fit::Fill, (100, 100), origin, whole);
}

/// A JPEG crosses another path: its rows come all at once, and in luma and chroma.
#[test]
fn a_jpeg_shows_the_same_part_as_a_png() {
    for (width, height) in [(600, 201), (200, 601), (333, 334)] {
        let drawing = Drawing::gradient(width, height);
        let spec = Spec::default().with_format(OutputFormat::Png);
        let from_png = rendered(&png::usual(&drawing), &spec);
        let from_jpeg = rendered(&jpeg::usual(&drawing), &spec);
        for (left, right) in from_png.pixels.iter().zip(&from_jpeg.pixels) {
            assert_near(*right, *left, 4);
        }
    }
}

#[test]
fn padding_is_transparent_where_the_source_could_be_and_white_otherwise() {
    let spec = Spec::default().with_fit(Fit::Contain);
    let drawing = Drawing::gradient(400, 200);
    let check = |file: &[u8], format: Format, padding: [u8; 4]| {
        let shown = rendered(file, &spec);
        assert_eq!(
            (shown.width, shown.height, shown.format),
            (200, 200, format)
        );
        for y in (0..46).chain(154..200) {
            assert_near(shown.at(100, y), padding, 2);
        }
        assert_near(shown.at(100, 100), [128, 128, 128, 255], 4);
    };
    check(&png::usual(&drawing), Format::Png, [0; 4]);
    check(&jpeg::usual(&drawing), Format::Jpeg, [255; 4]);
    check(&bmp::usual(&drawing), Format::Jpeg, [255; 4]);
}

#[test]
fn an_odd_pixel_of_padding_goes_to_the_right_and_the_bottom() {
    let size = Size::new(11, 8).expect("a size");
    let spec = Spec::new(size).with_fit(Fit::Contain);
    let shown = rendered(&png::usual(&Drawing::gradient(8, 8)), &spec);
    let solid: Vec<_> = (0..11).map(|x| shown.at(x, 4)[3] == 255).collect();
    assert_eq!(solid, [vec![false], vec![true; 8], vec![false; 2]].concat());
}

#[test]
fn the_thinnest_pictures_have_thumbnails() {
    let check = |source: (u32, u32), fit, made: (u32, u32)| {
        let file = png::usual(&Drawing::gradient(source.0, source.1));
        let shown = rendered(&file, &Spec::default().with_fit(fit));
        assert_eq!((shown.width, shown.height), made, "{source:?} {fit}");
    };
    for source in [(1, 1), (1, 3000), (3000, 1), (2, 2)] {
        for fit in [Fit::Cover, Fit::Contain, Fit::Fill] {
            check(source, fit, (200, 200));
        }
    }
    check((1, 1), Fit::Inside, (1, 1));
    check((1, 3000), Fit::Inside, (1, 200));
    check((3000, 1), Fit::Inside, (200, 1));
}

/// A picture that is shown at its own size is not resampled.
#[test]
fn the_same_size_is_the_same_picture() {
    let drawing = Drawing::new(200, 200, |x, y| {
        [
            level(x),
            level(y),
            level((x * 977.0 + y * 359.0).fract()),
            255,
        ]
    });
    for fit in Fit::ALL {
        let shown = rendered(&png::usual(&drawing), &Spec::default().with_fit(fit));
        assert_eq!(shown.pixels, drawing.pixels, "{fit}");
    }
}
