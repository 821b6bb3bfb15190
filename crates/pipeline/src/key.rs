use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of an object in a bucket: UTF-8, decoded, 1 to 1,024 bytes.
///
/// S3 form-encodes keys in its notifications. That encoding is undone once, where a notification is
/// read, so that a `Key` is always what the user typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key(String);

/// Why a text is not the key of an object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// S3 has no object without a name.
    #[error("a key is at least one byte long")]
    Empty,
    /// Longer than S3 allows.
    #[error("a key is at most {} bytes long, this one has {bytes}", Key::MAX_BYTES)]
    TooLong {
        /// The length of the text in bytes of UTF-8.
        bytes: usize,
    },
}

impl Key {
    /// The most bytes of UTF-8 that S3 allows in a key.
    pub const MAX_BYTES: usize = 1024;

    /// Takes a key that is already decoded.
    pub fn new(key: impl Into<String>) -> Result<Self, KeyError> {
        let key = key.into();
        match key.len() {
            0 => Err(KeyError::Empty),
            bytes if bytes > Self::MAX_BYTES => Err(KeyError::TooLong { bytes }),
            _ => Ok(Self(key)),
        }
    }

    /// The key as it is written in S3.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Everything up to the last slash, that slash included; empty at the top of the bucket.
    pub fn folder(&self) -> &str {
        &self.0[..self.name_start()]
    }

    /// Everything after the last slash; empty where the key is a folder marker.
    pub fn name(&self) -> &str {
        &self.0[self.name_start()..]
    }

    /// The name up to its last dot.
    pub fn stem(&self) -> &str {
        split_extension(self.name()).0
    }

    /// The name from its last dot on, the dot included; empty where there is none.
    pub fn extension(&self) -> &str {
        split_extension(self.name()).1
    }

    /// Whether this is what the S3 console makes to show an empty folder.
    pub fn is_folder(&self) -> bool {
        self.name().is_empty()
    }

    fn name_start(&self) -> usize {
        self.0.rfind('/').map_or(0, |slash| slash + 1)
    }
}

/// Cuts a file name before its last dot.
pub(crate) fn split_extension(name: &str) -> (&str, &str) {
    name.split_at(name.rfind('.').unwrap_or(name.len()))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Key {
    type Error = KeyError;

    fn try_from(key: String) -> Result<Self, KeyError> {
        Self::new(key)
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_has_a_folder_a_name_a_stem_and_an_extension() {
        check("x.jpg", ["", "x.jpg", "x", ".jpg"]);
        check("a/b/x.tar.gz", ["a/b/", "x.tar.gz", "x.tar", ".gz"]);
        check("a.b/x", ["a.b/", "x", "x", ""]);
        check("été/🌻 1+1.jpg", ["été/", "🌻 1+1.jpg", "🌻 1+1", ".jpg"]);
        check(".hidden", ["", ".hidden", "", ".hidden"]);
        check("dot.", ["", "dot.", "dot", "."]);
        check("//x", ["//", "x", "x", ""]);
        check("folder/", ["folder/", "", "", ""]);
    }

    fn check(key: &str, parts: [&str; 4]) {
        let key = Key::new(key).unwrap();
        assert_eq!(
            [key.folder(), key.name(), key.stem(), key.extension()],
            parts
        );
        assert_eq!(key.is_folder(), parts[1].is_empty());
    }

    #[test]
    fn the_length_counts_bytes_not_letters() {
        assert_eq!(Key::new(""), Err(KeyError::Empty));
        assert!(Key::new("é".repeat(512)).is_ok());
        let bytes = 1025;
        assert_eq!(
            Key::new("é".repeat(512) + "x"),
            Err(KeyError::TooLong { bytes })
        );
    }

    proptest! {
        #[test]
        fn the_parts_make_up_the_key(text in ".{1,200}") {
            let key = Key::new(text.clone()).unwrap();
            prop_assert_eq!(format!("{}{}", key.folder(), key.name()), text);
            prop_assert_eq!(format!("{}{}", key.stem(), key.extension()), key.name());
        }
    }
}
