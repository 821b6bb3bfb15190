//! Functions of CSS that `usvg` does not know. What it can't read it takes for black, or for nothing.

/// A colour for light surroundings and one for dark (CSS Color 5, 8), which is how draw.io writes all of its colours.
const LIGHT_DARK: &str = "light-dark(";

/// The text with the first of two such colours in place of both.
pub(super) fn resolved(text: String) -> String {
    let mut rest = &text[..];
    let mut resolved = String::new();
    while let Some((before, behind)) = rest.split_once(LIGHT_DARK) {
        resolved.push_str(before);
        match arguments(behind) {
            Some((light, after)) => {
                resolved.push_str(light);
                rest = after;
            }
            None => {
                resolved.push_str(LIGHT_DARK);
                rest = behind;
            }
        }
    }
    if resolved.is_empty() {
        return text;
    }
    resolved + rest
}

/// The first of several arguments, and what comes behind the end of the last.
fn arguments(text: &str) -> Option<(&str, &str)> {
    /// A colour takes fewer bytes; what has more is not looked through again and again.
    const LONGEST: usize = 512;
    let mut depth = 0_usize;
    let mut first = None;
    for (at, letter) in text.char_indices().take(LONGEST) {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => return Some((first?, &text[at + 1..])),
            ')' => depth -= 1,
            ',' if depth == 0 => first = first.or(Some(text[..at].trim())),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colour_for_light_surroundings_counts() {
        let check = |text: &str, expected: &str| assert_eq!(resolved(text.to_owned()), expected);
        check("fill: light-dark(#fff, #000);", "fill: #fff;");
        check(
            "a light-dark(rgb(1, 2, 3), var(--dark, #000)) b light-dark(red,blue)",
            "a rgb(1, 2, 3) b red",
        );
        check("id=\"light-dark_1\" a, b", "id=\"light-dark_1\" a, b");
        check("light-dark(red) light-dark(", "light-dark(red) light-dark(");
    }
}
