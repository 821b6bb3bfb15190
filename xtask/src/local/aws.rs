//! The few requests that the tool itself makes: upload, look, download, and look for failures.

use std::{collections::HashMap, fs, path::Path, time::Duration};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use time::OffsetDateTime;
use ureq::{
    Agent, Body,
    http::{Request, Response},
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

use super::{
    emulator::{REGION, ROOT_KEY},
    sigv4::{self, Credentials},
};
use crate::error::Error;

/// What S3 leaves as it is in a path: RFC 3986's unreserved characters and the slash.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');
/// The same for a value in a form.
const FORM: &AsciiSet = &PATH.add(b'/');

/// The connection protects the body; hashing a large picture as well would only cost time.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// A client of one local cloud, as its owner at first.
pub(crate) struct Client {
    agent: Agent,
    endpoint: String,
    credentials: Credentials,
}

/// A failure message about one picture.
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Client {
    /// A client of `endpoint` that trusts `authority` and nobody else.
    pub(crate) fn new(endpoint: &str, authority: &Path) -> Result<Self, Error> {
        let pem = fs::read(authority).map_err(Error::file("read", authority))?;
        let roots: Vec<Certificate<'static>> = parse_pem(&pem)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            })
            .collect();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&roots))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            // A proxy for the internet has nothing to do with this machine's own address.
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Ok(Self {
            agent: config.into(),
            endpoint: endpoint.to_owned(),
            credentials: Credentials {
                key: ROOT_KEY.to_owned(),
                secret: ROOT_KEY.to_owned(),
            },
        })
    }

    /// Whether the emulator answers.
    pub(crate) fn is_up(&self) -> bool {
        let health = format!("{}/_ministack/health", self.endpoint);
        self.agent
            .get(health)
            .call()
            .is_ok_and(|answer| answer.status().is_success())
    }

    /// Makes a user who may do everything, and acts as that user from now on.
    ///
    /// The emulator does not verify the signature of the account's owner, but it does a user's.
    pub(crate) fn become_user(&mut self, name: &str) -> Result<Credentials, Error> {
        let everything = json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        });
        self.iam("CreateUser", name, &[])?;
        let policy = everything.to_string();
        let policy = [
            ("PolicyName", "everything"),
            ("PolicyDocument", policy.as_str()),
        ];
        self.iam("PutUserPolicy", name, &policy)?;
        let answer = self.iam("CreateAccessKey", name, &[])?;
        let field = |tag: &str| {
            element(&answer, tag)
                .map(str::to_owned)
                .ok_or_else(|| Error::Answer {
                    request: "CreateAccessKey".to_owned(),
                    status: 200,
                    body: format!("no {tag} in it"),
                })
        };
        self.credentials = Credentials {
            key: field("AccessKeyId")?,
            secret: field("SecretAccessKey")?,
        };
        Ok(self.credentials.clone())
    }

    /// Puts an object.
    pub(crate) fn put_object(&self, bucket: &str, key: &str, body: &[u8]) -> Result<(), Error> {
        let answer = self.send("PUT", "s3", &object_path(bucket, key), UNSIGNED, &[], body)?;
        succeeded(&format!("the upload of {key}"), answer).map(drop)
    }

    /// Gets an object, or `None` while there is no such object.
    pub(crate) fn get_object(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let answer = self.send("GET", "s3", &object_path(bucket, key), UNSIGNED, &[], &[])?;
        if answer.status().as_u16() == 404 {
            return Ok(None);
        }
        succeeded(&format!("the download of {key}"), answer).map(Some)
    }

    /// Looks through a queue of failures for what is said of `key`, and takes that message away.
    ///
    /// What is said of other keys stays where it is.
    pub(crate) fn failure(&self, queue_url: &str, key: &str) -> Result<Option<Failure>, Error> {
        let look =
            json!({"QueueUrl": queue_url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0});
        let answer = self.sqs("ReceiveMessage", &look)?;
        let messages = answer["Messages"].as_array().into_iter().flatten();
        let told = messages
            .filter_map(|message| Some((message, failure_of(message["Body"].as_str()?, key)?)))
            .next();
        let Some((message, failure)) = told else {
            return Ok(None);
        };
        let handle = &message["ReceiptHandle"];
        self.sqs(
            "DeleteMessage",
            &json!({"QueueUrl": queue_url, "ReceiptHandle": handle}),
        )?;
        Ok(Some(failure))
    }

    fn sqs(&self, action: &str, body: &Value) -> Result<Value, Error> {
        let body = body.to_string();
        let target = format!("AmazonSQS.{action}");
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target.as_str()),
        ];
        let content = sigv4::hash(body.as_bytes());
        let answer = self.send("POST", "sqs", "/", &content, &headers, body.as_bytes())?;
        let bytes = succeeded(action, answer)?;
        // Some actions answer with nothing at all.
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// The settings of a function, which are its environment variables.
    pub(crate) fn function_settings(&self, name: &str) -> Result<HashMap<String, String>, Error> {
        let path = format!("/2015-03-31/functions/{name}/configuration");
        let answer = self.send("GET", "lambda", &path, &sigv4::hash(&[]), &[], &[])?;
        let bytes = succeeded("GetFunctionConfiguration", answer)?;
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let settings = answer["Environment"]["Variables"]
            .as_object()
            .into_iter()
            .flatten();
        Ok(settings
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect())
    }

    fn iam(&self, action: &str, user: &str, more: &[(&str, &str)]) -> Result<String, Error> {
        let mut form = format!("Action={action}&Version=2010-05-08&UserName={user}");
        for (name, value) in more {
            form.push_str(&format!("&{name}={}", utf8_percent_encode(value, FORM)));
        }
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let content = sigv4::hash(form.as_bytes());
        let answer = self.send("POST", "iam", "/", &content, &headers, form.as_bytes())?;
        let bytes = succeeded(action, answer)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn send(
        &self,
        method: &str,
        service: &str,
        path: &str,
        content: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Response<Body>, Error> {
        let host = self.endpoint.trim_start_matches("https://");
        let request = sigv4::Request {
            method,
            host,
            path,
            content,
        };
        let signed = sigv4::sign(
            &request,
            &self.credentials,
            REGION,
            service,
            OffsetDateTime::now_utc(),
        );
        let url = format!("{}{path}", self.endpoint);
        let failed = |source: ureq::Error| Error::Request {
            request: format!("{method} {url}"),
            source: Box::new(source),
        };
        let mut request = Request::builder().method(method).uri(&url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in &signed {
            request = request.header(*name, value);
        }
        if method == "GET" {
            let request = request.body(()).map_err(|source| failed(source.into()))?;
            return self.agent.run(request).map_err(failed);
        }
        let request = request.body(body).map_err(|source| failed(source.into()))?;
        self.agent.run(request).map_err(failed)
    }
}

fn object_path(bucket: &str, key: &str) -> String {
    format!("/{bucket}/{}", utf8_percent_encode(key, PATH))
}

fn succeeded(request: &str, mut answer: Response<Body>) -> Result<Vec<u8>, Error> {
    let body = answer.body_mut().with_config().limit(1 << 30).read_to_vec();
    let body = body.map_err(|source| Error::Request {
        request: request.to_owned(),
        source: Box::new(source),
    })?;
    if answer.status().is_success() {
        return Ok(body);
    }
    Err(Error::Answer {
        request: request.to_owned(),
        status: answer.status().as_u16(),
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

/// What is between the first `<tag>` and the `</tag>` after it. Keys hold nothing that XML escapes.
fn element<'a>(xml: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{tag}>"))?;
    let (text, _) = rest.split_once(&format!("</{tag}>"))?;
    Some(text.trim())
}

/// What a message in the failures queue says, if it is about `key`.
fn failure_of(message: &str, key: &str) -> Option<Failure> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message["job"]["imageKey"] != key {
        return None;
    }
    let text = |field: &str| {
        message["error"][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    Some(Failure {
        code: text("code"),
        message: text("message"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_encoded_once_and_keeps_its_folders() {
        let check = |key, path| assert_eq!(object_path("photos", key), path);
        check("a/b.jpg", "/photos/a/b.jpg");
        check("été 1+1%.jpg", "/photos/%C3%A9t%C3%A9%201%2B1%25.jpg");
        check("it's ~me~.jpg", "/photos/it%27s%20~me~.jpg");
    }

    #[test]
    fn a_failure_is_told_to_the_picture_it_is_about_only() {
        let message =
            r#"{"job":{"imageKey":"a.jpg"},"error":{"code":"CorruptImage","message":"cut off"}}"#;
        let failure = failure_of(message, "a.jpg").expect("a failure of a.jpg");
        assert_eq!(
            (failure.code.as_str(), failure.message.as_str()),
            ("CorruptImage", "cut off")
        );
        assert!(failure_of(message, "b.jpg").is_none());
        assert!(failure_of("not JSON", "a.jpg").is_none());
    }

    #[test]
    fn elements_are_read_without_what_surrounds_them() {
        let xml = "<A><AccessKeyId>AKIA</AccessKeyId><SecretAccessKey> s </SecretAccessKey></A>";
        assert_eq!(element(xml, "AccessKeyId"), Some("AKIA"));
        assert_eq!(element(xml, "SecretAccessKey"), Some("s"));
        assert_eq!(element(xml, "UserName"), None);
    }
}
