//! What becomes of damage.

use super::{Spec, SpecError};
use std::{fmt, str::FromStr};

/// What becomes of a picture that is damaged, but not beyond use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Damaged {
    /// It is shown as far as it goes, as browsers do, and the report says so.
    #[default]
    Show,
    /// It is refused.
    Refuse,
}

impl Damaged {
    /// Both answers.
    pub const ALL: [Self; 2] = [Self::Show, Self::Refuse];

    /// The lower-case name that settings carry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Refuse => "refuse",
        }
    }

    /// What holds for a source of which thumbnails for these `specs` are made.
    pub(crate) fn of(specs: &[Spec]) -> Self {
        if specs.iter().any(|spec| spec.damaged == Self::Refuse) {
            Self::Refuse
        } else {
            Self::Show
        }
    }
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Damaged {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        Self::ALL
            .into_iter()
            .find(|damaged| damaged.name() == text)
            .ok_or_else(|| SpecError::Damaged { text: text.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thumbnail_that_wants_no_damage_speaks_for_all() {
        let show = Spec::default();
        let refuse = show.with_damaged(Damaged::Refuse);
        assert_eq!(Damaged::of(&[]), Damaged::Show);
        assert_eq!(Damaged::of(&[show, show]), Damaged::Show);
        assert_eq!(Damaged::of(&[show, refuse]), Damaged::Refuse);
    }
}
