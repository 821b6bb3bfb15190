use pipeline::{KeyTemplate, Naming, RenditionName, TemplateError};
use serde::Deserialize;
use std::env;

/// What Terraform tells the function through its environment.
pub(crate) struct Settings {
    /// The state machine that makes a thumbnail.
    pub(crate) state_machine_arn: String,
    /// Where the images are.
    pub(crate) source_bucket: String,
    /// Where the thumbnails go.
    pub(crate) destination_bucket: String,
    /// How the thumbnails are named.
    pub(crate) naming: Naming,
}

/// The function was deployed without something it needs, or with something that can't be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("the environment variable {name} must be set")]
    Missing {
        name: &'static str,
        #[source]
        source: env::VarError,
    },
    #[error("the environment variable RENDITIONS must hold a list of renditions, each with a name")]
    Renditions(#[from] serde_json::Error),
    #[error("the environment variable KEY_TEMPLATE can't be used")]
    Template(#[from] TemplateError),
}

/// A rendition; how it looks is the business of resize.
#[derive(Deserialize)]
struct Rendition {
    name: RenditionName,
}

impl Settings {
    pub(crate) fn from_env() -> Result<Self, SettingsError> {
        let renditions: Vec<Rendition> = serde_json::from_str(&required("RENDITIONS")?)?;
        let template: KeyTemplate = required("KEY_TEMPLATE")?.parse()?;
        let names = renditions.into_iter().map(|rendition| rendition.name);
        Ok(Self {
            state_machine_arn: required("STATE_MACHINE_ARN")?,
            source_bucket: required("SOURCE_BUCKET")?,
            destination_bucket: required("DESTINATION_BUCKET")?,
            naming: Naming::new(template, names.collect())?,
        })
    }
}

fn required(name: &'static str) -> Result<String, SettingsError> {
    env::var(name).map_err(|source| SettingsError::Missing { name, source })
}
