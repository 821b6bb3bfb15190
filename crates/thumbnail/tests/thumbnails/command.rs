//! The `thumbnail` command.

use crate::samples::{Drawing, bmp, exif, jpeg, png, shown::Shown};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use thumbnail::{Format, Picture};

/// A folder of this test's own, empty at first.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn thumbnail(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_thumbnail"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the command runs")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    names.sort();
    names
}

#[track_caller]
fn assert_shows(path: &Path, format: Format, (width, height): (u32, u32)) {
    let bytes = fs::read(path).expect("a file");
    Shown::decode(&Picture {
        bytes,
        format,
        width,
        height,
    });
}

#[test]
fn a_file_is_written_and_nothing_is_said() {
    let folder = folder("written");
    fs::write(
        folder.join("in.jpg"),
        jpeg::usual(&Drawing::gradient(300, 200)),
    )
    .expect("a file");
    let output = thumbnail(&folder, &["in.jpg", "out.jpg"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!((output.stdout.len(), output.stderr.len()), (0, 0));
    assert_shows(&folder.join("out.jpg"), Format::Jpeg, (200, 200));
    assert_eq!(names(&folder), ["in.jpg", "out.jpg"]);
}

#[test]
fn the_settings_are_obeyed() {
    let folder = folder("settings");
    fs::write(folder.join("in"), png::usual(&Drawing::gradient(300, 200))).expect("a file");
    let settings = [
        "--size",
        "90x80",
        "--fit",
        "inside",
        "--format",
        "jpeg",
        "--quality",
        "50",
    ];
    let output = thumbnail(&folder, &[&["in", "out.jpg"][..], &settings].concat());
    assert_eq!(output.status.code(), Some(0));
    assert_shows(&folder.join("out.jpg"), Format::Jpeg, (90, 60));
}

#[test]
fn the_report_says_what_the_picture_is() {
    let folder = folder("report");
    let drawing = Drawing::gradient(40, 30);
    let turned = jpeg::with_exif(&jpeg::usual(&drawing.stored(6)), &exif(6));
    fs::write(folder.join("in.jpg"), turned).expect("a file");
    let output = thumbnail(&folder, &["in.jpg", "out.jpg", "--report"]);
    assert_eq!(output.status.code(), Some(0));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = serde_json::json!({
        "format": "jpeg", "width": 30, "height": 40, "uprightWidth": 40, "uprightHeight": 30, "orientation": 6,
        "profile": null, "frames": null, "warnings": [],
    });
    assert_eq!(report, expected);
}

#[test]
fn what_takes_too_long_is_refused() {
    let folder = folder("time");
    let drawing = Drawing::gradient(40, 30);
    for (name, file) in [
        ("in.jpg", jpeg::usual(&drawing)),
        ("in.png", png::usual(&drawing)),
    ] {
        fs::write(folder.join(name), file).expect("a file");
        let output = thumbnail(&folder, &[name, "out", "--time-limit", "0"]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(
            said.starts_with("thumbnail: ImageTooLarge: the picture takes too long"),
            "{said}"
        );
    }
    assert_eq!(names(&folder), ["in.jpg", "in.png"]);
}

#[test]
fn a_refusal_says_its_code_and_leaves_everything_as_it_was() {
    let folder = folder("refused");
    let broken = &png::usual(&Drawing::gradient(300, 200))[..60];
    fs::write(folder.join("broken.png"), broken).expect("a file");
    fs::write(
        folder.join("huge.png"),
        png::header_only(65_535, 65_535, 2, 8),
    )
    .expect("a file");
    fs::write(
        folder.join("text.png"),
        "this is no picture at all, whatever its name",
    )
    .expect("a file");
    fs::write(folder.join("empty.png"), "").expect("a file");
    fs::write(folder.join("out.png"), "as it was").expect("a file");
    let before = names(&folder);
    let check = |source: &str, code: &str| {
        let output = thumbnail(&folder, &[source, "out.png"]);
        assert_eq!(output.status.code(), Some(2), "{source}");
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(said.starts_with(&format!("thumbnail: {code}: ")), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(
            fs::read(folder.join("out.png")).expect("a file"),
            b"as it was"
        );
        assert_eq!(names(&folder), before);
    };
    check("broken.png", "CorruptImage");
    check("huge.png", "ImageTooLarge");
    check("text.png", "UnsupportedFormat");
    check("empty.png", "UnsupportedFormat");
}

#[test]
fn files_that_cannot_be_read_or_written_are_named() {
    let folder = folder("files");
    fs::write(
        folder.join("in.png"),
        png::usual(&Drawing::gradient(30, 20)),
    )
    .expect("a file");
    let check = |arguments: &[&str], named: &str| {
        let output = thumbnail(&folder, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(said.contains(named), "{said}");
        assert_eq!(names(&folder), ["in.png"]);
    };
    check(&["missing.png", "out.png"], "cannot read missing.png");
    check(
        &["in.png", "no/such/folder/out.png"],
        "cannot write no/such/folder/out.png",
    );
    check(&["in.png"], "<OUT>");
    check(&["in.png", "out.png", "--size", "big"], "such as 200x200");
    check(&["in.png", "out.png", "--quality", "0"], "from 1 to 100");
    check(
        &["in.png", "out.png", "--fit", "squeeze"],
        "cover, contain, inside or fill",
    );
}

#[test]
fn a_name_that_does_not_tell_the_truth_is_noted() {
    let folder = folder("names");
    fs::write(
        folder.join("in.bmp"),
        bmp::usual(&Drawing::gradient(30, 20)),
    )
    .expect("a file");
    let noted = thumbnail(&folder, &["in.bmp", "out.png"]);
    assert_eq!(noted.status.code(), Some(0));
    let said = String::from_utf8(noted.stderr).expect("text");
    assert!(said.contains("out.png holds JPEG"), "{said}");
    assert_shows(&folder.join("out.png"), Format::Jpeg, (200, 200));
    for name in ["out.jpeg", "out", "out.thumb"] {
        assert!(
            thumbnail(&folder, &["in.bmp", name]).stderr.is_empty(),
            "{name}"
        );
    }
}
