use super::*;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::HashMap;

fn naming(template: &str, renditions: &[&str]) -> Naming {
    let renditions = renditions.iter().map(|name| name.parse().unwrap());
    Naming::new(template.parse().unwrap(), renditions.collect()).unwrap()
}

#[test]
fn by_default_the_word_thumbnail_goes_before_the_file_name() {
    for (source, thumbnail) in [
        ("test_image01.jpg", "thumbnail-test_image01.jpg"),
        ("a/b/x.jpg", "a/b/thumbnail-x.jpg"),
        ("2026/été 1+1.jpg", "2026/thumbnail-été 1+1.jpg"),
        ("no extension", "thumbnail-no extension"),
        ("x.heic", "thumbnail-x.heic"),
        ("//it's 100%🌻.PNG", "//thumbnail-it's 100%🌻.PNG"),
    ] {
        let naming = naming("{folder}{rendition}-{name}", &["thumbnail"]);
        let keys = naming.thumbnail_keys(&Key::new(source).unwrap()).unwrap();
        assert_eq!(keys, [Key::new(thumbnail).unwrap()]);
    }
}

#[test]
fn the_default_is_what_its_documentation_says() {
    assert_eq!(
        KeyTemplate::default(),
        "{folder}{rendition}-{name}".parse().unwrap()
    );
}

#[test]
fn every_rendition_gets_a_key_of_its_own() {
    let naming = naming(
        "{rendition}/{folder}{stem}@{extension}",
        &["thumbnail", "large"],
    );
    let keys = naming
        .thumbnail_keys(&Key::new("a/x.jpg").unwrap())
        .unwrap();
    assert_eq!(
        keys.iter().map(Key::as_str).collect::<Vec<_>>(),
        ["thumbnail/a/x@.jpg", "large/a/x@.jpg"]
    );
}

#[test]
fn a_thumbnail_that_s3_could_not_name_is_refused() {
    let naming = naming("{folder}{rendition}-{name}", &["thumbnail"]);
    let longest = Key::new("x".repeat(1014)).unwrap();
    assert_eq!(
        naming.thumbnail_keys(&longest).unwrap()[0].as_str().len(),
        1024
    );
    let bytes = 1025;
    let too_long = Key::new("x".repeat(1015)).unwrap();
    assert_eq!(
        naming.thumbnail_keys(&too_long),
        Err(NamingError::TooLong { bytes })
    );
}

#[test]
fn a_folder_has_no_thumbnail() {
    let key = Key::new("a/b/").unwrap();
    assert_eq!(
        naming("{folder}{name}", &["thumbnail"]).thumbnail_keys(&key),
        Err(NamingError::Folder { key })
    );
}

/// The same table is held against the validation in Terraform.
#[test]
fn the_table_of_templates_is_decided_as_at_plan_time() {
    let table: Value = serde_json::from_str(include_str!(
        "../../../../terraform/tests/key_templates.json"
    ))
    .unwrap();
    let templates = |list: &str| -> Vec<String> {
        let list = table[list].as_array().unwrap();
        let texts = list.iter().map(|text| text.as_str().unwrap().to_owned());
        texts.collect()
    };
    for template in templates("accepted") {
        assert!(template.parse::<KeyTemplate>().is_ok(), "{template}");
    }
    for template in templates("refused") {
        assert!(template.parse::<KeyTemplate>().is_err(), "{template}");
    }
}

#[test]
fn several_renditions_need_the_placeholder() {
    let names = || {
        ["thumbnail", "large"]
            .map(|name| name.parse().unwrap())
            .to_vec()
    };
    assert_eq!(
        Naming::new("{folder}{name}".parse().unwrap(), names()),
        Err(TemplateError::RenditionMissing)
    );
    assert!(Naming::new(KeyTemplate::default(), names()).is_ok());
}

#[test]
fn a_rendition_is_named_by_letters_and_digits() {
    for name in ["thumbnail", "800", "x2"] {
        assert!(name.parse::<RenditionName>().is_ok(), "{name}");
    }
    for name in ["", "Large", "a-b", "é", "a/b", " "] {
        assert!(name.parse::<RenditionName>().is_err(), "{name}");
    }
}

/// Any sequence of the pieces, most of which are refused. Of those accepted, none may let two sources or
/// two renditions share a key.
fn template() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{folder}",
        "{folder}",
        "{name}",
        "{name}",
        "{stem}",
        "{stem}",
        "{extension}",
        "{extension}",
        "{rendition}",
        "-",
        "a",
        ".",
        "/",
        "-a",
        "a-",
        "/a",
    ]);
    prop::collection::vec(piece, 2..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn different_sources_never_share_a_thumbnail(
        template in template().prop_filter("refused", |text| text.parse::<KeyTemplate>().is_ok()),
        sources in prop::collection::hash_set("[a./-]{1,5}", 30),
    ) {
        let mut owners = HashMap::new();
        for rendition in ["a", "aa"] {
            let naming = naming(&template, &[rendition]);
            for source in &sources {
                let key = Key::new(source.clone()).unwrap();
                if key.is_folder() { continue; }
                let thumbnail = naming.thumbnail_keys(&key).unwrap().remove(0);
                let owner = if template.contains("{rendition}") { rendition } else { "" };
                let other = owners.insert(thumbnail.clone(), (source.clone(), owner));
                prop_assert!(
                    other.is_none() || other == Some((source.clone(), owner)),
                    "{template}: {thumbnail} is of {source} and of {other:?}"
                );
            }
        }
    }
}
