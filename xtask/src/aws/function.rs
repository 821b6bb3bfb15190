//! Functions of Lambda.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Call, Client, sigv4, succeeded};
use crate::error::Error;

/// The environment variables of a function.
pub(crate) type Settings = BTreeMap<String, String>;

impl Client {
    /// The settings of a function, which are its environment variables.
    pub(crate) fn function_settings(&self, name: &str) -> Result<Settings, Error> {
        let answer = self.configuration("GET", name, &[])?;
        let settings = answer["Environment"]["Variables"]
            .as_object()
            .into_iter()
            .flatten();
        Ok(settings
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect())
    }

    /// Gives a function these settings in place of those that it has.
    pub(crate) fn set_function_settings(
        &self,
        name: &str,
        settings: &Settings,
    ) -> Result<(), Error> {
        let body = json!({"Environment": {"Variables": settings}}).to_string();
        self.configuration("PUT", name, body.as_bytes()).map(drop)
    }

    fn configuration(&self, method: &str, name: &str, body: &[u8]) -> Result<Value, Error> {
        let answer = self.send(&Call {
            service: "lambda",
            method,
            path: &format!("/2015-03-31/functions/{name}/configuration"),
            query: "",
            headers: &[("content-type", "application/json")],
            content: &sigv4::hash(body),
            body,
        })?;
        let bytes = succeeded(&format!("the configuration of {name}"), answer)?;
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }
}
