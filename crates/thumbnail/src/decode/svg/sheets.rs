//! How long style sheets take to read and to apply: `simplecss` 0.2.2 counts lines anew for every declaration, and tries every rule on every
//! element, by all ways in which its ancestors may stand for what the rule names.

use resvg::usvg::roxmltree::{Document, Node};

/// Nanoseconds that a rule takes where it does not hold, and for each way to look for the ancestors it names.
const RULE: f64 = 100.0;
const WAY: f64 = 18.0;

/// Nanoseconds for each byte before the end of a declaration, or of a number in it.
const BYTE: f64 = 0.6;

/// Nanoseconds that the sheets of a drawing take, where so many elements look for what holds for them.
pub(super) fn nanoseconds(document: &Document<'_>, elements: u64) -> f64 {
    let depth = f64::from(depth(document.root_element()));
    let of_each = |sheet| reading(sheet) + rules(sheet, depth) * elements as f64;
    texts(document).map(of_each).sum()
}

/// Bytes of the longest list of dashes in the sheets, which every element may have a copy of.
pub(super) fn longest_dashes(document: &Document<'_>) -> u64 {
    let lists = texts(document).flat_map(|sheet| sheet.split("stroke-dasharray").skip(1));
    let lengths = lists.map(|list| list.find([';', '}']).unwrap_or(list.len()));
    lengths.max().unwrap_or(0) as u64
}

/// The style sheets of a drawing.
pub(super) fn texts<'a>(document: &'a Document<'_>) -> impl Iterator<Item = &'a str> {
    let styles = document.descendants();
    styles
        .filter(|node| node.tag_name().name() == "style")
        .filter_map(|style| style.text())
}

/// What a rule refers to, for which elements.
pub(super) struct Reference<'a> {
    pub(super) address: &'a str,
    /// It may stand at every corner of an outline.
    pub(super) is_marker: bool,
    /// The last part of each selector, which is about the element itself; `None` where they are not understood here.
    selectors: Option<Vec<&'a str>>,
}

/// What the sheets of a drawing refer to.
pub(super) fn references<'a>(document: &'a Document<'_>) -> Vec<Reference<'a>> {
    let blocks = texts(document).flat_map(|sheet| sheet.split('}'));
    let references = blocks.flat_map(|block| {
        let (before, declarations) = block.split_once('{').unwrap_or(("", block));
        addresses(block).map(move |address| Reference {
            address,
            is_marker: block.contains("marker"),
            selectors: selectors(before).filter(|_| !declarations.contains('{')),
        })
    });
    references.collect()
}

/// The names in `url(#name)`, with or without quotes.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.split("url(").skip(1).filter_map(|rest| {
        let inside = rest.split(')').next()?;
        inside.trim_matches([' ', '"', '\'']).strip_prefix('#')
    })
}

/// Of plain selectors alone, perhaps behind a comment: no conditions, no media.
fn selectors(mut list: &str) -> Option<Vec<&str>> {
    const SIGNS: &str = "_-.#*,>+~";
    let is_plain = |letter: char| {
        letter.is_ascii_alphanumeric() || letter.is_ascii_whitespace() || SIGNS.contains(letter)
    };
    while let Some(comment) = list.trim_start().strip_prefix("/*") {
        (_, list) = comment.split_once("*/")?;
    }
    list.chars()
        .all(is_plain)
        .then(|| list.split(',').map(last).collect())
}

fn last(selector: &str) -> &str {
    let between = |letter: char| letter.is_ascii_whitespace() || matches!(letter, '>' | '+' | '~');
    selector
        .trim_end()
        .rsplit(between)
        .next()
        .unwrap_or_default()
}

impl Reference<'_> {
    /// Whether it may be for this element, as far as can be told without those around it.
    pub(super) fn may_be_for(&self, element: Node<'_, '_>) -> bool {
        let Some(selectors) = &self.selectors else {
            return true;
        };
        selectors.iter().any(|selector| {
            let named = selector.find(['#', '.']).unwrap_or(selector.len());
            let (kind, names) = selector.split_at(named);
            let is_kind = kind.is_empty() || kind == "*" || kind == element.tag_name().name();
            let classes = || element.attribute("class").unwrap_or_default();
            is_kind
                && names.split('#').skip(1).all(|name| {
                    let name = name.split('.').next();
                    element.attribute("id") == name
                })
                && names.split('.').skip(1).all(|name| {
                    let name = name.split('#').next();
                    classes()
                        .split_ascii_whitespace()
                        .any(|class| Some(class) == name)
                })
        })
    }
}

/// Nanoseconds that it takes to read declarations.
pub(super) fn reading(text: &str) -> f64 {
    let ends = |byte: &u8| matches!(byte, b' ' | b';' | b',' | b'}');
    let ends = text.as_bytes().iter().copied().filter(ends).count();
    BYTE * ends as f64 * text.len() as f64
}

/// Nanoseconds that the rules of a sheet take for each element.
fn rules(sheet: &str, depth: f64) -> f64 {
    let blocks = sheet.match_indices('{').map(|(at, _)| &sheet[..at]);
    let before_blocks = blocks.filter_map(|before| before.rsplit(['}', ';', '{']).next());
    let selectors = before_blocks.flat_map(|selectors| selectors.split(','));
    selectors
        .map(|selector| RULE + WAY * ways(ancestors(selector), depth))
        .sum()
}

/// How many ancestors a selector names that may be any distance away.
fn ancestors(selector: &str) -> u32 {
    let is_next = |part: &str| part.starts_with(['>', '+', '~']) || part.ends_with(['>', '+', '~']);
    let parts: Vec<_> = selector.split_ascii_whitespace().collect();
    let pairs = parts.windows(2);
    let far = pairs.filter(|pair| !pair.iter().any(|part| is_next(part)));
    far.count() as u32
}

/// In how many ways so many of an element's ancestors can be chosen.
fn ways(ancestors: u32, depth: f64) -> f64 {
    (0..ancestors)
        .map(f64::from)
        .map(|chosen| ((depth - chosen) / (chosen + 1.0)).max(1.0))
        .product()
}

/// How deep the elements in one are nested.
fn depth(element: Node<'_, '_>) -> u32 {
    let children = element.children().filter(Node::is_element);
    children.map(|child| 1 + depth(child)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_for_those_that_its_selector_may_mean() {
        let check = |sheet: &str, expected: &[bool]| {
            let text = format!(
                "<svg><style>{sheet}</style><path id='a' class='b c'/><g id='d' class='b'/></svg>"
            );
            let document = Document::parse(&text).expect("XML");
            let references = references(&document);
            let elements = document.root_element().children().skip(1);
            let found: Vec<_> = elements
                .map(|element| references.iter().any(|rule| rule.may_be_for(element)))
                .collect();
            assert_eq!(found, expected, "{sheet}");
        };
        for (selector, expected) in [
            ("path", [true, false]),
            ("#d", [false, true]),
            (".b", [true, true]),
            (".c", [true, false]),
            ("g.b#d", [false, true]),
            ("g.b.c, text", [false, false]),
            ("#x, g", [false, true]),
            ("svg > path ", [true, false]),
            ("*", [true, true]),
            (".z *", [true, true]),
            ("/* a */ /* b */ .c", [true, false]),
            // Not understood.
            ("text, /* a */ text", [true, true]),
            ("g/**/.z", [true, true]),
            ("text:first-child", [true, true]),
            ("@media print { text", [true, true]),
        ] {
            check(&format!("{selector}{{fill:url(#e)}}"), &expected);
        }
        check("text{fill:url(#e)}}fill:url(#e)", &[true, true]);
        check("text{/*{*/fill:url(#e)}", &[true, true]);
        check("path{fill:red}", &[false, false]);
    }

    #[test]
    fn ancestors_at_any_distance_are_those_with_a_space_between() {
        let check = |selector: &str, expected: u32| assert_eq!(ancestors(selector), expected);
        check("a", 0);
        check(" .a g path ", 2);
        check("g > path", 0);
        check("#a g>path", 1);
        check("a + b c", 1);
    }

    /// Of ten ancestors 10 can be chosen as one, 45 pairs, 120 times three.
    #[test]
    fn rules_take_as_long_as_there_are_ways() {
        let check = |sheet: &str, rules_tried: f64, ways: f64| {
            let expected = RULE * rules_tried + WAY * ways;
            assert!((rules(sheet, 10.0) - expected).abs() < 1e-6, "{sheet}");
        };
        check("a{fill:red}", 1.0, 1.0);
        check("a b{fill:red}", 1.0, 10.0);
        check("a b c{} d, a b c d{}", 3.0, 45.0 + 1.0 + 120.0);
    }
}
