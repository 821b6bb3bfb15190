//! What single pictures come to, class by class, beside what is to be reached.

use super::{
    class::{Class, Goal, Verdict},
    measure::Measured,
    statistics::{least, median},
    tool::Tool,
};

/// How a tool compares with ours over the pictures of a class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Comparison {
    pub(crate) class: Class,
    pub(crate) pictures: usize,
    pub(crate) against: Tool,
    /// Times the CPU time of ours: the median over the pictures, and the least.
    pub(crate) median: f64,
    pub(crate) least: f64,
}

/// Whether a class has reached all its goals, as far as they were measured; of several, the stretch of any counts.
pub(crate) fn verdict(class: Class, comparisons: &[Comparison]) -> Option<Verdict> {
    let of_goal = |goal: Goal| {
        let mut of_class = comparisons.iter().filter(|one| one.class == class);
        let measured = of_class.find(|one| one.against == goal.against)?;
        Some(goal.judge(measured.median, measured.least))
    };
    let verdicts: Vec<_> = class.goals().into_iter().filter_map(of_goal).collect();
    if verdicts.contains(&Verdict::Missed) {
        return Some(Verdict::Missed);
    }
    verdicts.into_iter().max()
}

/// Every class that was measured, with each of the other tools.
pub(crate) fn comparisons(measured: &[Measured]) -> Vec<Comparison> {
    let ratios = |class: Class, tool: Tool| {
        let of_class = measured
            .iter()
            .filter(move |one| one.picture.class() == class);
        of_class
            .filter_map(move |one| one.ratio(tool))
            .collect::<Vec<_>>()
    };
    let pairs = Class::ALL
        .into_iter()
        .flat_map(|class| Tool::ALL.map(|tool| (class, tool)));
    pairs
        .filter(|(_, tool)| *tool != Tool::Ours)
        .filter_map(|(class, against)| {
            let ratios = ratios(class, against);
            Some(Comparison {
                class,
                pictures: ratios.len(),
                against,
                median: median(&ratios)?,
                least: least(ratios)?,
            })
        })
        .collect()
}

/// A goal that is not about speed.
pub(crate) struct Bound {
    pub(crate) what: &'static str,
    /// The worst of all pictures, and which it is.
    pub(crate) worst: f64,
    pub(crate) picture: String,
    pub(crate) goal: f64,
    pub(crate) stretch: Option<f64>,
}

impl Bound {
    /// The worst may be as large as the goal, and no larger.
    pub(crate) fn verdict(&self) -> Verdict {
        if self.worst > self.goal {
            Verdict::Missed
        } else if self.stretch.is_some_and(|stretch| self.worst <= stretch) {
            Verdict::Stretched
        } else {
            Verdict::Reached
        }
    }
}

/// From here on a photo is one of the largest that cameras make.
const HUGE_MEGAPIXELS: f64 = 40.0;

/// Memory, quality and waiting, where they were measured.
pub(crate) fn bounds(measured: &[Measured]) -> Vec<Bound> {
    let huge = |one: &Measured| {
        one.picture.class() == Class::Baseline && one.picture.header.megapixels() >= HUGE_MEGAPIXELS
    };
    let score = |one: &Measured, tool: Tool| one.readings.get(&tool)?.score;
    let bound = |what, goal, stretch, value: &dyn Fn(&Measured) -> Option<f64>| {
        let values = measured.iter().filter_map(|one| Some((value(one)?, one)));
        let (worst, one) = values.max_by(|one, other| one.0.total_cmp(&other.0))?;
        Some(Bound {
            what,
            worst,
            picture: one.picture.name.clone(),
            goal,
            stretch,
        })
    };
    let bounds = [
        bound(
            "MiB above an empty process, 48 MP given as a whole",
            32.0,
            None,
            &|one| one.readings.get(&Tool::Ours).filter(|_| huge(one))?.peak,
        ),
        bound(
            "MiB above an empty process, 48 MP streamed",
            12.0,
            None,
            &|one| one.streamed_peak.filter(|_| huge(one)),
        ),
        bound(
            "times the download alone, a photo at 80 MB/s",
            1.15,
            None,
            &|one| one.arriving.filter(|_| one.picture.class().is_photo()),
        ),
        bound("ssimulacra2 points below sharp", 0.0, None, &|one| {
            Some(score(one, Tool::Sharp)? - score(one, Tool::Ours)?)
        }),
        bound(
            "ssimulacra2 points below a full decode",
            2.0,
            Some(1.0),
            &|one| Some(one.full_decode_score? - score(one, Tool::Ours)?),
        ),
    ];
    bounds.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::{super::measure::samples::photo, *};

    #[test]
    fn a_class_is_as_good_as_its_median_and_its_worst_picture() {
        let beside_sharp = |name, side, ours, sharp| {
            photo(
                name,
                side,
                &[(Tool::Ours, ours, 90.0), (Tool::Sharp, sharp, 89.0)],
            )
        };
        let measured = [
            beside_sharp("a.jpg", 2000, 2.0, 12.0),
            beside_sharp("b.jpg", 3000, 4.0, 20.0),
            beside_sharp("c.jpg", 4000, 8.0, 32.0),
            // Of another class.
            photo(
                "d.jpg",
                1000,
                &[(Tool::Ours, 1.0, 90.0), (Tool::Pillow, 3.0, 89.0)],
            ),
        ];
        let expected = [
            Comparison {
                class: Class::Baseline,
                pictures: 3,
                against: Tool::Sharp,
                median: 5.0,
                least: 4.0,
            },
            Comparison {
                class: Class::Middle,
                pictures: 1,
                against: Tool::Pillow,
                median: 3.0,
                least: 3.0,
            },
        ];
        let comparisons = comparisons(&measured);
        assert_eq!(comparisons, expected);
        // One picture is under 4.5 times; and nothing is asked for beside plain Pillow there.
        assert_eq!(
            verdict(Class::Baseline, &comparisons),
            Some(Verdict::Missed)
        );
        assert_eq!(verdict(Class::Middle, &comparisons), None);
    }

    #[test]
    fn one_missed_goal_of_two_is_a_miss() {
        let verdict_of = |sharp, draft| {
            let times = [
                (Tool::Ours, 1.0),
                (Tool::Sharp, sharp),
                (Tool::PillowDraft, draft),
            ];
            let measured = [photo(
                "a.jpg",
                2000,
                &times.map(|(tool, time)| (tool, time, 90.0)),
            )];
            verdict(Class::Baseline, &comparisons(&measured))
        };
        assert_eq!(verdict_of(4.5, 4.0), Some(Verdict::Reached));
        assert_eq!(verdict_of(6.0, 4.0), Some(Verdict::Stretched));
        assert_eq!(verdict_of(6.0, 3.9), Some(Verdict::Missed));
        assert_eq!(verdict_of(4.4, 9.0), Some(Verdict::Missed));
    }

    #[test]
    fn the_worst_picture_decides_about_quality_and_memory() {
        let measured = [
            photo(
                "a.jpg",
                2000,
                &[(Tool::Ours, 200.0, 89.5), (Tool::Sharp, 900.0, 80.0)],
            ),
            photo(
                "b.jpg",
                7000,
                &[(Tool::Ours, 100.0, 88.5), (Tool::Sharp, 900.0, 89.0)],
            ),
        ];
        let found: Vec<_> = bounds(&measured)
            .into_iter()
            .map(|bound| (bound.worst, bound.verdict(), bound.picture))
            .collect();
        let of_b = |worst, verdict| (worst, verdict, "b.jpg".to_owned());
        // Memory is asked of the huge picture alone.
        let expected = [
            of_b(25.0, Verdict::Reached),
            of_b(5.0, Verdict::Reached),
            of_b(1.07, Verdict::Reached),
            of_b(0.5, Verdict::Missed),
            of_b(1.5, Verdict::Reached),
        ];
        assert_eq!(found, expected);
    }
}
