//! HEIC, AVIF, JPEG XL, SVG and icons.

use crate::samples::{BLACK, BLUE, CLEAR, Drawing, GREEN, RED, WHITE, ico, png};
use crate::{rendered, thumbnail};
use std::time::{Duration, Instant};
use thumbnail::{
    ErrorKind, Format, Limits, OutputFormat, Spec, Warning, left_behind, render, render_all,
};

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

fn svg(attributes: &str, contents: &str) -> Vec<u8> {
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
        check(&svg(attributes, SQUARES), COLOURS, Format::Svg, 0);
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
        check(&file, [GREEN, GREEN, BLUE, BLUE], Format::Svg, 0);
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
    check(&wide, COLOURS, Format::Svg, 0);
    let mut packed = flate2::read::GzEncoder::new(text.as_bytes(), flate2::Compression::default());
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut packed, &mut bytes).expect("no file is read");
    check(&bytes, COLOURS, Format::Svg, 0);
}

/// A picture in the drawing is drawn; one that it only refers to is not fetched.
#[test]
fn svg_shows_what_it_brings_along_alone() {
    let inside = {
        use base64_by_hand as encode;
        encode(&png::usual(&Drawing::quarters(20, 20, COLOURS)))
    };
    let image =
        format!("<image width='20' height='20' xlink:href='data:image/png;base64,{inside}'/>");
    check(&svg("viewBox='0 0 20 20'", &image), COLOURS, Format::Svg, 2);
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

fn base64_by_hand(bytes: &[u8]) -> String {
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

/// Each of these would take hours, or more memory than there is.
#[test]
fn drawings_that_are_traps_are_refused() {
    let layers = |inner: &str, each: &dyn Fn(usize) -> String| {
        let layers: String = (0..30).map(each).collect();
        svg(
            "viewBox='0 0 20 20'",
            &format!("<defs>{layers}</defs>{inner}"),
        )
    };
    let uses = layers("<use xlink:href='#g29'/>", &|level| match level {
        0 => "<g id='g0'><path d='M0 0h1v1z'/></g>".to_owned(),
        level => format!(
            "<g id='g{level}'>{}</g>",
            format!("<use xlink:href='#g{}'/>", level - 1).repeat(10)
        ),
    });
    let patterns = layers("<path fill='url(#p29)' d='M0 0h20v20H0z'/>", &|level| {
        let inner = match level {
            0 => "#f00".to_owned(),
            level => format!("url(#p{})", level - 1),
        };
        let shape = format!("<path fill='{inner}' d='M0 0h20v20H0z'/>").repeat(10);
        format!("<pattern id='p{level}' width='1' height='1'>{shape}</pattern>")
    });
    let deep = {
        let groups = 100_000;
        svg(
            "",
            &format!("{}{}", "<g>".repeat(groups), "</g>".repeat(groups)),
        )
    };
    let noise = svg(
        "viewBox='0 0 20 20'",
        "<filter id='f'><feTurbulence numOctaves='1000000000' baseFrequency='0.1'/></filter>
         <path filter='url(#f)' d='M0 0h20v20H0z'/>",
    );
    // A plane of 800 times the shape's sides, which is filled whatever is seen of it.
    let plane = |width: u32, primitive: &str| {
        let filter =
            format!("<filter id='f' width='{width}' height='{width}'>{primitive}</filter>");
        let shape = "<path filter='url(#f)' d='M0 0h20v20H0z'/>";
        svg("viewBox='0 0 20 20'", &format!("{filter}{shape}"))
    };
    let flood = plane(800, "<feFlood flood-color='red'/>");
    let floods = plane(40, &"<feFlood flood-color='red'/>".repeat(40));
    let light = plane(
        8000,
        "<feDiffuseLighting><feDistantLight/></feDiffuseLighting>",
    );
    let tile = svg(
        "viewBox='0 0 20 20'",
        "<pattern id='p' width='9000' height='9000' patternUnits='userSpaceOnUse'><path d='M0 0h9000v9000H0z'/></pattern>
         <path fill='url(#p)' d='M0 0h20v20H0z'/>",
    );
    let entities = {
        let nested: String = (1..20)
            .map(|level| {
                format!(
                    "<!ENTITY e{level} '{}'>",
                    format!("&e{};", level - 1).repeat(10)
                )
            })
            .collect();
        format!("<!DOCTYPE svg [<!ENTITY e0 'x'>{nested}]><svg xmlns='http://www.w3.org/2000/svg'><title>&e19;</title></svg>")
            .into_bytes()
    };
    let parts = svg(
        "",
        &format!("<text>{}</text>", "<tspan>x</tspan>".repeat(20_000)),
    );
    // A drawing in the drawing, which is a trap of its own.
    let inside = format!(
        "<image width='9' height='9' xlink:href='data:image/svg+xml;base64,{}'/>",
        base64_by_hand(&uses)
    );
    let picture = svg("viewBox='0 0 20 20'", &inside);
    thumbnail(&picture).assert_quarters([CLEAR; 4], 0);
    for (name, trap) in [
        ("uses", uses),
        ("parts of text", parts),
        ("patterns", patterns),
        ("deep", deep),
        ("noise", noise),
        ("flood", flood),
        ("floods", floods),
        ("light", light),
        ("tile", tile),
        ("entities", entities),
    ] {
        let error = render(&trap, &Spec::default(), &Limits::default()).expect_err(name);
        assert!(
            matches!(
                error.kind(),
                ErrorKind::ImageTooLarge | ErrorKind::CorruptImage
            ),
            "{name}: {error}"
        );
    }
}

/// It changes nothing: of what comes in the whole is kept (Filter Effects 1, 9.8), in the numbers that are stored.
#[test]
fn a_filter_many_times_as_large_as_the_drawing() {
    let compose = "<feComposite operator='arithmetic' k2='1' in='SourceGraphic' in2='SourceGraphic'
        color-interpolation-filters='sRGB'/>";
    let filter = "<filter id='f' filterUnits='userSpaceOnUse' x='0' y='0' width='20' height='200'>";
    let drawn = format!("{filter}{compose}</filter><g filter='url(#f)'>{SQUARES}</g>");
    check(&svg("viewBox='0 0 20 20'", &drawn), COLOURS, Format::Svg, 2);
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
