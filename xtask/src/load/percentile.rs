//! Percentiles by the nearest rank: of the values themselves, the smallest that is not under the share asked for.

use std::time::Duration;

/// Times, sorted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that `percent` of all did not exceed; `None` where there are none. `percent` is above 0, at most 100.
    pub(crate) fn percentile(&self, percent: u32) -> Option<Duration> {
        let rank = (self.0.len() * percent as usize).div_ceil(100);
        self.0.get(rank.checked_sub(1)?).copied()
    }

    /// The longest.
    pub(crate) fn longest(&self) -> Option<Duration> {
        self.0.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(milliseconds: &[u64]) -> Times {
        let times = milliseconds.iter().copied().map(Duration::from_millis);
        Times::new(times.collect())
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        // The example of the nearest-rank method that statistics textbooks share.
        let five = times(&[35, 20, 15, 50, 40]);
        for (percent, expected) in [(5, 15), (30, 20), (40, 20), (50, 35), (100, 50)] {
            let expected = Duration::from_millis(expected);
            assert_eq!(five.percentile(percent), Some(expected), "{percent}");
        }
        let hundred: Vec<u64> = (1..=100).collect();
        for percent in [1, 50, 95, 99, 100] {
            let expected = Duration::from_millis(percent.into());
            assert_eq!(times(&hundred).percentile(percent), Some(expected));
        }
    }

    #[test]
    fn one_value_is_every_percentile_and_none_is_none() {
        let one = times(&[7]);
        assert_eq!(one.percentile(1), one.percentile(99));
        assert_eq!(one.longest(), one.percentile(50));
        assert_eq!(times(&[]).percentile(99), None);
    }
}
