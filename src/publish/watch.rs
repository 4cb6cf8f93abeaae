//! Watches a shop's folder and tells when its contents have changed and settled.
//!
//! It polls sizes and modification times. No file-watching library sees every network drive and container mount where
//! merchants keep files, and checking a few hundred files takes a millisecond. The same contents with new times (a
//! checkout, a backup program) are not a change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::knowledge::input_hash;

/// How long a folder must stay unchanged before it is read, since editors and copying programs write in bursts.
pub const SETTLE: Duration = Duration::from_millis(800);

/// Size and modification time of each file.
type Stamps = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Watches one shop.
#[derive(Debug)]
pub struct Watcher {
    folder: PathBuf,
    seen: Stamps,
    hash: Option<String>,
    /// Since when the folder is as it is, if that is not reported yet.
    restless: Option<Instant>,
}

impl Watcher {
    /// Watches the shop in `folder` from moment `now` on. `built` is the hash of the contents that were built last: if
    /// the present ones differ, they changed before and are told once they have settled. Without it, or if there is no
    /// such folder, the present contents count as known.
    pub fn new(folder: &Path, built: Option<String>, now: Instant) -> Watcher {
        let built = built.filter(|_| folder.is_dir());
        Watcher {
            folder: folder.to_owned(),
            seen: stamps(folder),
            restless: built.as_ref().map(|_| now),
            hash: built.or_else(|| input_hash(folder).ok()),
        }
    }

    /// Checks once, at moment `now`. `true` if the contents changed and have been stable for [`SETTLE`].
    pub fn poll(&mut self, now: Instant) -> bool {
        self.check(now, |folder| input_hash(folder).ok())
    }

    /// The same with another reader of the contents; it gives `None` where they cannot be read.
    fn check(&mut self, now: Instant, read: impl FnOnce(&Path) -> Option<String>) -> bool {
        let stamps = stamps(&self.folder);
        if stamps != self.seen {
            self.seen = stamps;
            self.restless = Some(now);
            return false;
        }
        match self.restless {
            Some(since) if now.duration_since(since) >= SETTLE => self.restless = None,
            _ => return false,
        }
        let Some(hash) = read(&self.folder) else {
            // A file that cannot be read now may be read later, which changes none of its stamps.
            self.restless = Some(now);
            return false;
        };
        let changed = self.hash.as_ref() != Some(&hash);
        self.hash = Some(hash);
        changed
    }
}

/// All files below a folder except hidden ones.
fn stamps(folder: &Path) -> Stamps {
    let mut stamps = Stamps::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(['.', '~']) {
                continue;
            }
            match entry.metadata() {
                Ok(meta) if meta.is_dir() => pending.push(entry.path()),
                Ok(meta) => {
                    stamps.insert(entry.path(), (meta.len(), meta.modified().ok()));
                }
                Err(_) => {}
            }
        }
    }
    stamps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_settled_changes_of_content_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.toml");
        let write = |text: &str, seconds: u64| {
            fs::write(&path, text).unwrap();
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds);
            fs::File::options()
                .append(true)
                .open(&path)
                .unwrap()
                .set_modified(time)
                .unwrap();
        };
        write("[shop]\n", 0);
        let start = Instant::now();
        let mut watcher = Watcher::new(folder.path(), None, start);
        let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);

        assert!(!watcher.poll(at(0)), "nothing happened");
        write("[shop]\nname = \"甲\"\n", 1);
        assert!(!watcher.poll(at(100)), "it may still be written");
        write("[shop]\nname = \"乙\"\n", 2);
        assert!(!watcher.poll(at(200)), "it is still written");
        assert!(!watcher.poll(at(900)), "it has not settled");
        assert!(watcher.poll(at(1_100)), "it has");
        assert!(!watcher.poll(at(3_000)), "it is told once");
        write("[shop]\nname = \"乙\"\n", 3);
        assert!(!watcher.poll(at(4_000)));
        assert!(
            !watcher.poll(at(6_000)),
            "the same content under a new time is no change"
        );
    }

    /// Another program held a file at the moment of the check, and nothing about the file changes when it lets go.
    #[test]
    fn what_cannot_be_read_yet_is_told_later() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("shop.toml"), "[shop]\n").unwrap();
        let start = Instant::now();
        let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);
        let mut watcher = Watcher::new(folder.path(), Some("other".to_owned()), start);
        assert!(!watcher.check(at(800), |_| None), "it cannot be read");
        assert!(!watcher.poll(at(1_500)), "it may still be held");
        assert!(watcher.poll(at(1_600)), "it is read again");
        assert!(!watcher.poll(at(3_000)), "once");
    }

    /// A server was down while its files changed, or not.
    #[test]
    fn what_changed_since_the_last_build_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shop.toml");
        fs::write(&path, "[shop]\n").unwrap();
        let built = input_hash(folder.path()).unwrap();
        let missing = folder.path().join("elsewhere");
        for (folder, built, told) in [
            (folder.path(), None, false),
            (folder.path(), Some(built), false),
            (folder.path(), Some("other".to_owned()), true),
            (missing.as_path(), Some("other".to_owned()), false),
        ] {
            let start = Instant::now();
            let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);
            let row = format!("{built:?} in {}", folder.display());
            let mut watcher = Watcher::new(folder, built, start);
            assert!(!watcher.poll(at(700)), "{row}: it may still be written");
            assert_eq!(watcher.poll(at(800)), told, "{row}");
            assert!(!watcher.poll(at(3_000)), "{row}: once");
        }
    }
}
