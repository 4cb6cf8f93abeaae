//! Replaces a file in one step.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Writes or replaces a file in one step: a reader sees the old or the new content, never half, even after a power cut.
/// Permissions stay; missing parent folders are created.
///
/// # Errors
/// The error of the system; the old file then stays.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let temporary = path.with_file_name(format!(".{name}.new"));
    let write = || {
        let mut file = fs::File::create(&temporary)?;
        file.write_all(bytes)?;
        if let Ok(meta) = fs::metadata(path) {
            file.set_permissions(meta.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        // The file is written already. Not every system can sync folders.
        let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    };
    write().inspect_err(|_| {
        // The old file stays, and the temporary one is removed.
        let _ = fs::remove_file(&temporary);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).expect("a folder").flatten();
        names
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_file_is_begun_and_replaced() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("faq");
        let path = folder.join("问答.csv");
        for text in ["first", "second"] {
            replace(&path, text.as_bytes()).expect("replaced");
            assert_eq!(fs::read_to_string(&path).expect("read"), text);
            assert_eq!(names(&folder), ["问答.csv"], "nothing is left beside it");
        }
    }

    #[cfg(unix)]
    #[test]
    fn who_may_read_it_stays() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("a.csv");
        fs::write(&path, "first").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        replace(&path, b"second").expect("replaced");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }

    #[test]
    fn what_cannot_be_replaced_stands() {
        let root = tempfile::tempdir().expect("a folder");
        // There is a folder with this name, so the last step fails.
        let path = root.path().join("a.csv");
        fs::create_dir_all(path.join("inside")).expect("made");
        replace(&path, b"x").expect_err("a folder stands there");
        assert!(path.join("inside").is_dir());
        assert_eq!(names(root.path()), ["a.csv"]);
    }
}
