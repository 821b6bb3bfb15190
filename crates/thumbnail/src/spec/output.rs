//! What is written.

use super::SpecError;
use crate::Format;
use std::{fmt, str::FromStr};

/// What a thumbnail is encoded as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    /// The source's format where it is JPEG, PNG, WebP or GIF; otherwise JPEG, or PNG where JPEG would lose
    /// transparency.
    #[default]
    Auto,
    /// JPEG at the given quality; transparent parts become white.
    Jpeg,
    /// PNG, lossless.
    Png,
    /// WebP, lossless.
    WebP,
    /// GIF with the best 256 colours; what is less than half opaque becomes transparent.
    Gif,
}

impl OutputFormat {
    /// Every choice.
    pub const ALL: [Self; 5] = [Self::Auto, Self::Jpeg, Self::Png, Self::WebP, Self::Gif];

    /// The lower-case name that settings carry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
        }
    }

    /// The format to write for a source of format `source` whose thumbnail has parts that are `transparent`.
    pub(crate) const fn resolve(self, source: Format, transparent: bool) -> Format {
        match self {
            Self::Jpeg => Format::Jpeg,
            Self::Png => Format::Png,
            Self::WebP => Format::WebP,
            Self::Gif => Format::Gif,
            Self::Auto => match source {
                Format::Jpeg | Format::Png | Format::WebP | Format::Gif => source,
                _ if transparent => Format::Png,
                _ => Format::Jpeg,
            },
        }
    }
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for OutputFormat {
    type Err = SpecError;

    /// The names, and `jpg`, which many write.
    fn from_str(text: &str) -> Result<Self, SpecError> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .or((text == "jpg").then_some(Self::Jpeg))
            .ok_or_else(|| SpecError::Format { text: text.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_format_is_kept_where_browsers_show_it() {
        let auto = OutputFormat::Auto;
        for format in [Format::Jpeg, Format::Png, Format::WebP, Format::Gif] {
            assert_eq!(auto.resolve(format, true), format);
            assert_eq!(auto.resolve(format, false), format);
        }
        for format in [Format::Bmp, Format::Tiff] {
            assert_eq!(auto.resolve(format, true), Format::Png);
            assert_eq!(auto.resolve(format, false), Format::Jpeg);
        }
    }
}
