//! How much of a picture is decoded.

use super::SpecError;
use super::size::number;
use std::{fmt, str::FromStr};

/// How much of a JPEG is decoded, in percent of the thumbnail's width and height: 100 to 800, 100 by default.
///
/// A decoder can make a JPEG at 1/8, 1/4, 3/8 or 1/2 of its size for much less work. It takes the smallest of these that shows
/// what the thumbnail does, larger by this margin. More makes details a little crisper and takes longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Margin(u16);

impl Margin {
    /// A margin of `percent`.
    ///
    /// # Errors
    ///
    /// Where it is under 100 or over 800.
    pub fn new(percent: u16) -> Result<Self, SpecError> {
        match percent {
            100..=800 => Ok(Self(percent)),
            _ => Err(SpecError::Margin {
                text: percent.to_string(),
            }),
        }
    }

    /// By what the thumbnail's sides are multiplied: 1.0 to 8.0.
    #[must_use]
    pub fn factor(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl Default for Margin {
    fn default() -> Self {
        Self(100)
    }
}

impl fmt::Display for Margin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Margin {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        number(text)
            .and_then(|percent| u16::try_from(percent).ok())
            .and_then(|percent| Self::new(percent).ok())
            .ok_or_else(|| SpecError::Margin { text: text.into() })
    }
}
