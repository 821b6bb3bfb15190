//! What pixels are averaged as.

use crate::samples::{
    BLACK, BLUE, CLEAR, Drawing, GREEN, RED, Shown, WHITE, bmp, gif, ico, jpeg, png, tiff, webp,
};
use ::png::{BitDepth, ColorType, ScaledFloat};
use jpeg_encoder::ColorType as JpegColour;
use thumbnail::{Limits, OutputFormat, Spec, render, render_all};

/// Half of white's light (IEC 61966-2-1): 255 (1.055 * 0.5^(1 / 2.4) - 0.055).
const HALF_LIGHT: [u8; 4] = [188, 188, 188, 255];
/// Half of white's number.
const HALF_NUMBER: [u8; 4] = [128, 128, 128, 255];

/// The one and the other colour by turns, twice as large as a thumbnail: each pixel of that is the mean of both.
fn checkerboard(one: [u8; 4], other: [u8; 4]) -> Drawing {
    const SIDE: u32 = 400;
    Drawing::new(SIDE, SIDE, |x, y| {
        let at = |part: f64| (part * f64::from(SIDE)) as u32;
        let is_one = (at(x) + at(y)).is_multiple_of(2);
        if is_one { one } else { other }
    })
}

fn spec(linear_light: bool) -> Spec {
    Spec::default()
        .with_format(OutputFormat::Png)
        .with_linear_light(linear_light)
}

fn shown(file: &[u8], linear_light: bool) -> Shown {
    let picture = render(file, &spec(linear_light), &Limits::default());
    Shown::decode(&picture.expect("a picture"))
}

#[track_caller]
fn assert_all_near(shown: &Shown, wanted: [u8; 4], tolerance: u8, what: &str) {
    for place in [(0.1, 0.1), (0.5, 0.5), (0.3, 0.8)] {
        let found = shown.part(place.0, place.1);
        let mut pairs = found.iter().zip(wanted);
        let near = pairs.all(|(&found, wanted)| found.abs_diff(wanted) <= tolerance);
        assert!(near, "{what}: {found:?} is not {wanted:?}");
    }
}

#[test]
fn light_is_averaged_in_every_format_where_that_is_asked_for() {
    let drawing = checkerboard(BLACK, WHITE);
    let check = |what: &str, file: &[u8]| {
        assert_all_near(&shown(file, false), HALF_NUMBER, 3, what);
        assert_all_near(&shown(file, true), HALF_LIGHT, 3, what);
    };
    check("JPEG", &jpeg::usual(&drawing));
    let grey = jpeg::written(&drawing, JpegColour::Luma, |_| {});
    check("JPEG in grey", &grey);
    let ink = jpeg::written(&drawing, JpegColour::CmykAsYcck, |_| {});
    check("JPEG in ink", &ink);
    check("WebP", &webp::usual(&drawing));
    check("GIF", &gif::usual(&drawing));
    check("BMP", &bmp::usual(&drawing));
    check("TIFF", &tiff::usual(&drawing));
    check("ICO", &ico::file(1, &[(0, png::usual(&drawing))]));
    for depth in [BitDepth::Eight, BitDepth::Sixteen] {
        for colour in [
            ColorType::Grayscale,
            ColorType::GrayscaleAlpha,
            ColorType::Rgb,
            ColorType::Rgba,
        ] {
            check("PNG", &png::png(&drawing, colour, depth));
        }
    }
    let palette = png::png(&drawing, ColorType::Indexed, BitDepth::One);
    check("PNG with a palette", &palette);
}

/// How much is there is no matter of light, and what isn't there has no colour.
#[test]
fn alpha_is_averaged_as_it_is() {
    let half = [255, 255, 255, 128];
    let file = png::usual(&checkerboard(CLEAR, WHITE));
    assert_all_near(&shown(&file, true), half, 2, "PNG");
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><path d='M0 0h9v9H0z' fill='#f80' opacity='.5'/></svg>";
    assert_all_near(&shown(svg, true), [255, 136, 0, 128], 2, "SVG");
}

#[test]
fn a_colour_alone_is_the_same_in_any_light() {
    let colours = [RED, GREEN, BLUE, [40, 90, 200, 255]];
    let drawing = Drawing::quarters(300, 200, colours);
    shown(&png::usual(&drawing), true).assert_quarters(colours, 1);
    let linear = [1.0, 0.45455_f64].map(|gamma| {
        let file = png::written(&drawing, ColorType::Rgb, BitDepth::Sixteen, |encoder| {
            encoder.set_source_gamma(ScaledFloat::new(gamma as f32));
        });
        (shown(&file, false), shown(&file, true))
    });
    for (without, with) in linear {
        let quarters = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
        with.assert_quarters(quarters.map(|(x, y)| without.part(x, y)), 1);
    }
}

#[test]
fn renditions_of_one_decode_may_differ_in_it() {
    let file = jpeg::usual(&checkerboard(BLACK, WHITE));
    let rendered = render_all(&file, &[spec(true), spec(false)], &Limits::default());
    let pictures = rendered.expect("pictures").pictures;
    assert_all_near(&Shown::decode(&pictures[0]), HALF_LIGHT, 3, "with");
    assert_all_near(&Shown::decode(&pictures[1]), HALF_NUMBER, 3, "without");
}

/// By its own numbers, which are light, the mean would be half of the light.
#[test]
fn what_is_stored_as_light_is_averaged_as_browsers_do_it() {
    let drawing = checkerboard(BLACK, WHITE);
    for colour in [ColorType::Rgb, ColorType::Grayscale, ColorType::Rgba] {
        for depth in [BitDepth::Eight, BitDepth::Sixteen] {
            let file = png::written(&drawing, colour, depth, |encoder| {
                encoder.set_source_gamma(ScaledFloat::new(1.0));
            });
            assert_all_near(&shown(&file, false), HALF_NUMBER, 2, "as numbers");
            assert_all_near(&shown(&file, true), HALF_LIGHT, 2, "as light");
        }
    }
}
