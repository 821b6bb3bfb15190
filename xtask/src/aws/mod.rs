//! The requests that the tool itself makes of a cloud, the local one or an account.
//!
//! The AWS SDK would make them too, but the tool is built for development and the functions for release, so the
//! SDK would be compiled twice: minutes on a laptop for what is a few pages here.

mod execution;
mod function;
mod iam;
mod object;
mod queue;
mod sigv4;

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use time::OffsetDateTime;
use ureq::{
    Agent, Body,
    http::{Request, Response},
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

use crate::error::Error;
pub(crate) use iam::Policy;
pub(crate) use object::Listed;
pub(crate) use queue::{Failure, Message};
pub(crate) use sigv4::Credentials;

/// What RFC 3986 leaves as it is in a query or a form.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Longer than any answer takes, that of a cloud under load included.
const PATIENCE: Duration = Duration::from_secs(60);
/// Idle connections that are kept: no command of the tool asks more at once.
const CONNECTIONS: usize = 64;

/// Where the authorities are that the system trusts, on the systems that have them in one file.
const SYSTEM_AUTHORITIES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// A client of one cloud.
#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    /// Where everything is, with scheme and without a slash at the end; none where every service has an address of its own.
    endpoint: Option<String>,
    region: String,
    credentials: Credentials,
}

/// What is asked of a service.
struct Call<'a> {
    service: &'a str,
    method: &'a str,
    /// Percent-encoded.
    path: &'a str,
    /// Percent-encoded, in the order of names.
    query: &'a str,
    headers: &'a [(&'a str, &'a str)],
    /// The hash of the body; `UNSIGNED-PAYLOAD` where the connection has to do as protection.
    content: &'a str,
    body: &'a [u8],
}

impl Client {
    /// A client of everything that is at `endpoint`, which trusts `authority` and nobody else.
    pub(crate) fn new(
        endpoint: &str,
        region: &str,
        authority: &Path,
        credentials: Credentials,
    ) -> Result<Self, Error> {
        Ok(Self {
            agent: agent(authority)?,
            endpoint: Some(endpoint.to_owned()),
            region: region.to_owned(),
            credentials,
        })
    }

    /// A client of what the environment names, as the AWS command line reads it.
    pub(crate) fn from_environment() -> Result<Self, Error> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let needed = |name: &'static str| set(name).ok_or(Error::NotSet { name });
        let authority = set("AWS_CA_BUNDLE").or_else(|| set("SSL_CERT_FILE"));
        let authority = authority.map(PathBuf::from).or_else(|| {
            let mut known = SYSTEM_AUTHORITIES.iter().map(PathBuf::from);
            known.find(|path| path.exists())
        });
        let authority = authority.ok_or(Error::NotSet {
            name: "AWS_CA_BUNDLE",
        })?;
        let region = set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION"));
        Ok(Self {
            agent: agent(&authority)?,
            endpoint: set("AWS_ENDPOINT_URL").map(|url| url.trim_end_matches('/').to_owned()),
            region: region.ok_or(Error::NotSet { name: "AWS_REGION" })?,
            credentials: Credentials {
                key: needed("AWS_ACCESS_KEY_ID")?,
                secret: needed("AWS_SECRET_ACCESS_KEY")?,
                token: set("AWS_SESSION_TOKEN"),
            },
        })
    }

    /// The same client acting as somebody else.
    pub(crate) fn act_as(&mut self, credentials: Credentials) {
        self.credentials = credentials;
    }

    /// The address of everything, where everything has one.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// Whether something answers well at `path` of the endpoint.
    pub(crate) fn answers(&self, path: &str) -> bool {
        let url = format!("{}{path}", self.endpoint.as_deref().unwrap_or_default());
        self.agent
            .get(url)
            .call()
            .is_ok_and(|answer| answer.status().is_success())
    }

    /// Where a service is, and the region that its requests are signed for.
    fn place(&self, service: &str) -> (String, &str) {
        match &self.endpoint {
            Some(endpoint) => (endpoint.clone(), &self.region),
            // There is one for all regions.
            None if service == "iam" => ("https://iam.amazonaws.com".to_owned(), "us-east-1"),
            None => {
                let url = format!("https://{service}.{}.amazonaws.com", self.region);
                (url, &self.region)
            }
        }
    }

    /// An action of a service that takes JSON and names it in a header.
    fn json(&self, service: &str, kind: &str, target: &str, body: &Value) -> Result<Value, Error> {
        let body = body.to_string();
        let answer = self.send(&Call {
            service,
            method: "POST",
            path: "/",
            query: "",
            headers: &[("content-type", kind), ("x-amz-target", target)],
            content: &sigv4::hash(body.as_bytes()),
            body: body.as_bytes(),
        })?;
        let bytes = succeeded(target, answer)?;
        // Some actions answer with nothing at all.
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    fn send(&self, call: &Call<'_>) -> Result<Response<Body>, Error> {
        let (base, region) = self.place(call.service);
        let Call {
            method,
            path,
            query,
            ..
        } = *call;
        let host = base.trim_start_matches("https://");
        let signed = sigv4::sign(
            &sigv4::Request {
                method,
                host: host.trim_start_matches("http://"),
                path,
                query,
                headers: call.headers,
                content: call.content,
            },
            &self.credentials,
            region,
            call.service,
            OffsetDateTime::now_utc(),
        );
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("{base}{path}{mark}{query}");
        let failed = |source: ureq::Error| Error::Request {
            request: format!("{method} {url}"),
            source: Box::new(source),
        };
        let mut request = Request::builder().method(method).uri(&url);
        for (name, value) in &signed {
            request = request.header(name, value);
        }
        if matches!(method, "GET" | "HEAD" | "DELETE") {
            let request = request.body(()).map_err(|source| failed(source.into()))?;
            return self.agent.run(request).map_err(failed);
        }
        let request = request
            .body(call.body)
            .map_err(|source| failed(source.into()))?;
        self.agent.run(request).map_err(failed)
    }
}

fn agent(authority: &Path) -> Result<Agent, Error> {
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
        .max_idle_connections(CONNECTIONS)
        .max_idle_connections_per_host(CONNECTIONS)
        .timeout_global(Some(PATIENCE))
        .build();
    Ok(config.into())
}

fn succeeded(request: &str, mut answer: Response<Body>) -> Result<Vec<u8>, Error> {
    let body = body_of(request, &mut answer)?;
    if answer.status().is_success() {
        return Ok(body);
    }
    Err(Error::Answer {
        request: request.to_owned(),
        status: answer.status().as_u16(),
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

fn body_of(request: &str, answer: &mut Response<Body>) -> Result<Vec<u8>, Error> {
    let body = answer.body_mut().with_config().limit(1 << 30).read_to_vec();
    body.map_err(|source| Error::Request {
        request: request.to_owned(),
        source: Box::new(source),
    })
}

/// `name=value` pairs, encoded and in the order that a signature asks for.
fn query(pairs: &mut [(&str, &str)]) -> String {
    pairs.sort_unstable();
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, UNRESERVED)));
    pairs.collect::<Vec<_>>().join("&")
}

/// What is between the first `<tag>` and the `</tag>` after it.
fn element<'a>(xml: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{tag}>"))?;
    let (text, _) = rest.split_once(&format!("</{tag}>"))?;
    Some(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_without_what_surrounds_them() {
        let xml = "<A><AccessKeyId>AKIA</AccessKeyId><SecretAccessKey> s </SecretAccessKey></A>";
        assert_eq!(element(xml, "AccessKeyId"), Some("AKIA"));
        assert_eq!(element(xml, "SecretAccessKey"), Some("s"));
        assert_eq!(element(xml, "UserName"), None);
    }

    #[test]
    fn a_query_is_encoded_and_sorted() {
        let mut pairs = [("prefix", "a b/ü"), ("list-type", "2")];
        assert_eq!(query(&mut pairs), "list-type=2&prefix=a%20b%2F%C3%BC");
    }
}
