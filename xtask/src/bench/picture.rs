//! The pictures to measure.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{class::Class, error::Error as BenchError, header::Header};
use crate::error::Error;

/// A picture file.
pub(crate) struct Picture {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) header: Header,
}

impl Picture {
    pub(crate) fn class(&self) -> Class {
        Class::of(&self.header)
    }
}

/// The pictures in a folder with `only` in their names, in the order of their classes and sizes.
///
/// What is not in one of the formats that are compared is passed over, with a word about it.
pub(crate) fn in_folder(directory: &Path, only: &str) -> Result<Vec<Picture>, Error> {
    let entries = fs::read_dir(directory).map_err(Error::file("read", directory))?;
    let mut pictures = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        if !path.is_file() || !name.contains(only) {
            continue;
        }
        // Workers start elsewhere.
        let path = fs::canonicalize(&path).map_err(Error::file("find", &path))?;
        let file = fs::read(&path).map_err(Error::file("read", &path))?;
        match Header::read(&file) {
            Some(header) => pictures.push(Picture {
                path,
                name,
                bytes: file.len() as u64,
                header,
            }),
            None if name == "set.txt" => {}
            None => eprintln!("passed over: {name} is no JPEG, PNG, WebP or GIF with pixels"),
        }
    }
    if pictures.is_empty() {
        let directory = directory.to_owned();
        return Err(BenchError::NoPictures { directory }.into());
    }
    pictures.sort_by(|one, other| {
        let by_class = one.class().cmp(&other.class());
        let by_size = || {
            one.header
                .megapixels()
                .total_cmp(&other.header.megapixels())
        };
        by_class
            .then_with(by_size)
            .then_with(|| one.name.cmp(&other.name))
    });
    Ok(pictures)
}
