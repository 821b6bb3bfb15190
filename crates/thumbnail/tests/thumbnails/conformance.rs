//! Collections of files by others, where they are at hand: `THUMBNAIL_CORPUS` names a folder.

use std::fs;
use std::path::PathBuf;
use thumbnail::{Damaged, ErrorKind, Limits, Rendered, Spec, render, render_all};

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

/// PngSuite: what starts with an x is broken, everything else is to be shown. One of the broken ones has all its pixels and a wrong
/// checksum behind them: as all damage, that is shown with a warning, and refused where that is asked for.
#[test]
fn png_suite() {
    let strict = Spec::default().with_damaged(Damaged::Refuse);
    for path in files("pngsuite") {
        let name = path.file_name().expect("a name").to_string_lossy();
        let file = fs::read(&path).expect("a file");
        let is_broken = name.starts_with('x');
        match render_all(&file, &[Spec::default()], &Limits::default()) {
            Ok(Rendered { source, pictures }) => {
                let sides = (pictures[0].width, pictures[0].height);
                assert_eq!(sides, (200, 200), "{name}");
                assert_eq!(!source.warnings.is_empty(), is_broken, "{name}");
            }
            Err(error) => {
                assert!(is_broken, "{name}: {error}");
                assert_ne!(error.kind(), ErrorKind::ImageTooLarge, "{name}: {error}");
            }
        }
        let refused = render(&file, &strict, &Limits::default()).is_err();
        assert_eq!(refused, is_broken, "{name}");
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
