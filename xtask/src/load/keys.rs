//! Names that tell which picture of which run they belong to.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{picture::Format, plan::Kind};

/// Pictures in one folder: a listing shows them all at once.
const FOLDER: u32 = 50;

/// The keys of one run.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    /// What all file names of the run begin with, so that no other run has the same.
    run: String,
}

impl Keys {
    /// The keys of a run that begins now.
    pub(crate) fn of_now() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            run: format!("{:x}", now.unwrap_or_default().as_secs()),
        }
    }

    /// The key of a picture: those that are uploaded one after the other share a folder.
    pub(crate) fn key(&self, picture: u32, kind: Kind) -> String {
        let extension = match kind {
            Kind::Good(Format::Png) => "png",
            Kind::Good(Format::Jpeg) | Kind::Broken(_) => "jpg",
        };
        let folder = self.folder(Self::folder_of(picture));
        format!("{folder}{}-{picture}.{extension}", self.run)
    }

    /// The folder with this number.
    pub(crate) fn folder(&self, number: u32) -> String {
        format!("load/{}/{number}/", self.run)
    }

    /// The number of the folder of a picture.
    pub(crate) fn folder_of(picture: u32) -> u32 {
        picture / FOLDER
    }

    /// The body of a message that nobody can read.
    pub(crate) fn poison(&self, number: u32) -> String {
        format!("poison {number} of load {}", self.run)
    }

    /// Whether a body is one of those.
    pub(crate) fn is_poison(&self, body: &str) -> bool {
        let end = format!(" of load {}", self.run);
        body.starts_with("poison ") && body.ends_with(&end)
    }

    /// Which picture a key of this run, or of one of its thumbnails, belongs to.
    pub(crate) fn picture(&self, key: &str) -> Option<u32> {
        let (_, name) = key.rsplit_once('/')?;
        let name = name.strip_prefix("thumbnail-").unwrap_or(name);
        let name = name.strip_prefix(&self.run)?.strip_prefix('-')?;
        name.split('.').next()?.parse().ok()
    }

    /// Which picture an execution is about: its name is `upload-<file name>-<hash>`, with `_` for what may not be in it.
    pub(crate) fn executed(&self, execution: &str) -> Option<u32> {
        let name = execution.strip_prefix("upload-")?;
        let name = name.strip_prefix(&self.run)?.strip_prefix('_')?;
        let end = name.find(|letter: char| !letter.is_ascii_digit())?;
        name[..end].parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::drop::thumbnail_key;
    use pipeline::{ExecutionName, Key, ObjectEvent};

    #[test]
    fn a_picture_is_known_by_its_key_its_thumbnail_and_its_executions() {
        let keys = Keys::of_now();
        for (picture, format) in [
            (0, Format::Jpeg),
            (217, Format::Png),
            (19_999, Format::Jpeg),
        ] {
            let key = keys.key(picture, Kind::Good(format));
            assert!(key.starts_with(&keys.folder(Keys::folder_of(picture))));
            assert_eq!(keys.picture(&key), Some(picture));
            assert_eq!(keys.picture(&thumbnail_key(&key)), Some(picture));
            let event = ObjectEvent {
                bucket: "photos".to_owned(),
                key: Key::new(key).expect("a key"),
                size: None,
                revision: "x".to_owned(),
            };
            let execution = ExecutionName::for_upload(&event);
            assert_eq!(keys.executed(execution.as_str()), Some(picture));
        }
    }

    #[test]
    fn what_another_run_has_uploaded_is_left_alone() {
        let keys = Keys::of_now();
        assert_eq!(keys.picture("album/217.jpg"), None);
        assert_eq!(keys.picture("load/0/4/0-217.jpg"), None);
        assert_eq!(keys.executed("upload-0_217_jpg-00"), None);
        assert!(keys.is_poison(&keys.poison(3)));
        assert!(!keys.is_poison("poison 3 of load 0"));
        assert_eq!(keys.executed("api-217_jpg-00"), None);
    }
}
