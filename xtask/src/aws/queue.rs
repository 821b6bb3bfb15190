//! Queues of SQS, and what lies in the one for failures.

use serde_json::{Value, json};

use super::Client;
use crate::error::Error;

/// A message that has been received, and that comes back unless it is deleted.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) body: String,
    /// Why the starter put it into the failures queue, where it was the starter.
    pub(crate) reason: Option<String>,
    handle: String,
}

/// A failure message about one picture.
#[derive(Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) key: String,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Client {
    /// Looks through a queue of failures for what is said of `key`, and takes that message away.
    ///
    /// What is said of other keys stays where it is.
    pub(crate) fn failure(&self, queue_url: &str, key: &str) -> Result<Option<Failure>, Error> {
        for message in self.receive(queue_url, 0)? {
            if let Some(failure) = Failure::read(&message.body)
                && failure.key == key
            {
                self.delete_messages(queue_url, &[&message])?;
                return Ok(Some(failure));
            }
        }
        Ok(None)
    }

    /// Up to ten messages, which nobody else sees for `hidden` seconds.
    pub(crate) fn receive(&self, queue_url: &str, hidden: u32) -> Result<Vec<Message>, Error> {
        let look = json!({
            "QueueUrl": queue_url,
            "MaxNumberOfMessages": 10,
            "VisibilityTimeout": hidden,
            "MessageAttributeNames": ["reason"],
        });
        let answer = self.sqs("ReceiveMessage", &look)?;
        let messages = answer["Messages"].as_array().into_iter().flatten();
        Ok(messages
            .filter_map(|message| {
                Some(Message {
                    body: message["Body"].as_str()?.to_owned(),
                    reason: message["MessageAttributes"]["reason"]["StringValue"]
                        .as_str()
                        .map(str::to_owned),
                    handle: message["ReceiptHandle"].as_str()?.to_owned(),
                })
            })
            .collect())
    }

    /// Takes up to ten messages away for good.
    pub(crate) fn delete_messages(
        &self,
        queue_url: &str,
        messages: &[&Message],
    ) -> Result<(), Error> {
        // One that is not taken away comes again, and is understood again.
        self.batch("DeleteMessageBatch", queue_url, messages, &json!({}))
    }

    /// Shows up to ten messages to everybody again.
    pub(crate) fn release_messages(
        &self,
        queue_url: &str,
        messages: &[&Message],
    ) -> Result<(), Error> {
        let now = json!({"VisibilityTimeout": 0});
        self.batch("ChangeMessageVisibilityBatch", queue_url, messages, &now)
    }

    /// One action for several messages; `more` is what the action wants to know for each.
    fn batch(
        &self,
        action: &str,
        queue_url: &str,
        messages: &[&Message],
        more: &Value,
    ) -> Result<(), Error> {
        let entries = messages.iter().enumerate().map(|(id, message)| {
            let mut entry = more.clone();
            entry["Id"] = id.to_string().into();
            entry["ReceiptHandle"] = message.handle.as_str().into();
            entry
        });
        let entries: Vec<Value> = entries.collect();
        let body = json!({"QueueUrl": queue_url, "Entries": entries});
        self.sqs(action, &body).map(drop)
    }

    /// Sends a message.
    pub(crate) fn send_message(&self, queue_url: &str, body: &str) -> Result<(), Error> {
        let send = json!({"QueueUrl": queue_url, "MessageBody": body});
        self.sqs("SendMessage", &send).map(drop)
    }

    /// Sends up to ten messages; those come back that were not taken.
    pub(crate) fn send_messages<'a>(
        &self,
        queue_url: &str,
        bodies: &[&'a str],
    ) -> Result<Vec<&'a str>, Error> {
        let entries = bodies.iter().enumerate();
        let entries: Vec<Value> = entries
            .map(|(id, body)| json!({"Id": id.to_string(), "MessageBody": body}))
            .collect();
        let send = json!({"QueueUrl": queue_url, "Entries": entries});
        let answer = self.sqs("SendMessageBatch", &send)?;
        let taken = answer["Successful"].as_array().into_iter().flatten();
        let taken: Vec<usize> = taken
            .filter_map(|entry| entry["Id"].as_str()?.parse().ok())
            .collect();
        let left = bodies.iter().enumerate();
        Ok(left
            .filter(|(id, _)| !taken.contains(id))
            .map(|(_, body)| *body)
            .collect())
    }

    fn sqs(&self, action: &str, body: &Value) -> Result<Value, Error> {
        let target = format!("AmazonSQS.{action}");
        self.json("sqs", "application/x-amz-json-1.0", &target, body)
    }
}

#[cfg(test)]
impl Message {
    pub(crate) fn new(body: &str, reason: Option<&str>) -> Self {
        Self {
            body: body.to_owned(),
            reason: reason.map(str::to_owned),
            handle: String::new(),
        }
    }
}

impl Failure {
    /// What a message of ours in the failures queue says; `None` for one that the pipeline did not write.
    pub(crate) fn read(message: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(message).ok()?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Some(Self {
            key: message["job"]["imageKey"].as_str()?.to_owned(),
            code: text(&message["error"]["code"]),
            message: text(&message["error"]["message"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_which_picture_it_is_about() {
        let message =
            r#"{"job":{"imageKey":"a.jpg"},"error":{"code":"CorruptImage","message":"cut off"}}"#;
        let expected = Failure {
            key: "a.jpg".to_owned(),
            code: "CorruptImage".to_owned(),
            message: "cut off".to_owned(),
        };
        assert_eq!(Failure::read(message), Some(expected));
        assert_eq!(Failure::read("not JSON"), None);
        assert_eq!(Failure::read(r#"{"Records": []}"#), None);
    }
}
