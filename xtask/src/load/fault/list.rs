//! Faults as they are written on the command line.

use std::{
    fmt::{self, Display, Formatter},
    ops::Deref,
    str::FromStr,
};

use clap::ValueEnum;

use super::Fault;
use crate::load::error::LoadError;

/// Faults in the order in which they have their turns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Which fault it is while this picture of so many is uploaded.
    pub(crate) fn at(&self, picture: u32, pictures: u32) -> Option<Fault> {
        let share = u64::from(picture) * self.len() as u64 / u64::from(pictures.max(1));
        self.get(share as usize).copied()
    }
}

impl Deref for Faults {
    type Target = [Fault];

    fn deref(&self) -> &[Fault] {
        &self.0
    }
}

impl FromStr for Faults {
    type Err = LoadError;

    fn from_str(text: &str) -> Result<Self, LoadError> {
        if text == "all" {
            return Ok(Self(Fault::value_variants().to_vec()));
        }
        let names = text.split(',').filter(|name| !name.is_empty());
        let faults = names.map(|name| {
            Fault::from_str(name, false).map_err(|_| LoadError::NoFault {
                name: name.to_owned(),
                names: Fault::names(),
            })
        });
        faults.collect::<Result<_, _>>().map(Self)
    }
}

impl Display for Faults {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.iter().map(Fault::to_string).collect();
        to.write_str(&names.join(","))
    }
}

impl Display for Fault {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        to.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_the_other_way_round() {
        let text = "throttle,kill-functions";
        let faults: Faults = text.parse().expect("faults");
        assert_eq!(*faults, [Fault::Throttle, Fault::KillFunctions]);
        assert_eq!(faults.to_string(), text);
        let all: Faults = "all".parse().expect("faults");
        assert_eq!(all.to_string().parse::<Faults>().expect("faults"), all);
        assert_eq!("".parse::<Faults>().expect("none"), Faults::default());
        let error = "fire".parse::<Faults>().expect_err("no fault").to_string();
        assert!(error.contains("slow-store"), "{error}");
    }

    #[test]
    fn every_fault_has_its_share_of_the_pictures_and_then_there_is_none() {
        let faults: Faults = "all".parse().expect("faults");
        let pictures = 20_000;
        for fault in faults.iter() {
            let share =
                (0..pictures).filter(|picture| faults.at(*picture, pictures) == Some(*fault));
            let share = share.count() as f64 / f64::from(pictures);
            assert!((share - 1.0 / 7.0).abs() < 0.001, "{fault:?}: {share}");
        }
        assert_eq!(faults.at(0, pictures), Some(Fault::KillEmulator));
        assert_eq!(faults.at(pictures - 1, pictures), Some(Fault::Reorder));
        assert_eq!(faults.at(pictures, pictures), None);
        assert_eq!(Faults::default().at(0, pictures), None);
    }
}
