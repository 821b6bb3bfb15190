//! Executions of Step Functions.

use serde_json::{Value, json};

use super::Client;
use crate::error::Error;

impl Client {
    /// The names of all executions of a state machine, a page of them at a time.
    pub(crate) fn executions(
        &self,
        state_machine_arn: &str,
        mut each: impl FnMut(&str),
    ) -> Result<(), Error> {
        let mut next = Value::Null;
        loop {
            let mut ask = json!({"stateMachineArn": state_machine_arn, "maxResults": 1000});
            if !next.is_null() {
                ask["nextToken"] = next;
            }
            let answer = self.states("ListExecutions", &ask)?;
            let executions = answer["executions"].as_array().into_iter().flatten();
            executions
                .filter_map(|execution| execution["name"].as_str())
                .for_each(&mut each);
            next = answer["nextToken"].clone();
            if next.is_null() {
                return Ok(());
            }
        }
    }

    /// Whether a state machine is EXPRESS, which starts its executions at least once and lists none.
    pub(crate) fn is_express(&self, state_machine_arn: &str) -> Result<bool, Error> {
        let ask = json!({"stateMachineArn": state_machine_arn});
        let answer = self.states("DescribeStateMachine", &ask)?;
        Ok(answer["type"] == "EXPRESS")
    }

    fn states(&self, action: &str, body: &Value) -> Result<Value, Error> {
        let target = format!("AWSStepFunctions.{action}");
        self.json("states", "application/x-amz-json-1.0", &target, body)
    }
}
