//! Terraform's outputs: how everything else learns the names of what was made.

use std::{fs, path::Path};

use serde_json::Value;

use crate::error::Error;

/// The outputs that are text, which all of the contract are.
pub(crate) struct Outputs {
    values: Vec<(String, String)>,
}

impl Outputs {
    /// Reads what `terraform output -json` wrote into `path`.
    pub(crate) fn read(path: &Path) -> Result<Self, Error> {
        let bytes = fs::read(path).map_err(Error::file("read", path))?;
        let json: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let outputs = json.as_object().into_iter().flatten();
        let values = outputs
            .filter_map(|(name, output)| Some((name.clone(), output["value"].as_str()?.to_owned())))
            .collect();
        Ok(Self { values })
    }

    /// Names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of an output that the contract names; empty if this root does not have it.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.iter()
            .find(|(output, _)| *output == name)
            .map_or("", |(_, value)| value)
    }
}
