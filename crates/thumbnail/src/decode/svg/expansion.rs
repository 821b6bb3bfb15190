//! How many elements a drawing has once everything that refers to something has a copy of it: ten lines can stand for more than
//! there are atoms, and the reader makes them all.

use resvg::usvg::roxmltree::{Document, Node};
use std::collections::HashMap;

/// Counts the elements of a drawing, what they refer to included, and the letters of its text. What goes round in a circle counts once; a number that is too
/// large is [`u64::MAX`].
pub(super) fn count(document: &Document<'_>) -> u64 {
    let elements = || document.descendants().filter(Node::is_element);
    let by_id = elements().filter_map(|element| Some((element.attribute("id")?, element)));
    let mut counting = Counting {
        by_id: by_id.collect(),
        counted: HashMap::new(),
        sheets: Vec::new(),
        depth: 0,
    };
    let styles = elements().filter(|element| element.tag_name().name() == "style");
    let sheets: Vec<_> = styles
        .filter_map(|style| style.text())
        .flat_map(addresses)
        .collect();
    counting.sheets = sheets;
    counting.element(document.root_element()).0
}

struct Counting<'a, 'input> {
    by_id: HashMap<&'a str, Node<'a, 'input>>,
    /// What was counted, or is being counted, which is 0.
    counted: HashMap<&'a str, u64>,
    /// What a style sheet refers to, and any element may by it.
    sheets: Vec<&'a str>,
    depth: u32,
}

impl<'a, 'input> Counting<'a, 'input> {
    /// References in references; real drawings have a handful.
    const DEEPEST: u32 = 4096;

    /// The elements that an element comes to, and how many of them are its own.
    fn element(&mut self, element: Node<'a, 'input>) -> (u64, u64) {
        if self.depth > Self::DEEPEST {
            return (u64::MAX, 1);
        }
        self.depth += 1;
        let (mut all, mut own) = (1_u64, 1_u64);
        if element.tag_name().name() == "text" {
            all = all.saturating_add(lettering(element));
        }
        for child in element.children().filter(Node::is_element) {
            let (inside, within) = self.element(child);
            all = all.saturating_add(inside);
            own += within;
        }
        for attribute in element.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            // What is painted with is handed down, so that everything inside may have a copy.
            let copies = match name {
                "fill" | "stroke" | "style" | "marker-start" | "marker-mid" | "marker-end" => own,
                _ => 1,
            };
            // A link within the file begins with a hash, and so do colours, which are no names of elements.
            let link = (name == "href").then(|| value.strip_prefix('#')).flatten();
            for address in addresses(value).chain(link) {
                all = all.saturating_add(self.referred(address).saturating_mul(copies));
            }
        }
        for index in 0..self.sheets.len() {
            all = all.saturating_add(self.referred(self.sheets[index]));
        }
        self.depth -= 1;
        (all, own)
    }

    fn referred(&mut self, id: &str) -> u64 {
        let Some((&id, &element)) = self.by_id.get_key_value(id) else {
            return 0;
        };
        if let Some(&count) = self.counted.get(id) {
            return count;
        }
        self.counted.insert(id, 0);
        let (count, _) = self.element(element);
        self.counted.insert(id, count);
        count
    }
}

/// As how many elements a text's letters count: each becomes a shape, and every part of the text is laid out in the context of
/// all its letters, which takes a third of a microsecond for each where an element takes three.
fn lettering(text: Node<'_, '_>) -> u64 {
    let letters = |node: Node<'_, '_>| node.text().map_or(0, |text| text.chars().count() as u64);
    let all: u64 = text.descendants().filter(Node::is_text).map(letters).sum();
    let parts = text.descendants().filter(Node::is_element).count() as u64;
    all + all * (parts - 1) / 10
}

/// The names in `url(#name)`, with or without quotes.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.split("url(").skip(1).filter_map(|rest| {
        let inside = rest.split(')').next()?;
        inside.trim_matches([' ', '"', '\'']).strip_prefix('#')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(contents: &str, elements: u64) {
        let text = format!("<svg xmlns='http://www.w3.org/2000/svg'>{contents}</svg>");
        let document = Document::parse(&text).expect("XML");
        assert_eq!(count(&document), 1 + elements, "{contents}");
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
            "<style>path { fill: url(#p) }</style><pattern id='p'/>",
            2 + 3,
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
