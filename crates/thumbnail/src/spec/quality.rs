//! How good a lossy encoding is.

use super::SpecError;
use super::size::number;
use std::{fmt, str::FromStr};

/// The quality of a lossy encoding, 1 to 100 on libjpeg's scale. 80 by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quality(u8);

impl Quality {
    /// A quality of `value`.
    ///
    /// # Errors
    ///
    /// Where it is 0 or over 100.
    pub fn new(value: u8) -> Result<Self, SpecError> {
        match value {
            1..=100 => Ok(Self(value)),
            _ => Err(SpecError::Quality {
                text: value.to_string(),
            }),
        }
    }

    /// 1 to 100.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Quality {
    fn default() -> Self {
        Self(80)
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Quality {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        number(text)
            .and_then(|value| u8::try_from(value).ok())
            .and_then(|value| Self::new(value).ok())
            .ok_or_else(|| SpecError::Quality { text: text.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quality_is_from_1_to_100() {
        let check = |text: &str, value: Option<u8>| {
            assert_eq!(
                text.parse::<Quality>().ok().map(Quality::get),
                value,
                "{text:?}"
            );
        };
        check("1", Some(1));
        check("100", Some(100));
        for wrong in ["0", "101", "256", "", "+80", "80.0", "eighty"] {
            check(wrong, None);
        }
    }
}
