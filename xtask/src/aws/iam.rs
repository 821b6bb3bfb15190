//! Users, and what roles may do.

use percent_encoding::{percent_decode_str, utf8_percent_encode};
use serde_json::json;

use super::{Call, Client, Credentials, UNRESERVED, element, sigv4, succeeded};
use crate::error::Error;

/// One of the policies that are written into a role.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) role: String,
    pub(crate) name: String,
    /// JSON.
    pub(crate) document: String,
}

impl Client {
    /// Makes a user who may do everything, and acts as that user from now on.
    ///
    /// The emulator does not verify the signature of the account's owner, but it does a user's.
    pub(crate) fn become_user(&mut self, name: &str) -> Result<Credentials, Error> {
        let everything = json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        });
        let user = ("UserName", name);
        self.iam("CreateUser", &[user])?;
        let policy = everything.to_string();
        self.iam(
            "PutUserPolicy",
            &[
                user,
                ("PolicyName", "everything"),
                ("PolicyDocument", &policy),
            ],
        )?;
        let answer = self.iam("CreateAccessKey", &[user])?;
        let field = |tag: &str| found(&answer, tag, "CreateAccessKey");
        let credentials = Credentials {
            key: field("AccessKeyId")?,
            secret: field("SecretAccessKey")?,
            token: None,
        };
        self.act_as(credentials.clone());
        Ok(credentials)
    }

    /// A policy that is written into a role.
    pub(crate) fn role_policy(&self, role: &str, name: &str) -> Result<Policy, Error> {
        let answer = self.iam("GetRolePolicy", &[("RoleName", role), ("PolicyName", name)])?;
        let document = found(&answer, "PolicyDocument", "GetRolePolicy")?;
        // It comes as a URL would carry it.
        let document = percent_decode_str(&document).decode_utf8_lossy();
        Ok(Policy {
            role: role.to_owned(),
            name: name.to_owned(),
            document: document.into_owned(),
        })
    }

    /// Writes a policy into its role.
    pub(crate) fn put_role_policy(&self, policy: &Policy) -> Result<(), Error> {
        let form = [
            ("RoleName", policy.role.as_str()),
            ("PolicyName", &policy.name),
            ("PolicyDocument", &policy.document),
        ];
        self.iam("PutRolePolicy", &form).map(drop)
    }

    fn iam(&self, action: &str, fields: &[(&str, &str)]) -> Result<String, Error> {
        let mut form = format!("Action={action}&Version=2010-05-08");
        for (name, value) in fields {
            form.push_str(&format!(
                "&{name}={}",
                utf8_percent_encode(value, UNRESERVED)
            ));
        }
        let answer = self.send(&Call {
            service: "iam",
            method: "POST",
            path: "/",
            query: "",
            headers: &[("content-type", "application/x-www-form-urlencoded")],
            content: &sigv4::hash(form.as_bytes()),
            body: form.as_bytes(),
        })?;
        let bytes = succeeded(action, answer)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn found(answer: &str, tag: &str, request: &str) -> Result<String, Error> {
    let value = element(answer, tag).map(str::to_owned);
    value.ok_or_else(|| Error::Answer {
        request: request.to_owned(),
        status: 200,
        body: format!("no {tag} in it"),
    })
}
