//! Writing files so that nothing is ever half written and nothing the user has is lost.

use crate::{Error, Result};
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(0);
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes the temporary files of writes that have not finished: for a program that is being interrupted.
pub fn discard_unfinished() {
    for path in unfinished().drain(..) {
        // It may have been renamed or removed a moment ago.
        let _ = fs::remove_file(path);
    }
}

fn unfinished() -> std::sync::MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Writes `path` through a temporary file beside it, which is synced and then renamed over the target.
/// Whatever fails, an existing file at `path` stays as it was and the temporary file is removed.
pub fn write_atomic(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> std::io::Result<()>,
) -> Result<()> {
    // A pipe or a device is written to; a renamed file would take its place.
    if fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir()) {
        let device = fs::OpenOptions::new().write(true).open(path);
        return device
            .and_then(|file| {
                let mut file = BufWriter::with_capacity(1 << 18, file);
                write(&mut file)?;
                file.flush()
            })
            .map_err(|e| Error::io(path, e));
    }
    let temporary = temporary_beside(path);
    unfinished().push(temporary.clone());
    let attempt = (|| {
        let mut file = BufWriter::with_capacity(1 << 18, fs::File::create_new(&temporary)?);
        write(&mut file)?;
        let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&temporary, path)
    })();
    unfinished().retain(|p| *p != temporary);
    attempt.map_err(|source| {
        // The first failure is the one to tell; a file that was never made cannot be removed either.
        let _ = fs::remove_file(&temporary);
        Error::io(path, source)
    })
}

fn temporary_beside(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(|| "output".into(), |n| n.to_string_lossy().into_owned());
    let unique = NEXT.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".{name}.{}-{unique}.tmp", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("myotome-output-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("kept.txt");
        write_atomic(&path, |w| w.write_all(b"old")).unwrap();
        let failed = write_atomic(&path, |w| {
            w.write_all(b"new")?;
            Err(std::io::Error::other("disk full"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no temporary file stays behind");
        fs::remove_dir_all(&folder).unwrap();
    }
}
