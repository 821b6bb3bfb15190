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
        let keys = Naming::default()
            .thumbnail_keys(&Key::new(source).unwrap())
            .unwrap();
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

/// Templates of about the right build, with text and renditions put in anywhere, so that many are accepted and many only
/// just not.
fn template() -> impl Strategy<Value = String> {
    let text = || prop::sample::select(vec!["", "-", "a", ".", "/", "-a", "a-"]);
    let rendition = || prop::sample::select(vec!["", "", "{rendition}"]);
    let file = prop::sample::select(vec![
        "{name}",
        "{stem}{extension}",
        "{stem}-{extension}",
        "{stem}a{extension}",
        "{stem}.{extension}",
        "{stem}-{rendition}{extension}",
        "{stem}{rendition}-{extension}",
    ]);
    let before = (text(), rendition(), text());
    let between = (text(), rendition(), text());
    let after = (text(), rendition(), text());
    (before, between, file, after).prop_map(|(before, between, file, after)| {
        let around = |(left, rendition, right)| [left, rendition, right].concat();
        [
            around(before),
            "{folder}".to_owned(),
            around(between),
            file.to_owned(),
            around(after),
        ]
        .concat()
    })
}

/// Every key of one to four of the characters that matter.
fn sources() -> Vec<Key> {
    let mut texts = vec![String::new()];
    for start in 0.. {
        if texts[start].len() == 4 {
            break;
        }
        for letter in ["a", ".", "/", "-"] {
            texts.push(format!("{}{letter}", texts[start]));
        }
    }
    let keys = texts
        .into_iter()
        .skip(1)
        .map(|text| Key::new(text).unwrap());
    keys.filter(|key| !key.is_folder()).collect()
}

proptest! {
    #[test]
    fn different_sources_never_share_a_thumbnail(
        template in template().prop_filter("refused", |text| text.parse::<KeyTemplate>().is_ok()),
    ) {
        let mut owners = HashMap::new();
        let renditions = if template.contains("{rendition}") { vec!["a", "aa"] } else { vec!["a"] };
        for rendition in renditions {
            let naming = naming(&template, &[rendition]);
            for source in sources() {
                let thumbnail = naming.thumbnail_keys(&source).unwrap().remove(0);
                let other = owners.insert(thumbnail.clone(), (source.clone(), rendition));
                prop_assert!(
                    other.is_none(),
                    "{template}: {thumbnail} is of {source} and of {other:?}"
                );
            }
        }
    }
}
