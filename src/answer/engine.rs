//! An [`Engine`] is a snapshot together with the data derived from it once, ready to answer.

use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::calibration::Calibration;
use super::guard;
use super::lexical::Idf;
use super::product::Catalogue;
use super::reword::Wording;
use crate::embed::Encoder;
use crate::index::Snapshot;
use crate::knowledge::units::UnitKind;
use crate::lint::floors::Floors;
use crate::pack::PackVectors;
use crate::text::normalise::{letters, normalise};
use crate::text::pinyin::Target;

/// Answers questions from one snapshot. Immutable: a request takes one engine at its start and uses nothing else.
pub struct Engine {
    /// The snapshot.
    pub snapshot: Arc<Snapshot>,
    /// The encoder; `None`: lexical only.
    pub encoder: Option<&'static Encoder>,
    /// Vectors of the intent packs; `None`: lexical only.
    pub packs: Option<&'static PackVectors>,
    /// Products by name, and the words of their specs.
    pub catalogue: Catalogue,
    /// Document frequencies.
    pub idf: Idf,
    /// Which of several words with one meaning the shop's texts use.
    pub wording: Wording,
    /// Thresholds and the confidence curve.
    pub calibration: Calibration,
    /// What law and platform grant, which no rule of the shop weakens.
    pub floors: Floors,
    /// Whether the shop sells for children.
    pub for_children: bool,
    /// Words that must never be sent, normalised.
    pub blocked: Vec<String>,
    /// Titles and phrasings as pinyin targets, by entry; made at the first search by pinyin.
    pinyin: OnceLock<Vec<(u32, Target)>>,
    /// Hash of a standard or similar question, with its entry; sorted by hash.
    exact: Vec<(u64, u32)>,
}

impl Engine {
    /// Derives what answering needs. The encoder is used only if the snapshot was built with the same one.
    pub fn new(snapshot: Arc<Snapshot>, encoder: Option<&'static Encoder>) -> Engine {
        let encoder =
            encoder.filter(|encoder| snapshot.manifest.encoder.as_deref() == Some(encoder.id()));
        let packs = encoder.map(|encoder| crate::pack::vectors(encoder, &|_, _| ()));
        let calibration = snapshot.calibration.clone();
        let calibration = calibration.map_or_else(Calibration::default, |value| {
            serde_json::from_value(value).unwrap_or_else(|error| {
                let id = &snapshot.manifest.id;
                tracing::error!(%error, snapshot = id, "the thresholds cannot be read, the cautious ones hold; rebuild the shop");
                Calibration::default()
            })
        });
        // Each of these takes about a second for a large shop.
        let ((exact, floors), (idf, catalogue)) = rayon::join(
            || {
                rayon::join(
                    || exact(&snapshot),
                    || Floors::new(&snapshot.shop, &snapshot.entries),
                )
            },
            || {
                rayon::join(
                    || Idf::new(&snapshot.units),
                    || Catalogue::new(&snapshot.shop),
                )
            },
        );
        let blocked = snapshot.shop.lexicon.block.iter();
        let blocked = blocked.map(|word| normalise(word));
        Engine {
            wording: Wording::new(&catalogue.synonyms, &snapshot.units),
            catalogue,
            idf,
            floors,
            for_children: guard::sells_to_children(&snapshot.shop),
            blocked: blocked.filter(|word| !word.is_empty()).collect(),
            snapshot,
            encoder,
            packs,
            calibration,
            pinyin: OnceLock::new(),
            exact,
        }
    }

    /// The pinyin of every entry's title and phrasings, for agents who type pinyin into the search box.
    pub fn pinyin(&self) -> &[(u32, Target)] {
        self.pinyin.get_or_init(|| {
            let units = &self.snapshot.units;
            let phrasings = (0..units.len())
                .filter(|unit| units.kinds[*unit].asks())
                .map(|unit| (units.owners[unit], Target::new(&units.texts[unit])));
            let titles = (0..).zip(&self.snapshot.entries).map(|(owner, entry)| {
                (
                    owner,
                    Target::new(&normalise(&entry.title(&self.snapshot.shop))),
                )
            });
            phrasings.chain(titles).collect()
        })
    }

    /// The same engine with other thresholds.
    pub fn with_calibration(self, calibration: Calibration) -> Engine {
        Engine {
            calibration,
            ..self
        }
    }

    /// The entries that have a normalised text as a phrasing, ignoring marks and spaces. There are several where
    /// conditions tell them apart: one for before an order is sent, one for after.
    pub fn exact(&self, normalised: &str) -> Vec<u32> {
        let key = key(normalised);
        let units = &self.snapshot.units;
        // Different texts can have the same hash, so the texts are compared too.
        let same = |unit: usize| {
            is_phrasing(units.kinds[unit]) && letters(&units.texts[unit]).eq(letters(normalised))
        };
        let first = self.exact.partition_point(|known| known.0 < key);
        let claims = self.exact[first..]
            .iter()
            .take_while(|known| known.0 == key);
        claims
            .map(|known| known.1)
            .filter(|owner| units.of(*owner).any(same))
            .collect()
    }
}

/// The hash of each phrasing (without marks and spaces) with its entry, sorted.
fn exact(snapshot: &Snapshot) -> Vec<(u64, u32)> {
    let units = &snapshot.units;
    let mut exact: Vec<(u64, u32)> = (0..units.len())
        .into_par_iter()
        .filter(|&unit| is_phrasing(units.kinds[unit]))
        .map(|unit| (key(&units.texts[unit]), units.owners[unit]))
        .collect();
    exact.par_sort_unstable();
    exact.dedup();
    exact
}

fn is_phrasing(kind: UnitKind) -> bool {
    matches!(kind, UnitKind::Question | UnitKind::Similar)
}

/// A hash of a text without marks and spaces. It is the same in every run.
fn key(normalised: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    letters(normalised).for_each(|c| hasher.write_u32(c as u32));
    hasher.finish()
}
