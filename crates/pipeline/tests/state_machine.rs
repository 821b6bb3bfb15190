//! The state machine, held to Terraform's figures and to the limits of Step Functions.

use serde_json::Value;

const WORKFLOW: &str = include_str!("../../../terraform/workflow.tf");
const UNREPORTED: &str = include_str!("../../../terraform/unreported.tf");

/// How long an Express execution may last, by the quotas of Step Functions.
const EXPRESS: f64 = 5.0 * 60.0;
/// What is left for the report of a failure: a request, and a second and a third one.
const REPORT: f64 = 15.0;

fn definition() -> Value {
    let file = include_str!("../../../statemachine/thumbnail.asl.json");
    serde_json::from_str(file).expect("the definition is JSON")
}

/// What stands behind `name =` in Terraform.
fn setting(file: &'static str, name: &str) -> &'static str {
    file.lines()
        .find_map(|line| {
            let (left, right) = line.split_once('=')?;
            (left.trim() == name).then(|| right.trim())
        })
        .unwrap_or_else(|| panic!("no {name} = ..."))
}

/// The longest that the waits of a retrier can take, by the rules of the Amazon States Language.
fn waits(retrier: &Value) -> f64 {
    let number = |field: &str, default: f64| retrier[field].as_f64().unwrap_or(default);
    let mut wait = number("IntervalSeconds", 1.0);
    let mut sum = 0.0;
    for _ in 0..attempts(retrier) {
        sum += wait.min(number("MaxDelaySeconds", f64::INFINITY));
        wait *= number("BackoffRate", 2.0);
    }
    sum
}

fn attempts(retrier: &Value) -> u64 {
    retrier["MaxAttempts"].as_u64().unwrap_or(3)
}

/// An Express execution that runs out of time leaves no message, so that its Catch has to come first.
#[test]
fn the_tries_of_an_express_execution_leave_time_to_report_its_failure() {
    let definition = definition();
    let resize = &definition["States"]["Resize"];
    let function: f64 = setting(WORKFLOW, "express_timeout").parse().unwrap();
    let task = resize["TimeoutSeconds"].as_f64().unwrap();
    assert!(function < task);
    let tries_again = |retrier: &&Value| attempts(retrier) > 0;
    let retriers = resize["Retry"].as_array().unwrap().iter();
    for retrier in retriers.filter(tries_again) {
        let errors = retrier["ErrorEquals"].as_array().unwrap();
        let one = if errors.contains(&"States.Timeout".into()) {
            task
        } else if errors.contains(&"Lambda.TooManyRequestsException".into()) {
            // Refused at once.
            1.0
        } else {
            function
        };
        let tries = 1 + attempts(retrier);
        // The errors of Lambda itself come back within seconds; what our own code answers can take all its time.
        let one = if errors.contains(&"Lambda.ServiceException".into()) {
            5.0
        } else {
            one
        };
        let worst = tries as f64 * one + waits(retrier);
        assert!(worst + REPORT <= EXPRESS, "{worst} s: {errors:?}");
    }
}

#[test]
fn a_kill_for_memory_or_time_is_tried_again_once() {
    let definition = definition();
    let retriers = definition["States"]["Resize"]["Retry"].as_array().unwrap();
    for error in [
        "Runtime.OutOfMemory",
        "Runtime.ExitError",
        "Sandbox.Timedout",
        "States.Timeout",
        "Lambda.Unknown",
    ] {
        let of_it: Vec<_> = retriers
            .iter()
            .filter(|retrier| {
                let errors = retrier["ErrorEquals"].as_array().unwrap();
                errors.contains(&error.into())
            })
            .map(attempts)
            .collect();
        assert_eq!(of_it, [1], "{error}");
    }
}

#[test]
fn a_failure_that_is_in_the_queue_says_so_in_the_words_that_the_rule_looks_for() {
    let words = setting(UNREPORTED, "reported").trim_matches('"');
    let definition = definition();
    let cause = definition["States"]["Failed"]["Cause"].as_str().unwrap();
    assert!(cause.starts_with(&format!("{{% '{words}' & ")), "{cause}");
}
