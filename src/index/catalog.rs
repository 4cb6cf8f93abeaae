//! The snapshots of a shop on disk: list, open, publish, roll back, prune.
//!
//! ```text
//! index/<shop>/CURRENT              id of the live snapshot, switched by rename
//! index/<shop>/history.jsonl        who published or rolled back what, when and why
//! index/<shop>/lock                 held by the process that rebuilds
//! index/<shop>/snapshots/<id>/      a snapshot
//! index/<shop>/building/            a candidate; if it was refused, failed or killed, it stays until the next rebuild
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::IndexError;
use super::snapshot::{FORMAT, Manifest, Snapshot, file, sync};

/// The snapshots of one shop.
#[derive(Debug, Clone)]
pub struct Catalog {
    shop: String,
    root: PathBuf,
}

/// A line of a shop's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// When.
    pub at: Timestamp,
    /// `publish`, `rollback` or `refused`.
    pub action: String,
    /// The snapshot that went live (or was refused).
    pub snapshot: String,
    /// The snapshot that was live before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Who did it.
    #[serde(default)]
    pub by: String,
    /// Why.
    #[serde(default)]
    pub message: String,
    /// Whether the gate was overridden.
    #[serde(default)]
    pub forced: bool,
    /// Short summary of the changes in the knowledge: `+3 −1 ~5`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub changes: String,
}

/// The exclusive right to rebuild a shop. It is released when dropped or when the process ends.
#[derive(Debug)]
pub struct BuildLock {
    _file: File,
}

impl Catalog {
    /// The catalogue of `shop` below the index folder. Creates nothing.
    pub fn new(index: &Path, shop: &str) -> Catalog {
        Catalog {
            shop: shop.to_owned(),
            root: index.join(shop),
        }
    }

    /// The shop's id.
    pub fn shop(&self) -> &str {
        &self.shop
    }

    /// Id of the live snapshot.
    pub fn current(&self) -> Option<String> {
        let id = fs::read_to_string(self.root.join("CURRENT")).ok()?;
        let id = id.trim();
        (!id.is_empty()).then(|| id.to_owned())
    }

    /// Whether the live snapshot has the format that this program reads. Its files are checked only when it is opened.
    pub fn readable(&self) -> bool {
        self.current()
            .and_then(|id| fs::read(self.folder(&id).join(file::MANIFEST)).ok())
            .and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok())
            .is_some_and(|manifest| manifest.format == FORMAT)
    }

    /// The folder of a snapshot, whether or not it exists.
    pub fn folder(&self, id: &str) -> PathBuf {
        self.snapshots().join(id)
    }

    /// The folder of all snapshots.
    fn snapshots(&self) -> PathBuf {
        self.root.join("snapshots")
    }

    /// The manifests of all snapshots, oldest first. A folder without a readable manifest is skipped.
    pub fn list(&self) -> Vec<Manifest> {
        let mut manifests: Vec<Manifest> = fs::read_dir(self.snapshots())
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| fs::read(entry.path().join(file::MANIFEST)).ok())
            .filter_map(|bytes| serde_json::from_slice(&bytes).ok())
            .collect();
        manifests.sort_by(|a, b| age(&a.id).cmp(&age(&b.id)));
        manifests
    }

    /// Their ids, oldest first.
    fn ids(&self) -> Vec<String> {
        let manifests = self.list().into_iter();
        manifests.map(|manifest| manifest.id).collect()
    }

    /// Opens and verifies the live snapshot.
    ///
    /// # Errors
    /// [`IndexError::NoSnapshot`] if there is none, or an error of [`Snapshot::open`].
    pub fn open_current(&self) -> Result<Snapshot, IndexError> {
        let id = self.current().ok_or_else(|| IndexError::NoSnapshot {
            shop: self.shop.clone(),
        })?;
        self.open(&id)
    }

    /// Opens and verifies a snapshot.
    ///
    /// # Errors
    /// [`IndexError::UnknownSnapshot`] if there is none with this id, or an error of [`Snapshot::open`].
    pub fn open(&self, id: &str) -> Result<Snapshot, IndexError> {
        let known = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let folder = self.folder(id);
        if !known || !folder.is_dir() {
            return Err(IndexError::UnknownSnapshot {
                shop: self.shop.clone(),
                id: id.to_owned(),
            });
        }
        Snapshot::open(&folder)
    }

    /// Waits for the right to rebuild, then removes what a killed rebuild left behind.
    ///
    /// # Errors
    /// [`IndexError::Io`] if the lock cannot be taken.
    pub fn lock(&self) -> Result<BuildLock, IndexError> {
        fs::create_dir_all(&self.root).map_err(IndexError::io("create", &self.root))?;
        let path = self.root.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(IndexError::io("write", &path))?;
        file.lock().map_err(IndexError::io("write", &path))?;
        let building = self.building();
        if building.exists() {
            fs::remove_dir_all(&building).map_err(IndexError::io("remove", &building))?;
        }
        Ok(BuildLock { _file: file })
    }

    /// The folder for the candidate.
    pub fn building(&self) -> PathBuf {
        self.root.join("building")
    }

    /// The id of the next candidate, from the hash of its content. A folder counts even if its manifest cannot be read:
    /// the new snapshot could not take its place.
    pub fn next_id(&self, content: &str) -> String {
        let folders = fs::read_dir(self.snapshots()).into_iter();
        let names = folders
            .flatten()
            .filter_map(|folder| folder.ok()?.file_name().into_string().ok());
        let last = names.map(|name| age(&name).0).max().unwrap_or(0);
        format!("{:04}-{}", last + 1, &content[..12.min(content.len())])
    }

    /// Moves the sealed candidate into the snapshots and makes it live. If the process is killed at any point, either
    /// the old or the new snapshot is live.
    ///
    /// # Errors
    /// [`IndexError::Io`]; the old snapshot then stays live. A history line that cannot be written is only logged.
    pub fn publish(
        &self,
        _lock: &BuildLock,
        manifest: &Manifest,
        line: HistoryLine,
    ) -> Result<(), IndexError> {
        let snapshots = self.snapshots();
        fs::create_dir_all(&snapshots).map_err(IndexError::io("create", &snapshots))?;
        let folder = self.folder(&manifest.id);
        fs::rename(self.building(), &folder).map_err(IndexError::io("rename", &folder))?;
        sync(&snapshots)?;
        self.switch(&manifest.id)?;
        self.noted(&line);
        Ok(())
    }

    /// Makes an older snapshot live: `id`, or without an id the one that was live when the current one was published.
    ///
    /// # Errors
    /// [`IndexError::UnknownSnapshot`] if there is none, [`IndexError::Damaged`] if it fails verification.
    pub fn roll_back(
        &self,
        id: Option<&str>,
        by: &str,
        message: &str,
        now: Timestamp,
    ) -> Result<String, IndexError> {
        let _lock = self.lock()?;
        let current = self.current();
        let target = match id {
            Some(id) => id.to_owned(),
            None => self
                .before(current.as_deref())
                .ok_or_else(|| IndexError::UnknownSnapshot {
                    shop: self.shop.clone(),
                    id: "before the live one".into(),
                })?,
        };
        self.open(&target)?;
        self.switch(&target)?;
        self.noted(&HistoryLine {
            at: now,
            action: "rollback".into(),
            snapshot: target.clone(),
            before: current,
            by: by.to_owned(),
            message: message.to_owned(),
            forced: false,
            changes: String::new(),
        });
        Ok(target)
    }

    /// The snapshot that was live when `current` was published. If it is gone, the one listed before `current`. Only
    /// publishes count, so two roll-backs in a row go two steps back.
    fn before(&self, current: Option<&str>) -> Option<String> {
        let current = current?;
        let ids = self.ids();
        self.history()
            .into_iter()
            .rfind(|line| line.action == "publish" && line.snapshot == current)
            .and_then(|line| line.before)
            .filter(|before| ids.contains(before))
            .or_else(|| ids.into_iter().rfind(|id| age(id) < age(current)))
    }

    /// Removes the oldest snapshots beyond `keep`, but never the live one. Returns the ids removed.
    ///
    /// # Errors
    /// [`IndexError::Io`] if a snapshot cannot be removed.
    pub fn prune(&self, keep: usize) -> Result<Vec<String>, IndexError> {
        let current = self.current();
        let ids = self.ids();
        let surplus = ids.len().saturating_sub(keep.max(1));
        let mut removed = Vec::new();
        for id in ids
            .into_iter()
            .filter(|id| Some(id) != current.as_ref())
            .take(surplus)
        {
            let folder = self.folder(&id);
            // The manifest goes first: if the process is killed here, the rest is no snapshot instead of a damaged one.
            let manifest = folder.join(file::MANIFEST);
            fs::remove_file(&manifest).map_err(IndexError::io("remove", &manifest))?;
            removed.push(id);
        }
        let folders = fs::read_dir(self.snapshots());
        for entry in folders.into_iter().flatten().flatten() {
            let folder = entry.path();
            let listed = folder.join(file::MANIFEST).exists()
                || current.as_deref() == entry.file_name().to_str();
            if folder.is_dir() && !listed {
                fs::remove_dir_all(&folder).map_err(IndexError::io("remove", &folder))?;
            }
        }
        Ok(removed)
    }

    /// Appends a line to the history.
    ///
    /// # Errors
    /// [`IndexError::Io`] if it cannot be written.
    pub fn record(&self, line: &HistoryLine) -> Result<(), IndexError> {
        let path = self.root.join("history.jsonl");
        let mut text = serde_json::to_string(line)
            .map_err(|error| IndexError::io("write", &path)(std::io::Error::other(error)))?;
        text.push('\n');
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())
                    .and_then(|()| file.sync_all())
            })
            .map_err(IndexError::io("write", &path))
    }

    /// The history, oldest first. Lines that cannot be read are skipped, such as one cut short by a kill.
    pub fn history(&self) -> Vec<HistoryLine> {
        let text = fs::read_to_string(self.root.join("history.jsonl")).unwrap_or_default();
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// Appends a line about something already done. If that fails, the failure is only logged.
    fn noted(&self, line: &HistoryLine) {
        if let Err(error) = self.record(line) {
            tracing::warn!(%error, shop = self.shop, snapshot = line.snapshot, "missing from the history");
        }
    }

    /// Points `CURRENT` at a snapshot: writes a new file beside it, syncs and renames it.
    fn switch(&self, id: &str) -> Result<(), IndexError> {
        let next = self.root.join("CURRENT.next");
        fs::write(&next, format!("{id}\n")).map_err(IndexError::io("write", &next))?;
        sync(&next)?;
        let current = self.root.join("CURRENT");
        fs::rename(&next, &current).map_err(IndexError::io("rename", &current))?;
        if let Err(error) = sync(&self.root) {
            tracing::warn!(%error, shop = self.shop, "a power cut now may bring the earlier snapshot back");
        }
        Ok(())
    }
}

/// Sort key of an id: its build number. As text, 10000 would come before 2000.
fn age(id: &str) -> (u32, &str) {
    let number = id.split('-').next().and_then(|number| number.parse().ok());
    (number.unwrap_or(0), id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_ten_thousandth_build_is_the_newest() {
        let index = tempfile::tempdir().expect("a folder");
        let catalog = Catalog::new(index.path(), "s");
        for id in ["9998-a", "10000-c", "9999-b"] {
            let manifest = Manifest {
                format: FORMAT,
                id: id.into(),
                shop: "s".into(),
                built_by: String::new(),
                content: String::new(),
                inputs: String::new(),
                encoder: None,
                packs: String::new(),
                counts: BTreeMap::new(),
                files: BTreeMap::new(),
            };
            let folder = catalog.folder(id);
            fs::create_dir_all(&folder).expect("made");
            let text = serde_json::to_string(&manifest).expect("JSON");
            fs::write(folder.join(file::MANIFEST), text).expect("written");
        }
        assert_eq!(catalog.next_id("0123456789abcdef"), "10001-0123456789ab");
        // What has lost its manifest still takes its place.
        fs::create_dir(catalog.folder("10001-0123456789ab")).expect("a folder");
        assert_eq!(catalog.next_id("0123456789abcdef"), "10002-0123456789ab");
        assert_eq!(catalog.before(Some("10000-c")).as_deref(), Some("9999-b"));
        assert_eq!(catalog.prune(2).expect("pruned"), ["9998-a"]);
    }
}
