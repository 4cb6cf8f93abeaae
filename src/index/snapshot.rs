//! A snapshot: its manifest, and all of its data in memory, ready to answer.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::IndexError;
use super::blocks::blocks;
use super::search::{Hit, Index};
use crate::embed::{Cache, Encoded, TokenRows, Vectors};
use crate::knowledge::units::Units;
use crate::knowledge::{Entry, Shop, entries};
use crate::pack::bind::Bindings;
use crate::text::lexicon::{Synonyms, UserWord};
use crate::text::segment::Segmenter;

/// The format that this code writes and reads.
pub const FORMAT: u32 = 5;

/// The number of questions whose vectors and hits a snapshot caches: 384 numbers, a dozen tokens and 48 hits each,
/// about 30 MB in all.
const QUESTIONS_CACHED: usize = 8192;

/// Names of the files in a snapshot's folder.
pub mod file {
    /// The manifest, written last.
    pub const MANIFEST: &str = "manifest.json";
    /// The shop, as [`crate::knowledge::Shop`].
    pub const SHOP: &str = "shop.json";
    /// The words of the segmenter.
    pub const WORDS: &str = "words.json";
    /// The units.
    pub const UNITS: &str = "units.json";
    /// Bound intents, one list for each entry.
    pub const BINDINGS: &str = "bindings.json";
    /// The vectors of the units; absent if the build had no encoder.
    pub const VECTORS: &str = "vectors.bin";
    /// The vectors of the units' tokens; absent if the build had no encoder.
    pub const TOKENS: &str = "tokens.bin";
    /// Thresholds and the confidence curve.
    pub const CALIBRATION: &str = "calibration.json";
    /// The folder of the tantivy indexes, one per block.
    pub const INDEX: &str = "index";
    /// The hash of each block's texts, in that folder.
    pub const BLOCKS: &str = "blocks.json";
}

/// The description of a snapshot. Two builds from the same input have the same [`Manifest::content`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// `NNNN-<first 12 hex digits of content>`; NNNN counts the shop's builds.
    pub id: String,
    /// Shop id.
    pub shop: String,
    /// Version of zhike that built it.
    pub built_by: String,
    /// SHA-256 (hex) of everything that decides an answer: input files, packs, encoder, format, version of zhike,
    /// [`crate::RULES`].
    pub content: String,
    /// SHA-256 (hex) of the input files alone.
    pub inputs: String,
    /// Encoder id; `None`: lexical only.
    pub encoder: Option<String>,
    /// SHA-256 (hex) of the packs.
    pub packs: String,
    /// Counts for display: `entries`, `faq`, `products`, `specs`, `policies`, `charts`, `units`, `golden`.
    pub counts: BTreeMap<String, u64>,
    /// File in the folder → its SHA-256 (hex).
    pub files: BTreeMap<String, String>,
}

/// A snapshot in memory. Immutable; all requests that started while it was live share it.
pub struct Snapshot {
    /// Its manifest.
    pub manifest: Manifest,
    /// Its folder.
    pub folder: PathBuf,
    /// The shop. It is shared, since the HTTP service also keeps it.
    pub shop: Arc<Shop>,
    /// The entries.
    pub entries: Vec<Entry>,
    /// Entry id → index in `entries`.
    pub by_id: HashMap<String, u32>,
    /// The units.
    pub units: Units,
    /// Bound intents per entry.
    pub bindings: Bindings,
    /// Segments questions as the build segmented texts.
    pub segmenter: Segmenter,
    /// The shop's synonyms.
    pub synonyms: Synonyms,
    /// The tantivy index.
    pub index: Index,
    /// Centred vectors of the units, in the same order; `None`: lexical only.
    pub vectors: Option<Vectors>,
    /// Vectors of the units' tokens, in the same order; `None`: lexical only.
    pub tokens: Option<TokenRows>,
    /// Cache of the encoded questions; vectors are centred.
    pub cache: Cache<Arc<Encoded>>,
    /// Cache of the hits by words.
    pub found: Cache<Arc<[Hit]>>,
    /// What `calibration.json` holds, read by [`crate::answer`]; `None`: uncalibrated.
    pub calibration: Option<serde_json::Value>,
}

impl Snapshot {
    /// Opens a published snapshot and checks every file against the manifest.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] if a file is missing, added or changed.
    pub fn open(folder: &Path) -> Result<Snapshot, IndexError> {
        let id = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let damaged = |what: String| IndexError::Damaged {
            id: id.clone(),
            what,
        };
        let manifest: Manifest = read_json(&folder.join(file::MANIFEST), &id)?;
        if manifest.format != FORMAT {
            return Err(IndexError::Format {
                id,
                found: manifest.format,
                expected: FORMAT,
            });
        }
        let check = |(name, expected): (&String, &String)| {
            let path = folder.join(name);
            if !path.is_file() {
                return Err(damaged(format!("{name} is missing")));
            }
            if hash_file(&path)? != *expected {
                return Err(damaged(format!("{name} was changed")));
            }
            Ok(())
        };
        manifest.files.par_iter().try_for_each(check)?;
        // These are loaded where they are.
        for name in [file::VECTORS, file::TOKENS, file::CALIBRATION] {
            if !manifest.files.contains_key(name) && folder.join(name).exists() {
                return Err(damaged(format!("{name} was added")));
            }
        }
        Snapshot::load(folder, manifest)
    }

    /// Loads a folder with a manifest that need not be on disk yet, such as the candidate of a rebuild.
    ///
    /// # Errors
    /// [`IndexError`] if a file is missing or cannot be parsed.
    pub fn load(folder: &Path, manifest: Manifest) -> Result<Snapshot, IndexError> {
        let id = manifest.id.clone();
        let path = |name: &str| folder.join(name);
        // Loading jieba's dictionary takes longest, so the rest loads in parallel.
        let (segmenter, rest) = rayon::join(
            || {
                let words: Vec<UserWord> = read_json(&path(file::WORDS), &id)?;
                Ok::<_, IndexError>(Segmenter::new(&words))
            },
            || {
                let (shop, texts) = rayon::join(
                    || read_json::<Shop>(&path(file::SHOP), &id),
                    || {
                        let units: Units = read_json(&path(file::UNITS), &id)?;
                        let bindings: Bindings = read_json(&path(file::BINDINGS), &id)?;
                        Ok::<_, IndexError>((units, bindings))
                    },
                );
                let mut shop = shop?;
                // Reading leaves up to twice the needed capacity in these lists: 7 MB for 50,000 entries.
                shop.faqs.shrink_to_fit();
                let (units, bindings) = texts?;
                // A build without an encoder, and a candidate before it is calibrated, lack some files.
                let there = |name: &str| Some(path(name)).filter(|path| path.is_file());
                let vectors = match there(file::VECTORS) {
                    Some(path) => Some(Vectors::from_bytes(read(&path)?.into())?),
                    None => None,
                };
                let tokens = match there(file::TOKENS) {
                    Some(path) => {
                        let file = fs::File::open(&path).map_err(IndexError::io("read", &path))?;
                        Some(TokenRows::open(file)?)
                    }
                    None => None,
                };
                let counts = [
                    vectors.as_ref().map(Vectors::len),
                    tokens.as_ref().map(TokenRows::len),
                ];
                if counts
                    .into_iter()
                    .flatten()
                    .any(|count| count != units.len())
                {
                    return Err(IndexError::Damaged {
                        id: id.clone(),
                        what: "vectors do not match the units".into(),
                    });
                }
                let calibration = match there(file::CALIBRATION) {
                    Some(path) => Some(read_json(&path, &id)?),
                    None => None,
                };
                Ok((shop, units, bindings, vectors, tokens, calibration))
            },
        );
        let segmenter = segmenter?;
        let (shop, units, bindings, vectors, tokens, calibration) = rest?;
        let entries = entries(&shop);
        let index = Index::open(&path(file::INDEX), blocks(&entries, &units), &id)?;
        let by_id = (0..)
            .zip(&entries)
            .map(|(i, entry)| (entry.id.clone(), i))
            .collect();
        let synonyms = Synonyms::new(&shop.lexicon.synonyms);
        Ok(Snapshot {
            manifest,
            folder: folder.to_owned(),
            shop: Arc::new(shop),
            entries,
            by_id,
            units,
            bindings,
            segmenter,
            synonyms,
            index,
            vectors,
            tokens,
            cache: Cache::new(QUESTIONS_CACHED),
            found: Cache::new(QUESTIONS_CACHED),
            calibration,
        })
    }

    /// A unit's encoding with its centred vector; `None` without an encoder.
    pub fn encoded(&self, unit: usize) -> Option<Encoded> {
        let mut tokens = Vec::new();
        self.tokens
            .as_ref()?
            .read(unit..unit + 1, &mut tokens)
            .ok()?;
        Some(Encoded {
            sentence: self.vectors.as_ref()?.row(unit)?,
            tokens: tokens.into_iter().map(|code| code as i8).collect(),
        })
    }

    /// The entry with this id.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.by_id.get(id).map(|i| &self.entries[*i as usize])
    }
}

/// Hashes every file of a candidate's folder, writes the manifest and syncs everything to disk.
///
/// # Errors
/// [`IndexError::Io`] if a file cannot be read or written.
pub fn seal(folder: &Path, mut manifest: Manifest) -> Result<Manifest, IndexError> {
    let mut files: Vec<(String, PathBuf)> = Vec::new();
    let (mut pending, mut folders) = (vec![folder.to_owned()], Vec::new());
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(&directory).map_err(IndexError::io("read", &directory))? {
            let path = entry.map_err(IndexError::io("read", &directory))?.path();
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let name = path
                .strip_prefix(folder)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            // tantivy's lock files are temporary.
            if name == file::MANIFEST || name.ends_with(".lock") {
                continue;
            }
            files.push((name, path));
        }
        folders.push(directory);
    }
    let hashed = |(name, path): (String, PathBuf)| {
        sync(&path)?;
        Ok((name, hash_file(&path)?))
    };
    manifest.files = files
        .into_par_iter()
        .map(hashed)
        .collect::<Result<_, IndexError>>()?;
    write_json(&folder.join(file::MANIFEST), &manifest)?;
    // The folder holds the file's name: without a sync, a power cut can lose the file.
    for folder in &folders {
        sync(folder)?;
    }
    Ok(manifest)
}

/// Flushes a file or folder to disk.
pub(super) fn sync(path: &Path) -> Result<(), IndexError> {
    fs::File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(IndexError::io("write", path))
}

/// SHA-256 (hex) of a file.
fn hash_file(path: &Path) -> Result<String, IndexError> {
    let mut file = fs::File::open(path).map_err(IndexError::io("read", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file
            .read(&mut buffer)
            .map_err(IndexError::io("read", path))?;
        if read == 0 {
            return Ok(crate::text::hex(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}

fn read(path: &Path) -> Result<Vec<u8>, IndexError> {
    fs::read(path).map_err(IndexError::io("read", path))
}

fn read_json<T: DeserializeOwned>(path: &Path, id: &str) -> Result<T, IndexError> {
    serde_json::from_slice(&read(path)?).map_err(|error| IndexError::Damaged {
        id: id.to_owned(),
        what: format!(
            "{} does not parse: {error}",
            path.file_name().unwrap_or_default().to_string_lossy()
        ),
    })
}

/// Writes a value as JSON and syncs it.
pub(crate) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), IndexError> {
    let bytes = serde_json::to_vec(value)
        .map_err(|error| IndexError::io("write", path)(std::io::Error::other(error)))?;
    fs::write(path, bytes).map_err(IndexError::io("write", path))?;
    sync(path)
}
