//! The throttle of a service: so many requests a second, and a few more at once after a quiet time.
//!
//! That is how Step Functions limits `StartExecution`, by a bucket that fills again at a steady rate. A client that
//! slows down gets through; one that does not is refused for as long as it goes on.

use std::time::Duration;

/// A bucket of requests that are still allowed. Times count from any beginning.
#[derive(Debug)]
pub(crate) struct Throttle {
    rate: f64,
    burst: f64,
    allowed: f64,
    at: Duration,
}

impl Throttle {
    /// So many requests a second, and up to `burst` at once after a quiet time.
    pub(crate) fn new(rate: f64, burst: f64) -> Self {
        Self {
            rate,
            burst,
            allowed: burst,
            at: Duration::ZERO,
        }
    }

    /// Whether a request that comes now is let through.
    pub(crate) fn allows(&mut self, now: Duration) -> bool {
        let filled = now.saturating_sub(self.at).as_secs_f64() * self.rate;
        self.allowed = (self.allowed + filled).min(self.burst);
        self.at = now;
        if self.allowed < 1.0 {
            return false;
        }
        self.allowed -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of the requests are let through that come so many a second, for so long.
    fn allowed(throttle: &mut Throttle, begin: u32, seconds: u32, rate: u32) -> u32 {
        let times = (0..seconds * rate).map(|index| {
            Duration::from_secs(begin.into()) + Duration::from_secs(index.into()) / rate
        });
        times.filter(|now| throttle.allows(*now)).count() as u32
    }

    #[test]
    fn a_client_under_the_rate_is_never_refused() {
        assert_eq!(allowed(&mut Throttle::new(40.0, 40.0), 0, 60, 30), 60 * 30);
    }

    #[test]
    fn a_client_over_it_gets_the_burst_and_then_the_rate() {
        let throttle = &mut Throttle::new(40.0, 40.0);
        let first = allowed(throttle, 0, 10, 400);
        assert!((430..=440).contains(&first), "{first}");
        let then = allowed(throttle, 10, 10, 400);
        assert!((395..=405).contains(&then), "{then}");
    }

    #[test]
    fn a_quiet_time_fills_no_more_than_a_burst() {
        let throttle = &mut Throttle::new(40.0, 40.0);
        allowed(throttle, 0, 10, 400);
        let after = allowed(throttle, 1000, 1, 10_000);
        assert!((78..=82).contains(&after), "{after}");
    }
}
