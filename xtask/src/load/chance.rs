//! Chance that is the same every time: a number from a seed and what it is for.

use std::time::Duration;

/// SplitMix64's finaliser (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
fn mix(mut value: u64) -> u64 {
    value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// A source of chance; every question has an answer of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chance {
    seed: u64,
}

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed: mix(seed) }
    }

    /// A number for the `index`th time that `what` is asked.
    pub(crate) fn number(self, what: &str, index: u64) -> u64 {
        let what = what
            .bytes()
            .fold(self.seed, |hash, byte| mix(hash ^ u64::from(byte)));
        mix(what ^ index)
    }

    /// Whether something that happens to `percent` of all happens to this one.
    pub(crate) fn happens(self, percent: f64, what: &str, index: u64) -> bool {
        // 53 bits are what a float holds.
        let share = (self.number(what, index) >> 11) as f64 / (1_u64 << 53) as f64;
        share * 100.0 < percent
    }

    /// A time under `longest`.
    pub(crate) fn time(self, longest: Duration, what: &str, index: u64) -> Duration {
        let milliseconds = longest.as_millis().max(1) as u64;
        Duration::from_millis(self.number(what, index) % milliseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_answers_and_another_seed_others() {
        let answers = |seed| (0..64).map(move |index| Chance::new(seed).number("x", index));
        assert!(answers(1).eq(answers(1)));
        assert!(answers(1).ne(answers(2)));
        let other = (0..64).map(|index| Chance::new(1).number("y", index));
        assert!(answers(1).ne(other));
    }

    #[test]
    fn a_share_is_about_what_was_asked_for() {
        let chance = Chance::new(7);
        for percent in [0.0, 10.0, 50.0, 100.0] {
            let happened = (0..10_000).filter(|index| chance.happens(percent, "share", *index));
            let found = happened.count() as f64 / 100.0;
            assert!((found - percent).abs() < 1.5, "{found} for {percent}");
        }
    }
}
