//! What is done to each picture, decided before anything is.

use std::time::Duration;

use super::{
    chance::Chance,
    picture::{Broken, Format},
};

/// How many of the pictures are not simply uploaded once, in percent.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Shares {
    /// Percent of the pictures whose event comes again, each twice in the same words
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, value_parser = percent)]
    pub(crate) duplicate: f64,

    /// Percent of the pictures that are overwritten with other colours while they are worked on
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, value_parser = percent)]
    pub(crate) overwrite: f64,

    /// Percent of the pictures that are deleted while they are worked on, and then uploaded again
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, value_parser = percent)]
    pub(crate) delete: f64,

    /// Percent of the uploads that are no picture, and have to be answered by a message that says so
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, value_parser = percent)]
    pub(crate) broken: f64,
}

fn percent(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err("write a number from 0 to 100".to_owned()),
    }
}

/// What a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Good(Format),
    Broken(Broken),
}

/// One thing that is done to a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The upload of this generation.
    Put { generation: u32 },
    /// The removal of what was uploaded last.
    Delete,
    /// The event of an earlier upload comes again, that often.
    Event { generation: u32, copies: u32 },
}

/// What is done to one picture, in order; each step with its distance from the one before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) kind: Kind,
    pub(crate) steps: Vec<(Duration, Step)>,
}

/// Between two uploads of one picture: from far less to far more than its thumbnail takes.
const OVERWRITE_WITHIN: Duration = Duration::from_millis(1500);
/// How late an event comes that is sent out of order.
const LATE_BY: Duration = Duration::from_secs(6);

/// The plan for one picture. `reordered` is whether the events of all its uploads come again late, in any order.
pub(crate) fn plan(picture: u32, shares: &Shares, reordered: bool, chance: Chance) -> Plan {
    let index = u64::from(picture);
    let happens = |percent, what| chance.happens(percent, what, index);
    let kind = match chance.number("kind", index) % 4 {
        kind if happens(shares.broken, "broken") => Kind::Broken(if kind % 2 == 0 {
            Broken::Cut
        } else {
            Broken::Text
        }),
        0 => Kind::Good(Format::Png),
        _ => Kind::Good(Format::Jpeg),
    };

    let mut steps = vec![(Duration::ZERO, Step::Put { generation: 0 })];
    let mut generation = 0;
    let mut again = |what: &str, deleted: bool, steps: &mut Vec<_>| {
        let pause = chance.time(OVERWRITE_WITHIN, what, index);
        if deleted {
            steps.push((pause, Step::Delete));
        }
        generation += 1;
        let pause = if deleted { pause / 4 } else { pause };
        steps.push((pause, Step::Put { generation }));
    };
    if happens(shares.overwrite, "overwrite") {
        for _ in 0..=chance.number("overwrites", index) % 3 {
            again("overwrite after", false, &mut steps);
        }
    }
    if happens(shares.delete, "delete") {
        again("delete after", true, &mut steps);
    }

    if happens(shares.duplicate, "duplicate") {
        let pause = chance.time(OVERWRITE_WITHIN, "duplicate after", index);
        let event = Step::Event {
            generation,
            copies: 2,
        };
        steps.push((pause, event));
    }
    if reordered {
        for late in shuffled(generation + 1, chance, index) {
            let pause = chance.time(LATE_BY, "late by", index + u64::from(late)) / (generation + 1);
            let event = Step::Event {
                generation: late,
                copies: 1,
            };
            steps.push((pause, event));
        }
    }
    Plan { kind, steps }
}

/// The numbers below `count` in some order, by Durstenfeld's shuffle.
fn shuffled(count: u32, chance: Chance, index: u64) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..count).collect();
    for last in (1..numbers.len()).rev() {
        let other = chance.number("shuffle", index + last as u64) as usize % (last + 1);
        numbers.swap(last, other);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Shares = Shares {
        duplicate: 0.0,
        overwrite: 0.0,
        delete: 0.0,
        broken: 0.0,
    };

    fn puts(plan: &Plan) -> Vec<u32> {
        let steps = plan.steps.iter();
        steps
            .filter_map(|(_, step)| match step {
                Step::Put { generation } => Some(*generation),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn without_shares_a_picture_is_uploaded_once_and_left_alone() {
        for picture in 0..100 {
            let plan = plan(picture, &NOTHING, false, Chance::new(1));
            assert!(matches!(plan.kind, Kind::Good(_)));
            assert_eq!(plan.steps, [(Duration::ZERO, Step::Put { generation: 0 })]);
        }
    }

    #[test]
    fn the_newest_upload_comes_last_and_is_the_one_whose_event_is_doubled() {
        let shares = Shares {
            duplicate: 100.0,
            overwrite: 100.0,
            delete: 100.0,
            broken: 0.0,
        };
        for picture in 0..200 {
            let plan = plan(picture, &shares, false, Chance::new(1));
            let puts = puts(&plan);
            let expected: Vec<u32> = (0..puts.len() as u32).collect();
            assert_eq!(puts, expected);
            assert!(
                puts.len() >= 3,
                "an overwrite and an upload after the removal"
            );
            let newest = expected.len() as u32 - 1;
            let (_, last) = plan.steps.last().expect("steps");
            let event = Step::Event {
                generation: newest,
                copies: 2,
            };
            assert_eq!(*last, event);
            let deleted = plan
                .steps
                .iter()
                .position(|(_, step)| *step == Step::Delete);
            let deleted = deleted.expect("a removal");
            assert_eq!(plan.steps[deleted + 1].1, Step::Put { generation: newest });
        }
    }

    #[test]
    fn reordered_events_are_all_there_and_often_not_in_order() {
        let shares = Shares {
            overwrite: 100.0,
            ..NOTHING
        };
        let mut out_of_order = 0;
        for picture in 0..200 {
            let plan = plan(picture, &shares, true, Chance::new(1));
            let events: Vec<u32> = plan
                .steps
                .iter()
                .filter_map(|(_, step)| match step {
                    Step::Event { generation, .. } => Some(*generation),
                    _ => None,
                })
                .collect();
            let mut sorted = events.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, puts(&plan));
            out_of_order += usize::from(events != sorted);
        }
        assert!(out_of_order > 50, "{out_of_order}");
    }

    #[test]
    fn the_same_seed_makes_the_same_plan() {
        let shares = Shares {
            duplicate: 30.0,
            overwrite: 30.0,
            delete: 30.0,
            broken: 30.0,
        };
        let plans =
            |seed| (0..50).map(move |picture| plan(picture, &shares, true, Chance::new(seed)));
        assert!(plans(3).eq(plans(3)));
        assert!(plans(3).ne(plans(4)));
    }
}
