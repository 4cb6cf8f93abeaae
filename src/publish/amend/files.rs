//! Reads the merchant's files and copies them with one file changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::AmendError;

/// A copy of a shop's folder with one file changed. Dropping it removes the copy.
pub(crate) struct Staged {
    root: PathBuf,
    /// The shop's folder in the copy.
    pub(crate) shop: PathBuf,
}

impl Staged {
    /// Copies `files`, which are those that the reader of the folder found. Others are not copied: a pipe or a link
    /// among them could block.
    pub(crate) fn new<'a>(
        folder: &Path,
        files: impl Iterator<Item = &'a str>,
        shop: &str,
        (changed, bytes): (&str, &[u8]),
    ) -> Result<Staged, AmendError> {
        let root = std::env::temp_dir().join(format!("zhike-amend-{}", uuid::Uuid::new_v4()));
        // The shop's id is its folder's name.
        let staged = Staged {
            shop: root.join(shop),
            root,
        };
        for file in files {
            let from = folder.join(file);
            let bytes = fs::read(&from).map_err(io_error("read", &from))?;
            staged.put(file, &bytes)?;
        }
        staged.put(changed, bytes)?;
        Ok(staged)
    }

    /// Writes a file into the copy, in place of the one with the same name.
    pub(crate) fn put(&self, file: &str, bytes: &[u8]) -> Result<(), AmendError> {
        let path = self.shop.join(file);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(&self.shop))?;
            fs::write(&path, bytes)
        };
        write().map_err(io_error("write", &path))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // It is in the system's temporary folder, which is cleaned anyway.
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// The bytes of a file; `None` if there is no file.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> AmendError {
    let path = path.to_owned();
    move |source| AmendError::Io {
        action,
        path,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Edited;
    use super::super::write;
    use super::*;

    #[test]
    fn what_its_owner_saved_meanwhile_is_left_alone() {
        for (tried, now, written) in [
            (Some("old"), Some("old"), true),
            (None, None, true),
            (Some("old"), Some("saved"), false),
            (Some("old"), None, false),
            (None, Some("saved"), false),
        ] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("a.csv");
            if let Some(now) = now {
                fs::write(&path, now).expect("written");
            }
            let edited = Edited {
                bytes: b"edited".to_vec(),
                row: 2,
                before: String::new(),
                after: String::new(),
            };
            let done = write(&path, tried.map(str::as_bytes), &edited, "a.csv");
            assert_eq!(done.is_ok(), written, "{tried:?} {now:?}");
            let moved = matches!(done, Err(AmendError::Moved { row: 2, .. }));
            assert_eq!(moved, !written, "{tried:?} {now:?}");
            let text = read(&path).expect("read");
            let expected = if written { Some("edited") } else { now };
            assert_eq!(text.as_deref(), expected.map(str::as_bytes));
        }
    }
}
