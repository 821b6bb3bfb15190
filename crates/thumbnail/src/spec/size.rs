//! How large.

use super::SpecError;
use std::{fmt, str::FromStr};

/// A width and a height in pixels, each from 1 to [`Size::MAX`]. Written `200x200`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    width: u16,
    height: u16,
}

impl Size {
    /// The longest side: what every output format can hold, and far beyond any thumbnail.
    pub const MAX: u32 = 8192;

    /// A size of `width` by `height` pixels.
    ///
    /// # Errors
    ///
    /// Where a side is 0 or over [`Size::MAX`].
    pub fn new(width: u32, height: u32) -> Result<Self, SpecError> {
        let side = |value: u32| match u16::try_from(value) {
            Ok(side) if side > 0 && value <= Self::MAX => Ok(side),
            _ => Err(SpecError::Side { value }),
        };
        Ok(Self {
            width: side(width)?,
            height: side(height)?,
        })
    }

    /// Pixels in a row.
    #[must_use]
    pub const fn width(self) -> u32 {
        self.width as u32
    }

    /// Rows.
    #[must_use]
    pub const fn height(self) -> u32 {
        self.height as u32
    }
}

impl Default for Size {
    fn default() -> Self {
        Self {
            width: 200,
            height: 200,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for Size {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let sides = text
            .split_once(['x', 'X', '\u{d7}'])
            .and_then(|(width, height)| Some((number(width)?, number(height)?)));
        let (width, height) = sides.ok_or_else(|| SpecError::Size { text: text.into() })?;
        Self::new(width, height)
    }
}

/// Digits only: `u32::from_str` would take a sign too.
pub(super) fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_size_is_two_sides_in_range() {
        let check = |text: &str, sides: Option<(u32, u32)>| {
            let size = text.parse::<Size>().ok();
            let found = size.map(|size| (size.width(), size.height()));
            assert_eq!(found, sides, "{text:?}");
        };
        check("200x200", Some((200, 200)));
        check("1X8192", Some((1, 8192)));
        check("640\u{d7}480", Some((640, 480)));
        for wrong in [
            "",
            "x",
            "200",
            "200x",
            "x200",
            "0x1",
            "1x0",
            "1x8193",
            "+1x1",
            "-1x1",
            " 1x1",
            "1x1 ",
            "1x1x1",
            "1.5x1",
            "4294967296x1",
        ] {
            check(wrong, None);
        }
    }

    proptest! {
        #[test]
        fn a_written_size_is_read_back(width in 1..=Size::MAX, height in 1..=Size::MAX) {
            let size = Size::new(width, height).expect("in range");
            prop_assert_eq!(size.to_string().parse(), Ok(size));
        }
    }
}
