use pipeline::{KeyTemplate, Naming, RenditionName, TemplateError};
use serde::{Deserialize, Deserializer, de};
use std::env;
use std::error::Error;
use std::fmt::Display;
use std::str::FromStr;
use thumbnail::{Fit, Limits, OutputFormat, Quality, Size, Spec};

/// What Terraform tells the function through its environment.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Where the thumbnails go.
    pub(crate) destination_bucket: String,
    /// How the thumbnails are named.
    pub(crate) naming: Naming,
    /// How the thumbnails look, in the order in which `naming` names them.
    pub(crate) specs: Vec<Spec>,
    /// The `Cache-Control` of a thumbnail.
    pub(crate) cache_control: String,
    /// Whether a thumbnail is deleted when its source is gone.
    pub(crate) remove_with_source: bool,
    /// How large a source may be.
    pub(crate) limits: Limits,
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
    #[error("the environment variable {name} can't be {value:?}")]
    Invalid {
        name: &'static str,
        value: String,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    #[error("the renditions and the environment variable KEY_TEMPLATE don't go together")]
    Naming(#[from] TemplateError),
}

/// One of the sizes that are made from a source.
#[derive(Deserialize)]
struct Rendition {
    name: RenditionName,
    #[serde(deserialize_with = "from_text")]
    size: Size,
    #[serde(deserialize_with = "from_text")]
    fit: Fit,
    #[serde(deserialize_with = "from_text")]
    format: OutputFormat,
    quality: u8,
}

/// A list, as the environment variable RENDITIONS holds it in JSON.
struct Renditions(Vec<Rendition>);

impl Settings {
    pub(crate) fn from_env() -> Result<Self, SettingsError> {
        let template: KeyTemplate = required("KEY_TEMPLATE")?;
        let Renditions(renditions) = required("RENDITIONS")?;
        let (damaged, linear_light) = (required("DAMAGED")?, required("LINEAR_LIGHT")?);
        let mut names = Vec::new();
        let mut specs = Vec::new();
        for rendition in renditions {
            let spec = rendition.spec()?;
            specs.push(spec.with_damaged(damaged).with_linear_light(linear_light));
            names.push(rendition.name);
        }
        Ok(Self {
            destination_bucket: required("DESTINATION_BUCKET")?,
            naming: Naming::new(template, names)?,
            specs,
            cache_control: required("CACHE_CONTROL")?,
            remove_with_source: required("REMOVE_WITH_SOURCE")?,
            limits: limits()?,
        })
    }
}

/// What the function's memory allows, or less where the operator wants less.
fn limits() -> Result<Limits, SettingsError> {
    let mut limits = Limits::for_memory(required("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")?);
    if let Some(bytes) = optional("MAX_SOURCE_BYTES")? {
        limits.source_bytes = limits.source_bytes.min(bytes);
    }
    if let Some(pixels) = optional("MAX_PIXELS")? {
        limits.pixels = limits.pixels.min(pixels);
    }
    Ok(limits)
}

impl Rendition {
    fn spec(&self) -> Result<Spec, SettingsError> {
        let quality = Quality::new(self.quality).map_err(|source| SettingsError::Invalid {
            name: "RENDITIONS",
            value: self.quality.to_string(),
            source: source.into(),
        })?;
        Ok(Spec::new(self.size)
            .with_fit(self.fit)
            .with_format(self.format)
            .with_quality(quality))
    }
}

impl FromStr for Renditions {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self)
    }
}

fn from_text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(de::Error::custom)
}

fn required<T>(name: &'static str) -> Result<T, SettingsError>
where
    T: FromStr<Err: Into<Box<dyn Error + Send + Sync>>>,
{
    let value = env::var(name).map_err(|source| SettingsError::Missing { name, source })?;
    parse(name, value)
}

fn optional<T>(name: &'static str) -> Result<Option<T>, SettingsError>
where
    T: FromStr<Err: Into<Box<dyn Error + Send + Sync>>>,
{
    env::var(name)
        .ok()
        .map(|value| parse(name, value))
        .transpose()
}

fn parse<T>(name: &'static str, value: String) -> Result<T, SettingsError>
where
    T: FromStr<Err: Into<Box<dyn Error + Send + Sync>>>,
{
    value
        .parse()
        .map_err(|source: T::Err| SettingsError::Invalid {
            name,
            value,
            source: source.into(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renditions_are_read_as_terraform_writes_them() {
        let text = r#"[{"fit":"cover","format":"auto","name":"thumbnail","quality":80,"size":"200x200"},
            {"fit":"inside","format":"png","name":"large","quality":90,"size":"800x600"}]"#;
        let Renditions(renditions) = text.parse().unwrap();
        assert_eq!(renditions[0].spec().unwrap(), Spec::default());
        let large = renditions[1].spec().unwrap();
        assert_eq!((large.size.width(), large.size.height()), (800, 600));
        assert_eq!((large.fit, large.format), (Fit::Inside, OutputFormat::Png));
    }

    #[test]
    fn a_rendition_that_can_not_be_is_refused() {
        let check = |size: &str, fit: &str, format: &str, quality: u8| {
            let text = format!(
                r#"[{{"name":"x","size":"{size}","fit":"{fit}","format":"{format}","quality":{quality}}}]"#
            );
            let renditions = text.parse::<Renditions>();
            renditions.is_ok_and(|list| list.0[0].spec().is_ok())
        };
        assert!(check("200x200", "cover", "auto", 80));
        assert!(!check("200", "cover", "auto", 80));
        assert!(!check("0x200", "cover", "auto", 80));
        assert!(!check("200x200", "stretch", "auto", 80));
        assert!(!check("200x200", "cover", "heic", 80));
        assert!(!check("200x200", "cover", "auto", 0));
    }
}
