//! The archive that Lambda takes a function in: one executable file called `bootstrap`.

use std::{
    fs::{self, File},
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::error::Error;

/// The name that the Lambda runtime `provided.al2023` looks for.
const ENTRY: &str = "bootstrap";

/// Writes `<directory>/bootstrap` and `<directory>/bootstrap.zip` from the binary at `from`.
///
/// Nothing is written when the binary there is the same already, so that a second build takes no time.
pub(crate) fn write(from: &Path, directory: &Path) -> Result<PathBuf, Error> {
    let (binary, archive) = (directory.join(ENTRY), directory.join("bootstrap.zip"));
    let bytes = fs::read(from).map_err(Error::file("read", from))?;
    let unchanged = archive.exists() && fs::read(&binary).is_ok_and(|written| written == bytes);
    if unchanged {
        return Ok(archive);
    }
    fs::create_dir_all(directory).map_err(Error::file("create", directory))?;
    // The archive goes first and comes last: one that is there belongs to the binary beside it.
    if archive.exists() {
        fs::remove_file(&archive).map_err(Error::file("remove", &archive))?;
    }
    if binary != from {
        fs::copy(from, &binary).map_err(Error::file("write", &binary))?;
    }
    let zipped = zip(&bytes).map_err(|source| Error::file("compress", from)(source.into()))?;
    let mut file = File::create(&archive).map_err(Error::file("create", &archive))?;
    file.write_all(&zipped)
        .map_err(Error::file("write", &archive))?;
    Ok(archive)
}

/// The same bytes in give the same bytes out, so that Terraform sees a change only where there is one.
fn zip(binary: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(ENTRY, options)?;
    writer.write_all(binary)?;
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use zip::ZipArchive;

    use super::*;

    #[test]
    fn the_archive_holds_one_executable_and_no_trace_of_when() {
        let binary: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        let bytes = zip(&binary).expect("zipped");
        let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        assert_eq!(archive.len(), 1);
        let mut entry = archive.by_index(0).expect("an entry");
        assert_eq!(entry.name().expect("a name"), "bootstrap");
        assert_eq!(entry.unix_mode().map(|mode| mode & 0o777), Some(0o755));
        assert_eq!(entry.last_modified(), Some(DateTime::default()));
        let mut read = Vec::new();
        entry.read_to_end(&mut read).expect("read");
        assert!(read == binary);
    }
}
