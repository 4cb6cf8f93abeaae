//! Features → order and confidence. The one place where entries are compared.
//!
//! The score of an entry is the best of its phrasings plus what its answer, its tokens and its intents say. Confidence
//! comes from how the scores of all candidates lie: a score means little by itself, since short and common questions
//! are near to much, but a candidate that takes nearly all of a softmax is seldom wrong.

use super::Engine;
use super::calibration::{logit, sigmoid};
use super::retrieve::{Features, Pool};

/// Weights of [`score`] and [`confidences`]: softmax regression over the candidates of a question, and logistic
/// regression over first candidates, every set weighing the same, on the development sets and `benches/shops` (`cargo
/// bench --bench data`); then rounded. They hold no word of any shop.
mod weights {
    /// Of the best phrasing.
    pub const PHRASING: f32 = 0.5;
    /// Of the answer's or passage's centred cosine.
    pub const BODY: f32 = 1.25;
    /// Of the share of the question's words that the entry has.
    pub const EXPLAINED: f32 = 1.2;
    /// Of how well the question's tokens find partners.
    pub const TOKENS: f32 = 2.0;
    /// Of the agreement of intent profiles.
    pub const INTENT: f32 = 0.65;
    /// What a likelier negative question costs, and another occasion than the one asked for.
    pub const NEGATIVE: f32 = 1.2;

    /// How many candidates share in the softmax.
    pub const RIVALS: usize = 10;

    /// How scores become confidence.
    pub struct Confidence {
        /// What scores are multiplied by in the softmax.
        pub sharpness: f64,
        /// The score of a rival that is always there, so that a shop with one entry is not sure of it.
        pub nothing: f64,
        /// Offset and slope from the logit of a share to that of a probability.
        pub curve: [f64; 2],
    }

    /// With an encoder.
    pub const DENSE: Confidence = Confidence {
        sharpness: 6.0,
        nothing: 1.0,
        curve: [-0.5, 0.52],
    };

    /// With words alone.
    pub const LEXICAL: Confidence = Confidence {
        sharpness: 13.5,
        nothing: 0.1,
        curve: [-0.7, 0.45],
    };
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
    let mut score = weights::PHRASING * features.phrasing
        + weights::BODY * features.body
        + weights::EXPLAINED * features.explained
        + weights::TOKENS * features.tokens
        + weights::INTENT * features.intent;
    if features.negative > features.phrasing.max(0.0) || features.other_occasion {
        score -= weights::NEGATIVE;
    }
    score
}

/// The raw confidence, 0..1, of each entry from the scores of all, best first: its share of a softmax over the first
/// ones and a rival that is always there, through a logistic curve.
pub fn confidences(scores: &[f32], dense: bool) -> Vec<f64> {
    let weights = match dense {
        true => weights::DENSE,
        false => weights::LEXICAL,
    };
    let best = scores.first().map_or(0.0, |best| f64::from(*best));
    let mass = |score: f64| (weights.sharpness * (score - best)).exp();
    let rivals = scores.iter().take(weights::RIVALS);
    let all: f64 = rivals.map(|score| mass(f64::from(*score))).sum::<f64>() + mass(weights.nothing);
    let [offset, slope] = weights.curve;
    let confidence = |score: &f32| {
        let share = (mass(f64::from(*score)) / all).clamp(1e-9, 1.0 - 1e-9);
        sigmoid(offset + slope * logit(share))
    };
    scores.iter().map(confidence).collect()
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
    let scores: Vec<f32> = ranked.iter().map(|candidate| candidate.score).collect();
    let raw = confidences(&scores, pool.dense);
    for (candidate, raw) in ranked.iter_mut().zip(raw) {
        let raw = if candidate.exact { 0.99 } else { raw };
        candidate.confidence = engine.calibration.curve.apply(raw);
    }
    ranked
}
