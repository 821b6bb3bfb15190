//! How long the functions wait for what they ask of AWS, and how often they ask again.
//!
//! Each figure fits into the next: the tries of a request into the request, the requests that follow one
//! another into the function's time-out, and that into the time for which the queue hides a message. The
//! tests hold the figures here and those in `terraform/` together.

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use std::time::Duration;

/// The patience of one function.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// To set up a connection, TLS included.
    pub connect: Duration,
    /// From the request's end to the first byte of the answer.
    pub read: Duration,
    /// For one try, up to the answer's headers.
    pub attempt: Duration,
    /// For a request with all its tries and the pauses between them.
    pub operation: Duration,
    /// How often a request is tried.
    pub attempts: u32,
    /// The first pause is up to this, and each later one up to twice the last.
    pub first_pause: Duration,
    /// Whether to send less while the service throttles. It pays where one client sends many requests at once.
    pub adaptive: bool,
}

/// A start or two at the same moment for every message of a batch, and then what could not be started is put
/// back: two requests after one another, in 10 s.
pub const STARTER: Patience = Patience {
    connect: Duration::from_secs(1),
    read: Duration::from_secs(2),
    attempt: Duration::from_secs(2),
    operation: Duration::from_secs(4),
    attempts: 4,
    first_pause: Duration::from_millis(100),
    adaptive: true,
};

/// A look at the image and a start, after one another, in 15 s, while somebody waits.
pub const PROCESS: Patience = Patience {
    connect: Duration::from_secs(1),
    read: Duration::from_secs(3),
    attempt: Duration::from_secs(3),
    operation: Duration::from_secs(6),
    attempts: 3,
    first_pause: Duration::from_millis(100),
    adaptive: false,
};

/// As many requests as it takes, all of them under the function's own deadline. What fails after these tries
/// is tried again by the state machine, later and elsewhere.
pub const RESIZE: Patience = Patience {
    connect: Duration::from_secs(2),
    read: Duration::from_secs(5),
    attempt: Duration::from_secs(8),
    operation: Duration::from_secs(18),
    attempts: 3,
    first_pause: Duration::from_millis(100),
    adaptive: false,
};

/// A body that comes in is given up when nothing of it has come for this long.
const STALL: Duration = Duration::from_secs(5);

/// The configuration of a function's clients, the rest of it from the environment.
pub async fn config(patience: &Patience) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(patience.timeouts())
        .retry_config(patience.retries())
        .stalled_stream_protection(
            StalledStreamProtectionConfig::enabled()
                .grace_period(STALL)
                .build(),
        )
        .load()
        .await
}

impl Patience {
    fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.connect)
            .read_timeout(self.read)
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }

    fn retries(&self) -> RetryConfig {
        let mode = if self.adaptive {
            RetryConfig::adaptive()
        } else {
            RetryConfig::standard()
        };
        mode.with_max_attempts(self.attempts)
            .with_initial_backoff(self.first_pause)
            .with_max_backoff(self.attempt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTER_TF: &str = include_str!("../../../terraform/starter.tf");
    const QUEUE_TF: &str = include_str!("../../../terraform/queue.tf");
    const PROCESS_TF: &str = include_str!("../../../terraform/process.tf");
    const WORKFLOW_TF: &str = include_str!("../../../terraform/workflow.tf");

    /// The whole number behind `name =`, where it stands first.
    fn number(file: &str, name: &str) -> u64 {
        let words: Vec<_> = file.split_whitespace().collect();
        let found = words
            .windows(3)
            .find(|words| words[0] == name && words[1] == "=" && words[2].parse::<u64>().is_ok());
        let found = found.unwrap_or_else(|| panic!("no {name} = <number>"));
        found[2].parse().unwrap()
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// What a function needs beside its requests: to start, to read its input, to answer.
    const REST: Duration = Duration::from_secs(2);

    #[test]
    fn a_try_fits_into_a_request() {
        for patience in [STARTER, PROCESS, RESIZE] {
            assert!(patience.connect < patience.attempt, "{patience:?}");
            assert!(patience.read <= patience.attempt, "{patience:?}");
            assert!(2 * patience.attempt <= patience.operation, "{patience:?}");
        }
    }

    #[test]
    fn the_starters_requests_fit_into_its_time_out_and_that_into_the_queues() {
        let time_out = seconds(number(QUEUE_TF, "starter_timeout"));
        assert!(2 * STARTER.operation + REST <= time_out);
        // Lambda asks for six times the function's time-out, and the window on top.
        assert!(QUEUE_TF.contains(
            "visibility_timeout_seconds = 6 * local.starter_timeout + var.batch_window_seconds"
        ));
        assert!(STARTER_TF.contains("= local.starter_timeout"));
    }

    #[test]
    fn the_apis_requests_fit_into_its_time_out_and_that_into_api_gateways() {
        let time_out = seconds(number(PROCESS_TF, "timeout"));
        assert!(2 * PROCESS.operation + REST <= time_out);
        assert!(time_out < seconds(29));
    }

    #[test]
    fn a_request_of_resize_fits_into_its_time_out() {
        for kind in ["standard_timeout", "express_timeout"] {
            assert!(RESIZE.operation + REST < seconds(number(WORKFLOW_TF, kind)));
        }
    }
}
