//! How deep the elements of a drawing are nested, from its text alone: the reader of XML goes down a call for each level, and its
//! stack has an end.

/// More than this is refused by `usvg` too.
pub(super) const DEEPEST: u32 = 1024;

/// Whether elements are nested deeper than [`DEEPEST`]. Text that is no XML may be said to be, and what entities stand for counts
/// where they are declared.
pub(super) fn is_too_deep(text: &str) -> bool {
    let mut depth = 0_u32;
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
            let end = tag_end(rest);
            depth += u32::from(!rest[..end].ends_with('/'));
            if depth > DEEPEST {
                return true;
            }
            rest = &rest[end..];
        }
    }
    false
}

/// Where the tag ends that a text begins with: a bracket that is in no quotes.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    let end = text.bytes().position(|byte| match (quote, byte) {
        (None, b'>') => true,
        (None, b'"' | b'\'') => {
            quote = Some(byte);
            false
        }
        (Some(open), byte) if open == byte => {
            quote = None;
            false
        }
        _ => false,
    });
    end.unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_counts() {
        let check = |part: &str, is_deep: bool| {
            assert_eq!(is_too_deep(&part.repeat(2000)), is_deep, "{part}");
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
}
