//! Blocks are parts of the search index. A block is reused as long as its texts stay the same.
//!
//! A merchant changes a large shop row by row. A hash of its id deals each entry to a block, and each block is an index
//! of its own, so a change rebuilds one block and copies the others. The block of an entry depends only on the entries,
//! never on earlier builds: the same shop always has the same blocks.

use std::fs;
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tantivy::directory::MmapDirectory;
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{IndexBuilder, TantivyDocument};

use super::IndexError;
use super::schema::schema;
use super::snapshot::{FORMAT, Snapshot, file, write_json};
use crate::knowledge::units::{UnitKind, Units};
use crate::knowledge::{Entry, EntryAt, Shop};
use crate::text::lexicon::UserWord;
use crate::text::normalise::normalise;
use crate::text::segment::Segmenter;
use crate::text::tokenizer::TermTokenizer;

/// Approximate number of entries in a block.
const SIZE: usize = 16_384;
/// The most blocks. A question searches all of them.
const MOST: usize = 16;
/// Memory budget in bytes for the tables that tantivy lays out for a block.
const TABLES: usize = 8 << 20;

/// A document of the index. Its position in the block is its document number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// The entry.
    pub owner: u32,
    /// The unit whose text it is; `None` for a text that only agents search.
    pub unit: Option<u32>,
}

/// The documents of each block: one per unit, and one per entry that only agents search.
pub fn blocks(entries: &[Entry], units: &Units) -> Vec<Vec<Document>> {
    let count = entries.len().div_ceil(SIZE).next_power_of_two().min(MOST);
    let mut blocks = vec![Vec::new(); count];
    for (owner, entry) in (0u32..).zip(entries) {
        let block = &mut blocks[place(&entry.id) as usize % count];
        match entry.at {
            EntryAt::Product(_) | EntryAt::Spec(..) | EntryAt::Size(_) => {
                block.push(Document { owner, unit: None });
            }
            EntryAt::Faq(_) | EntryAt::Policy(..) | EntryAt::ProductPassage(..) => {
                let found = units.of(owner);
                let found = found.filter(|&unit| {
                    !matches!(units.kinds[unit], UnitKind::Negative | UnitKind::Piece)
                });
                block.extend(found.map(|unit| Document {
                    owner,
                    unit: Some(unit as u32),
                }));
            }
        }
    }
    blocks
}

/// A hash of an id (FNV-1a with the high bits folded in). It is the same on every machine.
fn place(id: &str) -> u64 {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash ^ (hash >> 32)
}

/// The input of the index.
pub struct Source<'a> {
    /// The shop.
    pub shop: &'a Shop,
    /// Its entries.
    pub entries: &'a [Entry],
    /// Their units.
    pub units: &'a Units,
    /// The words of the segmenter.
    pub words: &'a [UserWord],
    /// The segmenter that has those words.
    pub segmenter: &'a Segmenter,
    /// The live snapshot. Its blocks with the same texts are copied.
    pub previous: Option<&'a Snapshot>,
}

/// Writes the blocks below `folder` on all cores, and their hashes beside them.
///
/// # Errors
/// [`IndexError`] if a file cannot be written or tantivy fails.
pub fn write(folder: &Path, source: &Source) -> Result<(), IndexError> {
    let blocks = blocks(source.entries, source.units);
    let words = serde_json::to_vec(source.words).unwrap_or_default();
    let before = source.previous.map(|previous| {
        let folder = previous.folder.join(file::INDEX);
        let hashes = fs::read(folder.join(file::BLOCKS)).unwrap_or_default();
        let hashes: Vec<String> = serde_json::from_slice(&hashes).unwrap_or_default();
        (folder, hashes)
    });
    let write = |(number, block): (usize, &Vec<Document>)| {
        let target = folder.join(number.to_string());
        fs::create_dir_all(&target).map_err(IndexError::io("create", &target))?;
        let hash = hash(source, &words, block);
        match &before {
            // Copied, not linked: if a failing disk spoils a snapshot, the next one must not be affected.
            Some((folder, hashes)) if hashes.get(number) == Some(&hash) => {
                copy(&folder.join(number.to_string()), &target)?;
            }
            _ => write_block(&target, source, block)?,
        }
        Ok(hash)
    };
    let hashes: Vec<String> = blocks
        .par_iter()
        .enumerate()
        .map(write)
        .collect::<Result<_, IndexError>>()?;
    write_json(&folder.join(file::BLOCKS), &hashes)
}

/// SHA-256 (hex) of everything that determines a block's content.
fn hash(source: &Source, words: &[u8], block: &[Document]) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(crate::RULES);
    hash.update(FORMAT.to_le_bytes());
    hash.update(words);
    for document in block {
        texts(source, document, |text| {
            hash.update([0]);
            hash.update(text);
        });
        hash.update([1]);
    }
    crate::text::hex(&hash.finalize())
}

/// The normalised texts of a document.
fn texts(source: &Source, document: &Document, mut push: impl FnMut(&str)) {
    let Source {
        shop,
        entries,
        units,
        ..
    } = source;
    if let Some(unit) = document.unit {
        return push(&units.texts[unit as usize]);
    }
    // A product, spec or chart. Agents find it by its name and text.
    let entry = &entries[document.owner as usize];
    push(&normalise(&entry.title(shop)));
    if let EntryAt::Product(i) = entry.at {
        for alias in &shop.products[i as usize].aliases {
            push(&normalise(alias));
        }
        push(&normalise(&shop.products[i as usize].id));
    }
    push(&normalise(&entry.text(shop)));
}

/// Writes a block as one segment, so that document numbers follow the order of the documents. A block without documents
/// is not written.
fn write_block(folder: &Path, source: &Source, block: &[Document]) -> Result<(), IndexError> {
    if block.is_empty() {
        return Ok(());
    }
    let (schema, field) = schema();
    let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
    let tokenizer = TermTokenizer::new(source.segmenter.clone());
    let tokenizers = TokenizerManager::default();
    tokenizers.register(
        TermTokenizer::NAME,
        TextAnalyzer::builder(tokenizer).build(),
    );
    let mut writer = IndexBuilder::new()
        .schema(schema)
        .tokenizers(tokenizers)
        .single_segment_index_writer::<TantivyDocument>(directory, TABLES)?;
    for document in block {
        let mut texts_of = TantivyDocument::default();
        texts(source, document, |text| texts_of.add_text(field, text));
        writer.add_document(texts_of)?;
    }
    writer.finalize()?;
    Ok(())
}

/// Copies the files of a folder.
fn copy(from: &Path, to: &Path) -> Result<(), IndexError> {
    for entry in fs::read_dir(from).map_err(IndexError::io("read", from))? {
        let entry = entry.map_err(IndexError::io("read", from))?;
        let target = to.join(entry.file_name());
        fs::copy(entry.path(), &target).map_err(IndexError::io("write", &target))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of a unit does not depend on what else there is.
    #[test]
    fn entries_are_dealt_by_their_ids() {
        let entry = |number: usize| Entry {
            id: format!("faq:Q{number}"),
            at: EntryAt::Faq(number as u32),
        };
        let dealt = |entries: &[Entry]| {
            let count = entries.len();
            let units = Units {
                owners: (0..count as u32).collect(),
                kinds: vec![UnitKind::Question; count],
                texts: vec!["问".into(); count],
                starts: (0..=count as u32).collect(),
            };
            let blocks = blocks(entries, &units);
            let ids = |block: &Vec<Document>| -> Vec<String> {
                let owner = |document: &Document| document.owner as usize;
                block.iter().map(|d| entries[owner(d)].id.clone()).collect()
            };
            blocks.iter().map(ids).collect::<Vec<_>>()
        };
        assert_eq!(dealt(&[]), [[""; 0]]);
        let mut entries: Vec<Entry> = (0..40_000).map(entry).collect();
        let before = dealt(&entries);
        assert_eq!(before.len(), 4);
        assert!(before.iter().all(|block| block.len() > 8_000));
        entries.remove(7);
        let after = dealt(&entries);
        let changed = before.iter().zip(&after).filter(|(a, b)| a != b);
        assert_eq!(changed.count(), 1);
    }
}
