//! The side that a drawing does not say.

use resvg::usvg::roxmltree::{Document, Node};

/// What browsers take for a side that nothing is said of, in pixels (CSS Images 3, 4.5).
const DEFAULT: (u32, u32) = (300, 150);

/// The text with both sides, where it says one. The other follows from the shape of the view box, as browsers have it (CSS Images 3,
/// 4.3), for which `usvg` takes the view box's own, or is the default where there is none, and `usvg` looks at what is drawn.
pub(super) fn completed(text: &str, document: &Document<'_>) -> Option<String> {
    let root = document.root_element();
    let sides = (root.attribute("width"), root.attribute("height"));
    let Some(numbers) = root.attribute("viewBox") else {
        return match sides {
            (Some(said), None) if length(said).is_some() => {
                with(text, root, "height", &DEFAULT.1.to_string())
            }
            (None, Some(said)) if length(said).is_some() => {
                with(text, root, "width", &DEFAULT.0.to_string())
            }
            _ => None,
        };
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
        .then(|| with(text, root, name, &format!("{side}{unit}")))?
}

/// A number and its unit; `None` for a percentage, which is of a size that only a page has.
fn length(said: &str) -> Option<(f64, &str)> {
    let said = said.trim();
    let unit = said.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == '.');
    let number = said[..said.len() - unit.len()].parse().ok()?;
    let is_length = unit.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_length.then_some((number, unit))
}

/// The text with one more attribute in its root.
fn with(text: &str, root: Node<'_, '_>, name: &str, value: &str) -> Option<String> {
    // Behind the name of the tag.
    let start = root.range().start;
    let behind = text[start..].find([' ', '\t', '\r', '\n', '/', '>'])?;
    let (before, after) = text.split_at(start + behind);
    Some(format!("{before} {name}=\"{value}\"{after}"))
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
        check("viewBox='0 0 32 64' width='128' height='9'", None);
        check("viewBox='0 0 32 64'", None);
        check("viewBox='0 0 0 64' width='1'", None);
        check("viewBox='0 0 32' width='1'", None);
        check("width='1'", Some("height=\"150\""));
        check("height='2em'", Some("width=\"300\""));
        check("height='50%'", None);
        check("", None);
    }
}
