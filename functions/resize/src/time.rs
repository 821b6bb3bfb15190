use std::time::{Duration, Instant, SystemTime};

/// What is left of an invocation's time when it has to answer, where the function would otherwise be ended without a word.
const TO_ANSWER: Duration = Duration::from_secs(2);

/// This part of the time before that is kept for writing what a picture has become.
const TO_WRITE: u32 = 10;

/// How long an invocation may take for what it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// When a picture has to be given up.
    pub(crate) for_pictures: Instant,
    /// When the store has to have answered.
    pub(crate) for_the_store: Instant,
}

impl Time {
    /// For an invocation that is ended at `end`, on the clock that nobody sets.
    pub(crate) fn until(end: SystemTime) -> Self {
        let left = end.duration_since(SystemTime::now()).unwrap_or_default();
        let left = left.saturating_sub(TO_ANSWER);
        let now = Instant::now();
        Self {
            for_pictures: now + left - left / TO_WRITE,
            for_the_store: now + left,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_given_up_before_the_store_and_both_before_the_end() {
        for seconds in [3, 30, 60, 900] {
            let (start, left) = (Instant::now(), Duration::from_secs(seconds));
            let time = Time::until(SystemTime::now() + left);
            assert!(start + left / 4 < time.for_pictures, "{seconds} s");
            assert!(time.for_pictures < time.for_the_store, "{seconds} s");
            assert!(time.for_the_store + TO_ANSWER <= Instant::now() + left);
        }
    }

    #[test]
    fn an_end_that_is_past_leaves_no_time() {
        let time = Time::until(SystemTime::now() - Duration::from_secs(1));
        assert!(time.for_the_store <= Instant::now());
    }
}
