//! From a drawing's text to what there is to draw, where that can be had within the limits.

use super::{expansion, fonts, nesting, shape, sheets};
use crate::{Error, Format, Limits};
use resvg::usvg::fontdb::Database;
use resvg::usvg::roxmltree::{self, Document, ParsingOptions};
use resvg::usvg::{self, ImageHrefResolver, Options, Tree};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes that an element takes while a drawing is read, and once it is: measured with many small ones.
const ELEMENT: u64 = 2_000;

/// Bytes that one of an attribute takes: most of those that are long are outlines, of which every corner takes nine.
const ATTRIBUTE: u64 = 4;

/// Elements that are read in a second or two, and how many of them may be copies.
const MOST_ELEMENTS: u64 = 500_000;
const MOST_COPIES: u64 = 200_000;

/// Bytes of attributes, and nanoseconds for style sheets, that take as long.
const MOST_BYTES: u64 = 96 << 20;
const LONGEST: f64 = 3e9;

/// What there is to draw.
pub(super) struct Drawing {
    pub(super) tree: Tree,
    /// Bytes of memory that it takes.
    pub(super) bytes: u64,
    /// Whether there is text in it that no font here has the letters for.
    pub(super) lacks_letters: bool,
}

/// Reads a drawing.
pub(super) fn read(
    text: &str,
    pictures: ImageHrefResolver<'_>,
    fonts: Arc<Database>,
    limits: &Limits,
) -> Result<Drawing, Error> {
    let elements = text.bytes().filter(|&byte| byte == b'<').count() as u64;
    let needed = 2 * text.len() as u64 + ELEMENT * elements;
    if needed > limits.memory_bytes || nesting::is_too_much(text) {
        return Err(Error::TooMuchTime);
    }
    let reading = ParsingOptions {
        allow_dtd: true,
        nodes_limit: u32::try_from(limits.memory_bytes / ELEMENT).unwrap_or(u32::MAX),
    };
    let parse = |text| {
        Document::parse_with_options(text, reading).map_err(|error| match error {
            roxmltree::Error::NodesLimitReached => Error::TooMuchTime,
            _ => Error::corrupt(Format::Svg, error),
        })
    };
    let mut document = parse(text)?;
    let completed = shape::completed(text, &document);
    if let Some(text) = &completed {
        document = parse(text)?;
    }
    // Before the rules are looked through here for each element.
    let here = document.descendants().filter(roxmltree::Node::is_element);
    if sheets::nanoseconds(&document, here.count() as u64) > LONGEST {
        return Err(Error::TooMuchTime);
    }
    let contents = expansion::count(&document);
    let bytes = (2 * text.len() as u64)
        .saturating_add(contents.elements.saturating_mul(ELEMENT))
        .saturating_add(contents.bytes.saturating_mul(ATTRIBUTE));
    if contents.elements > MOST_ELEMENTS.min(elements + MOST_COPIES)
        || contents.bytes > MOST_BYTES
        || bytes > limits.memory_bytes
        || sheets::nanoseconds(&document, contents.elements) > LONGEST
    {
        return Err(Error::TooMuchTime);
    }
    let lacks_letters = AtomicBool::new(false);
    let options = Options {
        resources_dir: None,
        image_href_resolver: pictures,
        font_family: fonts::DEFAULT.to_owned(),
        font_resolver: fonts::resolver(&lacks_letters),
        fontdb: fonts,
        ..Options::default()
    };
    let tree = Tree::from_xmltree(&document, &options).map_err(|error| match error {
        usvg::Error::ElementsLimitReached => Error::TooMuchTime,
        _ => Error::corrupt(Format::Svg, error),
    })?;
    limits.check_time()?;
    Ok(Drawing {
        tree,
        bytes,
        lacks_letters: lacks_letters.load(Ordering::Relaxed),
    })
}
