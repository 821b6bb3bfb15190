use pipeline::{Key, KeyError};
use serde_json::Value;

/// What the caller asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) image_key: Key,
}

/// What is wrong with the body, and what to send instead.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    #[error(
        "the body is not JSON such as {{\"imageKey\": \"a/x.jpg\"}}: {0}; if it was typed in a shell, look whether the quotes arrived"
    )]
    NotJson(#[source] serde_json::Error),
    #[error("the body must hold \"imageKey\", a text, as in {{\"imageKey\": \"a/x.jpg\"}}")]
    NoKey,
    #[error("\"imageKey\" is not the key of an object: {0}")]
    Key(#[from] KeyError),
}

impl Request {
    pub(crate) fn from_body(body: &str) -> Result<Self, RequestError> {
        let body: Value = serde_json::from_str(body).map_err(RequestError::NotJson)?;
        let key = body["imageKey"].as_str().ok_or(RequestError::NoKey)?;
        Ok(Self {
            image_key: Key::new(key)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_taken_as_it_is_written() {
        let request = Request::from_body(r#"{"imageKey": "a/it's 1+1%20.jpg"}"#).unwrap();
        assert_eq!(request.image_key.as_str(), "a/it's 1+1%20.jpg");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let long = format!("{{\"imageKey\": \"{}\"}}", "x".repeat(1025));
        for (body, says) in [
            ("", "not JSON"),
            ("{imageKey: x.jpg}", "quotes"),
            ("{}", "must hold \"imageKey\""),
            ("[]", "must hold \"imageKey\""),
            (r#"{"imageKey": 5}"#, "a text"),
            (r#"{"imageKey": ""}"#, "at least one byte"),
            (&long, "at most 1024 bytes"),
        ] {
            let error = Request::from_body(body).unwrap_err().to_string();
            assert!(error.contains(says), "{body}: {error}");
        }
    }
}
