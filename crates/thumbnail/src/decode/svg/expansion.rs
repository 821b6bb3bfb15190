//! How many elements a drawing has once everything that refers to something has a copy of it: ten lines can stand for more than
//! there are atoms, and the reader makes them all.

use super::{arcs, sheets};
use resvg::usvg::roxmltree::{Document, Node};
use std::collections::HashMap;

/// What a drawing comes to.
#[derive(Clone, Copy, Default)]
pub(super) struct Contents {
    /// Elements, and what takes as long as one.
    pub(super) elements: u64,
    /// Bytes of attributes.
    pub(super) bytes: u64,
}

impl Contents {
    const ENDLESS: Self = Self {
        elements: u64::MAX,
        bytes: u64::MAX,
    };

    const fn add(&mut self, other: Self, copies: u64) {
        let elements = other.elements.saturating_mul(copies);
        self.elements = self.elements.saturating_add(elements);
        let bytes = other.bytes.saturating_mul(copies);
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// Counts what is in a drawing, what its elements refer to included, and the letters of its text. What goes round in a circle counts once;
/// a number that is too large is [`u64::MAX`].
pub(super) fn count(document: &Document<'_>) -> Contents {
    let elements = document.descendants().filter(Node::is_element);
    let by_id = elements.filter_map(|element| Some((element.attribute("id")?, element)));
    let mut counting = Counting {
        by_id: by_id.collect(),
        counted: HashMap::new(),
        sheets: sheets::references(document),
        depth: 0,
    };
    let mut contents = counting.element(document.root_element()).0;
    let dashes = sheets::longest_dashes(document);
    if dashes >= LONG {
        let list = Contents {
            elements: 0,
            bytes: dashes,
        };
        contents.add(list, contents.elements);
    }
    contents
}

struct Counting<'a, 'input> {
    by_id: HashMap<&'a str, Node<'a, 'input>>,
    /// What was counted, or is being counted, which is nothing.
    counted: HashMap<&'a str, Contents>,
    /// What style sheets refer to.
    sheets: Vec<sheets::Reference<'a>>,
    depth: u32,
}

/// What an element has of its own, which may have a copy each of what is handed down to it.
#[derive(Default)]
struct Own {
    elements: u64,
    /// Corners of outlines, two at least for each element. A marker stands at every one.
    corners: u64,
}

impl<'a, 'input> Counting<'a, 'input> {
    /// References in references; real drawings have a handful.
    const DEEPEST: u32 = 4096;

    /// What an element comes to, and what of that is its own.
    fn element(&mut self, element: Node<'a, 'input>) -> (Contents, Own) {
        let mut own = Own {
            elements: 1,
            corners: 2,
        };
        if self.depth > Self::DEEPEST {
            return (Contents::ENDLESS, own);
        }
        self.depth += 1;
        let mut all = Contents {
            elements: 1,
            bytes: 0,
        };
        if element.tag_name().name() == "text" {
            all.elements = all.elements.saturating_add(lettering(element));
        }
        for child in element.children().filter(Node::is_element) {
            let (inside, within) = self.element(child);
            all.add(inside, 1);
            own.elements += within.elements;
            own.corners += within.corners;
        }
        let outlines = ["d", "points"].map(|name| element.attribute(name));
        own.corners += outlines
            .iter()
            .flatten()
            .map(|text| text.len() as u64 / 2)
            .sum::<u64>();
        for attribute in element.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            let length = value.len() as u64;
            // What is painted with is handed down, so that everything inside may have a copy.
            let (lists, references) = match name {
                "stroke-dasharray" => (own.elements, 1),
                "fill" | "stroke" => (1, own.elements),
                "style" if value.contains("marker") => (own.elements, own.corners),
                "style" => (own.elements, own.elements),
                "marker" | "marker-start" | "marker-mid" | "marker-end" => (1, own.corners),
                _ => (1, 1),
            };
            // A style of usual length has no list in it that is worth counting.
            let lists = if length < LONG { 1 } else { lists };
            let bytes = match name {
                // Pictures are decoded, which is quick, and not kept.
                "href" => length / 4,
                "style" if length >= LONG => length + (sheets::reading(value) / BYTE) as u64,
                _ => length.saturating_add(arcs::bytes(name, value)),
            };
            all.bytes = all.bytes.saturating_add(bytes.saturating_mul(lists));
            // A link within the file begins with a hash, and so do colours, which are no names of elements.
            let link = (name == "href").then(|| value.strip_prefix('#')).flatten();
            for address in sheets::addresses(value).chain(link) {
                all.add(self.referred(address), references);
            }
        }
        for index in 0..self.sheets.len() {
            let rule = &self.sheets[index];
            if rule.may_be_for(element) {
                let references = if rule.is_marker {
                    own.corners
                } else {
                    own.elements
                };
                all.add(self.referred(rule.address), references);
            }
        }
        self.depth -= 1;
        (all, own)
    }

    fn referred(&mut self, id: &str) -> Contents {
        let Some((&id, &element)) = self.by_id.get_key_value(id) else {
            return Contents::default();
        };
        if let Some(&count) = self.counted.get(id) {
            return count;
        }
        self.counted.insert(id, Contents::default());
        let (count, _) = self.element(element);
        self.counted.insert(id, count);
        count
    }
}

/// Nanoseconds that a byte of an outline takes.
const BYTE: f64 = 24.0;

/// Bytes of a list that is long.
const LONG: u64 = 4096;

/// As how many elements a text's letters count: each becomes a shape, and every part of the text is laid out in the context of
/// all its letters, which takes a third of a microsecond for each where an element takes three; and so is each letter, in a nanosecond or two.
fn lettering(text: Node<'_, '_>) -> u64 {
    let letters = |node: Node<'_, '_>| node.text().map_or(0, |text| text.chars().count() as u64);
    let all: u64 = text.descendants().filter(Node::is_text).map(letters).sum();
    let parts = text.descendants().filter(Node::is_element).count() as u64;
    all + all * (parts - 1) / 10 + all * all / 2000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(contents: &str, elements: u64) {
        let text = format!("<svg xmlns='http://www.w3.org/2000/svg'>{contents}</svg>");
        let document = Document::parse(&text).expect("XML");
        assert_eq!(count(&document).elements, 1 + elements, "{contents}");
    }

    #[test]
    fn copies_are_counted_where_they_are_made() {
        check("<g><path/><path/></g>", 3);
        check("<text>seven l</text>", 1 + 7);
        check("<text>five <tspan>seven l</tspan></text>", 2 + 12 + 1);
        check(
            "<g id='a'><path/></g><use href='#a'/><use href='#a'/>",
            2 + 2 * 3,
        );
        check(
            "<pattern id='p'><path/></pattern><path fill='url(#p)'/>",
            2 + 3,
        );
        check(
            "<pattern id='p'/><path style='stroke: url(\"#p\")'/>",
            1 + 2,
        );
        // Handed down to three elements.
        check(
            "<pattern id='p'/><g fill='url(#p)'><path/><path/></g>",
            1 + 3 + 3,
        );
        check(
            "<style>path { fill: url(#p) }</style><pattern id='p'/><path/>",
            3 + 1,
        );
        // Each rule is for one element, which is no circle of rules.
        check(
            "<style>#a{fill:url(#p)} #b{fill:url(#q)}</style><pattern id='p'/><pattern id='q'/><g id='a'/><g id='b'/>",
            5 + 2,
        );
    }

    #[test]
    fn attributes_are_counted_where_they_are_copied() {
        let check = |contents: &str, bytes: u64| {
            let text = format!("<svg xmlns='http://www.w3.org/2000/svg'>{contents}</svg>");
            let document = Document::parse(&text).expect("XML");
            assert_eq!(count(&document).bytes, bytes, "{contents}");
        };
        check("<path id='a' d='M0 0h1'/>", 1 + 6);
        // A link counts a quarter of its length.
        check("<path id='a' d='M0 0h1'/><use href='#abcdefg'/>", 1 + 6 + 2);
        check("<path id='a' d='M0 0h1'/><use href='#a'/>", 2 * (1 + 6));
        let list = "1 ".repeat(4000);
        // For the group, and what is in it.
        check(
            &format!("<g stroke-dasharray='{list}'><path/><path/></g>"),
            3 * 8000,
        );
    }

    /// One for each end of a segment that the text has room for, and two for the path itself.
    #[test]
    fn a_marker_stands_at_every_corner() {
        check(
            "<marker id='m'><path/></marker><path marker-mid='url(#m)' d='M0 0h1h1h1'/>",
            2 + 1 + 2 * (2 + 5),
        );
    }

    /// Two groups and what is in them; the second once more inside the first, and in that the first; the first inside the second.
    #[test]
    fn circles_end() {
        check(
            "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
            4 + 4 + 2,
        );
    }
}
