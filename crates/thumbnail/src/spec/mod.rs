//! What a thumbnail shall be like.

mod damaged;
mod fault;
mod fit;
mod margin;
mod output;
mod quality;
mod size;

pub use damaged::{Damaged, Percent};
pub use fault::SpecError;
pub use fit::Fit;
pub use margin::Margin;
pub use output::OutputFormat;
pub use quality::Quality;
pub use size::Size;

use std::fmt;

/// Counts the changes of rendering: it is raised with every release that gives other bytes for the same source and settings, so that
/// thumbnails made before can be told from those made now.
const RENDERING_VERSION: u32 = 1;

/// What a thumbnail shall be like. The default is exactly 200x200, cover, in the source's own format where browsers
/// show it, at JPEG quality 80.
///
/// Every field is valid by its type, so a `Spec` is too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Spec {
    /// The box that the picture is made for.
    pub size: Size,
    /// How a picture of another shape comes to that box.
    pub fit: Fit,
    /// What it is encoded as.
    pub format: OutputFormat,
    /// How good a lossy encoding is.
    pub quality: Quality,
    /// How much larger than the thumbnail a picture is kept that is reduced while it is decoded.
    pub margin: Margin,
    /// What becomes of a picture that is damaged, but not beyond use. A source is refused for all its thumbnails where one of
    /// them says so.
    pub damaged: Damaged,
    /// Whether pixels are averaged as light and not as the numbers of sRGB's curve: fine bright detail on dark keeps its
    /// brightness, as it does for an eye that is too far away to see it. It takes longer, above all for a JPEG, which is decoded
    /// whole for it. Off by default, as browsers do it.
    pub linear_light: bool,
}

impl Spec {
    /// A cover of the given size, everything else as by default.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self {
            size,
            ..Self::default()
        }
    }

    /// The same with another fit.
    #[must_use]
    pub const fn with_fit(self, fit: Fit) -> Self {
        Self { fit, ..self }
    }

    /// The same with another output format.
    #[must_use]
    pub const fn with_format(self, format: OutputFormat) -> Self {
        Self { format, ..self }
    }

    /// The same with another quality.
    #[must_use]
    pub const fn with_quality(self, quality: Quality) -> Self {
        Self { quality, ..self }
    }

    /// The same with another margin.
    #[must_use]
    pub const fn with_margin(self, margin: Margin) -> Self {
        Self { margin, ..self }
    }

    /// The same with another answer to damage.
    #[must_use]
    pub const fn with_damaged(self, damaged: Damaged) -> Self {
        Self { damaged, ..self }
    }

    /// The same, averaging light or not.
    #[must_use]
    pub const fn with_linear_light(self, linear_light: bool) -> Self {
        Self {
            linear_light,
            ..self
        }
    }

    /// Sixteen hexadecimal digits that stand for these settings and for the way this version renders them: two
    /// thumbnails of one source with equal fingerprints are equal, where they were made together with the same others.
    /// Stable across platforms and releases.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!(
            "{:016x}",
            fnv1a(format!("{RENDERING_VERSION} {self}").as_bytes())
        )
    }
}

impl fmt::Display for Spec {
    /// All settings on one line: `200x200 cover auto q80 m100`, and after it ` linear` where light is averaged, ` intact` where
    /// damaged pictures are refused, and ` from 50%` where so much of them has to be there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} q{} m{}",
            self.size, self.fit, self.format, self.quality, self.margin
        )?;
        if self.linear_light {
            f.write_str(" linear")?;
        }
        match self.damaged {
            Damaged::Show => Ok(()),
            Damaged::ShowFrom(_) => write!(f, " from {}", self.damaged),
            Damaged::Refuse => f.write_str(" intact"),
        }
    }
}

/// The 64-bit FNV-1a hash (draft-eastlake-fnv): settings are not secrets, and it is the same everywhere.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_read_back() {
        for fit in Fit::ALL {
            assert_eq!(fit.to_string().parse(), Ok(fit));
        }
        for format in OutputFormat::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        assert_eq!("jpg".parse(), Ok(OutputFormat::Jpeg));
        assert!("Cover".parse::<Fit>().is_err());
        assert!("tiff".parse::<OutputFormat>().is_err());
    }

    #[test]
    fn a_refusal_says_what_to_write() {
        let check = |error: SpecError, hint: &str| {
            assert!(error.to_string().contains(hint), "{error}");
        };
        check("big".parse::<Size>().expect_err("no size"), "200x200");
        check(
            "0x9".parse::<Size>().expect_err("no size"),
            "from 1 to 8192",
        );
        check("tile".parse::<Fit>().expect_err("no fit"), "cover, contain");
        check(
            "heic".parse::<OutputFormat>().expect_err("no format"),
            "auto, jpeg",
        );
        check("0".parse::<Quality>().expect_err("no quality"), "1 to 100");
        check(
            "hide".parse::<Damaged>().expect_err("no answer"),
            "show, refuse",
        );
        check("99".parse::<Margin>().expect_err("no margin"), "100 to 800");
    }

    #[test]
    fn the_default_is_the_documented_one() {
        assert_eq!(Spec::default().to_string(), "200x200 cover auto q80 m100");
    }

    #[test]
    fn the_hash_is_fnv1a() {
        // Test vectors published with the algorithm.
        assert_eq!(fnv1a(b""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_F739_67E8);
    }

    #[test]
    fn every_setting_changes_the_fingerprint() {
        let spec = Spec::default();
        let size = Size::new(200, 201).expect("a size");
        let quality = Quality::new(81).expect("a quality");
        let variants = [
            spec,
            Spec { size, ..spec },
            spec.with_fit(Fit::Fill),
            spec.with_format(OutputFormat::Jpeg),
            spec.with_quality(quality),
            spec.with_margin(Margin::new(200).expect("a margin")),
            spec.with_linear_light(true),
            spec.with_damaged(Damaged::Refuse),
        ];
        let distinct: HashSet<_> = variants.iter().map(Spec::fingerprint).collect();
        assert_eq!(distinct.len(), variants.len());
        assert_eq!(spec.fingerprint().len(), 16);
    }
}
