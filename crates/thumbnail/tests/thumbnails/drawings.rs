//! SVG: what is shown of a drawing. What is refused is in [`crate::traps`].

use crate::samples::{BLACK, BLUE, CLEAR, Drawing, GREEN, RED, WHITE, png};
use crate::{rendered, thumbnail};
use std::time::{Duration, Instant};
use thumbnail::{
    ErrorKind, Format, Limits, OutputFormat, Spec, Warning, left_behind, render, render_all,
};

const COLOURS: [[u8; 4]; 4] = [RED, GREEN, BLUE, WHITE];

/// The quarters are where they belong.
#[track_caller]
fn check(file: &[u8], quarters: [[u8; 4]; 4], tolerance: u8) {
    let spec = Spec::default().with_format(OutputFormat::Png);
    rendered(file, &spec).assert_quarters(quarters, tolerance);
    let report = render_all(file, &[spec], &Limits::default()).expect("a picture");
    assert_eq!(report.source.format, Format::Svg);
    assert_eq!(report.source.warnings, []);
}

pub(crate) fn svg(attributes: &str, contents: &str) -> Vec<u8> {
    format!("<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' {attributes}>{contents}</svg>")
        .into_bytes()
}

const SQUARES: &str = "<path fill='#f00' d='M0 0h10v10H0z'/><path fill='#0f0' d='M10 0h10v10H10z'/>
    <path fill='#00f' d='M0 10h10v10H0z'/><path fill='#fff' d='M10 10h10v10H10z'/>";

#[test]
fn svg_of_every_size_is_drawn_at_the_thumbnails() {
    for attributes in [
        "width='20' height='20'",
        "viewBox='0 0 20 20'",
        "width='2cm' height='2cm' viewBox='0 0 20 20'",
        "width='900000' height='900000' viewBox='0 0 20 20'",
        "width='0.02' height='0.02' viewBox='0 0 20 20'",
    ] {
        check(&svg(attributes, SQUARES), COLOURS, 0);
    }
    // An edge stays an edge: it is not a small picture enlarged.
    let shown = thumbnail(&svg("width='20' height='20'", "<path d='M0 0h10v20H0z'/>"));
    assert_eq!((shown.at(98, 100), shown.at(101, 100)), (BLACK, CLEAR));
}

/// Twice as high as wide: of four stripes the middle two are to be seen, each a half.
#[test]
fn a_drawing_that_says_one_side_keeps_the_shape_of_its_view() {
    let stripes =
        "<rect width='10' height='5' fill='#f00'/><rect y='5' width='10' height='5' fill='#0f0'/>
        <rect y='10' width='10' height='5' fill='#00f'/><rect y='15' width='10' height='5'/>";
    for side in ["width='40'", "height='9em'"] {
        let file = svg(&format!("viewBox='0 0 10 20' {side}"), stripes);
        check(&file, [GREEN, GREEN, BLUE, BLUE], 0);
    }
}

#[test]
fn svg_is_read_in_every_coding() {
    let text = String::from_utf8(svg("viewBox='0 0 20 20'", SQUARES)).expect("text");
    let wide: Vec<u8> = ['\u{feff}']
        .into_iter()
        .chain(text.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    check(&wide, COLOURS, 0);
    let mut packed = flate2::read::GzEncoder::new(text.as_bytes(), flate2::Compression::default());
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut packed, &mut bytes).expect("no file is read");
    check(&bytes, COLOURS, 0);
}

/// A picture in the drawing is drawn; one that it only refers to is not fetched.
#[test]
fn svg_shows_what_it_brings_along_alone() {
    let inside = base64(&png::usual(&Drawing::quarters(20, 20, COLOURS)));
    let image =
        format!("<image width='20' height='20' xlink:href='data:image/png;base64,{inside}'/>");
    check(&svg("viewBox='0 0 20 20'", &image), COLOURS, 2);
    let folder = env!("CARGO_MANIFEST_DIR");
    for address in [
        format!("file://{folder}/tests/files/alpha.avif"),
        format!("{folder}/tests/files/q.png"),
        "http://127.0.0.1:9/x.png".to_owned(),
    ] {
        let image = format!("<image width='20' height='20' xlink:href='{address}'/>");
        let shown = thumbnail(&svg("viewBox='0 0 20 20'", &image));
        shown.assert_quarters([CLEAR; 4], 0);
    }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letters = bytes.chunks(3).flat_map(|three| {
        let number = (0..3).fold(0_usize, |number, at| {
            number << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        (0..4).map(move |place| {
            if place > three.len() {
                '='
            } else {
                char::from(LETTERS[number >> (18 - 6 * place) & 63])
            }
        })
    });
    letters.collect()
}

/// The box that is drawn around is that of a letter that fills it: what is in it is dark where the letter is.
#[test]
fn text_of_a_drawing_is_drawn_by_the_fonts_that_are_part_of_the_program() {
    for style in [
        "",
        "font-family='sans-serif'",
        "font-family='serif'",
        "font-family='monospace'",
        "font-family='Helvetica' font-weight='bold'",
        "style='font-family: Unheard Of; font-style: italic'",
    ] {
        for letter in ["H", "\u{416}", "\u{3a9}", "\u{1ebe}"] {
            let text = format!("<text x='2' y='18' font-size='22' {style}>{letter}</text>");
            let drawing = svg("viewBox='0 0 20 20'", &text);
            let shown = thumbnail(&drawing);
            let dark = (0..200).flat_map(|y| (0..200).map(move |x| (x, y)));
            let dark = dark.filter(|&(x, y)| shown.at(x, y) == BLACK).count();
            assert!((2_000..20_000).contains(&dark), "{letter} {style}: {dark}");
            assert_eq!(warnings(&drawing), [], "{letter} {style}");
        }
    }
}

#[test]
fn letters_that_there_is_no_font_for_are_told() {
    let drawing = svg("viewBox='0 0 20 20'", "<text y='9'>\u{6587}</text>");
    assert!(matches!(warnings(&drawing)[..], [Warning::LeftOut { .. }]));
}

/// `usvg` 0.45.1 panics over letters that combine, in a font beside another. What is not text is shown.
#[test]
fn text_that_cannot_be_set_does_not_cost_the_drawing() {
    let text = "<text y='99'><tspan>H </tspan><tspan>\u{928}\u{92E}\u{938}\u{94D}\u{924}\u{947}</tspan></text>";
    let drawing = svg("viewBox='0 0 20 20'", &format!("{SQUARES}{text}"));
    rendered(&drawing, &Spec::default()).assert_quarters(COLOURS, 2);
    assert!(matches!(warnings(&drawing)[..], [Warning::LeftOut { .. }]));
}

fn warnings(file: &[u8]) -> Vec<Warning> {
    let rendered = render_all(file, &[Spec::default()], &Limits::default());
    rendered.expect("a picture").source.warnings
}

/// It changes nothing: of what comes in the whole is kept (Filter Effects 1, 9.8), in the numbers that are stored.
#[test]
fn a_filter_many_times_as_large_as_the_drawing() {
    let compose = "<feComposite operator='arithmetic' k2='1' in='SourceGraphic' in2='SourceGraphic'
        color-interpolation-filters='sRGB'/>";
    for height in [200, 700] {
        let filter = format!(
            "<filter id='f' filterUnits='userSpaceOnUse' x='0' y='0' width='20' height='{height}'>"
        );
        let drawn = format!("{filter}{compose}</filter><g filter='url(#f)'>{SQUARES}</g>");
        check(&svg("viewBox='0 0 20 20'", &drawn), COLOURS, 2);
    }
}

/// It would take seconds, which is not too long for the estimate; its renderer can't be asked to stop.
#[test]
fn the_deadline_holds_while_a_drawing_is_drawn() {
    let noise = "<feTurbulence numOctaves='10' baseFrequency='0.1'/>".repeat(80);
    let noise = svg(
        "viewBox='0 0 20 20'",
        &format!("<filter id='f'>{noise}</filter><path filter='url(#f)' d='M0 0h20v20H0z'/>"),
    );
    let deadline = Instant::now() + Duration::from_millis(100);
    let limits = Limits::default().with_deadline(deadline);
    let error = render(&noise, &Spec::default(), &limits).expect_err("too long");
    assert_eq!(error.kind(), ErrorKind::ImageTooLarge, "{error}");
    // It is still being drawn: the answer did not wait for it.
    assert!(left_behind() > 0);
}
