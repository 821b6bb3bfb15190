//! The side that a drawing does not say.

use resvg::usvg::roxmltree::{Document, Node};
use std::cmp::Reverse;

/// What browsers take for a side that nothing is said of, in pixels (CSS Images 3, 4.5).
const DEFAULT: (u32, u32) = (300, 150);

/// The text with both sides, where it says one. The other follows from the shape of the view box, as browsers have it (CSS Images 3,
/// 4.3), for which `usvg` takes the view box's own, or is the default where there is none, and `usvg` looks at what is drawn. So does
/// it where neither is said and there is no view box; with parts of a size in it, such a drawing gets the default as well.
pub(super) fn completed(text: &str, document: &Document<'_>) -> Option<String> {
    let root = document.root_element();
    // A part of a page is as good as nothing said.
    let said = |name| {
        root.attribute(name)
            .filter(|said| !said.trim().ends_with('%'))
    };
    let sides = (said("width"), said("height"));
    let Some(numbers) = root.attribute("viewBox") else {
        let is_clear = [sides.0, sides.1]
            .into_iter()
            .flatten()
            .all(|said| length(said).is_some());
        let matters = sides != (None, None) || has_parts(root);
        let defaults = [
            ("width", sides.0, DEFAULT.0),
            ("height", sides.1, DEFAULT.1),
        ];
        let missing = defaults
            .into_iter()
            .filter(|(_, said, _)| said.is_none())
            .map(|(name, _, side)| (name, side.to_string()));
        let missing: Vec<_> = missing.collect();
        return (is_clear && matters && !missing.is_empty()).then(|| with(text, root, &missing))?;
    };
    let numbers = numbers.split([' ', '\t', '\r', '\n', ',']);
    let numbers = numbers.filter(|part| !part.is_empty()).map(str::parse);
    let view: Vec<f64> = numbers.collect::<Result<_, _>>().ok()?;
    let &[_, _, across, down] = &view[..] else {
        return None;
    };
    let (said, name, part) = match sides {
        (Some(width), None) => (width, "height", down / across),
        (None, Some(height)) => (height, "width", across / down),
        _ => return None,
    };
    let (number, unit) = length(said)?;
    let side = number * part;
    side.is_normal()
        .then(|| with(text, root, &[(name, format!("{side}{unit}"))]))?
}

/// A number and its unit.
fn length(said: &str) -> Option<(f64, &str)> {
    let said = said.trim();
    let unit = said.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == '.');
    let number = said[..said.len() - unit.len()].parse().ok()?;
    let is_length = unit.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_length.then_some((number, unit))
}

/// Whether something in it is as wide or high as a part of it, which `usvg` would take of a size of its own.
fn has_parts(root: Node<'_, '_>) -> bool {
    let mut elements = root.descendants().filter(|&node| node != root);
    elements.any(|element| {
        let sides = [element.attribute("width"), element.attribute("height")];
        sides.into_iter().flatten().any(|side| side.ends_with('%'))
    })
}

/// The text with these attributes in its root, in place of those that are there.
fn with(text: &str, root: Node<'_, '_>, attributes: &[(&str, String)]) -> Option<String> {
    let start = root.range().start;
    let name_length = text[start..].find([' ', '\t', '\r', '\n', '/', '>'])?;
    let behind = start + name_length;
    let changes = attributes.iter().map(|(name, value)| {
        root.attribute_node(*name).map_or_else(
            || (behind..behind, format!(" {name}=\"{value}\"")),
            |attribute| (attribute.range_value(), value.clone()),
        )
    });
    let mut changes: Vec<_> = changes.collect();
    // From the end, so that what is left to do stays in its place.
    changes.sort_by_key(|(range, _)| Reverse(range.start));
    let mut text = text.to_owned();
    for (range, value) in changes {
        text.replace_range(range, &value);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_side_and_a_shape_make_the_other() {
        let check = |attributes: &str, expected: Option<&str>| {
            let text = format!("<!-- > --><svg {attributes}><g/></svg>");
            let document = Document::parse(&text).expect("XML");
            let expected =
                expected.map(|side| format!("<!-- > --><svg {side} {attributes}><g/></svg>"));
            assert_eq!(completed(&text, &document), expected);
        };
        check("viewBox='0 0 32 64' width='128'", Some("height=\"256\""));
        check("height='1.5em' viewBox='0,0 64,32'", Some("width=\"3em\""));
        check("viewBox='0 0 32 64' width='50%'", None);
        check("viewBox='0 0 32 64' width='50%' height='100%'", None);
        check("viewBox='0 0 32 64' width='128' height='9'", None);
        check("viewBox='0 0 32 64'", None);
        check("viewBox='0 0 0 64' width='1'", None);
        check("viewBox='0 0 32' width='1'", None);
        check("width='1'", Some("height=\"150\""));
        check("height='2em'", Some("width=\"300\""));
        check("height='50%'", None);
        check("", None);
    }

    #[test]
    fn a_part_of_a_page_gives_way_to_the_side_that_follows_from_the_other() {
        let check = |attributes: &str, expected: &str| {
            let text = |attributes| format!("<svg {attributes}><g width='7%'/></svg>");
            let source = text(attributes);
            let document = Document::parse(&source).expect("XML");
            assert_eq!(completed(&source, &document), Some(text(expected)));
        };
        check(
            "width='100%' height='456px' viewBox='0 0 246 912'",
            "width='123px' height='456px' viewBox='0 0 246 912'",
        );
        check("height=\" 10% \" width='1'", "height=\"150\" width='1'");
        check("", "height=\"150\" width=\"300\" ");
        check("a='%' height='90%'", "width=\"300\" a='%' height='150'");
    }
}
