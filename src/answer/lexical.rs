//! Likeness of two short texts in their words: the cosine of IDF-weighted bags of characters and bigrams.
//!
//! Bigrams take the place of words. On questions of ten characters they carry as much as words do, need no segmentation
//! of the candidates, and survive typos and unknown words.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::knowledge::units::{UnitKind, Units};
use crate::text::normalise::is_han;

/// Weight of a character, relative to a bigram.
const CHAR: f32 = 0.5;
/// Weight of a bigram, and of a run of letters or digits.
const BIGRAM: f32 = 0.7;

/// The number of texts that one core counts at a time.
const CHUNK: usize = 8192;

/// A feature: a character (high half 0), a bigram, or the hash of a run of letters and digits.
type Feature = u64;

/// A table keyed by feature. The keys are not under an attacker's control, so a fast hash with a good spread is enough.
type Table<T> = HashMap<Feature, T, BuildHasherDefault<Spread>>;

/// Spreads a feature over all bits by a multiplication (Fibonacci hashing) and a fold.
#[derive(Debug, Clone, Copy, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(self.0 ^ u64::from(byte));
        }
    }

    fn write_u64(&mut self, feature: u64) {
        let spread = feature.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ (spread >> 32);
    }
}

/// Inverse document frequencies over a snapshot's units, and the norm of each unit's bag.
#[derive(Debug, Default)]
pub struct Idf {
    /// `ln(1 + N / (1 + df))` of each feature that occurs.
    weights: Table<f32>,
    /// The same for a feature that does not occur.
    unseen: f32,
    /// Bits of the norm of each unit's bag; 0 until it is first needed.
    norms: Vec<AtomicU32>,
}

/// A text as a bag: features with weights, sorted, and the Euclidean norm.
#[derive(Debug, Clone, Default)]
pub struct Bag {
    weights: Vec<(Feature, f32)>,
    norm: f32,
}

impl Idf {
    /// Counts the features of all units on all cores.
    pub fn new(units: &Units) -> Idf {
        // Pieces of a body say nothing that the body does not, nor keywords the more, the more passages share them.
        let whole = |kind: &UnitKind| !matches!(kind, UnitKind::Piece | UnitKind::Keywords);
        let counts = units
            .texts
            .par_chunks(CHUNK)
            .zip(units.kinds.par_chunks(CHUNK))
            .map(|(texts, kinds)| {
                let mut counts: Table<u32> = Table::default();
                let mut seen = Vec::new();
                for (text, _) in texts.iter().zip(kinds).filter(|(_, kind)| whole(kind)) {
                    seen.clear();
                    features(text, |feature, _| seen.push(feature));
                    seen.sort_unstable();
                    seen.dedup();
                    for feature in &seen {
                        *counts.entry(*feature).or_default() += 1;
                    }
                }
                counts
            })
            .reduce(Table::default, |one, other| {
                let (mut all, few) = match one.len() < other.len() {
                    true => (other, one),
                    false => (one, other),
                };
                for (feature, count) in few {
                    *all.entry(feature).or_default() += count;
                }
                all
            });
        let documents = units.kinds.iter().filter(|kind| whole(kind)).count() as f32;
        let weight = |count: u32| (1.0 + documents / (1.0 + count as f32)).ln();
        Idf {
            weights: counts
                .into_iter()
                .map(|(feature, count)| (feature, weight(count)))
                .collect(),
            unseen: weight(0),
            norms: (0..units.len()).map(|_| AtomicU32::new(0)).collect(),
        }
    }

    /// `ln(1 + N / (1 + df))`.
    pub fn weight(&self, feature: Feature) -> f32 {
        self.weights.get(&feature).copied().unwrap_or(self.unseen)
    }

    /// The bag of a normalised text. A feature counts once.
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

    /// The norm of a unit's bag. `text` is the text of the unit.
    fn norm(&self, unit: usize, text: &str) -> f32 {
        let bits = self.norms[unit].load(Ordering::Relaxed);
        if bits != 0 {
            return f32::from_bits(bits);
        }
        // Two threads may both compute it; they get the same value.
        let norm = self.bag(text).norm;
        self.norms[unit].store(norm.to_bits(), Ordering::Relaxed);
        norm
    }
}

/// The bag of a question, prepared for comparison with many units.
#[derive(Debug)]
pub struct Words<'a> {
    idf: &'a Idf,
    bag: Bag,
    /// A bit per feature, by its spread: most features of a unit are rejected here.
    filter: [u64; 16],
    /// Which features the current unit has.
    shared: Vec<bool>,
    /// Which features the units of the current entry have together.
    explained: Vec<bool>,
}

impl<'a> Words<'a> {
    /// Prepares a normalised question.
    pub fn new(idf: &'a Idf, normalised: &str) -> Words<'a> {
        let bag = idf.bag(normalised);
        let mut filter = [0; 16];
        for (feature, _) in &bag.weights {
            let (word, bit) = Words::slot(*feature);
            filter[word] |= bit;
        }
        Words {
            idf,
            shared: vec![false; bag.weights.len()],
            explained: vec![false; bag.weights.len()],
            bag,
            filter,
        }
    }

    fn slot(feature: Feature) -> (usize, u64) {
        let mut spread = Spread::default();
        spread.write_u64(feature);
        let place = spread.0 & 1023;
        ((place / 64) as usize, 1 << (place % 64))
    }

    /// Finds the features that the question shares with a text.
    pub fn hold(&mut self, text: &str) {
        let Words {
            bag,
            filter,
            shared,
            ..
        } = self;
        shared.fill(false);
        features(text, |feature, _| {
            let (word, bit) = Words::slot(feature);
            if filter[word] & bit != 0
                && let Ok(at) = bag.weights.binary_search_by_key(&feature, |(own, _)| *own)
            {
                shared[at] = true;
            }
        });
    }

    /// Adds what the current text shares to what its entry explains.
    pub fn explain(&mut self) {
        for (explained, shared) in self.explained.iter_mut().zip(&self.shared) {
            *explained |= shared;
        }
    }

    /// Whether the entry explains more than single characters: two in a row, or a run of letters and digits.
    pub fn explains_a_pair(&self) -> bool {
        let of = self.bag.weights.iter().zip(&self.explained);
        of.into_iter()
            .any(|((feature, _), explained)| *explained && feature >> 32 != 0)
    }

    /// The share of the question's weight that the entry explains, 0..1. Resets the count for the next entry.
    pub fn explained(&mut self) -> f32 {
        let share = coverage(self.weigh(&self.explained), self.bag.norm);
        self.explained.fill(false);
        share
    }

    /// Sum of the squared weights of some features, in their order. A feature has the same weight wherever it stands.
    fn weigh(&self, of: &[bool]) -> f32 {
        let of = self.bag.weights.iter().zip(of).filter(|(_, held)| **held);
        of.map(|((_, weight), _)| weight * weight).sum()
    }

    /// The cosine with a unit, 0..1, and the share of the unit's weight that is found in the question, 0..1.
    pub fn likeness(&mut self, unit: usize, text: &str) -> (f32, f32) {
        self.hold(text);
        let dot = self.weigh(&self.shared);
        if dot == 0.0 {
            return (0.0, 0.0);
        }
        let norm = self.idf.norm(unit, text);
        let cosine = match self.bag.norm * norm {
            0.0 => 0.0,
            norms => (dot / norms).min(1.0),
        };
        (cosine, coverage(dot, norm))
    }
}

/// The share of a bag's weight that is shared, 0..1.
fn coverage(dot: f32, norm: f32) -> f32 {
    match norm * norm {
        0.0 => 0.0,
        square => (dot / square).min(1.0),
    }
}

/// Calls `emit` with every feature of a normalised text and the weight of its kind.
fn features(normalised: &str, mut emit: impl FnMut(Feature, f32)) {
    let mut before: Option<char> = None;
    let mut run: Option<u64> = None;
    for c in normalised.chars() {
        let han = is_han(c);
        if !han && c.is_alphanumeric() {
            // FNV-1a over the run. The top bit keeps runs apart from characters and bigrams.
            run = Some(
                (run.unwrap_or(0xcbf2_9ce4_8422_2325) ^ c as u64).wrapping_mul(0x0100_0000_01b3),
            );
            before = None;
            continue;
        }
        if let Some(hash) = run.take() {
            emit(hash | 1 << 63, BIGRAM);
        }
        if han {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::units::UnitKind;

    /// Comparing feature by feature gives the same as comparing two bags.
    #[test]
    fn likeness_is_that_of_the_bags() {
        let texts = [
            "7天无理由退货吗",
            "退货运费谁出",
            "",
            "kj500滤芯多久换一次换一次",
            "你好",
        ];
        let units = Units {
            owners: (0..).take(texts.len()).collect(),
            kinds: vec![UnitKind::Question; texts.len()],
            texts: texts.iter().map(|text| (*text).into()).collect(),
            starts: (0..).take(texts.len() + 1).collect(),
        };
        let idf = Idf::new(&units);
        let dot = |a: &Bag, b: &Bag| -> f32 {
            let other = |feature| b.weights.iter().find(|(own, _)| *own == feature);
            a.weights
                .iter()
                .filter_map(|(feature, weight)| Some(weight * other(*feature)?.1))
                .sum()
        };
        for question in ["退货退货运费", "换一次滤芯kj500", "", "hello", "谁出"] {
            let bag = idf.bag(question);
            let mut words = Words::new(&idf, question);
            for (unit, text) in texts.iter().enumerate() {
                let other = idf.bag(text);
                let shared = dot(&bag, &other);
                let norms = bag.norm * other.norm;
                let cosine = if norms == 0.0 {
                    0.0
                } else {
                    (shared / norms).min(1.0)
                };
                // The first pass computes the norm, the second reads it.
                for _ in 0..2 {
                    let found = words.likeness(unit, text);
                    assert_eq!(
                        found,
                        (cosine, coverage(shared, other.norm)),
                        "{question} {text}"
                    );
                    words.explain();
                    words.explain();
                    assert_eq!(words.explained(), coverage(shared, bag.norm));
                    assert_eq!(words.explained(), 0.0);
                }
            }
        }
    }
}
