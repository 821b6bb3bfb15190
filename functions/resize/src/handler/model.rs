//! A store that keeps to the rules of S3, for one source and its thumbnails, and a client that asks it.
//!
//! Each request is a step that somebody else lets happen: [`Desk`] holds it until it is answered, so that a
//! test decides in what order the requests of several workers reach the store.

use crate::settings::Settings;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::{HttpRequest, HttpResponse};
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation, RuntimeComponents,
    StalledStreamProtectionConfig,
};
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use pipeline::{Key, KeyTemplate, Naming};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use thumbnail::{Limits, Size, Spec};

pub(super) const BUCKET: &str = "photos";
pub(super) const KEY: &str = "x.bmp";
const DESTINATION: &str = "thumbnails";

/// Two thumbnails of four pixels, the cheapest that can be of different sources for a while.
pub(super) fn settings(remove_with_source: bool) -> Settings {
    let names = ["thumbnail", "small"].map(|name| name.parse().expect("a name"));
    let size = |side| Size::new(side, side).expect("a size");
    Settings {
        destination_bucket: DESTINATION.to_owned(),
        naming: Naming::new(KeyTemplate::default(), names.to_vec()).expect("two names"),
        specs: vec![Spec::new(size(2)), Spec::new(size(1))],
        cache_control: "no-cache".to_owned(),
        remove_with_source,
        limits: Limits::default(),
    }
}

/// What can be uploaded: some pictures, and one thing that is none.
pub(super) const CONTENTS: u8 = 4;

/// A picture of two pixels in one colour, another for each content; the last one is broken off.
pub(super) fn bytes(content: u8) -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    let header = [
        62_u32,
        0,
        54,
        40,
        2,
        1,
        1 | 24 << 16,
        0,
        8,
        2835,
        2835,
        0,
        0,
    ];
    bytes.extend(header.into_iter().flat_map(u32::to_le_bytes));
    bytes.extend([60 * content, 255 - 60 * content, 128].repeat(2));
    bytes.extend([0, 0]);
    if is_broken(content) {
        bytes.truncate(40);
    }
    bytes
}

pub(super) fn is_broken(content: u8) -> bool {
    content == CONTENTS - 1
}

/// As in S3, the same for the same bytes.
pub(super) fn etag(content: u8) -> String {
    format!("etag-of-{content}")
}

/// The buckets.
#[derive(Debug, Default)]
pub(super) struct Store {
    /// The versions of the source, the newest last; `None` is a delete marker.
    pub(super) versions: Vec<Option<u8>>,
    /// By key: the ETag of the source that it says it is of, and its bytes.
    pub(super) thumbnails: BTreeMap<String, (String, Vec<u8>)>,
}

impl Store {
    pub(super) fn source(&self) -> Option<u8> {
        self.versions.last().copied().flatten()
    }

    /// What the thumbnails have to be for the source as it is.
    pub(super) fn wanted(&self, settings: &Settings) -> BTreeMap<String, (String, Vec<u8>)> {
        let Some(content) = self.source() else {
            return BTreeMap::new();
        };
        let key = Key::new(KEY).expect("a key");
        let keys = settings.naming.thumbnail_keys(&key).expect("keys");
        let thumbnails = keys.iter().zip(&settings.specs).map(|(key, spec)| {
            let picture = thumbnail::render(&bytes(content), spec, &settings.limits);
            let picture = picture.expect("a picture");
            (key.to_string(), (etag(content), picture.bytes))
        });
        thumbnails.collect()
    }

    /// Answers a request, all at once.
    pub(super) fn answer(&mut self, request: &HttpRequest) -> HttpResponse {
        let path = request.uri().split('?').next().unwrap_or_default();
        let (_, path) = path.split_once(".com/").expect("a path");
        let (bucket, key) = path.split_once('/').expect("a bucket and a key");
        match (request.method(), bucket) {
            ("GET" | "HEAD", BUCKET) if self.source().is_none() => response(404, &[], Vec::new()),
            ("HEAD", BUCKET) => response(200, &[("etag", self.quoted_etag())], Vec::new()),
            ("GET", BUCKET) => {
                let body = bytes(self.source().expect("checked above"));
                response(200, &[("etag", self.quoted_etag())], body)
            }
            ("PUT", DESTINATION) => {
                let of = request.headers().get("x-amz-meta-source-etag");
                let body = request.body().bytes().expect("a body in memory");
                let thumbnail = (of.expect("a source").to_owned(), body.to_vec());
                self.thumbnails.insert(key.to_owned(), thumbnail);
                response(200, &[], Vec::new())
            }
            ("DELETE", DESTINATION) => {
                self.thumbnails.remove(key);
                response(204, &[], Vec::new())
            }
            other => panic!("nobody asks for {other:?}"),
        }
    }

    fn quoted_etag(&self) -> String {
        format!("\"{}\"", etag(self.source().expect("a source")))
    }
}

pub(super) fn response(
    status: u16,
    headers: &[(&'static str, String)],
    body: Vec<u8>,
) -> HttpResponse {
    let status = status.try_into().expect("a status");
    let length = body.len().to_string();
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("content-length", length);
    for (name, value) in headers {
        response.headers_mut().insert(*name, value.clone());
    }
    response
}

/// Where the one request that a worker waits for lies until it is answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Desk(Arc<Mutex<Papers>>);

#[derive(Debug, Default)]
struct Papers {
    request: Option<HttpRequest>,
    response: Option<HttpResponse>,
}

impl Desk {
    /// The request that waits, if one does.
    pub(super) fn take(&self) -> Option<HttpRequest> {
        self.0.lock().expect("one thread").request.take()
    }

    pub(super) fn has_request(&self) -> bool {
        self.0.lock().expect("one thread").request.is_some()
    }

    pub(super) fn answer(&self, response: HttpResponse) {
        self.0.lock().expect("one thread").response = Some(response);
    }
}

/// The desk of the worker that is running at the moment. A client is dear to make, so that all workers share one.
#[derive(Clone, Debug, Default)]
pub(super) struct Current(Arc<Mutex<Desk>>);

impl Current {
    pub(super) fn is(&self, desk: &Desk) {
        *self.0.lock().expect("one thread") = desk.clone();
    }

    /// A client whose requests come to the desk of whoever runs it.
    pub(super) fn client(&self) -> Client {
        let current = self.clone();
        client(move |request| {
            let desk = current.0.lock().expect("one thread").clone();
            desk.0.lock().expect("one thread").request = Some(request);
            std::future::poll_fn(move |_| {
                // Whoever answers polls again: nobody has to be woken.
                match desk.0.lock().expect("one thread").response.take() {
                    Some(response) => std::task::Poll::Ready(response),
                    None => std::task::Poll::Pending,
                }
            })
        })
    }
}

/// A client whose requests are answered by `answer`, each once.
pub(super) fn client<F>(answer: impl Fn(HttpRequest) -> F + Send + Sync + 'static) -> Client
where
    F: Future<Output = HttpResponse> + Send + 'static,
{
    let connector = Connector(Arc::new(move |request| {
        let answer = answer(request);
        HttpConnectorFuture::new(async { Ok(answer.await) })
    }));
    let config = aws_sdk_s3::Config::builder()
        .behavior_version_latest()
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::for_tests())
        .force_path_style(true)
        .http_client(connector)
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    Client::from_conf(config.build())
}

type Answer = dyn Fn(HttpRequest) -> HttpConnectorFuture + Send + Sync;

#[derive(Clone)]
struct Connector(Arc<Answer>);

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        (self.0)(request)
    }
}

impl HttpClient for Connector {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
