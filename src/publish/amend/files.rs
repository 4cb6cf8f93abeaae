//! The merchant's files: a copy of a folder with one file changed, and a file replaced in one step.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::AmendError;

/// A copy of a shop's folder with one file changed. It goes with its value.
pub(super) struct Staged {
    root: PathBuf,
    /// The shop's folder in the copy.
    pub(super) shop: PathBuf,
}

impl Staged {
    pub(super) fn new(
        folder: &Path,
        shop: &str,
        file: &str,
        bytes: &[u8],
    ) -> Result<Staged, AmendError> {
        let root = std::env::temp_dir().join(format!("zhike-amend-{}", uuid::Uuid::new_v4()));
        // The shop's id is its folder's name.
        let staged = Staged {
            shop: root.join(shop),
            root,
        };
        copy(folder, &staged.shop)?;
        let path = staged.shop.join(file);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(&staged.shop))?;
            fs::write(&path, bytes)
        };
        write().map_err(io_error("write", &path))?;
        Ok(staged)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // It lies in the system's temporary folder, which is swept anyway.
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), AmendError> {
    fs::create_dir_all(to).map_err(io_error("write", to))?;
    for entry in fs::read_dir(from).map_err(io_error("read", from))? {
        let entry = entry.map_err(io_error("read", from))?;
        let (path, name) = (entry.path(), entry.file_name());
        // What reading passes over need not be copied.
        if name.to_string_lossy().starts_with(['.', '~']) {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(&name))?;
        } else {
            fs::copy(&path, to.join(&name)).map_err(io_error("read", &path))?;
        }
    }
    Ok(())
}

/// Replaces or begins a file in one step: a reader sees the old or the new one, never half.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let temporary = path.with_file_name(format!(".{name}.new"));
    let write = || {
        let mut file = fs::File::create(&temporary)?;
        file.write_all(bytes)?;
        if let Ok(meta) = fs::metadata(path) {
            file.set_permissions(meta.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().inspect_err(|_| {
        // The old file stands; a leftover beside it helps nobody.
        let _ = fs::remove_file(&temporary);
    })
}

pub(super) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> AmendError {
    let path = path.to_owned();
    move |source| AmendError::Io {
        action,
        path,
        source,
    }
}
