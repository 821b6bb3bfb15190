//! Drawings of a few lines that would take hours, or more memory than there is. Each is refused before it is read or drawn as far as that.

use crate::drawings::{base64, svg};
use crate::samples::CLEAR;
use crate::thumbnail;
use std::time::{Duration, Instant};
use thumbnail::{ErrorKind, Limits, Spec, render};

/// What it takes to refuse is milliseconds; this is for a machine that is busy, and a build that is not optimised.
const SOON: Duration = Duration::from_secs(15);

#[track_caller]
fn check(name: &str, trap: &[u8]) {
    let started = Instant::now();
    let error = render(trap, &Spec::default(), &Limits::default()).expect_err(name);
    assert_eq!(error.kind(), ErrorKind::ImageTooLarge, "{name}: {error}");
    let took = started.elapsed();
    assert!(took < SOON, "{name}: {took:?}");
}

fn drawing(contents: &str) -> Vec<u8> {
    svg("viewBox='0 0 20 20'", contents)
}

/// Definitions that refer to each other, each by its number to the one before, and something that refers to the last.
fn chain(levels: usize, each: impl Fn(usize) -> String, last: &str) -> Vec<u8> {
    let levels: String = (0..levels).map(each).collect();
    drawing(&format!("<defs>{levels}</defs>{last}"))
}

const SQUARE: &str = "<path d='M0 0h20v20H0z'/>";

/// Larger than the canvas to every side, so that its layer is 25 times as large.
const WIDE: &str = "<path d='M-100 -100h300v300h-300z'/>";

#[test]
fn copies_of_copies() {
    let uses = uses_of_uses();
    check("uses", &uses);
    let patterns = chain(
        30,
        |level| {
            let inner = match level {
                0 => "#f00".to_owned(),
                level => format!("url(#p{})", level - 1),
            };
            let shape = format!("<path fill='{inner}' d='M0 0h20v20H0z'/>").repeat(10);
            format!("<pattern id='p{level}' width='1' height='1'>{shape}</pattern>")
        },
        "<path fill='url(#p29)' d='M0 0h20v20H0z'/>",
    );
    check("patterns", &patterns);
    // A drawing in the drawing, which is a trap of its own.
    let inside = format!(
        "<image width='9' height='9' xlink:href='data:image/svg+xml;base64,{}'/>",
        base64(&uses)
    );
    thumbnail(&drawing(&inside)).assert_quarters([CLEAR; 4], 0);
}

fn uses_of_uses() -> Vec<u8> {
    chain(
        30,
        |level| match level {
            0 => "<g id='g0'><path d='M0 0h1v1z'/></g>".to_owned(),
            level => format!(
                "<g id='g{level}'>{}</g>",
                format!("<use xlink:href='#g{}'/>", level - 1).repeat(10)
            ),
        },
        "<use xlink:href='#g29'/>",
    )
}

/// What is long has a copy everywhere: 900 kB of an outline five thousand times, a list of dashes three thousand times.
#[test]
fn copies_of_attributes() {
    let outline = "l1 1l-1-1".repeat(100_000);
    let uses = "<use xlink:href='#a'/>".repeat(5000);
    check(
        "outline",
        &drawing(&format!(
            "<defs><path id='a' d='M0 0{outline}'/></defs>{uses}"
        )),
    );
    let list = "1 ".repeat(100_000);
    let lines = "<path d='M0 0h9'/>".repeat(3000);
    check(
        "list",
        &drawing(&format!(
            "<g stroke='#000' stroke-dasharray='{list}'>{lines}</g>"
        )),
    );
    check(
        "list in a sheet",
        &drawing(&format!(
            "<style>*{{stroke-dasharray:{}}}</style>{lines}",
            "1 ".repeat(30_000)
        )),
    );
    let marker = format!("<marker id='m'>{}</marker>", SQUARE.repeat(50));
    check(
        "markers",
        &drawing(&format!(
            "{marker}<path marker-mid='url(#m)' d='M0 0{}'/>",
            "l1 1l-1-1".repeat(20_000)
        )),
    );
}

/// Drawings in the drawing count together: twenty of fifty thousand shapes each, of which the first is too much already.
#[test]
fn copies_of_drawings_in_a_drawing() {
    let inside = drawing(&"<path d='M0 0h9v9z'/>".repeat(50_000));
    let image = format!(
        "<image id='a' width='20' height='20' xlink:href='data:image/svg+xml;base64,{}'/>",
        base64(&inside)
    );
    let uses = "<use xlink:href='#a'/>".repeat(20);
    let started = Instant::now();
    thumbnail(&drawing(&format!("<defs>{image}</defs>{uses}"))).assert_quarters([CLEAR; 4], 0);
    assert!(started.elapsed() < SOON);
}

/// Each level holds a layer while the next is drawn.
#[test]
fn layers_over_layers() {
    let groups = |attribute: &str| {
        drawing(&format!(
            "{}{}",
            format!("<g {attribute}>{WIDE}").repeat(400),
            "</g>".repeat(400)
        ))
    };
    check("opacity", &groups("opacity='.9'"));
    check("blending", &groups("style='mix-blend-mode:multiply'"));
    check("isolation", &groups("style='isolation:isolate'"));
    let reference = |what: &str, level: usize| match level {
        0 => String::new(),
        level => format!("{what}='url(#m{})'", level - 1),
    };
    let mask = |level: usize, own: &str, inner: &str| {
        format!(
            "<mask id='m{level}' x='-9' y='-9' width='99' height='99' {own}>{WIDE}<g {inner}>{WIDE}</g></mask>"
        )
    };
    let masked = format!("<g mask='url(#m399)'>{WIDE}</g>");
    check(
        "masks in masks",
        &chain(400, |at| mask(at, "", &reference("mask", at)), &masked),
    );
    check(
        "masks of masks",
        &chain(400, |at| mask(at, &reference("mask", at), ""), &masked),
    );
    let path = |level: usize, own: &str, inner: &str| {
        format!(
            "<clipPath id='m{level}' {own}>{WIDE}<path {inner} d='M-100 -100h300v300h-300z'/></clipPath>"
        )
    };
    let clipped = format!("<g clip-path='url(#m399)'>{WIDE}</g>");
    check(
        "clip paths in clip paths",
        &chain(
            400,
            |at| path(at, "", &reference("clip-path", at)),
            &clipped,
        ),
    );
    check(
        "clip paths of clip paths",
        &chain(
            400,
            |at| path(at, &reference("clip-path", at), ""),
            &clipped,
        ),
    );
    // Its layers are 25 times as large as the layer that it is in.
    let inside = svg(
        "viewBox='0 0 20 20'",
        &format!(
            "{}{}",
            "<g opacity='.9'><path d='M-1000 -1000h3000v3000h-3000z'/>".repeat(20),
            "</g>".repeat(20)
        ),
    );
    check(
        "a drawing in a layer",
        &drawing(&format!(
            "<g opacity='.9'>{WIDE}<image width='20' height='20' xlink:href='data:image/svg+xml;base64,{}'/></g>",
            base64(&inside)
        )),
    );
}

/// As many of the canvas's size as drawings have are shown.
#[test]
fn layers_beside_layers_are_no_trap() {
    let layers = format!("<g opacity='.9'>{SQUARE}</g>").repeat(60);
    let shown = thumbnail(&drawing(&layers));
    assert_eq!(shown.at(100, 100), crate::samples::BLACK);
}

#[test]
fn filters_and_patterns() {
    let filtered = |filter: &str, size: &str| {
        drawing(&format!(
            "<filter id='f' {size}>{filter}</filter><path filter='url(#f)' d='M0 0h20v20H0z'/>"
        ))
    };
    let noise = "<feTurbulence numOctaves='1000000000' baseFrequency='0.1'/>";
    check("noise", &filtered(noise, ""));
    // A plane of 800 times the shape's sides, which is filled whatever is seen of it.
    let flood = "<feFlood flood-color='red'/>";
    let width = |times: u32| format!("width='{times}' height='{times}'");
    check("flood", &filtered(flood, &width(800)));
    check("floods", &filtered(&flood.repeat(40), &width(40)));
    let light = "<feDiffuseLighting><feDistantLight/></feDiffuseLighting>";
    check("light", &filtered(light, &width(8000)));
    let merged = "<feMergeNode in='SourceGraphic'/>".repeat(20_000);
    check(
        "merge",
        &filtered(&format!("<feMerge>{merged}</feMerge>"), ""),
    );
    let blur = "<filter id='f'><feGaussianBlur stdDeviation='9'/></filter>";
    let blurred = format!(
        "{blur}{}{WIDE}{}",
        "<g filter='url(#f)'>".repeat(300),
        "</g>".repeat(300)
    );
    check("blurs of blurs", &drawing(&blurred));
    let tile = "<pattern id='p' width='9000' height='9000' patternUnits='userSpaceOnUse'><path d='M0 0h9000v9000H0z'/></pattern>
         <path fill='url(#p)' d='M0 0h20v20H0z'/>";
    check("tile", &drawing(tile));
}

#[test]
fn what_is_painted_with() {
    let stops: String = (0..100_000)
        .map(|stop| format!("<stop offset='{}'/>", f64::from(stop) / 1e5))
        .collect();
    check(
        "stops",
        &drawing(&format!(
            "<linearGradient id='g'>{stops}</linearGradient>{}",
            "<path fill='url(#g)' d='M0 0h20v20H0z'/>".repeat(30)
        )),
    );
    check(
        "dashes",
        &drawing(&"<path stroke='#000' stroke-dasharray='.001 .001' d='M0 0h400'/>".repeat(100)),
    );
    check(
        "arcs",
        &drawing(&format!(
            "<path d='M0 0{}'/>",
            "a1 1 0 0 1 1e30 1e30".repeat(20)
        )),
    );
    check(
        "edges",
        &drawing(&format!("<path d='M0 0{}'/>", "V20V0".repeat(500_000))),
    );
}

#[test]
fn text() {
    let text = |contents: &str| drawing(&format!("<text>{contents}</text>"));
    check("parts", &text(&"<tspan>x</tspan>".repeat(20_000)));
    check("letters", &text(&"fi\u{301}".repeat(30_000)));
    let entities: String = (1..20)
        .map(|level| {
            let inner = format!("&e{};", level - 1).repeat(10);
            format!("<!ENTITY e{level} '{inner}'>")
        })
        .collect();
    let bomb = format!(
        "<!DOCTYPE svg [<!ENTITY e0 'x'>{entities}]><svg xmlns='http://www.w3.org/2000/svg'><title>&e19;</title></svg>"
    );
    let error = render(bomb.as_bytes(), &Spec::default(), &Limits::default()).expect_err("bomb");
    assert_eq!(error.kind(), ErrorKind::CorruptImage, "{error}");
}

#[test]
fn elements_and_attributes() {
    let groups = |many: usize| format!("{}{}", "<g>".repeat(many), "</g>".repeat(many));
    check("deep", &drawing(&groups(100_000)));
    let attributes: String = (0..50_000).map(|at| format!("a{at}='' ")).collect();
    check("attributes", &drawing(&format!("<g {attributes}/>")));
}

#[test]
fn style_sheets() {
    let styled =
        |sheet: &str, contents: &str| drawing(&format!("<style>{sheet}</style>{contents}"));
    check(
        "rules",
        &styled(&"*{fill:red}".repeat(20_000), &"<g/>".repeat(5000)),
    );
    check(
        "references",
        &styled(&"*{fill:url(#a)}".repeat(100_000), &"<g/>".repeat(100_000)),
    );
    // In so many ways can six of fifty ancestors be chosen: 16 million.
    let nested = format!("{}{}", "<g>".repeat(50), "</g>".repeat(50));
    let ancestors = "x g g g g g g{fill:red}".repeat(20);
    check("ancestors", &styled(&ancestors, &nested));
    check(
        "declarations",
        &drawing(&format!("<g style='{}'/>", "fill:red;".repeat(300_000))),
    );
    check(
        "declarations in a sheet",
        &styled(&format!("g{{{}}}", "fill:red;".repeat(300_000)), "<g/>"),
    );
}
