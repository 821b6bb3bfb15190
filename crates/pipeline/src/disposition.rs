use crate::key::split_extension;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 8187 lets stand in an `ext-value` without encoding.
const ATTRIBUTE: AsciiSet = NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Extensions that people know a picture by. Only such a one is replaced: in `holiday.2026` the part
/// behind the dot belongs to the name.
const OF_PICTURES: [&str; 20] = [
    "avif", "bmp", "dib", "gif", "heic", "heif", "hif", "jfif", "jpe", "jpeg", "jpg", "jxl",
    "pjpeg", "png", "apng", "tif", "tiff", "webp", "dng", "raw",
];

/// The `Content-Disposition` of a thumbnail whose name does not say what is in it, after RFC 6266.
///
/// `extension` is the usual one for the bytes, without a dot, and `is_honest` tells whether another says
/// the same. `None` where the name has such a one already.
pub fn content_disposition(
    name: &str,
    extension: &str,
    is_honest: impl Fn(&str) -> bool,
) -> Option<String> {
    let (stem, own) = split_extension(name);
    let own = own.strip_prefix('.').unwrap_or_default();
    if is_honest(own) {
        return None;
    }
    let of_a_picture = OF_PICTURES.iter().any(|one| one.eq_ignore_ascii_case(own));
    let stem = if of_a_picture { stem } else { name };
    let honest = format!("{stem}.{extension}");
    let plain: String = honest
        .chars()
        .map(|letter| match letter {
            '"' | '\\' | '%' => '_',
            ' '..='~' => letter,
            _ => '_',
        })
        .collect();
    let mut disposition = format!("inline; filename=\"{plain}\"");
    if plain != honest {
        disposition += "; filename*=UTF-8''";
        disposition.extend(utf8_percent_encode(&honest, &ATTRIBUTE));
    }
    Some(disposition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_tells_the_truth_needs_no_other() {
        for name in ["x.jpg", "a.png.jpeg"] {
            assert_eq!(disposition(name), None);
        }
    }

    #[test]
    fn a_name_that_does_not_gets_one_that_does() {
        check("x.heic", "inline; filename=\"x.jpg\"");
        check("x", "inline; filename=\"x.jpg\"");
        check("x.", "inline; filename=\"x..jpg\"");
        check("holiday.2026", "inline; filename=\"holiday.2026.jpg\"");
        check(
            "été \"1\".png",
            "inline; filename=\"_t_ _1_.jpg\"; filename*=UTF-8''%C3%A9t%C3%A9%20%221%22.jpg",
        );
        check(
            "100%\r\n.gif",
            "inline; filename=\"100___.jpg\"; filename*=UTF-8''100%25%0D%0A.jpg",
        );
    }

    fn check(name: &str, expected: &str) {
        assert_eq!(disposition(name).as_deref(), Some(expected));
    }

    fn disposition(name: &str) -> Option<String> {
        content_disposition(name, "jpg", |own| ["jpg", "jpeg"].contains(&own))
    }
}
