use std::env;

/// What Terraform tells the function through its environment.
pub(crate) struct Settings {
    /// The state machine that makes a thumbnail.
    pub(crate) state_machine_arn: String,
    /// The queue that the batches come from.
    pub(crate) intake_queue_url: String,
    /// The queue for what can't be read.
    pub(crate) failures_queue_url: String,
}

/// The function was deployed without something it needs.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {name} must be set")]
pub(crate) struct SettingsError {
    name: &'static str,
    #[source]
    source: env::VarError,
}

impl Settings {
    pub(crate) fn from_env() -> Result<Self, SettingsError> {
        Ok(Self {
            state_machine_arn: required("STATE_MACHINE_ARN")?,
            intake_queue_url: required("INTAKE_QUEUE_URL")?,
            failures_queue_url: required("FAILURES_QUEUE_URL")?,
        })
    }
}

fn required(name: &'static str) -> Result<String, SettingsError> {
    env::var(name).map_err(|source| SettingsError { name, source })
}
