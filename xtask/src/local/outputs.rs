//! Terraform's outputs: how everything else learns the names of what was made.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::error::Error;

/// The one output that is an address of AWS's own: Terraform computes it without asking anybody.
const API: &str = "process_url";

/// The outputs, in the form of `terraform output -json`.
pub(crate) struct Outputs {
    json: Value,
}

impl Outputs {
    /// Reads what `terraform output -json` said, with the address that the API has at `endpoint`.
    pub(crate) fn parse(json: &str, endpoint: &str) -> Result<Self, Error> {
        let unreadable = |_| Error::Content {
            path: PathBuf::from("the output of terraform output"),
            expected: "JSON",
        };
        let mut json: Value = serde_json::from_str(json).map_err(unreadable)?;
        if let Some(url) = json[API]["value"].as_str() {
            json[API]["value"] = here(url, endpoint).into();
        }
        Ok(Self { json })
    }

    /// Writes them to `path`.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        fs::write(path, format!("{:#}\n", self.json)).map_err(Error::file("write", path))
    }

    /// Names and values of those that are text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let outputs = self.json.as_object().into_iter().flatten();
        outputs.filter_map(|(name, output)| Some((name.as_str(), output["value"].as_str()?)))
    }

    /// The value of one that is text; empty if there is none of that name.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.json[name]["value"].as_str().unwrap_or_default()
    }

    /// The name of the function whose role in the pipeline is `role`; empty if there is none.
    pub(crate) fn function(&self, role: &str) -> &str {
        self.json["function_names"]["value"][role]
            .as_str()
            .unwrap_or_default()
    }
}

/// The address of a REST API at `endpoint`, given its address in AWS:
/// `https://ID.execute-api.REGION.amazonaws.com/STAGE/...` is `https://ID.execute-api.localhost:PORT/STAGE/...`.
fn here(url: &str, endpoint: &str) -> String {
    let parts = || {
        let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
        let (id, _) = host.split_once(".execute-api.")?;
        let (_, port) = endpoint.rsplit_once(':')?;
        Some(format!("https://{id}.execute-api.localhost:{port}/{path}"))
    };
    parts().unwrap_or_else(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: &str = "https://127.0.0.1:4566";

    #[test]
    fn the_address_of_the_api_is_the_local_one_and_all_else_is_as_it_was() {
        let json = r#"{
            "process_url": {"value": "https://a1.execute-api.eu-west-1.amazonaws.com/prod/process"},
            "source_bucket": {"value": "photos", "sensitive": false},
            "function_names": {"value": {"resize": "thumbnail-resize"}}
        }"#;
        let outputs = Outputs::parse(json, ENDPOINT).expect("JSON");
        assert_eq!(
            outputs.get("process_url"),
            "https://a1.execute-api.localhost:4566/prod/process"
        );
        assert_eq!(outputs.get("source_bucket"), "photos");
        assert_eq!(outputs.function("resize"), "thumbnail-resize");
        assert_eq!(outputs.get("nothing"), "");
        let text: Vec<_> = outputs.iter().map(|(name, _)| name).collect();
        assert_eq!(text, ["process_url", "source_bucket"]);
    }

    #[test]
    fn an_address_that_is_local_already_stays() {
        let url = "http://127.0.0.1:4566/restapis/a1/prod/_user_request_/process";
        assert_eq!(here(url, ENDPOINT), url);
    }
}
