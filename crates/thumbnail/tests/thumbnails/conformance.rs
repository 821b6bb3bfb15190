//! Collections of files by others, where they are at hand: `THUMBNAIL_CORPUS` names a folder.

use std::fs;
use std::path::PathBuf;
use thumbnail::{ErrorKind, Limits, Spec, render};

/// The files of a part of the collection, in the order of their names; none where there is no collection.
fn files(part: &str) -> Vec<PathBuf> {
    let Some(corpus) = std::env::var_os("THUMBNAIL_CORPUS") else {
        return Vec::new();
    };
    let folder = PathBuf::from(corpus).join(part);
    let entries =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

/// PngSuite: what starts with an x is broken, everything else is to be shown.
#[test]
fn png_suite() {
    for path in files("pngsuite") {
        let name = path.file_name().expect("a name").to_string_lossy();
        let file = fs::read(&path).expect("a file");
        match render(&file, &Spec::default(), &Limits::default()) {
            Ok(picture) => {
                assert!(!name.starts_with('x'), "{name} is broken");
                assert_eq!((picture.width, picture.height), (200, 200), "{name}");
            }
            Err(error) => {
                assert!(name.starts_with('x'), "{name}: {error}");
                assert_ne!(error.kind(), ErrorKind::ImageTooLarge, "{name}: {error}");
            }
        }
    }
}

#[test]
fn photographs() {
    for part in ["photos", "orientation"] {
        for path in files(part) {
            let file = fs::read(&path).expect("a file");
            let picture = render(&file, &Spec::default(), &Limits::default());
            let picture = picture.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!((picture.width, picture.height), (200, 200));
        }
    }
}
