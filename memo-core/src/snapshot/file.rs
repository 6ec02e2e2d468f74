//! A file that is there as a whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes a file beside `path` and gives it that name when all of it is on the disk. Nobody else may read it.
pub(super) fn replace<R>(path: &Path, write: impl FnOnce(&File) -> io::Result<R>) -> io::Result<R> {
    let (temporary, file) = create_beside(path)?;
    let written = write(&file).and_then(|result| {
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        Ok(result)
    });
    if written.is_err() {
        // It may not even be there; what went wrong is known.
        let _ = fs::remove_file(&temporary);
    } else {
        sync_directory(path);
    }
    written
}

/// A new file in the same directory, as only there renaming is one step.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let Some(name) = path.file_name() else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the path of a snapshot ends in a file's name",
        ));
    };
    loop {
        // Relaxed: only uniqueness matters.
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut temporary = name.to_owned();
        temporary.push(format!(".{}-{count}.tmp", process::id()));
        let temporary = path.with_file_name(temporary);
        match options().open(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            // Left there by a process with this number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// A new file: a link of that name is not followed.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// The new name is on the disk, where directories can be told to be. The file itself is in any case.
fn sync_directory(path: &Path) {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    if let Ok(directory) = File::open(directory.unwrap_or(Path::new("."))) {
        let _ = directory.sync_all();
    }
}
