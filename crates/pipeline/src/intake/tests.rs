use super::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use serde_json::json;

fn objects(body: &str) -> Vec<ObjectEvent> {
    match Intake::from_body(body).unwrap() {
        Intake::Objects(objects) => objects,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_sample_notification_names_its_object() {
    let found = objects(include_str!("../../../../events/s3-object-created.json"));
    let [object] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(object.bucket, "photos");
    assert_eq!(object.key.as_str(), "2026/été 1+1.jpg");
    assert_eq!(object.size, Some(4_326_451));
    assert_eq!(
        object.revision,
        "9b2cf535f27731c974343645a3985328 0055AED6DCD90281E5"
    );
    assert_eq!(object.job().trigger, Trigger::Upload);
}

#[test]
fn a_notification_may_hold_several_records() {
    let found = objects(include_str!("../../../../events/s3-several-records.json"));
    let keys: Vec<_> = found.iter().map(|object| object.key.as_str()).collect();
    assert_eq!(keys, ["it's 100% 🌻.jpg", "folder/", "archive/x.png"]);
    let folders: Vec<_> = found.iter().map(ObjectEvent::is_folder_marker).collect();
    assert_eq!(folders, [false, true, false]);
    assert_eq!(
        found[2].revision,
        "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo"
    );
}

#[test]
fn a_key_that_ends_in_a_slash_and_has_bytes_is_no_folder_marker() {
    let mut object = objects(include_str!("../../../../events/s3-several-records.json")).remove(1);
    object.size = Some(1);
    assert!(!object.is_folder_marker());
}

#[test]
fn a_test_event_asks_for_nothing() {
    let body = include_str!("../../../../events/s3-test-event.json");
    assert_eq!(Intake::from_body(body).unwrap(), Intake::TestEvent);
}

#[test]
fn a_failure_that_is_redriven_is_a_job_again() {
    let body = include_str!("../../../../events/failure-message.json");
    let Intake::Redriven(redriven) = Intake::from_body(body).unwrap() else {
        panic!("{body}")
    };
    assert_eq!(redriven.job.image_key.as_str(), "2026/été 1+1.jpg");
    assert_eq!(redriven.job.trigger, Trigger::Redrive);
    let message: FailureMessage = serde_json::from_str(body).unwrap();
    assert_eq!(redriven.failed_execution, Some(message.execution_arn));
}

#[test]
fn a_job_alone_is_taken_too() {
    let body = include_str!("../../../../events/job.json");
    let Intake::Redriven(redriven) = Intake::from_body(body).unwrap() else {
        panic!("{body}")
    };
    assert_eq!(redriven.job.trigger, Trigger::Redrive);
    assert_eq!(redriven.failed_execution, None);
}

#[test]
fn unknown_fields_and_later_minor_versions_are_passed_over() {
    let mut body: Value =
        serde_json::from_str(include_str!("../../../../events/s3-object-created.json")).unwrap();
    body["Records"][0]["eventVersion"] = json!("2.9");
    body["Records"][0]["news"] = json!({"from": "AWS"});
    body["Records"][0]["s3"]["object"]["checksum"] = json!("x");
    assert_eq!(objects(&body.to_string()).len(), 1);
}

#[test]
fn what_is_none_of_these_is_an_error() {
    let record = |version: &str, key: &str| json!({"Records": [{"eventVersion": version, "s3": {"bucket": {"name": "b"}, "object": {"key": key}}}]});
    assert!(Intake::from_body(&record("2.1", "x").to_string()).is_ok());
    for body in [
        "".to_owned(),
        "hello".to_owned(),
        "{}".to_owned(),
        "[]".to_owned(),
        "{\"Records\": 1}".to_owned(),
        "{\"Records\": [{}]}".to_owned(),
        "{\"job\": {\"bucket\": \"b\"}}".to_owned(),
        record("3.0", "x").to_string(),
        record("2.1", "").to_string(),
        record("2.1", "%FF").to_string(),
        record("2.1", &"x".repeat(1025)).to_string(),
    ] {
        assert!(Intake::from_body(&body).is_err(), "{body}");
    }
}

proptest! {
    /// S3 writes a space as a plus or as `%20`, and a plus as `%2B`.
    #[test]
    fn every_key_survives_the_encoding_of_s3(key in ".{1,100}") {
        let encoded = utf8_percent_encode(&key, NON_ALPHANUMERIC).to_string();
        let key = Key::new(key).unwrap();
        prop_assert_eq!(decode(&encoded).unwrap(), key.clone());
        prop_assert_eq!(decode(&encoded.replace("%20", "+")).unwrap(), key);
    }
}
