//! From an SVG file's bytes to its text.

use crate::{Error, Format, Limits};
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read as _;

const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Bytes of a compressed file's text that its first element has to begin in: a licence or a document type may stand before it.
const LONGEST_START: u64 = 64 << 10;

/// Whether a file that starts so is an SVG: an `svg` element stands there, after nothing but what XML allows before it.
pub(crate) fn is_svg(start: &[u8]) -> bool {
    if start.starts_with(&GZIP) {
        let mut inflated = Vec::new();
        // An end that is missing is no matter: what came before it counts.
        let _ = MultiGzDecoder::new(start)
            .take(LONGEST_START)
            .read_to_end(&mut inflated);
        return !inflated.starts_with(&GZIP) && is_svg(&inflated);
    }
    let text = match Encoding::of(start) {
        // Where only a start is looked at, it may end within a letter.
        Encoding::Utf8(skipped) => String::from_utf8_lossy(&start[skipped..]).into_owned(),
        wide => wide.widen(start),
    };
    let mut rest = text.trim_start();
    loop {
        let Some(tag) = rest.strip_prefix('<') else {
            return false;
        };
        let end = if tag.starts_with('?') {
            "?>"
        } else if tag.starts_with("!--") {
            "-->"
        } else if let Some(root) = tag.strip_prefix("!DOCTYPE") {
            // The root's name is what a document type begins with.
            return is_name(root.trim_start());
        } else {
            return is_name(tag);
        };
        match tag.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return false,
        }
    }
}

/// Whether `svg`, with or without a prefix, stands there.
fn is_name(text: &str) -> bool {
    let end = text.find(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/' | '['));
    let name = &text[..end.unwrap_or(text.len())];
    name.rsplit(':').next() == Some("svg")
}

/// The whole text, inflated no further than the limits allow.
pub(super) fn read<'a>(source: &'a [u8], limits: &Limits) -> Result<Cow<'a, str>, Error> {
    if !source.starts_with(&GZIP) {
        return decode(source.into());
    }
    let mut inflated = Vec::new();
    let most = limits.source_bytes.min(MOST_INFLATED);
    MultiGzDecoder::new(source)
        .take(most + 1)
        .read_to_end(&mut inflated)
        .map_err(|error| Error::corrupt(Format::Svg, error))?;
    limits.check_bytes(inflated.len() as u64)?;
    if inflated.len() as u64 > most {
        return Err(Error::TooManyBytes {
            bytes: inflated.len() as u64,
            limit: most,
        });
    }
    decode(inflated.into())
}

/// Drawings of programs for maps have some ten million bytes.
const MOST_INFLATED: u64 = 64 << 20;

fn decode(source: Cow<'_, [u8]>) -> Result<Cow<'_, str>, Error> {
    match (Encoding::of(&source), source) {
        (Encoding::Utf8(skipped), Cow::Borrowed(bytes)) => Ok(utf8(&bytes[skipped..])),
        (Encoding::Utf8(skipped), Cow::Owned(bytes)) => {
            Ok(utf8(&bytes[skipped..]).into_owned().into())
        }
        (wide, source) => Ok(wide.widen(&source).into()),
    }
}

/// As UTF-8, or where it is none, as Latin-1, which old programs wrote.
fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// How a text is coded, by its first bytes (XML 1.0, appendix F).
enum Encoding {
    /// After so many bytes of a mark.
    Utf8(usize),
    Utf16 {
        big: bool,
    },
}

impl Encoding {
    fn of(start: &[u8]) -> Self {
        match start {
            [0xEF, 0xBB, 0xBF, ..] => Self::Utf8(3),
            [0xFF, 0xFE, ..] | [b'<', 0, ..] => Self::Utf16 { big: false },
            [0xFE, 0xFF, ..] | [0, b'<', ..] => Self::Utf16 { big: true },
            _ => Self::Utf8(0),
        }
    }

    fn widen(&self, bytes: &[u8]) -> String {
        let big = matches!(self, Self::Utf16 { big: true });
        let units = bytes.as_chunks().0.iter().map(|&pair| {
            if big {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            }
        });
        char::decode_utf16(units)
            .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
            .filter(|&letter| letter != '\u{FEFF}')
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    #[test]
    fn a_drawing_is_known_by_its_first_element() {
        for text in [
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "\u{feff}<svg>",
            "\n  <?xml version='1.0'?>\n<!-- by hand --><svg>",
            "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN'",
            "<s:svg xmlns:s='http://www.w3.org/2000/svg'>",
        ] {
            assert!(is_svg(text.as_bytes()), "{text}");
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let trimmed = text.trim_start();
            let big: Vec<u8> = trimmed.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(is_svg(&little), !text.starts_with('\n'), "{text}");
            assert!(is_svg(&big), "{text}");
        }
        // Behind a licence of some length, compressed or not.
        let licence = format!("<!-- {} --><svg/>", "words ".repeat(5000));
        let mut file = GzEncoder::new(Vec::new(), Compression::fast());
        file.write_all(licence.as_bytes()).expect("memory");
        assert!(is_svg(licence.as_bytes()));
        assert!(is_svg(&file.finish().expect("memory")));
        for text in [
            "",
            "<",
            "<html><svg>",
            "<!-- <svg> ",
            "svg",
            "<svgx>",
            "<!DOCTYPE html><svg>",
            "\u{1F}\u{8B}",
        ] {
            assert!(!is_svg(text.as_bytes()), "{text}");
        }
    }
}
