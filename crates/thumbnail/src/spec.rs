//! What a thumbnail shall be like.

use crate::Format;
use std::{fmt, str::FromStr};

/// Counts the changes of rendering: it is raised whenever the same source and settings give other bytes, so that
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
    /// All settings on one line: `200x200 cover auto q80 m100`, and after it ` linear` and ` intact` where light is averaged and
    /// damaged pictures are refused.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {} q{} m{}",
            self.size, self.fit, self.format, self.quality, self.margin
        )?;
        if self.linear_light {
            f.write_str(" linear")?;
        }
        if self.damaged == Damaged::Refuse {
            f.write_str(" intact")?;
        }
        Ok(())
    }
}

/// The 64-bit FNV-1a hash (draft-eastlake-fnv): settings are not secrets, and it is the same everywhere.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// A width and a height in pixels, each from 1 to [`Size::MAX`]. Written `200x200`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    width: u16,
    height: u16,
}

impl Size {
    /// The longest side: what every output format can hold, and far beyond any thumbnail.
    pub const MAX: u32 = 8192;

    /// A size of `width` by `height` pixels.
    ///
    /// # Errors
    ///
    /// Where a side is 0 or over [`Size::MAX`].
    pub fn new(width: u32, height: u32) -> Result<Self, SpecError> {
        let side = |value: u32| match u16::try_from(value) {
            Ok(side) if side > 0 && value <= Self::MAX => Ok(side),
            _ => Err(SpecError::Side { value }),
        };
        Ok(Self {
            width: side(width)?,
            height: side(height)?,
        })
    }

    /// Pixels in a row.
    #[must_use]
    pub const fn width(self) -> u32 {
        self.width as u32
    }

    /// Rows.
    #[must_use]
    pub const fn height(self) -> u32 {
        self.height as u32
    }
}

impl Default for Size {
    fn default() -> Self {
        Self {
            width: 200,
            height: 200,
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for Size {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let sides = text
            .split_once(['x', 'X', '\u{d7}'])
            .and_then(|(width, height)| Some((number(width)?, number(height)?)));
        let (width, height) = sides.ok_or_else(|| SpecError::Size { text: text.into() })?;
        Self::new(width, height)
    }
}

/// Digits only: `u32::from_str` would take a sign too.
fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

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

/// The quality of a lossy encoding, 1 to 100 on libjpeg's scale. 80 by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quality(u8);

impl Quality {
    /// A quality of `value`.
    ///
    /// # Errors
    ///
    /// Where it is 0 or over 100.
    pub fn new(value: u8) -> Result<Self, SpecError> {
        match value {
            1..=100 => Ok(Self(value)),
            _ => Err(SpecError::Quality {
                text: value.to_string(),
            }),
        }
    }

    /// 1 to 100.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Quality {
    fn default() -> Self {
        Self(80)
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Quality {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        number(text)
            .and_then(|value| u8::try_from(value).ok())
            .and_then(|value| Self::new(value).ok())
            .ok_or_else(|| SpecError::Quality { text: text.into() })
    }
}

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
    #[error("{text:?} is no answer to a damaged picture; write show or refuse")]
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn a_size_is_two_sides_in_range() {
        let check = |text: &str, sides: Option<(u32, u32)>| {
            let size = text.parse::<Size>().ok();
            let found = size.map(|size| (size.width(), size.height()));
            assert_eq!(found, sides, "{text:?}");
        };
        check("200x200", Some((200, 200)));
        check("1X8192", Some((1, 8192)));
        check("640\u{d7}480", Some((640, 480)));
        for wrong in [
            "",
            "x",
            "200",
            "200x",
            "x200",
            "0x1",
            "1x0",
            "1x8193",
            "+1x1",
            "-1x1",
            " 1x1",
            "1x1 ",
            "1x1x1",
            "1.5x1",
            "4294967296x1",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn a_quality_is_from_1_to_100() {
        let check = |text: &str, value: Option<u8>| {
            assert_eq!(
                text.parse::<Quality>().ok().map(Quality::get),
                value,
                "{text:?}"
            );
        };
        check("1", Some(1));
        check("100", Some(100));
        for wrong in ["0", "101", "256", "", "+80", "80.0", "eighty"] {
            check(wrong, None);
        }
    }

    #[test]
    fn names_are_read_back() {
        for fit in Fit::ALL {
            assert_eq!(fit.to_string().parse(), Ok(fit));
        }
        for format in OutputFormat::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        for damaged in Damaged::ALL {
            assert_eq!(damaged.to_string().parse(), Ok(damaged));
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
        check("hide".parse::<Damaged>().expect_err("no answer"), "show or");
        check("99".parse::<Margin>().expect_err("no margin"), "100 to 800");
    }

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

    #[test]
    fn one_thumbnail_that_wants_no_damage_speaks_for_all() {
        let show = Spec::default();
        let refuse = show.with_damaged(Damaged::Refuse);
        assert_eq!(Damaged::of(&[]), Damaged::Show);
        assert_eq!(Damaged::of(&[show, show]), Damaged::Show);
        assert_eq!(Damaged::of(&[show, refuse]), Damaged::Refuse);
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

    proptest! {
        #[test]
        fn a_written_size_is_read_back(width in 1..=Size::MAX, height in 1..=Size::MAX) {
            let size = Size::new(width, height).expect("in range");
            prop_assert_eq!(size.to_string().parse(), Ok(size));
        }
    }
}
