//! Where the pictures go: a local cloud or an account, by the outputs of its Terraform.

use std::{fs, path::Path};

use crate::{
    aws::Client,
    error::Error,
    functions,
    local::{Cloud, outputs::Outputs},
};

/// What the load has to know of a deployment.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) client: Client,
    pub(crate) source_bucket: String,
    pub(crate) destination_bucket: String,
    pub(crate) intake_queue: String,
    pub(crate) failures_queue: String,
    pub(crate) state_machine: String,
    /// Role in the pipeline and name of every function.
    pub(crate) functions: Vec<(&'static str, String)>,
    /// The name of the role of resize.
    pub(crate) resize_role: String,
}

impl Site {
    /// A local cloud that this command has started.
    pub(crate) fn of(cloud: &Cloud) -> Self {
        Self::new(cloud.client().clone(), cloud.outputs())
    }

    /// A deployment that runs already, with its credentials in the environment.
    pub(crate) fn running(outputs: &Path) -> Result<Self, Error> {
        let client = Client::from_environment()?;
        let json = fs::read_to_string(outputs).map_err(Error::file("read", outputs))?;
        let endpoint = client.endpoint().unwrap_or_default().to_owned();
        Ok(Self::new(client, &Outputs::parse(&json, &endpoint)?))
    }

    fn new(client: Client, outputs: &Outputs) -> Self {
        let output = |name| outputs.get(name).to_owned();
        Self {
            client,
            source_bucket: output("source_bucket"),
            destination_bucket: output("destination_bucket"),
            intake_queue: output("intake_queue_url"),
            failures_queue: output("failures_queue_url"),
            state_machine: output("state_machine_arn"),
            resize_role: output("resize_role_name"),
            functions: functions::NAMES
                .iter()
                .map(|role| (*role, outputs.function(role).to_owned()))
                .collect(),
        }
    }

    /// The name of the function with this role.
    pub(crate) fn function(&self, role: &str) -> &str {
        let found = self.functions.iter().find(|(other, _)| *other == role);
        found.map_or("", |(_, name)| name)
    }
}
