//! Features → order and confidence. The one place where entries are compared.
//!
//! The score of an entry is the best of its phrasings plus what its answer and its intents say. Confidence comes from
//! the score and the margin to the runner-up: `S₁ + (S₁ − S₂)` tells right from wrong far better than `S₁` alone.

use super::Engine;
use super::calibration::sigmoid;
use super::retrieve::{Features, Pool};

/// Weights of [`score`] and [`confidence`]: softmax regression over the candidates of a question, and logistic regression
/// over first candidates, every set weighing the same, on the development sets and `benches/shops` (`cargo bench --bench
/// data`); then rounded. They hold no word of any shop.
mod weights {
    /// Of the answer's or passage's centred cosine.
    pub const BODY: f32 = 1.2;
    /// Of the share of the question's words that the entry has.
    pub const EXPLAINED: f32 = 0.95;
    /// Of the agreement of intent profiles.
    pub const INTENT: f32 = 0.65;
    /// What a likelier negative question costs, and another occasion than the one asked for.
    pub const NEGATIVE: f32 = 1.2;
    /// Offset, and slopes of score and margin, of the logistic confidence with an encoder.
    pub const DENSE: [f64; 3] = [-2.4, 1.25, 1.9];
    /// The same with words alone.
    pub const LEXICAL: [f64; 3] = [-3.6, 2.6, 5.2];
    /// The least that a runner-up counts: that a small shop has no other entry is no evidence for the first.
    pub const RUNNER_UP: f32 = 0.4;
}

/// An entry in order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// The entry.
    pub entry: u32,
    /// Its score; comparable only within one question.
    pub score: f32,
    /// Calibrated probability, 0..1, that it answers the question.
    pub confidence: f64,
    /// What the score was made of.
    pub features: Features,
    /// The unit that matched best.
    pub unit: Option<u32>,
    /// Its words are a known phrasing to the letter.
    pub exact: bool,
}

/// The score of an entry.
pub fn score(features: &Features) -> f32 {
    let mut score = features.phrasing
        + weights::BODY * features.body
        + weights::EXPLAINED * features.explained
        + weights::INTENT * features.intent;
    if features.negative > features.phrasing.max(0.0) || features.other_occasion {
        score -= weights::NEGATIVE;
    }
    score
}

/// The raw confidence of an entry whose score is `score` when the best other entry has `other`.
pub fn confidence(score: f32, other: f32, dense: bool) -> f64 {
    let [offset, slope, margin] = if dense {
        weights::DENSE
    } else {
        weights::LEXICAL
    };
    let lead = f64::from(score - other.max(weights::RUNNER_UP));
    sigmoid(offset + slope * f64::from(score) + margin * lead)
}

/// Orders what was found, best first; ties by entry, so that the order never depends on chance. `penalty` is what the
/// talk takes from an entry's score (a condition it cannot confirm), or `None` where it must not be used.
pub fn rank(engine: &Engine, pool: &Pool, penalty: impl Fn(u32) -> Option<f32>) -> Vec<Ranked> {
    let mut ranked: Vec<Ranked> = pool
        .found
        .iter()
        .zip(&pool.units)
        .filter_map(|(&(entry, features), &unit)| {
            let penalty = penalty(entry)?;
            let exact = pool.exact == Some(entry);
            Some(Ranked {
                entry,
                score: score(&features) - penalty,
                confidence: 0.0,
                features,
                unit,
                exact,
            })
        })
        .collect();
    ranked.sort_by(|a, b| {
        b.exact
            .cmp(&a.exact)
            .then(b.score.total_cmp(&a.score))
            .then(a.entry.cmp(&b.entry))
    });
    let best = ranked.first().map_or(0.0, |first| first.score);
    let second = ranked.get(1).map_or(0.0, |second| second.score);
    for (place, candidate) in ranked.iter_mut().enumerate() {
        let other = if place == 0 { second } else { best };
        let raw = match candidate.exact {
            true => 0.99,
            false => confidence(candidate.score, other, pool.dense),
        };
        candidate.confidence = engine.calibration.curve.apply(raw);
    }
    ranked
}
