//! What a source was found to be.

use crate::Format;
use crate::header::Header;
use crate::notes::{Notes, Warning};
use serde::{Serialize, Serializer};
use std::fmt;

/// What a source was found to be, and what of it could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SourceInfo {
    /// The format, by its content.
    #[serde(serialize_with = "name")]
    pub format: Format,
    /// Pixels in a row as stored: for a photograph taken upright this can be the longer side, since the camera's orientation
    /// is not applied to it.
    pub width: u32,
    /// Rows as stored.
    pub height: u32,
    /// Pixels in a row of the picture as it is shown.
    pub upright_width: u32,
    /// Rows of the picture as it is shown.
    pub upright_height: u32,
    /// The way from stored to shown, as the EXIF tag 274 counts: 1 to 8, 1 for no change.
    pub orientation: u16,
    /// What said what the colours mean; `None` where nothing did, and they are taken for sRGB.
    pub profile: Option<ColourSource>,
    /// Pictures of an animation, pages or entries in the file, of which one is shown; `None` where they were not counted.
    pub frames: Option<u32>,
    /// What is not as it should be.
    pub warnings: Vec<Warning>,
}

impl SourceInfo {
    pub(crate) fn new(format: Format, header: &Header) -> Self {
        let (upright_width, upright_height) = header.orientation.turn(header.size);
        let Notes { frames, warnings } = &header.notes;
        let mut warnings = warnings.clone();
        let profile = header.colour.source().cloned();
        if profile == Some(ColourSource::BrokenIcc) {
            warnings.insert(0, Warning::BrokenProfile);
        }
        Self {
            format,
            width: header.size.0,
            height: header.size.1,
            upright_width,
            upright_height,
            orientation: header.orientation.to_exif(),
            profile: profile.filter(|profile| *profile != ColourSource::BrokenIcc),
            frames: *frames,
            warnings,
        }
    }
}

fn name<S: Serializer>(format: &Format, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(format.name())
}

/// What said what a picture's colours mean.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColourSource {
    /// An ICC profile.
    Icc {
        /// What it calls itself, empty where it does not.
        description: String,
    },
    /// An ICC profile that could not be read, and was ignored.
    BrokenIcc,
    /// Code points of ITU-T H.273.
    CodePoints {
        /// Colour primaries.
        primaries: u8,
        /// Transfer characteristics.
        transfer: u8,
    },
    /// A gamma or the chromaticities of the primaries, as PNG has them.
    Gamma,
}

impl fmt::Display for ColourSource {
    /// As reports carry it: the profile's own name, `cicp 9/16`, `gamma`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Icc { description } if description.is_empty() => f.write_str("icc"),
            Self::Icc { description } => f.write_str(description),
            Self::BrokenIcc => f.write_str("broken icc"),
            Self::CodePoints {
                primaries,
                transfer,
            } => write!(f, "cicp {primaries}/{transfer}"),
            Self::Gamma => f.write_str("gamma"),
        }
    }
}

impl Serialize for ColourSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
