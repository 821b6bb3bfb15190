use super::notification::decode;
use super::*;
use crate::FailureMessage;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use serde_json::json;

fn objects(body: &str) -> Vec<ObjectEvent> {
    match Intake::from_body(body).unwrap() {
        Intake::Objects(objects) => objects.into_iter().map(Result::unwrap).collect(),
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
        "ObjectCreated:Put  9b2cf535f27731c974343645a3985328 0055AED6DCD90281E5"
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
    assert!(matches!(
        Intake::from_body(body).unwrap(),
        Intake::TestEvent
    ));
}

fn redriven(body: &str) -> Redriven {
    match Intake::from_body(body).unwrap() {
        Intake::Redriven(redriven) => redriven,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_failure_that_is_redriven_is_a_job_again() {
    let body = include_str!("../../../../events/failure-message.json");
    let redriven = redriven(body);
    assert_eq!(redriven.job.image_key.as_str(), "2026/été 1+1.jpg");
    assert_eq!(redriven.job.trigger, Trigger::Redrive);
    let message: FailureMessage = serde_json::from_str(body).unwrap();
    assert_eq!(redriven.failed_execution, Some(message.execution_arn));
    assert_eq!(redriven.error, Some(message.error));
}

#[test]
fn a_job_alone_is_taken_too() {
    let redriven = redriven(include_str!("../../../../events/job.json"));
    assert_eq!(redriven.job.trigger, Trigger::Redrive);
    assert_eq!((redriven.failed_execution, redriven.error), (None, None));
}

#[test]
fn an_event_about_an_execution_that_was_aborted_is_its_job_again() {
    let event = include_str!("../../../../events/event-bridge-execution-aborted.json");
    let reported = redriven(include_str!("../../../../events/failure-message.json"));
    let told = redriven(event);
    assert_eq!(told.job, reported.job);
    assert_eq!(told.failed_execution, reported.failed_execution);
    assert_eq!(told.error.unwrap().code, "ABORTED");

    let mut event: Value = serde_json::from_str(event).unwrap();
    event["detail"]["status"] = json!("FAILED");
    event["detail"]["error"] = json!("States.Runtime");
    event["detail"]["cause"] = json!("no such field");
    let error = redriven(&event.to_string()).error.unwrap();
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        ("States.Runtime", "no such field")
    );
}

#[test]
fn an_event_whose_input_was_too_large_says_which_execution_it_is_about() {
    let event = include_str!("../../../../events/event-bridge-execution-aborted.json");
    let mut event: Value = serde_json::from_str(event).unwrap();
    event["detail"]["input"] = Value::Null;
    let error = Intake::from_body(&event.to_string()).unwrap_err();
    assert!(matches!(error, IntakeError::NoInput { .. }));
    assert!(error.to_string().contains("execution:thumbnail:upload-"));
}

#[test]
fn a_notification_says_the_same_through_a_topic() {
    let plain = objects(include_str!("../../../../events/s3-object-created.json"));
    let through_a_topic = objects(include_str!("../../../../events/sns-notification.json"));
    assert_eq!(through_a_topic, plain);
}

#[test]
fn an_event_of_event_bridge_names_the_same_object_without_encoding() {
    let plain = objects(include_str!("../../../../events/s3-object-created.json")).remove(0);
    let body = include_str!("../../../../events/event-bridge-object-created.json");
    let [event] = &objects(body)[..] else {
        panic!("{body}")
    };
    assert_eq!(
        (&event.bucket, &event.key, event.size),
        (&plain.bucket, &plain.key, plain.size)
    );
    assert!(event.revision.ends_with("0055AED6DCD90281E5"));
    let deleted = include_str!("../../../../events/event-bridge-object-deleted.json");
    assert_eq!(objects(deleted)[0].key, plain.key);
}

#[test]
fn a_bad_record_leaves_the_others_readable() {
    let body = include_str!("../../../../events/s3-one-bad-record.json");
    let Intake::Objects(records) = Intake::from_body(body).unwrap() else {
        panic!("{body}")
    };
    let keys: Vec<_> = records
        .iter()
        .map(|record| record.as_ref().ok().map(|object| object.key.as_str()))
        .collect();
    assert_eq!(
        keys,
        [Some("it's 100% 🌻.jpg"), None, Some("archive/x.png")]
    );
}

/// Each pair is about one version, and each event of it asks for a look of its own.
#[test]
fn events_about_one_version_are_told_apart_and_duplicates_are_not() {
    let record = |name: &str, time: &str, object: Value| {
        let mut body: Value =
            serde_json::from_str(include_str!("../../../../events/s3-object-deleted.json"))
                .unwrap();
        body["Records"][0]["eventName"] = json!(name);
        body["Records"][0]["eventTime"] = json!(time);
        body["Records"][0]["s3"]["object"] = object;
        objects(&body.to_string()).remove(0).revision
    };
    let version = || json!({"key": "x.jpg", "versionId": "v1"});
    let null = |sequencer| json!({"key": "x.jpg", "versionId": "null", "eTag": "e", "sequencer": sequencer});
    let expired = || json!({"key": "x.jpg"});
    let all = [
        record("ObjectCreated:Put", "t1", version()),
        record("ObjectRemoved:Delete", "t1", version()),
        record("ObjectRemoved:DeleteMarkerCreated", "t1", version()),
        record("ObjectCreated:Put", "t1", null("1")),
        record("ObjectCreated:Put", "t1", null("2")),
        record("LifecycleExpiration:Delete", "t1", expired()),
        record("LifecycleExpiration:Delete", "t2", expired()),
    ];
    let different: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(different.len(), all.len(), "{all:?}");
    assert_eq!(record("ObjectCreated:Put", "t1", null("2")), all[4]);
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
    let envelope = |message: &str| json!({"Type": "Notification", "Message": message}).to_string();
    let twice = envelope(&envelope(include_str!(
        "../../../../events/s3-object-created.json"
    )));
    for body in [
        "",
        "hello",
        "{}",
        "[]",
        "{\"Records\": 1}",
        "{\"job\": {\"bucket\": \"b\"}}",
        "{\"source\": \"aws.states\", \"detail\": {}}",
        "{\"Type\": \"SubscriptionConfirmation\", \"Message\": \"confirm\"}",
        &envelope("hello"),
        &twice,
        &"[".repeat(100_000),
    ] {
        assert!(Intake::from_body(body).is_err(), "{body}");
    }
}

#[test]
fn a_record_that_names_no_object_is_an_error_of_that_record() {
    let record = |version: &str, key: &str| json!({"eventVersion": version, "s3": {"bucket": {"name": "b"}, "object": {"key": key}}});
    let read = |record: Value| {
        let body = json!({ "Records": [record] }).to_string();
        match Intake::from_body(&body).unwrap() {
            Intake::Objects(mut objects) => objects.remove(0),
            other => panic!("{other:?}"),
        }
    };
    assert!(read(record("2.1", "x")).is_ok());
    for wrong in [
        json!({}),
        json!(1),
        record("3.0", "x"),
        record("2.1", ""),
        record("2.1", "%FF"),
        record("2.1", &"x".repeat(1025)),
    ] {
        assert!(read(wrong.clone()).is_err(), "{wrong}");
    }
    let event = include_str!("../../../../events/event-bridge-object-created.json");
    let mut event: Value = serde_json::from_str(event).unwrap();
    event["detail"]["object"]["key"] = json!("");
    let Intake::Objects(objects) = Intake::from_body(&event.to_string()).unwrap() else {
        panic!("{event}")
    };
    assert!(matches!(objects[..], [Err(RecordError::Key { .. })]));
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
