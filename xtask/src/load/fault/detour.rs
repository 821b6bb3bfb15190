//! A function whose requests to one service go through the fault proxy for a while.

use crate::{error::Error, load::run::Run};

/// The detour. Dropping it ends it.
pub(crate) struct Detour<'a> {
    run: &'a Run,
    function: String,
    setting: &'static str,
}

impl<'a> Detour<'a> {
    /// Sends the requests of the function with this role to `endpoint`: `setting` is where the SDK of one service
    /// looks for its address before all else.
    pub(crate) fn begin(
        run: &'a Run,
        role: &str,
        setting: &'static str,
        endpoint: &str,
    ) -> Result<Self, Error> {
        let detour = Self {
            run,
            function: run.site.function(role).to_owned(),
            setting,
        };
        detour.set(Some(endpoint))?;
        Ok(detour)
    }

    fn set(&self, endpoint: Option<&str>) -> Result<(), Error> {
        let (client, function) = (&self.run.site.client, &self.function);
        let mut settings = self.run.insist(|| client.function_settings(function))?;
        match endpoint {
            Some(endpoint) => settings.insert(self.setting.to_owned(), endpoint.to_owned()),
            None => settings.remove(self.setting),
        };
        self.run
            .insist(|| client.set_function_settings(function, &settings))
    }
}

impl Drop for Detour<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.set(None) {
            eprintln!(
                "{} still has the setting {}, apply Terraform to mend it: {error}",
                self.function, self.setting
            );
        }
    }
}
