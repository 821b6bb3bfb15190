//! The fonts that text is drawn with: a few of Noto, which are part of the program, so that a drawing looks the same on every machine.

use resvg::usvg::fontdb::{Database, Family, Query, Source, Stretch, Style, Weight};
use resvg::usvg::{self, FontFamily, FontResolver};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

/// See `fonts/README.md` for what is in them.
const FILES: [&[u8]; 5] = [
    include_bytes!("../../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../fonts/NotoSans-Italic.ttf"),
    include_bytes!("../../../fonts/NotoSerif-Regular.ttf"),
    include_bytes!("../../../fonts/NotoSansMono-Regular.ttf"),
];

const SANS: &str = "Noto Sans";
const SERIF: &str = "Noto Serif";
const MONO: &str = "Noto Sans Mono";

/// The family that text is drawn with which names none, as in browsers.
pub(super) const DEFAULT: &str = SERIF;

/// The fonts, which are looked into once in the life of the process.
pub(super) fn database() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut database = Database::new();
        for file in FILES {
            database.load_font_source(Source::Binary(Arc::new(file)));
        }
        Arc::new(database)
    };
    Arc::clone(FONTS.get_or_init(load))
}

/// Chooses the nearest of our fonts for what a drawing asks for, and sets `lacks_letters` where there is a letter that none of them has.
pub(super) fn resolver(lacks_letters: &AtomicBool) -> FontResolver<'_> {
    let another = FontResolver::default_fallback_selector();
    FontResolver {
        select_font: Box::new(|font, database| {
            let style = match font.style() {
                usvg::FontStyle::Normal => Style::Normal,
                usvg::FontStyle::Italic | usvg::FontStyle::Oblique => Style::Italic,
            };
            database.query(&Query {
                families: &[Family::Name(family(font.families()))],
                weight: Weight(font.weight()),
                stretch: Stretch::Normal,
                style,
            })
        }),
        select_fallback: Box::new(move |letter, tried, database| {
            let found = another(letter, tried, database);
            lacks_letters.fetch_or(found.is_none(), Ordering::Relaxed);
            found
        }),
    }
}

/// The first of the families that says what it is like, by its kind or its name. What nobody knows has no serifs, like most.
fn family(wanted: &[FontFamily]) -> &'static str {
    let known = wanted.iter().find_map(|family| match family {
        FontFamily::Serif => Some(SERIF),
        FontFamily::Monospace => Some(MONO),
        FontFamily::SansSerif | FontFamily::Cursive | FontFamily::Fantasy => Some(SANS),
        FontFamily::Named(name) => by_name(name),
    });
    known.unwrap_or(SANS)
}

fn by_name(name: &str) -> Option<&'static str> {
    // In this order: some sans-serif fonts for programs have both in their names.
    const PARTS: [(&str, &[&str]); 3] = [
        (
            MONO,
            &["mono", "courier", "consolas", "menlo", "monaco", "code"],
        ),
        (
            SANS,
            &["sans", "arial", "helvetica", "verdana", "tahoma", "roboto"],
        ),
        (
            SERIF,
            &[
                "serif", "times", "georgia", "garamond", "palatino", "cambria",
            ],
        ),
    ];
    let name = name.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    PARTS
        .iter()
        .find(|(_, parts)| has(parts))
        .map(|(family, _)| *family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_is_found_by_its_family() {
        let database = database();
        assert_eq!(database.len(), FILES.len());
        for family in [SANS, SERIF, MONO] {
            let query = Query {
                families: &[Family::Name(family)],
                ..Query::default()
            };
            assert!(database.query(&query).is_some(), "{family}");
        }
    }

    #[test]
    fn a_family_is_the_nearest_that_is_there() {
        let check = |names: &[&str], nearest: &str| {
            let named = names.iter().map(|&name| FontFamily::Named(name.to_owned()));
            assert_eq!(family(&named.collect::<Vec<_>>()), nearest, "{names:?}");
        };
        check(&["Noto Sans"], SANS);
        check(&["Arial"], SANS);
        check(&["Times New Roman"], SERIF);
        check(&["Noto Serif"], SERIF);
        check(&["MS Sans Serif"], SANS);
        check(&["DejaVu Sans Mono"], MONO);
        check(&["Courier New"], MONO);
        check(&["Unheard Of"], SANS);
        check(&["Unheard Of", "Georgia"], SERIF);
        let generic = [
            FontFamily::Named("Unheard Of".to_owned()),
            FontFamily::Serif,
        ];
        assert_eq!(family(&generic), SERIF);
    }
}
