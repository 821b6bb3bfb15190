//! What a report says besides numbers.

use serde::ser::{Serialize, SerializeStruct, Serializer};

/// What a decoder learns on its way that changes no pixel.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Pictures in the file, where the decoder knows without looking for them.
    pub(crate) frames: Option<u32>,
    pub(crate) warnings: Vec<Warning>,
}

impl Notes {
    /// As many as anyone reads. A file can have any number of faults.
    const MOST: usize = 16;

    pub(crate) fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < Self::MOST && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

/// What is not as it should be with a picture that has its thumbnail all the same. The message is a full sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// A colour profile that says nothing usable.
    #[error("the colour profile is broken and was ignored: the colours are taken for sRGB")]
    BrokenProfile,
    /// An EXIF block that says nothing usable.
    #[error("the EXIF block is broken and was ignored: the picture is taken to be upright")]
    BrokenExif,
    /// A part of the picture is missing or wrong.
    #[error("the picture is damaged and shown as far as it goes ({cause})")]
    Damaged {
        /// What the decoder met first.
        cause: String,
    },
    /// Something of the picture that is not shown, by intent.
    #[error("{what} is not shown")]
    LeftOut {
        /// What it is, as in "a picture that the drawing refers to".
        what: &'static str,
    },
}

impl Warning {
    /// The name that programs compare: `damaged`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BrokenProfile => "brokenProfile",
            Self::BrokenExif => "brokenExif",
            Self::Damaged { .. } => "damaged",
            Self::LeftOut { .. } => "leftOut",
        }
    }
}

/// As `{"code": "damaged", "message": "the picture is ..."}`.
impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Warning", 2)?;
        fields.serialize_field("code", self.code())?;
        fields.serialize_field("message", &self.to_string())?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_once_and_not_without_end() {
        let mut notes = Notes::default();
        notes.warn(Warning::BrokenExif);
        notes.warn(Warning::BrokenExif);
        assert_eq!(notes.warnings, [Warning::BrokenExif]);
        for number in 0..100 {
            notes.warn(Warning::Damaged {
                cause: number.to_string(),
            });
        }
        assert_eq!(notes.warnings.len(), Notes::MOST);
    }
}
