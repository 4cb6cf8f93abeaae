//! Loads the packs that are built into the binary.

use std::borrow::Cow;
use std::sync::OnceLock;

use rust_embed::RustEmbed;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Intent;

#[derive(RustEmbed)]
#[folder = "packs/"]
#[include = "*.toml"]
#[include = "vectors.bin"]
struct Files;

/// All intents of the built-in packs.
#[derive(Debug)]
pub struct Packs {
    /// In the order of file names, and within a file in the order of intents.
    pub intents: Vec<Intent>,
    /// The pack (topic) and trade of each intent.
    pub topics: Vec<Topic>,
    /// SHA-256 (hex) of the pack files. Two binaries with equal hashes have equal packs.
    pub hash: String,
    /// The vectors of all texts of all intents ([`Intent::texts`]), as `zhike packs` wrote them; empty if the file is
    /// missing.
    pub vectors: Cow<'static, [u8]>,
}

/// The header of a pack file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Topic {
    /// The topic in Chinese, for example `发货`.
    pub name: String,
    /// `general` or a trade.
    pub trade: String,
}

#[derive(Deserialize)]
struct PackFile {
    pack: Topic,
    intent: Vec<Intent>,
}

/// The built-in packs, parsed once.
///
/// # Panics
/// Never in a binary whose tests passed: `packs_are_sound` parses the same files.
pub fn built_in() -> &'static Packs {
    static PACKS: OnceLock<Packs> = OnceLock::new();
    PACKS.get_or_init(|| {
        let mut names: Vec<_> = Files::iter()
            .filter(|name| name.ends_with(".toml"))
            .collect();
        names.sort();
        let mut intents = Vec::new();
        let mut topics = Vec::new();
        let mut hash = Sha256::new();
        for name in names {
            let file = Files::get(&name).expect("a name that was just listed");
            hash.update(&file.data);
            let text = std::str::from_utf8(&file.data).expect("pack files are UTF-8");
            let pack: PackFile = toml::from_str(text).expect("pack files parse");
            topics.extend(std::iter::repeat_n(pack.pack, pack.intent.len()));
            intents.extend(pack.intent);
        }
        let hash = crate::text::hex(&hash.finalize());
        let vectors = Files::get("vectors.bin")
            .map(|file| file.data)
            .unwrap_or_default();
        Packs {
            intents,
            topics,
            hash,
            vectors,
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn packs_are_sound() {
        let packs = built_in();
        assert!(
            packs.intents.len() >= 400,
            "{} intents",
            packs.intents.len()
        );
        let ids: HashSet<_> = packs
            .intents
            .iter()
            .map(|intent| intent.id.as_str())
            .collect();
        assert_eq!(ids.len(), packs.intents.len(), "intent ids are unique");
        let mut owner: HashMap<&str, &str> = HashMap::new();
        let mut faults = Vec::new();
        for intent in &packs.intents {
            if intent.phrasings.len() < 20 {
                faults.push(format!(
                    "{} has {} phrasings",
                    intent.id,
                    intent.phrasings.len()
                ));
            }
            for phrasing in &intent.phrasings {
                if let Some(other) = owner.insert(phrasing, &intent.id) {
                    faults.push(format!("{phrasing} stands in {other} and {}", intent.id));
                }
            }
            for alike in &intent.look_alikes {
                if !ids.contains(alike.intent.as_str()) {
                    faults.push(format!("{} names {}", intent.id, alike.intent));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
