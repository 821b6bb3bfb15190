//! Signature Version 4 of a request, as the AWS documentation "Create a signed AWS API request"
//! describes it, for requests without a query.
//!
//! The AWS SDK would do this too, but the tool is built for development and the functions for
//! release, so the SDK would be compiled twice: minutes on a laptop for what is one page here.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

/// Whose request it is.
#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub(crate) key: String,
    pub(crate) secret: String,
}

/// What is signed.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) host: &'a str,
    /// Percent-encoded, as it goes over the wire.
    pub(crate) path: &'a str,
    /// The hash of the body in hexadecimal, or `UNSIGNED-PAYLOAD`.
    pub(crate) content: &'a str,
}

/// The headers `authorization`, `x-amz-date` and `x-amz-content-sha256`.
pub(crate) fn sign(
    request: &Request<'_>,
    credentials: &Credentials,
    region: &str,
    service: &str,
    now: OffsetDateTime,
) -> [(&'static str, String); 3] {
    const SIGNED: &str = "host;x-amz-content-sha256;x-amz-date";
    let Request {
        method,
        host,
        path,
        content,
    } = request;
    let (day, time) = stamps(now);
    let canonical = format!(
        "{method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:{content}\nx-amz-date:{time}\n\n{SIGNED}\n{content}"
    );
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let text = format!(
        "AWS4-HMAC-SHA256\n{time}\n{scope}\n{}",
        hash(canonical.as_bytes())
    );
    let signature = hex(&mac(
        &signing_key(&credentials.secret, &day, region, service),
        &text,
    ));
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={SIGNED}, Signature={signature}",
        credentials.key
    );
    [
        ("authorization", authorization),
        ("x-amz-date", time),
        ("x-amz-content-sha256", (*content).to_owned()),
    ]
}

/// The SHA-256 of `bytes` in hexadecimal.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn signing_key(secret: &str, day: &str, region: &str, service: &str) -> Vec<u8> {
    [day, region, service, "aws4_request"]
        .into_iter()
        .fold(format!("AWS4{secret}").into_bytes(), |key, part| {
            mac(&key, part)
        })
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `20130524` and `20130524T000000Z`.
fn stamps(now: OffsetDateTime) -> (String, String) {
    let day = format!(
        "{:04}{:02}{:02}",
        now.year(),
        u8::from(now.month()),
        now.day()
    );
    let time = format!(
        "{day}T{:02}{:02}{:02}Z",
        now.hour(),
        now.minute(),
        now.second()
    );
    (day, time)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 24 May 2013, 00:00:00 UTC: the moment of the examples in the Amazon S3 API reference,
    /// "Signature calculations for the Authorization header".
    const EXAMPLE: i64 = 1_369_353_600;

    #[test]
    fn a_moment_is_written_as_aws_writes_it() {
        let now = OffsetDateTime::from_unix_timestamp(EXAMPLE).expect("a moment");
        assert_eq!(
            stamps(now),
            ("20130524".to_owned(), "20130524T000000Z".to_owned())
        );
    }

    /// The key of the IAM User Guide's worked example of a signing key.
    #[test]
    fn the_signing_key_is_the_one_of_the_documentation() {
        let key = signing_key(
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "20150830",
            "us-east-1",
            "iam",
        );
        let expected = "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9";
        assert_eq!(hex(&key), expected);
    }

    #[test]
    fn the_hash_of_nothing_is_the_well_known_one() {
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hash(b""), expected);
    }
}
