//! How alike two short texts are in their words: cosine of IDF-weighted bags of characters and bigrams.
//!
//! Bigrams stand in for words here: on questions of ten characters they carry what words carry, need no cut of the
//! candidate at question time, and survive typos and unknown words.

use std::collections::HashMap;

use crate::index::units::{UnitKind, Units};
use crate::text::normalise::is_han;

/// Weight of a character beside a bigram.
const CHAR: f32 = 0.5;
/// Weight of a bigram, and of a run of letters or digits.
const BIGRAM: f32 = 0.7;

/// A feature: a character (high half 0), a bigram, or the hash of a run of letters and digits.
type Feature = u64;

/// Inverse document frequencies over a snapshot's units (ours and the packs': ten thousand ordinary questions, so
/// that a small shop has a sound background too).
#[derive(Debug, Default)]
pub struct Idf {
    counts: HashMap<Feature, u32>,
    documents: f32,
}

/// A text as a bag: features with weights, sorted, and the Euclidean norm.
#[derive(Debug, Clone, Default)]
pub struct Bag {
    weights: Vec<(Feature, f32)>,
    norm: f32,
}

impl Idf {
    /// Counts the features of all units.
    pub fn new(units: &Units) -> Idf {
        let mut idf = Idf::default();
        let mut seen = Vec::new();
        let texts = units.texts.iter().zip(&units.kinds);
        for (text, _) in texts.filter(|(_, kind)| **kind != UnitKind::Piece) {
            idf.documents += 1.0;
            seen.clear();
            features(text, |feature, _| seen.push(feature));
            seen.sort_unstable();
            seen.dedup();
            for feature in &seen {
                *idf.counts.entry(*feature).or_default() += 1;
            }
        }
        idf
    }

    /// `ln(1 + N / (1 + df))`.
    pub fn weight(&self, feature: Feature) -> f32 {
        let count = self.counts.get(&feature).copied().unwrap_or(0) as f32;
        (1.0 + self.documents / (1.0 + count)).ln()
    }

    /// The bag of a normalised text. A repeated feature counts once.
    pub fn bag(&self, normalised: &str) -> Bag {
        let mut weights = Vec::with_capacity(normalised.len());
        features(normalised, |feature, family| {
            weights.push((feature, family * self.weight(feature)))
        });
        weights.sort_unstable_by_key(|(feature, _)| *feature);
        weights.dedup_by_key(|(feature, _)| *feature);
        let norm = weights
            .iter()
            .map(|(_, weight)| weight * weight)
            .sum::<f32>()
            .sqrt();
        Bag { weights, norm }
    }
}

impl Bag {
    /// Sum of products over shared features.
    fn dot(&self, other: &Bag) -> f32 {
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < self.weights.len() && j < other.weights.len() {
            match self.weights[i].0.cmp(&other.weights[j].0) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    sum += self.weights[i].1 * other.weights[j].1;
                    i += 1;
                    j += 1;
                }
            }
        }
        sum
    }

    /// Cosine, 0..1.
    pub fn cosine(&self, other: &Bag) -> f32 {
        match self.norm * other.norm {
            0.0 => 0.0,
            norms => (self.dot(other) / norms).min(1.0),
        }
    }

    /// Share of this bag's weight found in `other`, 0..1: for a question against a long passage.
    pub fn coverage(&self, other: &Bag) -> f32 {
        match self.norm * self.norm {
            0.0 => 0.0,
            square => (self.dot(other) / square).min(1.0),
        }
    }

    /// Share of this bag's weight found in any of `others`, 0..1.
    pub fn found_among(&self, others: &[Bag]) -> f32 {
        let square = |(_, weight): &(Feature, f32)| weight * weight;
        let found = self.weights.iter().filter(|(feature, _)| {
            let holds = |other: &Bag| {
                other
                    .weights
                    .binary_search_by_key(feature, |(own, _)| *own)
                    .is_ok()
            };
            others.iter().any(holds)
        });
        match self.norm * self.norm {
            0.0 => 0.0,
            norm => (found.map(square).sum::<f32>() / norm).min(1.0),
        }
    }
}

/// Calls `emit` with every feature of a normalised text and its family's weight.
fn features(normalised: &str, mut emit: impl FnMut(Feature, f32)) {
    let mut before: Option<char> = None;
    let mut run: Option<u64> = None;
    for c in normalised.chars() {
        if c.is_alphanumeric() && !is_han(c) {
            // FNV-1a over the run; the top bit keeps runs apart from characters and bigrams.
            run = Some(
                (run.unwrap_or(0xcbf2_9ce4_8422_2325) ^ c as u64).wrapping_mul(0x0100_0000_01b3),
            );
            before = None;
            continue;
        }
        if let Some(hash) = run.take() {
            emit(hash | 1 << 63, BIGRAM);
        }
        if is_han(c) {
            emit(c as u64, CHAR);
            if let Some(before) = before {
                emit((before as u64) << 32 | c as u64, BIGRAM);
            }
            before = Some(c);
        } else {
            before = None;
        }
    }
    if let Some(hash) = run {
        emit(hash | 1 << 63, BIGRAM);
    }
}
