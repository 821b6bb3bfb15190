//! How a drawing's elements are nested and how many attributes they have, from its text alone: the reader of XML goes down a call for each
//! level, and its stack has an end; and it compares each attribute of an element with all others.

/// More than this is refused by `usvg` too.
pub(super) const DEEPEST: u32 = 1024;

/// Pairs of attributes that are compared in about a second.
const MOST_PAIRS: u64 = 300_000_000;

/// How often an entity may be put in at most.
const REPEATED: u64 = 256;

/// Whether elements are nested deeper than [`DEEPEST`], or have so many attributes that it takes too long to compare them. Text that is no
/// XML may be said to be, and what entities stand for counts where they are declared.
pub(super) fn is_too_much(text: &str) -> bool {
    let mut depth = 0_u32;
    let mut pairs = 0_u64;
    let repeated = if text.contains("<!ENTITY") {
        REPEATED
    } else {
        1
    };
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
        if let Some((start, end)) = skipped.iter().find(|(start, _)| rest.starts_with(start)) {
            rest = rest[start.len()..]
                .split_once(end)
                .map_or("", |(_, rest)| rest);
        } else if rest.starts_with("<!") {
            rest = &rest[2..];
        } else if rest.starts_with("</") {
            depth = depth.saturating_sub(1);
            rest = &rest[2..];
        } else {
            let (end, attributes) = tag(rest);
            depth += u32::from(!rest[..end].ends_with('/'));
            pairs += attributes * attributes / 2 * repeated;
            if depth > DEEPEST || pairs > MOST_PAIRS {
                return true;
            }
            rest = &rest[end..];
        }
    }
    false
}

/// Where the tag ends that a text begins with, at a bracket that is in no quotes, and how many attributes it has.
fn tag(text: &str) -> (usize, u64) {
    let mut quote = None;
    let mut attributes = 0;
    let end = text.bytes().position(|byte| match (quote, byte) {
        (None, b'>') => true,
        (None, b'"' | b'\'') => {
            quote = Some(byte);
            attributes += 1;
            false
        }
        (Some(open), byte) if open == byte => {
            quote = None;
            false
        }
        _ => false,
    });
    (end.unwrap_or(text.len()), attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_counts() {
        let check = |part: &str, is_deep: bool| {
            assert_eq!(is_too_much(&part.repeat(2000)), is_deep, "{part}");
        };
        check("<g>", true);
        check("<g></g>", false);
        check("<g/>", false);
        check("<g a='>'/>", false);
        check("<!-- <g> -->", false);
        // What only looks as if it were closed.
        check("<g><!-- </g> -->", true);
        check("<g><![CDATA[</g>]]>", true);
        check("<g a='/>'>", true);
        check("<g a=\"'/>\">", true);
    }

    #[test]
    fn attributes_of_one_element_are_compared_with_each_other() {
        let check = |attributes: usize, elements: usize, is_much: bool| {
            let element = format!("<g {}/>", "a='' ".repeat(attributes));
            assert_eq!(is_too_much(&element.repeat(elements)), is_much);
        };
        check(20_000, 1, false);
        check(30_000, 1, true);
        check(30, 10_000, false);
        check(2_000, 200, true);
        // What an entity stands for may come again and again.
        assert!(is_too_much(&format!(
            "<!DOCTYPE svg [<!ENTITY e \"<g {}/>\">]>",
            "a='' ".repeat(2_000)
        )));
    }
}
