//! What is compared.

use std::fmt;

/// A way to make a thumbnail, in the order in which they stand in tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Tool {
    /// This project
    Ours,
    /// This project, built so that it does not look for AVX2
    Plain,
    /// The npm package, which is libvips
    Sharp,
    /// Pillow, with JPEG files decoded at a reduced size
    PillowDraft,
    /// Pillow as most use it
    Pillow,
    /// libvips through Python
    Pyvips,
}

impl Tool {
    pub(crate) const ALL: [Self; 6] = [
        Self::Ours,
        Self::Plain,
        Self::Sharp,
        Self::PillowDraft,
        Self::Pillow,
        Self::Pyvips,
    ];

    /// A name for files.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Plain => "plain",
            Self::Sharp => "sharp",
            Self::PillowDraft => "pillow-draft",
            Self::Pillow => "pillow",
            Self::Pyvips => "pyvips",
        }
    }
}

impl fmt::Display for Tool {
    /// A name for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ours => "ours",
            Self::Plain => "ours without AVX2",
            Self::Sharp => "sharp",
            Self::PillowDraft => "Pillow with draft",
            Self::Pillow => "Pillow",
            Self::Pyvips => "pyvips",
        })
    }
}
