//! The side that a drawing does not say.

use resvg::usvg::roxmltree::Document;

/// The text with both sides, where there is a view box and one side. The other follows from the view box's shape, as browsers have
/// it (CSS Images 3, 4.3); `usvg` takes the view box's own.
pub(super) fn completed(text: &str, document: &Document<'_>) -> Option<String> {
    let root = document.root_element();
    let numbers = root.attribute("viewBox")?;
    let numbers = numbers.split([' ', '\t', '\r', '\n', ',']);
    let numbers = numbers.filter(|part| !part.is_empty()).map(str::parse);
    let view: Vec<f64> = numbers.collect::<Result<_, _>>().ok()?;
    let &[_, _, across, down] = &view[..] else {
        return None;
    };
    let (said, name, part) = match (root.attribute("width"), root.attribute("height")) {
        (Some(width), None) => (width, "height", down / across),
        (None, Some(height)) => (height, "width", across / down),
        _ => return None,
    };
    let said = said.trim();
    let unit = said.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == '.');
    let number: f64 = said[..said.len() - unit.len()].parse().ok()?;
    let is_length = unit.bytes().all(|byte| byte.is_ascii_alphabetic());
    let side = number * part;
    if !is_length || !side.is_normal() {
        return None;
    }
    // Behind the name of the tag.
    let start = root.range().start;
    let behind = text[start..].find([' ', '\t', '\r', '\n', '/', '>'])?;
    let (before, after) = text.split_at(start + behind);
    Some(format!("{before} {name}=\"{side}{unit}\"{after}"))
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
        check("width='1'", None);
    }
}
