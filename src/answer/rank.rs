//! Features → order and confidence. The one place where entries are compared.
//!
//! The score of an entry is the best of its phrasings plus what its answer, its tokens and its intents say. Confidence
//! comes from how far a candidate stands above the next ones: a score means little by itself, since short and common
//! questions are near to much.

use super::Engine;
use super::calibration::sigmoid;
use super::retrieve::{Features, Pool};

/// Weights of [`score`] and [`confidence`]: softmax regression over the candidates of a question, and logistic
/// regression over first candidates, every set weighing the same, on the development sets and `benches/shops` (`cargo
/// bench --bench data`); then rounded, and that of intents raised by trial. They hold no word of any shop.
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
    pub const INTENT: f32 = 0.95;
    /// What it costs to be denied.
    pub const DENIED: f32 = 1.2;

    /// How many rivals a candidate is compared with.
    pub const RIVALS: usize = 3;
    /// Offset of confidence, in logits.
    pub const OFFSET: f64 = -3.6;
    /// Of the logarithm of the question's length: a short question is near to much.
    pub const LENGTH: f64 = 0.78;

    /// Sharpness of the softmax of which no candidate has more than its share, in leads.
    pub const SHARE: f64 = 2.0;

    /// What a score is worth.
    pub struct Scale {
        /// Of how far a score lies above the rivals' mean.
        pub lead: f64,
        /// The score of a rival that stands in where there are too few, so that a shop with one entry is not sure of it.
        pub nothing: f64,
    }

    /// With an encoder.
    pub const DENSE: Scale = Scale {
        lead: 3.1,
        nothing: 1.0,
    };

    /// With words alone.
    pub const LEXICAL: Scale = Scale {
        lead: 6.3,
        nothing: 0.1,
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
    if features.denied() {
        score -= weights::DENIED;
    }
    score
}

/// The raw confidence, 0..1, of the entry at a place, from the scores of all, best first: a logistic of how far it lies
/// above the mean of its best rivals, and of the question's length; never more than its share among them, so that two
/// entries that claim the same have half each.
pub fn confidence(scores: &[f32], at: usize, pool: &Pool) -> f64 {
    let scale = match pool.dense {
        true => weights::DENSE,
        false => weights::LEXICAL,
    };
    let score = f64::from(scores[at]);
    let mut others = (0..scores.len()).filter(|other| *other != at);
    let rivals: [f64; weights::RIVALS] = std::array::from_fn(|_| {
        let rival = others.next().map(|other| f64::from(scores[other]));
        rival.unwrap_or(scale.nothing)
    });
    let lead = score - rivals.iter().sum::<f64>() / weights::RIVALS as f64;
    let length = ((pool.length + 1) as f64).ln();
    let alone = sigmoid(weights::OFFSET + weights::LENGTH * length + scale.lead * lead);
    let odds = |rival: &f64| (weights::SHARE * scale.lead * (rival - score)).exp();
    alone.min(1.0 / (1.0 + rivals.iter().map(odds).sum::<f64>()))
}

/// The confidence of a known phrasing, 0..1.
pub fn known(engine: &Engine) -> f64 {
    engine.calibration.curve.apply(0.99)
}

/// What two readings of one question found: of each entry the reading that scores better.
pub fn either(one: Pool, other: Pool) -> Pool {
    let mut found = [one.found, other.found].concat();
    found.sort_by(|a, b| {
        let by_score = score(&b.features).total_cmp(&score(&a.features));
        a.entry.cmp(&b.entry).then(by_score)
    });
    found.dedup_by_key(|found| found.entry);
    Pool {
        found,
        exact: one.exact.or(other.exact),
        ..one
    }
}

/// Orders what was found, best first; ties by entry, so that the order never depends on chance. `penalty` is what the
/// talk takes from an entry's score (a condition it cannot confirm), or `None` where it must not be used.
pub fn rank(engine: &Engine, pool: &Pool, penalty: impl Fn(u32) -> Option<f32>) -> Vec<Ranked> {
    let mut ranked: Vec<Ranked> = pool
        .found
        .iter()
        .filter_map(|found| {
            let penalty = penalty(found.entry)?;
            Some(Ranked {
                entry: found.entry,
                score: score(&found.features) - penalty,
                confidence: 0.0,
                features: found.features,
                unit: found.unit,
                exact: pool.exact == Some(found.entry),
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
    for (at, candidate) in ranked.iter_mut().enumerate() {
        candidate.confidence = match candidate.exact {
            true => known(engine),
            false => engine
                .calibration
                .curve
                .apply(confidence(&scores, at, pool)),
        };
    }
    ranked
}
