//! Writing files whole: a reader finds the old file or the new one, never half of either.

use std::{fs, io, io::Write as _, path::Path};

use super::error::CliError;
use crate::error::Error;

/// Writes a file by way of a temporary one beside it. What is no plain file, such as a pipe or
/// `/dev/stdout`, is written to as it is.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let failed = |source| CliError::from(Error::Io { action: "write", path: path.into(), source });
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => fs::write(path, bytes).map_err(failed),
        found => {
            // Where the path is a link, the file that it leads to is replaced.
            let target = fs::canonicalize(path).unwrap_or_else(|_| path.into());
            replace(&target, bytes, found.ok().map(|found| found.permissions())).map_err(failed)
        }
    }
}

fn replace(path: &Path, bytes: &[u8], permissions: Option<fs::Permissions>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".feast-registry-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_files_and_leaves_nothing_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.pb");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write(&folder.path().join("absent/export.pb"), b"").is_err());
        assert!(write(Path::new("/dev/null"), b"gone").is_ok());
    }
}
