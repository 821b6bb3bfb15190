//! What a fault proxy does to a request.

use std::time::Duration;

use crate::load::chance::Chance;

/// What goes wrong at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Nothing.
    #[default]
    Calm,
    /// The store is in trouble: a third of all requests fail, in every way that there is.
    StoreErrors,
    /// The store takes its time: half of all requests wait, some longer than any client does.
    SlowStore,
    /// Step Functions refuses what comes faster than it allows.
    Throttle,
}

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Forward,
    /// 500 InternalError, without the service having seen it.
    InternalError,
    /// 503 SlowDown, likewise.
    SlowDown,
    /// The connection ends before the service has seen the request.
    Reset,
    /// The service does what it was asked, and the connection ends before it can say so.
    LoseAnswer,
    /// The answer ends in the middle of its body.
    CutAnswer,
    /// The answer comes late.
    Delay(Duration),
    /// 400 ThrottlingException.
    Refuse,
}

/// Slow, but still an answer.
const SLOW: Duration = Duration::from_secs(2);
/// No client waits as long as this.
const HANGING: Duration = Duration::from_secs(40);

impl Weather {
    /// What becomes of the `index`th request. `allowed` is whether the throttle lets it through.
    pub(crate) fn fate(self, chance: Chance, index: u64, allowed: bool) -> Fate {
        let draw = chance.number("fate", index) % 300;
        match self {
            Self::Calm => Fate::Forward,
            Self::StoreErrors => match draw {
                0..20 => Fate::InternalError,
                20..50 => Fate::SlowDown,
                50..70 => Fate::Reset,
                70..85 => Fate::LoseAnswer,
                85..100 => Fate::CutAnswer,
                _ => Fate::Forward,
            },
            Self::SlowStore => match draw {
                0..1 => Fate::Delay(HANGING),
                1..150 => Fate::Delay(chance.time(SLOW, "delay", index)),
                _ => Fate::Forward,
            },
            Self::Throttle if !allowed => Fate::Refuse,
            Self::Throttle => Fate::Forward,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(weather: Weather, seed: u64) -> Vec<Fate> {
        let chance = Chance::new(seed);
        (0..3000)
            .map(|index| weather.fate(chance, index, true))
            .collect()
    }

    fn share(fates: &[Fate], wanted: impl Fn(&Fate) -> bool) -> f64 {
        fates.iter().filter(|fate| wanted(fate)).count() as f64 / fates.len() as f64
    }

    #[test]
    fn the_same_seed_gives_every_request_the_same_fate() {
        for weather in [Weather::StoreErrors, Weather::SlowStore] {
            assert_eq!(fates(weather, 1), fates(weather, 1));
            assert_ne!(fates(weather, 1), fates(weather, 2), "{weather:?}");
        }
        assert!(
            fates(Weather::Calm, 1)
                .iter()
                .all(|fate| *fate == Fate::Forward)
        );
    }

    #[test]
    fn a_troubled_store_fails_in_every_way_and_a_third_of_the_time() {
        let fates = fates(Weather::StoreErrors, 1);
        for kind in [
            Fate::InternalError,
            Fate::SlowDown,
            Fate::Reset,
            Fate::LoseAnswer,
            Fate::CutAnswer,
        ] {
            assert!(share(&fates, |fate| *fate == kind) > 0.02, "{kind:?}");
        }
        let failed = share(&fates, |fate| *fate != Fate::Forward);
        assert!((failed - 1.0 / 3.0).abs() < 0.04, "{failed}");
    }

    #[test]
    fn a_slow_store_keeps_half_waiting_and_a_few_for_too_long() {
        let fates = fates(Weather::SlowStore, 1);
        let waiting = share(&fates, |fate| matches!(fate, Fate::Delay(_)));
        assert!((waiting - 0.5).abs() < 0.04, "{waiting}");
        let hanging = share(&fates, |fate| *fate == Fate::Delay(HANGING));
        assert!(hanging > 0.0 && hanging < 0.01, "{hanging}");
    }

    #[test]
    fn only_a_throttle_cares_for_what_is_allowed() {
        let refused = |weather: Weather| weather.fate(Chance::new(1), 0, false) == Fate::Refuse;
        assert!(refused(Weather::Throttle));
        assert!(!refused(Weather::Calm) && !refused(Weather::StoreErrors));
        assert_eq!(
            share(&fates(Weather::Throttle, 1), |fate| *fate == Fate::Forward),
            1.0
        );
    }
}
