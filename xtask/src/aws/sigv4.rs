//! Signature Version 4 of a request, as the AWS documentation "Create a signed AWS API request"
//! describes it.
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
    /// What goes along with credentials that expire.
    pub(crate) token: Option<String>,
}

/// What is signed.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) host: &'a str,
    /// Percent-encoded, as it goes over the wire.
    pub(crate) path: &'a str,
    /// `name=value` pairs, percent-encoded and in the order of their names, with `&` between them.
    pub(crate) query: &'a str,
    /// Headers to be signed beside those that every request has, their names in lower case.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// The hash of the body in hexadecimal, or `UNSIGNED-PAYLOAD`.
    pub(crate) content: &'a str,
}

/// All headers that the request has to have: those given, `authorization`, `x-amz-date`,
/// `x-amz-content-sha256`, and the token of credentials that expire.
pub(crate) fn sign(
    request: &Request<'_>,
    credentials: &Credentials,
    region: &str,
    service: &str,
    now: OffsetDateTime,
) -> Vec<(String, String)> {
    let (day, time) = stamps(now);
    let mut headers = vec![
        ("host", request.host),
        ("x-amz-content-sha256", request.content),
        ("x-amz-date", &time),
    ];
    headers.extend(request.headers);
    let token = credentials.token.as_deref();
    headers.extend(token.map(|token| ("x-amz-security-token", token)));
    headers.sort_unstable();

    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    let signed = names.join(";");
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let text = format!(
        "AWS4-HMAC-SHA256\n{time}\n{scope}\n{}",
        hash(canonical(request, &headers, &signed).as_bytes())
    );
    let key = signing_key(&credentials.secret, &day, region, service);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={signed}, Signature={}",
        credentials.key,
        hex(&mac(&key, &text))
    );
    // The client that sends the request adds the host itself.
    let headers = headers.iter().filter(|(name, _)| *name != "host");
    let mut headers: Vec<_> = headers
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    headers.push(("authorization".to_owned(), authorization));
    headers
}

/// The request in the one form that both sides hash.
fn canonical(request: &Request<'_>, headers: &[(&str, &str)], signed: &str) -> String {
    let Request {
        method,
        path,
        query,
        content,
        ..
    } = request;
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    format!("{method}\n{path}\n{query}\n{lines}\n{signed}\n{content}")
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

    /// The example "GET Bucket (List Objects)" of the Amazon S3 API reference, "Signature calculations for the
    /// Authorization header", with the credentials that all of its examples use.
    #[test]
    fn a_request_with_a_query_is_signed_as_in_the_documentation() {
        let request = Request {
            method: "GET",
            host: "examplebucket.s3.amazonaws.com",
            path: "/",
            query: "max-keys=2&prefix=J",
            headers: &[],
            content: &hash(b""),
        };
        let credentials = Credentials {
            key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            token: None,
        };
        let now = OffsetDateTime::from_unix_timestamp(EXAMPLE).expect("a moment");
        let signed = sign(&request, &credentials, "us-east-1", "s3", now);
        let expected = "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
        let (name, value) = signed.last().expect("headers");
        assert_eq!(name, "authorization");
        assert!(value.ends_with(expected), "{value}");
    }

    #[test]
    fn what_a_request_carries_is_signed_with_it_in_the_order_of_names() {
        let request = Request {
            method: "POST",
            host: "sqs.us-east-1.amazonaws.com",
            path: "/",
            query: "",
            headers: &[
                ("x-amz-target", "AmazonSQS.SendMessage"),
                ("content-type", "x"),
            ],
            content: &hash(b""),
        };
        let credentials = Credentials {
            key: "k".to_owned(),
            secret: "s".to_owned(),
            token: Some("t".to_owned()),
        };
        let now = OffsetDateTime::from_unix_timestamp(EXAMPLE).expect("a moment");
        let signed = sign(&request, &credentials, "us-east-1", "sqs", now);
        let header = |name: &str| signed.iter().find(|(other, _)| other == name);
        let (_, authorization) = header("authorization").expect("a signature");
        let names = "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target,";
        assert!(authorization.contains(names), "{authorization}");
        assert_eq!(
            header("x-amz-security-token").map(|(_, value)| value.as_str()),
            Some("t")
        );
        assert_eq!(header("host"), None);
    }

    #[test]
    fn the_hash_of_nothing_is_the_well_known_one() {
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hash(b""), expected);
    }
}
