//! One local cloud at a time in one directory.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
};

use super::environment_files;
use crate::error::Error;

/// Held as long as the local cloud runs.
///
/// It is a lock of the operating system's on an open file, so it ends with the process, however
/// that ends: there is no stale lock to remove.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of `directory`, or says where the cloud that has it can be reached.
    pub(crate) fn take(directory: &Path) -> Result<Self, Error> {
        fs::create_dir_all(directory).map_err(Error::file("create", directory))?;
        let path = directory.join("lock");
        let mut open = File::options();
        open.create(true).truncate(false).write(true);
        let file = open.open(&path).map_err(Error::file("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::AlreadyRunning {
                endpoint: environment_files::endpoint(directory),
            }),
            Err(TryLockError::Error(source)) => Err(Error::file("lock", &path)(source)),
        }
    }
}
