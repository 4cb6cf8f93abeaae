//! Turns features into an order and a confidence. Entries are compared only here.
//!
//! The score of an entry is that of its best phrasing plus what its answer, its tokens and its intents add. Confidence
//! comes from how far a candidate is above the next ones, and from the verifier, which knows an entry that is only near.
//! The score alone means little, since short and common questions are near to many entries.

use super::Engine;
use super::calibration::sigmoid;
use super::retrieve::{Features, Pool};

/// Weights of [`score`] and [`confidence`]: a softmax regression over the candidates of a question, and a logistic
/// regression over first candidates. They were fitted on the development sets and `benches/shops`, each set with the
/// same weight (`cargo bench --bench data`), then rounded; the weight of intents was raised by trial. The logistic
/// regression was made steeper by 1.3, since the surest candidates are right more often than it says. They hold no
/// word of any shop.
mod weights {
    /// Weight of the best phrasing.
    pub const PHRASING: f32 = 0.5;
    /// Weight of the centred cosine of the answer or passage.
    pub const BODY: f32 = 1.25;
    /// Weight of the share of the question's words that the entry has.
    pub const EXPLAINED: f32 = 1.2;
    /// Weight of the match of the question's tokens.
    pub const TOKENS: f32 = 2.0;
    /// Weight of the agreement of intent profiles.
    pub const INTENT: f32 = 0.95;
    /// Score penalty for an entry that is denied (`Features::denied`).
    pub const DENIED: f32 = 1.2;

    /// The number of rivals that a candidate is compared with.
    pub const RIVALS: usize = 3;

    /// How a score turns into a confidence.
    pub struct Scale {
        /// Offset, in logits.
        pub offset: f64,
        /// Weight of the logarithm of the question's length. A short question is near to many entries.
        pub length: f64,
        /// Weight of the lead: how far a score is above the rivals' mean.
        pub lead: f64,
        /// Sharpness of the softmax over scores. A confidence is at most the candidate's share in it.
        pub sharpness: f64,
        /// Weight of the logarithm of that share.
        pub share: f64,
        /// Weight of the logarithm of the verifier's probability.
        pub answers: f64,
        /// The score of a stand-in where there are too few rivals, so that a shop with one entry is not sure of it.
        pub nothing: f64,
    }

    /// With an encoder and a verifier.
    pub const VERIFIED: Scale = Scale {
        offset: -1.14,
        length: 0.69,
        lead: 1.64,
        sharpness: 6.2,
        share: 1.85,
        answers: 0.9,
        nothing: 1.0,
    };

    /// With an encoder that has no verifier.
    pub const DENSE: Scale = Scale {
        offset: -3.6,
        length: 0.78,
        lead: 3.1,
        sharpness: 6.2,
        share: 0.0,
        answers: 0.0,
        nothing: 1.0,
    };

    /// With words alone.
    pub const LEXICAL: Scale = Scale {
        lead: 6.3,
        sharpness: 12.6,
        nothing: 0.1,
        ..DENSE
    };
}

/// A candidate with its score and confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// The entry.
    pub entry: u32,
    /// Its score; comparable only within one question.
    pub score: f32,
    /// Calibrated probability, 0..1, that it answers the question.
    pub confidence: f64,
    /// The features behind the score.
    pub features: Features,
    /// The unit that matched best.
    pub unit: Option<u32>,
    /// Whether the question is a known phrasing of the entry.
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

/// The raw confidence, 0..1, of the entry at place `at`; `scores` are those of all entries, best first, and `features`
/// its own. It is a logistic function of the lead over the mean of the best rivals, of the question's length, of the
/// entry's softmax share and of what the verifier says. It is at most that share, so two entries with the same score
/// have at most half each.
pub fn confidence(scores: &[f32], at: usize, features: &Features, pool: &Pool) -> f64 {
    let scale = match (pool.dense, pool.verified) {
        (_, true) => weights::VERIFIED,
        (true, false) => weights::DENSE,
        (false, false) => weights::LEXICAL,
    };
    let score = f64::from(scores[at]);
    let mut others = (0..scores.len()).filter(|other| *other != at);
    let rivals: [f64; weights::RIVALS] = std::array::from_fn(|_| {
        let rival = others.next().map(|other| f64::from(scores[other]));
        rival.unwrap_or(scale.nothing)
    });
    let lead = score - rivals.iter().sum::<f64>() / weights::RIVALS as f64;
    let odds = |rival: &f64| (scale.sharpness * (rival - score)).exp();
    let share = 1.0 / (1.0 + rivals.iter().map(odds).sum::<f64>());
    let logit = scale.offset
        + scale.length * ((pool.length + 1) as f64).ln()
        + scale.lead * lead
        + scale.share * share.max(f64::MIN_POSITIVE).ln()
        + scale.answers * sigmoid(f64::from(features.answers)).ln();
    sigmoid(logit).min(share)
}

/// The confidence, 0..1, of a known phrasing.
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

/// Orders the candidates, best first; equal scores by entry, so that the order is always the same. `penalty` is what
/// the talk takes from an entry's score (for a condition that it cannot confirm), or `None` if the entry must not be
/// used.
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
            false => {
                engine
                    .calibration
                    .curve
                    .apply(confidence(&scores, at, &candidate.features, pool))
            }
        };
    }
    ranked
}
