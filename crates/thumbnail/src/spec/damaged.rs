//! What becomes of damage.

use super::{Spec, SpecError};
use std::{fmt, str::FromStr};

/// What becomes of a picture that is damaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Damaged {
    /// It is shown as far as it goes, as browsers do, and the report says so; but for one of which next to nothing is there.
    #[default]
    Show,
    /// The same, where at least so much of it is there.
    ShowFrom(Percent),
    /// It is refused.
    Refuse,
}

/// A part of a picture, from 1 to 99 percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u8);

impl Percent {
    /// What is next to nothing.
    const LEAST: Self = Self(2);

    /// `None` where it is not from 1 to 99.
    #[must_use]
    pub const fn new(percent: u8) -> Option<Self> {
        match percent {
            1..=99 => Some(Self(percent)),
            _ => None,
        }
    }
}

impl Damaged {
    /// What holds for a source of which thumbnails for these `specs` are made: the strictest.
    pub(crate) fn of(specs: &[Spec]) -> Self {
        let damaged = specs.iter().map(|spec| spec.damaged);
        damaged
            .max_by_key(|damaged| (*damaged == Self::Refuse, damaged.least()))
            .unwrap_or_default()
    }

    fn least(self) -> Percent {
        match self {
            Self::ShowFrom(least) => least,
            Self::Show | Self::Refuse => Percent::LEAST,
        }
    }

    /// The part of a picture that has to be there for it to be shown.
    pub(crate) fn least_share(self) -> f32 {
        f32::from(self.least().0) / 100.0
    }

    /// Whether so much of what there should be is enough to be shown.
    pub(crate) fn is_enough(self, there: u64, all: u64) -> bool {
        u128::from(there) * 100 >= u128::from(all) * u128::from(self.least().0)
    }
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Show => f.write_str("show"),
            Self::ShowFrom(Percent(percent)) => write!(f, "{percent}%"),
            Self::Refuse => f.write_str("refuse"),
        }
    }
}

impl FromStr for Damaged {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        match text {
            "show" => Ok(Self::Show),
            "refuse" => Ok(Self::Refuse),
            _ => {
                let percent = text
                    .strip_suffix('%')
                    .and_then(|number| number.parse().ok());
                let percent = percent.and_then(Percent::new);
                percent
                    .map(Self::ShowFrom)
                    .ok_or_else(|| SpecError::Damaged { text: text.into() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(percent: u8) -> Damaged {
        Damaged::ShowFrom(Percent::new(percent).expect("a part"))
    }

    #[test]
    fn the_strictest_thumbnail_speaks_for_all() {
        let of = |damaged: &[Damaged]| {
            let specs: Vec<_> = damaged
                .iter()
                .map(|&damaged| Spec::default().with_damaged(damaged))
                .collect();
            Damaged::of(&specs)
        };
        assert_eq!(of(&[]), Damaged::Show);
        assert_eq!(of(&[Damaged::Show, Damaged::Show]), Damaged::Show);
        assert_eq!(of(&[from(30), Damaged::Show, from(50)]), from(50));
        assert_eq!(of(&[Damaged::Refuse, from(50)]), Damaged::Refuse);
    }

    #[test]
    fn enough_is_the_part_that_was_asked_for() {
        assert!(from(50).is_enough(1, 2));
        assert!(!from(51).is_enough(1, 2));
        assert!(Damaged::Show.is_enough(2, 100));
        assert!(!Damaged::Show.is_enough(1, 100));
        assert!(from(99).is_enough(u64::MAX, u64::MAX));
    }

    #[test]
    fn names_are_read_back_and_other_parts_are_none() {
        for damaged in [Damaged::Show, from(1), from(99), Damaged::Refuse] {
            assert_eq!(damaged.to_string().parse(), Ok(damaged));
        }
        for text in ["0%", "100%", "50", "-5%", "%", ""] {
            assert!(text.parse::<Damaged>().is_err(), "{text}");
        }
    }
}
