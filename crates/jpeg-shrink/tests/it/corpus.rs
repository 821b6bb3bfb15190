//! Real pictures, from a folder that the environment names; without it there is nothing to check.

use crate::check;
use jpeg_shrink::{Crop, Error, Reduction, Request};
use std::path::{Path, PathBuf};

fn jpegs(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            jpegs(&path, into);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "jpg" || extension == "jpeg")
        {
            into.push(path);
        }
    }
}

#[test]
fn real_pictures_decode_as_defined() {
    let Some(folder) = std::env::var_os("THUMBNAIL_CORPUS") else {
        return;
    };
    let mut files = Vec::new();
    jpegs(Path::new(&folder), &mut files);
    assert!(!files.is_empty(), "no JPEG in {}", folder.display());
    for path in files {
        let file = std::fs::read(&path).unwrap();
        let crop = Crop {
            x: 70,
            y: 50,
            width: 150,
            height: 170,
        };
        for reduction in Reduction::ALL {
            let request = Request::new(reduction).max_bytes(1 << 30);
            for request in [request, request.crop(crop)] {
                let result = check(&file, &request, 50_000, &path.display().to_string());
                match result {
                    Ok(picture) => assert!(picture.share > 0.0),
                    Err(Error::BadCrop) => {}
                    Err(error) => panic!("{}: {error}", path.display()),
                }
            }
        }
    }
}
