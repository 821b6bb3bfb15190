//! Why a setting was refused.

use super::Size;

/// Why a setting was refused. The message says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// Not a width and a height.
    #[error("{text:?} is not a size; write it as width x height in pixels, such as 200x200")]
    Size {
        /// What was given.
        text: String,
    },
    /// A side that is out of range.
    #[error(
        "a side of {value} pixels is out of range; it must be from 1 to {}",
        Size::MAX
    )]
    Side {
        /// What was given.
        value: u32,
    },
    /// Not a fit.
    #[error("{text:?} is not a fit; write cover, contain, inside or fill")]
    Fit {
        /// What was given.
        text: String,
    },
    /// Not an answer to damage.
    #[error(
        "{text:?} is no answer to a damaged picture; write show, refuse, or how much of it has to be there, as 50%"
    )]
    Damaged {
        /// What was given.
        text: String,
    },
    /// Not an output format.
    #[error("{text:?} is not an output format; write auto, jpeg, png, webp or gif")]
    Format {
        /// What was given.
        text: String,
    },
    /// Not a quality.
    #[error("{text:?} is not a quality; write a whole number from 1 to 100")]
    Quality {
        /// What was given.
        text: String,
    },
    /// Not a margin.
    #[error("{text:?} is not a margin; write a whole number of percent from 100 to 800")]
    Margin {
        /// What was given.
        text: String,
    },
}
