//! A snapshot with what is derived from it once, ready to answer.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::calibration::Calibration;
use super::lexical::Idf;
use super::product::Catalogue;
use crate::embed::Encoder;
use crate::index::Snapshot;
use crate::index::units::UnitKind;
use crate::pack::PackVectors;
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
    /// Thresholds and the confidence curve.
    pub calibration: Calibration,
    /// Titles as agents type them in pinyin, made at the first such search.
    pinyin: OnceLock<Vec<(u32, Target)>>,
    /// Normalised question or similar question → its entry; phrasings that two entries claim are left out.
    exact: HashMap<Box<str>, u32>,
}

impl Engine {
    /// Derives what answering needs. The encoder is used only where the snapshot was built with the same one.
    pub fn new(snapshot: Arc<Snapshot>, encoder: Option<&'static Encoder>) -> Engine {
        let encoder =
            encoder.filter(|encoder| snapshot.manifest.encoder.as_deref() == Some(encoder.id()));
        let packs = encoder.map(|encoder| crate::pack::vectors(encoder, &|_, _| ()));
        let calibration = snapshot
            .calibration
            .clone()
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default();
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
        Engine {
            catalogue,
            idf,
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
                    Target::new(&crate::text::normalise::normalise(
                        &entry.title(&self.snapshot.shop),
                    )),
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

    /// The entry of which a normalised text is a phrasing, marks and spaces aside.
    pub fn exact(&self, normalised: &str) -> Option<u32> {
        self.exact.get(squeeze(normalised).as_str()).copied()
    }
}

/// Each phrasing, marks and spaces aside, with its entry; those that two entries claim are left out.
fn exact(snapshot: &Snapshot) -> HashMap<Box<str>, u32> {
    let mut exact: HashMap<Box<str>, Option<u32>> = HashMap::new();
    for unit in 0..snapshot.units.len() {
        if let UnitKind::Question | UnitKind::Similar = snapshot.units.kinds[unit] {
            let owner = snapshot.units.owners[unit];
            exact
                .entry(squeeze(&snapshot.units.texts[unit]).into())
                .and_modify(|claimed| *claimed = claimed.filter(|entry| *entry == owner))
                .or_insert(Some(owner));
        }
    }
    exact
        .into_iter()
        .filter_map(|(text, owner)| Some((text, owner?)))
        .collect()
}

/// A text without marks and spaces.
fn squeeze(normalised: &str) -> String {
    normalised.chars().filter(|c| c.is_alphanumeric()).collect()
}
