//! How a picture comes to its box.

use super::SpecError;
use std::{fmt, str::FromStr};

/// How a picture comes to a box of another shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fit {
    /// Exactly the box: scaled to fill it, what hangs over cut off evenly on both sides. Enlarges.
    #[default]
    Cover,
    /// Exactly the box: scaled to fit into it and centred, the rest transparent where the output format can be and
    /// the source's would be, white otherwise. Enlarges.
    Contain,
    /// At most the box: scaled to fit into it, nothing added. Never enlarges.
    Inside,
    /// Exactly the box: stretched.
    Fill,
}

impl Fit {
    /// Every fit.
    pub const ALL: [Self; 4] = [Self::Cover, Self::Contain, Self::Inside, Self::Fill];

    /// The lower-case name that settings carry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Contain => "contain",
            Self::Inside => "inside",
            Self::Fill => "fill",
        }
    }
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Fit {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        Self::ALL
            .into_iter()
            .find(|fit| fit.name() == text)
            .ok_or_else(|| SpecError::Fit { text: text.into() })
    }
}
