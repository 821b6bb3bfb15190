//! What becomes of a message that could not be dealt with: it waits, or an operator gets it.

use aws_lambda_events::event::sqs::SqsMessage;
use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::MessageAttributeValue;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// How often a message that can't be read is delivered before an operator gets it.
///
/// More than once, since the starter may be replaced by one that can. The queue itself gives up only after
/// `maxReceiveCount`, which is far more, for a message that waits for Step Functions is nobody's mistake.
const READINGS: u32 = 5;

/// The wait after the first delivery, which doubles with each one.
const FIRST_WAIT: Duration = Duration::from_secs(4);
/// The longest wait between two deliveries.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// SQS, as this function needs it.
pub(crate) struct Queues {
    pub(crate) client: aws_sdk_sqs::Client,
    pub(crate) intake_url: String,
    pub(crate) failures_url: String,
}

/// Whether a message has been tried to be read often enough. One without an id can't be reported as failed,
/// and so can't be delivered again without the rest of its batch.
pub(crate) fn is_hopeless(message: &SqsMessage) -> bool {
    message.message_id.is_none() || deliveries(message) >= READINGS
}

/// How often SQS has delivered the message, this time included.
fn deliveries(message: &SqsMessage) -> u32 {
    let count = message.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// How long to leave a message alone: twice as long with each delivery, and spread out, so that those who
/// were refused together do not come back together.
///
/// The spread comes from the message's id, at least half of the wait and at most all of it.
fn wait(id: &str, deliveries: u32) -> Duration {
    let doublings = deliveries.saturating_sub(1).min(16);
    let wait = LONGEST_WAIT.min(FIRST_WAIT * 2_u32.pow(doublings));
    let mut hasher = DefaultHasher::new();
    (id, deliveries).hash(&mut hasher);
    let half = wait.as_secs() / 2;
    Duration::from_secs(wait.as_secs() - hasher.finish() % (half + 1))
}

impl Queues {
    /// Leaves a message in the intake queue for a while. Where that can't be done it waits for as long as
    /// the queue hides a message anyway.
    pub(crate) async fn postpone(&self, message: &SqsMessage) {
        let id = message.message_id.as_deref().unwrap_or_default();
        let wait = wait(id, deliveries(message)).as_secs();
        let request = self
            .client
            .change_message_visibility()
            .queue_url(&self.intake_url)
            .set_receipt_handle(message.receipt_handle.clone())
            .visibility_timeout(wait.try_into().unwrap_or(i32::MAX));
        match request.send().await {
            Ok(_) => tracing::info!(message_id = id, seconds = wait, "the message waits"),
            Err(error) => tracing::warn!(
                message_id = id,
                error = %DisplayErrorContext(&error),
                "the message waits for as long as the queue hides it"
            ),
        }
    }

    /// Puts a message as it is into the failures queue, with the reason beside it. Says whether that was done.
    pub(crate) async fn give_up(&self, message: &SqsMessage, reason: &str) -> bool {
        let id = message.message_id.as_deref().unwrap_or_default();
        let attribute = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(reason)
            .build();
        let Ok(attribute) = attribute else {
            return false;
        };
        // SQS takes no empty body, and there is nothing in one that could be lost.
        let body = message.body.as_deref().filter(|body| !body.is_empty());
        let request = self
            .client
            .send_message()
            .queue_url(&self.failures_url)
            .message_body(body.unwrap_or("{}"))
            .message_attributes("reason", attribute);
        match request.send().await {
            Ok(_) => {
                tracing::warn!(
                    message_id = id,
                    reason,
                    "the message is in the failures queue"
                );
                true
            }
            Err(error) => {
                tracing::error!(
                    message_id = id,
                    error = %DisplayErrorContext(&error),
                    "the message could not be put into the failures queue"
                );
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_waits_longer_with_each_delivery_and_never_for_long() {
        for delivery in 1..=200 {
            let whole = LONGEST_WAIT.min(FIRST_WAIT * 2_u32.pow((delivery - 1).min(16)));
            for id in 0..50 {
                let wait = wait(&format!("m{id}"), delivery);
                assert!(wait <= whole, "{delivery}: {wait:?}");
                assert!(wait * 2 >= whole, "{delivery}: {wait:?}");
            }
        }
    }

    #[test]
    fn those_who_are_refused_together_do_not_come_back_together() {
        let waits: std::collections::BTreeSet<_> =
            (0..100).map(|id| wait(&format!("m{id}"), 7)).collect();
        assert!(waits.len() > 30, "{waits:?}");
    }

    /// A message that waits for Step Functions must not grow too old for the intake queue, which forgets it
    /// then, before the queue hands it to an operator; and it must wait for hours before that.
    #[test]
    fn the_longest_waiting_ends_before_the_queue_forgets_a_message() {
        let terraform = include_str!("../../../terraform/queue.tf");
        let number = |name: &str| -> u64 {
            let (_, rest) = terraform.split_once(name).unwrap();
            let rest = rest.trim_start_matches([' ', '=']);
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap();
            digits.parse().unwrap()
        };
        let deliveries = u32::try_from(number("maxReceiveCount")).unwrap();
        let days = number("intake_days");
        let all = |of: fn(Duration) -> Duration| -> Duration {
            (1..deliveries)
                .map(
                    |delivery| of(LONGEST_WAIT.min(FIRST_WAIT * 2_u32.pow((delivery - 1).min(16)))),
                )
                .sum()
        };
        assert!(deliveries > READINGS);
        assert!(all(|wait| wait) < Duration::from_secs(days * 24 * 60 * 60 / 2));
        assert!(all(|wait| wait / 2) > Duration::from_secs(6 * 60 * 60));
    }
}
