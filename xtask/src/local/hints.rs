//! What to type next.

use super::{
    emulator::REGION,
    environment_files::{posix_quoted, powershell_quoted},
    outputs::Outputs,
};
use crate::aws::Credentials;

/// Prints lines that can be copied as they are, from the root of the workspace.
///
/// `signed` is whether the API takes signed requests only.
pub(crate) fn print(outputs: &Outputs, user: &Credentials, signed: bool) {
    println!("{}", text(outputs, user, signed));
}

fn text(outputs: &Outputs, user: &Credentials, signed: bool) -> String {
    let source = outputs.get("source_bucket");
    let destination = outputs.get("destination_bucket");
    let failures = outputs.get("failures_queue_url");
    let process = outputs.get("process_url");
    let owner = format!("{}:{}", user.key, user.secret);
    let signature = |quoted: String| match signed {
        true => format!("--aws-sigv4 aws:amz:{REGION}:execute-api --user {quoted} "),
        false => String::new(),
    };
    let (posix, powershell) = (
        signature(posix_quoted(&owner)),
        signature(powershell_quoted(&owner)),
    );
    // Version 1 of the command line takes every endpoint from the environment but that of SQS.
    format!(
        r#"
The local cloud is up. Ctrl-C stops it; its log is target/local/emulator.log.

In another shell, in this directory (bash):
  . target/local/env
  aws s3 cp photo.jpg s3://{source}/photo.jpg
  aws s3 cp s3://{destination}/thumbnail-photo.jpg .
  aws s3 ls --recursive s3://{destination}/
  aws sqs receive-message --endpoint-url $AWS_ENDPOINT_URL --queue-url {failures} --max-number-of-messages 10
  curl --cacert target/local/tls/ca.pem {posix}-H 'content-type: application/json' -d '{{"imageKey": "photo.jpg"}}' {process}

The same in PowerShell:
  . ./target/local/env.ps1
  aws s3 cp photo.jpg s3://{source}/photo.jpg
  aws s3 cp s3://{destination}/thumbnail-photo.jpg .
  aws s3 ls --recursive s3://{destination}/
  aws sqs receive-message --endpoint-url $env:AWS_ENDPOINT_URL --queue-url {failures} --max-number-of-messages 10
  '{{"imageKey": "photo.jpg"}}' | curl.exe --cacert target/local/tls/ca.pem --ssl-no-revoke {powershell}-H 'content-type: application/json' -d '@-' {process}

curl finds *.localhost by itself; for a tool that does not, it is 127.0.0.1.
"#
    )
}
