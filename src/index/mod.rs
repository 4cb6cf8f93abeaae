//! Turns entries into a snapshot and questions into hits. Only this room and the tokenizer know tantivy.
//!
//! A *snapshot* is a folder `index/<shop>/snapshots/<id>/` with everything that decides an answer. It never changes
//! once its manifest is written. `index/<shop>/CURRENT` names the live one.

pub mod blocks;
pub mod build;
pub mod catalog;
pub mod schema;
pub mod search;
pub mod snapshot;
pub mod words;

use std::path::PathBuf;

pub use catalog::Catalog;
pub use snapshot::Snapshot;

/// An error of building, opening or searching a snapshot.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// A file cannot be read or written.
    #[error("cannot {action} {path}: {source}; check that the folder exists and may be written")]
    Io {
        /// `read`, `write`, `create`, `rename`, `remove`.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A file of a snapshot differs from its manifest.
    #[error(
        "snapshot {id} is damaged: {what}; roll back to another one or rebuild with `zhike index`"
    )]
    Damaged {
        /// Snapshot id.
        id: String,
        /// What differs.
        what: String,
    },
    /// A snapshot of another format.
    #[error(
        "snapshot {id} has format {found}, this zhike reads {expected}; rebuild with `zhike index`"
    )]
    Format {
        /// Snapshot id.
        id: String,
        /// Format found.
        found: u32,
        /// Format read.
        expected: u32,
    },
    /// A shop without a live snapshot.
    #[error("shop {shop} has no live snapshot; build one with `zhike index {shop}`")]
    NoSnapshot {
        /// Shop id.
        shop: String,
    },
    /// No snapshot with this id.
    #[error(
        "shop {shop} has no snapshot {id}; `zhike snapshots {shop}` lists them (older ones are pruned)"
    )]
    UnknownSnapshot {
        /// Shop id.
        shop: String,
        /// Snapshot id.
        id: String,
    },
    /// An error of tantivy.
    #[error("the search index failed: {0}")]
    Tantivy(#[from] tantivy::TantivyError),
    /// An error of the encoder or the vectors.
    #[error(transparent)]
    Embed(#[from] crate::embed::EmbedError),
}

impl IndexError {
    /// Makes an [`IndexError::Io`], for `map_err`.
    pub fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| IndexError::Io {
            action,
            path,
            source,
        }
    }
}
