use serde_json::Value;
use std::time::Duration;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Sends a request to the API and returns the status and the body, which has to be JSON.
///
/// The API's host is `<id>.execute-api.localhost`, a name that not every resolver knows, so the connection
/// goes to the address and the name goes into the header.
pub(crate) fn post(url: &str, body: &str) -> (u16, Value) {
    let (host, path) = url
        .strip_prefix("https://")
        .and_then(|rest| rest.split_once('/'))
        .expect("an HTTPS URL");
    let (_, port) = host
        .split_once(':')
        .expect("the local cloud has a port of its own");
    let mut answer = agent()
        .post(format!("https://127.0.0.1:{port}/{path}"))
        .header("host", host)
        .header("content-type", "application/json")
        .send(body)
        .expect("the API answers");
    let text = answer.body_mut().read_to_string().expect("a body");
    let json = serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}"));
    (answer.status().as_u16(), json)
}

fn agent() -> Agent {
    let path =
        std::env::var_os("AWS_CA_BUNDLE").expect("the local cloud has an authority of its own");
    let authority = Certificate::from_pem(&std::fs::read(path).expect("its certificate"))
        .expect("a certificate");
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[authority]));
    Agent::config_builder()
        .tls_config(tls.build())
        .timeout_global(Some(Duration::from_secs(60)))
        .http_status_as_error(false)
        .build()
        .into()
}
