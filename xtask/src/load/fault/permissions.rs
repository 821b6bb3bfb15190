//! Permissions that are taken away for a while.

use serde_json::json;

use crate::{aws::Policy, error::Error, load::run::Run};

/// The name that Terraform gives the policy.
const POLICY: &str = "resize";

/// What resize may do, while it may not do it. Dropping this gives it back.
pub(crate) struct Withdrawn<'a> {
    run: &'a Run,
    policy: Policy,
}

impl<'a> Withdrawn<'a> {
    /// Takes everything away that has to do with objects.
    pub(crate) fn begin(run: &'a Run) -> Result<Self, Error> {
        let (client, role) = (&run.site.client, &run.site.resize_role);
        let policy = run.insist(|| client.role_policy(role, POLICY))?;
        let nothing = json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}],
        });
        let withdrawn = Policy {
            document: nothing.to_string(),
            ..policy.clone()
        };
        let guard = Self { run, policy };
        run.insist(|| client.put_role_policy(&withdrawn))?;
        Ok(guard)
    }
}

impl Drop for Withdrawn<'_> {
    fn drop(&mut self) {
        let client = &self.run.site.client;
        if let Err(error) = self.run.insist(|| client.put_role_policy(&self.policy)) {
            eprintln!(
                "the policy {POLICY} of {} could not be given back, apply Terraform to mend it: {error}",
                self.policy.role
            );
        }
    }
}
