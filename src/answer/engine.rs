//! A snapshot with what is derived from it once, ready to answer.

use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::calibration::Calibration;
use super::lexical::Idf;
use super::product::Catalogue;
use super::reword::Wording;
use crate::embed::Encoder;
use crate::index::Snapshot;
use crate::knowledge::units::UnitKind;
use crate::pack::PackVectors;
use crate::text::normalise::{letters, normalise};
use crate::text::pinyin::Target;

/// Answers questions from one snapshot. Immutable; a request takes one at its start and uses nothing else.
pub struct Engine {
    /// The snapshot.
    pub snapshot: Arc<Snapshot>,
    /// The encoder; `None`: lexical only.
    pub encoder: Option<&'static Encoder>,
    /// Vectors of the intent packs; `None`: lexical only.
    pub packs: Option<&'static PackVectors>,
    /// Products by name, spec words.
    pub catalogue: Catalogue,
    /// Document frequencies.
    pub idf: Idf,
    /// Which of several words with one meaning the shop's texts use.
    pub wording: Wording,
    /// Thresholds and the confidence curve.
    pub calibration: Calibration,
    /// Words that must never be sent, normalised.
    pub blocked: Vec<String>,
    /// Titles as agents type them in pinyin, made at the first such search.
    pinyin: OnceLock<Vec<(u32, Target)>>,
    /// Hash of a question or similar question → its entries, sorted.
    exact: Vec<(u64, u32)>,
}

impl Engine {
    /// Derives what answering needs. The encoder is used only where the snapshot was built with the same one.
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
        // Of a large shop each takes about a second.
        let (exact, (idf, catalogue)) = rayon::join(
            || exact(&snapshot),
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
            blocked: blocked.filter(|word| !word.is_empty()).collect(),
            snapshot,
            encoder,
            packs,
            calibration,
            pinyin: OnceLock::new(),
            exact,
        }
    }

    /// Every entry's title and phrasings as a target of pinyin.
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

    /// The entries of which a normalised text is a phrasing, marks and spaces aside. Several where they are told apart by
    /// their conditions: before an order is sent and after.
    pub fn exact(&self, normalised: &str) -> Vec<u32> {
        let key = key(normalised);
        let units = &self.snapshot.units;
        // Hashes may meet by chance; texts decide.
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

/// The hash of each phrasing, marks and spaces aside, with its entry, sorted.
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

/// A hash of a text without marks and spaces, the same at every run.
fn key(normalised: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    letters(normalised).for_each(|c| hasher.write_u32(c as u32));
    hasher.finish()
}
