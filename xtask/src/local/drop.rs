//! Pictures dropped into the local cloud, and what becomes of them.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{emulator::Emulator, outputs::Outputs};
use pipeline::{Key, Naming};

use crate::{aws::Client, error::Error, process, workspace};

/// More than any picture takes, retries of a busy store included.
const PATIENCE: Duration = Duration::from_secs(120);
/// Small against what is measured.
const PAUSE: Duration = Duration::from_millis(10);

/// A picture with the key that it gets.
#[derive(Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) path: PathBuf,
    pub(crate) key: String,
}

/// What became of a picture.
pub(crate) enum Outcome {
    Thumbnail(Vec<u8>),
    Refused { code: String, message: String },
    Nothing,
}

impl Outcome {
    pub(crate) fn is_thumbnail(&self) -> bool {
        matches!(self, Self::Thumbnail(_))
    }
}

/// Gives every picture a key: its file name, in a numbered folder where the name is taken.
pub(crate) fn named(paths: &[PathBuf]) -> Result<Vec<Picture>, Error> {
    let mut taken = HashSet::new();
    let mut pictures = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        let name = path.file_name().filter(|_| path.is_file());
        let name = name.ok_or_else(|| Error::NotAPicture { path: path.clone() })?;
        let name = name.to_string_lossy().into_owned();
        // Thumbnails are saved as files, and some file systems take a.jpg and A.JPG for one.
        let key = if taken.insert(name.to_lowercase()) {
            name
        } else {
            format!("{}/{name}", index + 1)
        };
        pictures.push(Picture {
            path: path.clone(),
            key,
        });
    }
    Ok(pictures)
}

/// The key of the thumbnail of `key`, which is the name of a file and so is neither empty nor a folder.
pub(crate) fn thumbnail_key(key: &str) -> String {
    let keys = Key::new(key).map(|key| Naming::default().thumbnail_keys(&key));
    let first = keys.ok().and_then(|keys| keys.ok()?.into_iter().next());
    // A name that is too long is refused by the pipeline itself, and there is no thumbnail to wait for.
    first.map_or_else(|| key.to_owned(), String::from)
}

/// A local cloud that pictures can be dropped into.
pub(crate) struct Target<'a> {
    pub(crate) client: &'a Client,
    pub(crate) emulator: &'a mut Emulator,
    pub(crate) outputs: &'a Outputs,
    /// Where thumbnails are saved.
    pub(crate) thumbnails: PathBuf,
}

impl Target<'_> {
    /// Removes the thumbnails of an earlier time.
    pub(crate) fn forget(&self) -> Result<(), Error> {
        if self.thumbnails.exists() {
            fs::remove_dir_all(&self.thumbnails)
                .map_err(Error::file("remove", &self.thumbnails))?;
        }
        Ok(())
    }

    /// Drops all pictures in, one after another, and prints a line for each.
    pub(crate) fn drop_all(&mut self, pictures: &[Picture]) -> Result<(), Error> {
        let mut failed = 0;
        for (index, picture) in pictures.iter().enumerate() {
            let note = if index == 0 { "  (cold start)" } else { "" };
            failed += usize::from(!self.drop_one(picture, note)?);
        }
        if failed > 0 {
            return Err(Error::Pictures {
                failed,
                total: pictures.len(),
            });
        }
        Ok(())
    }

    /// Drops a picture in once more, under another key, now that everything runs.
    pub(crate) fn drop_warm(&mut self, picture: &Picture) -> Result<(), Error> {
        let key = format!("again/{}", picture.key);
        let (outcome, took) = self.process(&key, &read(&picture.path)?)?;
        if outcome.is_thumbnail() {
            println!(
                "{:>6.2} s  {} once more, warm",
                took.as_secs_f64(),
                picture.path.display()
            );
        }
        Ok(())
    }

    /// Whether there is a thumbnail.
    fn drop_one(&mut self, picture: &Picture, note: &str) -> Result<bool, Error> {
        let (outcome, took) = self.process(&picture.key, &read(&picture.path)?)?;
        let (seconds, path) = (took.as_secs_f64(), picture.path.display());
        match outcome {
            Outcome::Thumbnail(bytes) => {
                let to = self.thumbnails.join(thumbnail_key(&picture.key));
                save(&to, &bytes)?;
                println!(
                    "{seconds:>6.2} s  {path} -> {}{note}",
                    workspace::shown(&to)
                );
                Ok(true)
            }
            Outcome::Refused { code, message } => {
                println!("{seconds:>6.2} s  {path} was refused: {code}: {message}");
                Ok(false)
            }
            Outcome::Nothing => {
                println!("{seconds:>6.2} s  {path} got no answer; see target/local/emulator.log");
                Ok(false)
            }
        }
    }

    /// Uploads `bytes` and waits for what comes of it; the time starts with the upload.
    pub(crate) fn process(
        &mut self,
        key: &str,
        bytes: &[u8],
    ) -> Result<(Outcome, Duration), Error> {
        let started = Instant::now();
        self.client
            .put_object(self.outputs.get("source_bucket"), key, bytes)?;
        let thumbnail = thumbnail_key(key);
        while started.elapsed() < PATIENCE {
            process::check_interrupt()?;
            self.emulator.check()?;
            let destination = self.outputs.get("destination_bucket");
            if let Some((_, bytes)) = self.client.get_object(destination, &thumbnail)? {
                return Ok((Outcome::Thumbnail(bytes), started.elapsed()));
            }
            let queue = self.outputs.get("failures_queue_url");
            if let Some(failure) = self.client.failure(queue, key)? {
                let outcome = Outcome::Refused {
                    code: failure.code,
                    message: failure.message,
                };
                return Ok((outcome, started.elapsed()));
            }
            std::thread::sleep(PAUSE);
        }
        Ok((Outcome::Nothing, started.elapsed()))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(Error::file("read", path))
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::file("create", folder))?;
    }
    fs::write(path, bytes).map_err(Error::file("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbnail_is_beside_its_source() {
        let check = |key, thumbnail| assert_eq!(thumbnail_key(key), thumbnail);
        check("test_image01.jpg", "thumbnail-test_image01.jpg");
        check("a/b/x.jpg", "a/b/thumbnail-x.jpg");
    }

    #[test]
    fn pictures_of_the_same_name_do_not_collide() {
        let root = std::env::temp_dir().join(format!("drop-test-{}", std::process::id()));
        let paths: Vec<_> = ["a/x.jpg", "b/X.JPG", "b/y.jpg", "a/x.jpg"]
            .into_iter()
            .map(|name| root.join(name))
            .collect();
        for path in &paths {
            save(path, b"").expect("saved");
        }
        let pictures = named(&paths).expect("named");
        fs::remove_dir_all(&root).expect("removed");
        let keys: Vec<_> = pictures
            .iter()
            .map(|picture| picture.key.to_lowercase())
            .collect();
        assert_eq!(keys, ["x.jpg", "2/x.jpg", "y.jpg", "4/x.jpg"]);
    }

    #[test]
    fn what_is_not_a_file_is_refused_before_anything_starts() {
        assert!(named(&[PathBuf::from("/no/such/picture.jpg")]).is_err());
        assert!(named(&[std::env::temp_dir()]).is_err());
    }
}
