//! A snapshot with what is derived from it once, ready to answer.

use std::collections::HashMap;
use std::sync::Arc;

use super::calibration::Calibration;
use super::lexical::Idf;
use crate::embed::Encoder;
use crate::index::Snapshot;
use crate::index::units::UnitKind;
use crate::pack::PackVectors;

/// Answers questions from one snapshot. Immutable; a request takes one at its start and uses nothing else.
pub struct Engine {
    /// The snapshot.
    pub snapshot: Arc<Snapshot>,
    /// The encoder; `None`: lexical only.
    pub encoder: Option<&'static Encoder>,
    /// Vectors of the intent packs; `None`: lexical only.
    pub packs: Option<&'static PackVectors>,
    /// Document frequencies.
    pub idf: Idf,
    /// Thresholds and the confidence curve.
    pub calibration: Calibration,
    /// Normalised question or similar question → its entry; phrasings that two entries claim are left out.
    exact: HashMap<Box<str>, u32>,
}

impl Engine {
    /// Derives what answering needs. The encoder is used only where the snapshot was built with the same one.
    pub fn new(snapshot: Arc<Snapshot>, encoder: Option<&'static Encoder>) -> Engine {
        let encoder = encoder.filter(|encoder| snapshot.manifest.encoder.as_deref() == Some(encoder.id()));
        let packs = encoder.map(|encoder| crate::pack::vectors(encoder, &|_, _| ()));
        let calibration = snapshot
            .calibration
            .clone()
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default();
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
        let exact = exact.into_iter().filter_map(|(text, owner)| Some((text, owner?))).collect();
        Engine { idf: Idf::new(&snapshot.units), snapshot, encoder, packs, calibration, exact }
    }

    /// The entry of which a normalised text is a phrasing, marks and spaces aside.
    pub fn exact(&self, normalised: &str) -> Option<u32> {
        self.exact.get(squeeze(normalised).as_str()).copied()
    }
}

/// A text without marks and spaces.
fn squeeze(normalised: &str) -> String {
    normalised.chars().filter(|c| c.is_alphanumeric()).collect()
}
