use std::env;

/// What Terraform tells the function through its environment.
pub(crate) struct Settings {
    /// The state machine that makes a thumbnail.
    pub(crate) state_machine_arn: String,
}

/// The function was deployed without something it needs.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable STATE_MACHINE_ARN must hold the ARN of the state machine")]
pub(crate) struct SettingsError {
    #[from]
    source: env::VarError,
}

impl Settings {
    pub(crate) fn from_env() -> Result<Self, SettingsError> {
        Ok(Self {
            state_machine_arn: env::var("STATE_MACHINE_ARN")?,
        })
    }
}
