//! The classes of pictures, and how much faster than others this project is to be in each.

use super::{
    header::{Header, Kind, Sampling},
    tool::Tool,
};

/// Pictures that make the same kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Baseline,
    BaselineFull,
    BaselineGrey,
    Progressive,
    Middle,
    Small,
    OtherJpeg,
    Png,
    PngPalette,
    WebPLossy,
    WebPLossless,
    Gif,
}

/// From here on a JPEG is a photo as cameras make it.
const LARGE_SHORT_SIDE: u32 = 1600;
/// Up to here it is small.
const SMALL_LONG_SIDE: u32 = 512;

impl Class {
    pub(crate) const ALL: [Self; 12] = [
        Self::Baseline,
        Self::BaselineFull,
        Self::BaselineGrey,
        Self::Progressive,
        Self::Middle,
        Self::Small,
        Self::OtherJpeg,
        Self::Png,
        Self::PngPalette,
        Self::WebPLossy,
        Self::WebPLossless,
        Self::Gif,
    ];

    /// The class of a picture with that header.
    pub(crate) fn of(header: &Header) -> Self {
        let (progressive, sampling) = match header.kind {
            Kind::Png { palette: false } => return Self::Png,
            Kind::Png { palette: true } => return Self::PngPalette,
            Kind::WebPLossy => return Self::WebPLossy,
            Kind::WebPLossless => return Self::WebPLossless,
            Kind::Gif => return Self::Gif,
            Kind::Jpeg {
                progressive,
                sampling,
            } => (progressive, sampling),
        };
        if header.long_side() <= SMALL_LONG_SIDE {
            return Self::Small;
        }
        let large = header.short_side() >= LARGE_SHORT_SIDE;
        match sampling {
            Sampling::FourInks | Sampling::Odd => Self::OtherJpeg,
            _ if progressive && large => Self::Progressive,
            _ if progressive => Self::OtherJpeg,
            _ if !large => Self::Middle,
            Sampling::Grey => Self::BaselineGrey,
            Sampling::Full => Self::BaselineFull,
            Sampling::HalfAcross | Sampling::Quarter => Self::Baseline,
        }
    }

    /// Whether it is a JPEG as large as cameras make them.
    pub(crate) const fn is_photo(self) -> bool {
        matches!(
            self,
            Self::Baseline | Self::BaselineFull | Self::BaselineGrey | Self::Progressive
        )
    }

    /// What it is called.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Baseline => "baseline 4:2:0 and 4:2:2, short side ≥ 1600",
            Self::BaselineFull => "baseline 4:4:4, short side ≥ 1600",
            Self::BaselineGrey => "baseline grey, short side ≥ 1600",
            Self::Progressive => "progressive, short side ≥ 1600",
            Self::Middle => "baseline, about 1 to 2 MP",
            Self::Small => "JPEG up to 512 px",
            Self::OtherJpeg => "other JPEG",
            Self::Png => "PNG",
            Self::PngPalette => "PNG with a palette",
            Self::WebPLossy => "WebP, lossy",
            Self::WebPLossless => "WebP, lossless",
            Self::Gif => "GIF",
        }
    }

    /// What is to be reached.
    pub(crate) fn goals(self) -> Vec<Goal> {
        match self {
            Self::Baseline => vec![
                Goal::new(Tool::Sharp, 4.5).stretch(6.0),
                Goal::new(Tool::PillowDraft, 4.0),
            ],
            Self::BaselineFull => vec![Goal::new(Tool::Sharp, 3.5).stretch(5.0)],
            Self::BaselineGrey => vec![Goal::new(Tool::Sharp, 4.5)],
            Self::Progressive => vec![Goal::new(Tool::Sharp, 25.0).never_under(18.0).stretch(50.0)],
            Self::Middle => vec![
                Goal::new(Tool::Sharp, 3.0).stretch(4.0),
                Goal::new(Tool::PillowDraft, 2.0),
            ],
            Self::Small => vec![
                Goal::new(Tool::Sharp, 3.0).stretch(4.0),
                Goal::new(Tool::Pillow, 2.0),
            ],
            Self::OtherJpeg => vec![],
            Self::Png => vec![Goal::new(Tool::Sharp, 2.0)],
            Self::PngPalette => vec![Goal::new(Tool::Sharp, 3.0)],
            Self::WebPLossy => vec![Goal::new(Tool::Sharp, 1.0)],
            Self::WebPLossless | Self::Gif => vec![Goal::new(Tool::Sharp, 1.5)],
        }
    }
}

/// How many times the CPU time of ours another tool's is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Goal {
    pub(crate) against: Tool,
    /// For the median over the pictures of a class.
    pub(crate) typical: f64,
    /// For each of them.
    pub(crate) each: f64,
    /// For the median, when all goes well.
    pub(crate) stretch: Option<f64>,
}

/// How a goal and what was measured compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Missed,
    Reached,
    Stretched,
}

impl Goal {
    fn new(against: Tool, each: f64) -> Self {
        Self {
            against,
            typical: each,
            each,
            stretch: None,
        }
    }

    fn never_under(self, each: f64) -> Self {
        Self { each, ..self }
    }

    fn stretch(self, stretch: f64) -> Self {
        Self {
            stretch: Some(stretch),
            ..self
        }
    }

    /// Judges a class by the median and the least of its pictures' ratios.
    pub(crate) fn judge(&self, median: f64, least: f64) -> Verdict {
        if median < self.typical || least < self.each {
            Verdict::Missed
        } else if self.stretch.is_some_and(|stretch| median >= stretch) {
            Verdict::Stretched
        } else {
            Verdict::Reached
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jpeg_belongs_where_its_size_and_storage_put_it() {
        let check = |progressive, sampling, (width, height), class| {
            let kind = Kind::Jpeg {
                progressive,
                sampling,
            };
            let header = Header {
                kind,
                width,
                height,
            };
            assert_eq!(Class::of(&header), class, "{header:?}");
        };
        check(false, Sampling::Quarter, (1600, 2400), Class::Baseline);
        check(false, Sampling::HalfAcross, (2400, 1600), Class::Baseline);
        check(false, Sampling::Quarter, (2400, 1599), Class::Middle);
        check(false, Sampling::Full, (4000, 3000), Class::BaselineFull);
        check(false, Sampling::Full, (1280, 960), Class::Middle);
        check(false, Sampling::Grey, (4000, 3000), Class::BaselineGrey);
        check(false, Sampling::Odd, (4000, 3000), Class::OtherJpeg);
        check(true, Sampling::Grey, (4000, 3000), Class::Progressive);
        check(true, Sampling::Full, (1280, 960), Class::OtherJpeg);
        check(true, Sampling::Quarter, (512, 512), Class::Small);
        check(false, Sampling::FourInks, (500, 333), Class::Small);
        check(false, Sampling::FourInks, (513, 333), Class::OtherJpeg);
    }

    #[test]
    fn one_slow_picture_misses_a_goal() {
        let goal = Goal::new(Tool::Sharp, 25.0).never_under(18.0).stretch(50.0);
        assert_eq!(goal.judge(25.0, 18.0), Verdict::Reached);
        assert_eq!(goal.judge(60.0, 17.9), Verdict::Missed);
        assert_eq!(goal.judge(24.9, 20.0), Verdict::Missed);
        assert_eq!(goal.judge(50.0, 20.0), Verdict::Stretched);
        assert_eq!(
            Goal::new(Tool::Sharp, 3.0).judge(9.0, 3.0),
            Verdict::Reached
        );
    }
}
