//! Labelled outcomes → the curve and the thresholds that keep the share of wrong answers within budget.
//!
//! *Learn then Test* (Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test: calibrating predictive algorithms
//! to achieve risk control", 2021): every threshold is a hypothesis "answering from here up is wrong more often than
//! the budget allows", tested by the exact binomial tail (the Clopper–Pearson bound). Along a fixed ladder of
//! thresholds, from strict to loose, testing goes on while hypotheses are rejected; the loosest rejected one is taken.
//! Since one early wrong answer would end the ladder, it is entered at two places fixed beforehand, which share the
//! error probability δ. With probability 1 − δ over the labels, the true share of wrong at the chosen threshold is
//! within budget, for questions drawn like the labelled ones.
//!
//! Where labels are too few to prove anything, they are weighed against what confidence claims by itself, and the
//! calibration says that nothing is proven.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::binomial::{at_most, fewest, upper_bound};
use super::outcome::{Expected, Labelled};
use crate::answer::Outcome;
use crate::answer::calibration::{Calibration, Curve, logit, sigmoid};
use crate::knowledge::settings::default_budget;

/// What calibration rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Chance, 0..1, that a proven threshold does not keep its budget after all.
    pub delta: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options { delta: 0.05 }
    }
}

/// A labelled question as calibration sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Raw confidence (before any [`Curve`]) of the best candidate, 0..1.
    pub raw: f64,
    /// Category of the best candidate.
    pub category: String,
    /// Whether answering with it would be right.
    pub right: bool,
}

/// The samples in labelled outcomes that came about under `curve`. Questions that a guard hands off whatever the
/// confidence are no samples: no threshold changes what becomes of them. Nor are those that structured knowledge
/// answers in the best candidate's stead, nor questions that ask to be asked back: answering one is short of the best,
/// not wrong.
pub fn samples(outcomes: &[Labelled], curve: Curve) -> Vec<Sample> {
    outcomes
        .iter()
        .filter(|outcome| outcome.ranked() && outcome.expected != Expected::Clarify)
        .filter(|outcome| !spoken_for(outcome))
        .map(|outcome| Sample {
            raw: curve.invert(outcome.confidence()),
            category: outcome.category.clone(),
            right: outcome.rank() == Some(1),
        })
        .collect()
}

/// Whether something else than the best candidate was answered.
fn spoken_for(outcome: &Labelled) -> bool {
    let answers = |id: &String| outcome.parts.iter().any(|part| part.entries.contains(id));
    let best = outcome.candidates.first().map(|best| &best.id);
    outcome.decision == Outcome::Answer && best.is_some_and(|best| !answers(best))
}

/// How far a threshold can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Keeps the budget with the stated confidence.
    Proven,
    /// Labels do not suffice for a proof: what they and the confidence itself lead to expect keeps the budget.
    Unproven,
}

/// What a category's threshold does to the labelled questions: its cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Category; `default`: all that have no threshold of their own.
    pub category: String,
    /// Allowed share of wrong among answered, 0..1.
    pub budget: f64,
    /// Labelled questions behind it.
    pub labels: u32,
    /// Labelled questions that would have proven the budget had all of them been answered rightly.
    pub fewest: u32,
    /// The threshold, as a probability.
    pub threshold: f64,
    /// How far it can be trusted.
    pub standing: Standing,
    /// Labelled questions answered at it.
    pub answered: u32,
    /// Of these, wrong.
    pub wrong: u32,
    /// Upper end of the share of wrong at level δ (Clopper–Pearson), for this threshold alone.
    pub bound: f64,
    /// Share of the answerable (best candidate right) that are answered at it.
    pub kept: f64,
}

/// Chooses curve and thresholds. `budgets` is `[budgets]` of `shop.toml`.
///
/// A category with a budget of its own gets a threshold of its own where it has labels enough to prove it twice over;
/// otherwise all such categories are pooled, and one whose budget differs from the default's is tested against the
/// pool with its own budget. The curve is Platt's, fitted to the same labels: being strictly rising, it changes
/// neither the order nor what is proven.
pub fn calibrate(
    samples: &[Sample],
    budgets: &BTreeMap<String, f64>,
    options: Options,
) -> (Calibration, Vec<Cost>) {
    let default_budget = default_budget(budgets);
    let curve = platt(samples).unwrap_or_default();
    let of = |category: &str| {
        samples
            .iter()
            .filter(|sample| sample.category == category)
            .collect::<Vec<_>>()
    };
    let (own, pooled): (Vec<_>, Vec<_>) = budgets
        .iter()
        .filter(|(category, _)| *category != "default")
        .partition(|(category, budget)| {
            of(category).len() as u32 >= fewest(**budget, options.delta).saturating_mul(2)
        });
    let pool: Vec<&Sample> = samples
        .iter()
        .filter(|sample| {
            !own.iter()
                .any(|(category, _)| **category == sample.category)
        })
        .collect();

    let choose = |category: &str, budget: f64, samples: &[&Sample]| {
        choose(category, budget, samples, curve, options.delta)
    };
    let default = choose("default", default_budget, &pool);
    let mut costs = vec![default];
    costs.extend(
        own.iter()
            .map(|(category, budget)| choose(category, **budget, &of(category))),
    );
    let differing = pooled
        .iter()
        .filter(|(_, budget)| **budget != default_budget);
    costs.extend(differing.map(|(category, budget)| choose(category, **budget, &pool)));

    let calibration = Calibration {
        curve,
        thresholds: costs[1..]
            .iter()
            .map(|cost| (cost.category.clone(), cost.threshold))
            .collect(),
        default: costs[0].threshold,
        // Options are worth showing where the right entry is likelier among them than not; never above the bar.
        clarify: Calibration::default().clarify.min(costs[0].threshold),
        labels: samples.len() as u32,
        calibrated: costs[0].standing == Standing::Proven,
        confidence: 1.0 - options.delta,
        budgets: budgets.clone(),
    };
    (calibration, costs)
}

/// The threshold of one category from its samples, with its cost.
fn choose(category: &str, budget: f64, samples: &[&Sample], curve: Curve, delta: f64) -> Cost {
    let ladder = ladder(samples);
    let (threshold, standing) = match loosest(&ladder, budget, delta) {
        Some(raw) => (curve.apply(raw), Standing::Proven),
        None => (expected(samples, budget, curve), Standing::Unproven),
    };
    let answered: Vec<_> = samples
        .iter()
        .filter(|sample| curve.apply(sample.raw) >= threshold)
        .collect();
    let wrong = answered.iter().filter(|sample| !sample.right).count();
    let right = samples.iter().filter(|sample| sample.right).count();
    Cost {
        category: category.to_owned(),
        budget,
        labels: samples.len() as u32,
        fewest: fewest(budget, delta),
        threshold,
        standing,
        answered: answered.len() as u32,
        wrong: wrong as u32,
        bound: upper_bound(wrong as u32, answered.len() as u32, delta),
        kept: if right == 0 {
            0.0
        } else {
            (answered.len() - wrong) as f64 / right as f64
        },
    }
}

/// A rung: what answering from a raw confidence up gives on the labels.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rung {
    raw: f64,
    answered: u32,
    wrong: u32,
}

/// The logits of the thresholds tried, from strict to loose.
fn logits() -> impl DoubleEndedIterator<Item = f64> {
    (0..=320).map(|step| 12.0 - 0.05 * f64::from(step))
}

/// The thresholds tried: exact hits, then [`logits`]. Fixed beforehand, as the proof demands; rungs that add no answer
/// to the one before are left out, since their test is the same.
fn ladder(samples: &[&Sample]) -> Vec<Rung> {
    let mut sorted: Vec<&Sample> = samples.to_vec();
    sorted.sort_by(|a, b| b.raw.total_cmp(&a.raw));
    let mut rungs: Vec<Rung> = Vec::new();
    let (mut answered, mut wrong) = (0, 0);
    for raw in std::iter::once(1.0).chain(logits().map(sigmoid)) {
        let before = answered;
        while let Some(sample) = sorted.get(answered).filter(|sample| sample.raw >= raw) {
            answered += 1;
            wrong += u32::from(!sample.right);
        }
        if answered > before {
            rungs.push(Rung {
                raw,
                answered: answered as u32,
                wrong,
            });
        }
    }
    rungs
}

/// Where the ladder is entered, in multiples of the fewest answers that can prove the budget, with each entry's part
/// of δ. Twice the fewest leaves room for a first wrong answer; the second entry is for many labels with a few odd ones
/// among the surest. (Simulated against shares of the labels and more entries: two prove the most.)
const ENTRIES: [(u32, f64); 2] = [(2, 0.75), (10, 0.25)];

/// The loosest threshold proven to keep `budget` at level `delta`, as a raw confidence.
///
/// Goes down the ladder once. An entry adds its part of δ to the level in hand, a rung that fails spends all of it
/// (the fallback procedure: Wiens 2003, whose parts sum to δ whatever the rungs have in common).
fn loosest(ladder: &[Rung], budget: f64, delta: f64) -> Option<f64> {
    let at = |multiple: u32| {
        let count = fewest(budget, delta).saturating_mul(multiple);
        ladder.iter().position(|rung| rung.answered >= count)
    };
    let mut entries: Vec<(usize, f64)> = ENTRIES
        .iter()
        .filter_map(|(m, part)| Some((at(*m)?, part * delta)))
        .collect();
    if let [only] = entries.as_mut_slice() {
        only.1 = delta;
    }
    let (mut level, mut proven) = (0.0, None);
    for (i, rung) in ladder.iter().enumerate() {
        level += entries
            .iter()
            .filter(|(entry, _)| *entry == i)
            .map(|(_, part)| part)
            .sum::<f64>();
        if level == 0.0 {
            continue;
        }
        match at_most(rung.wrong, rung.answered, budget) <= level {
            true => proven = Some(rung.raw),
            false => level = 0.0,
        }
    }
    proven
}

/// How many labels the claim of the confidence itself counts for.
const PRIOR: f64 = 25.0;
/// What that claim is taken for: the mean share of wrong answers from a threshold up, over one minus the threshold. Half
/// as much is what confidence says of itself on the development sets; on shops never seen it says too little.
/// (Chosen with [`PRIOR`] by drawing forty and a hundred labels from six shops and four sets, and trying the rest.)
const CLAIM: f64 = 0.75;

/// The loosest threshold, as a probability, whose expected share of wrong answers keeps `budget`: the mean of a Beta
/// posterior from the labels and the confidence's own claim.
fn expected(samples: &[&Sample], budget: f64, curve: Curve) -> f64 {
    let keeps = |threshold: &f64| {
        let answered = samples
            .iter()
            .filter(|sample| curve.apply(sample.raw) >= *threshold);
        let (count, wrong) = answered.fold((0.0, 0.0), |(count, wrong), sample| {
            (count + 1.0, wrong + f64::from(u8::from(!sample.right)))
        });
        (wrong + PRIOR * CLAIM * (1.0 - threshold)) / (count + PRIOR) <= budget
    };
    logits().rev().map(sigmoid).find(keeps).unwrap_or(1.0)
}

/// Fewest samples of each kind (right, not right) that a curve is fitted to.
const FEWEST_OF_A_KIND: usize = 15;

/// Platt's curve by Newton's method on the log-likelihood with his smoothed targets (Platt 1999; Lin, Lin and Weng
/// 2007). `None` where there are too few samples, or where confidence does not rise with being right.
fn platt(samples: &[Sample]) -> Option<Curve> {
    let points: Vec<(f64, bool)> = samples
        .iter()
        .filter(|sample| sample.raw > 0.0 && sample.raw < 1.0)
        .map(|sample| (logit(sample.raw), sample.right))
        .collect();
    let right = points.iter().filter(|(_, right)| *right).count();
    let other = points.len() - right;
    if right < FEWEST_OF_A_KIND || other < FEWEST_OF_A_KIND {
        return None;
    }
    let (high, low) = (
        (right as f64 + 1.0) / (right as f64 + 2.0),
        1.0 / (other as f64 + 2.0),
    );
    let target = |right: bool| if right { high } else { low };
    let loss = |slope: f64, offset: f64| -> f64 {
        points
            .iter()
            .map(|(x, right)| {
                let z = slope * x + offset;
                // −t·ln σ(z) − (1 − t)·ln(1 − σ(z)), without overflow.
                z.max(0.0) + (-z.abs()).exp().ln_1p() - target(*right) * z
            })
            .sum()
    };
    let (mut slope, mut offset) = (1.0, 0.0);
    let mut before = loss(slope, offset);
    for _ in 0..100 {
        let (mut g, mut h) = ([0.0; 2], [1e-9, 0.0, 1e-9]);
        for (x, right) in &points {
            let p = sigmoid(slope * x + offset);
            let (error, weight) = (p - target(*right), p * (1.0 - p));
            g = [g[0] + error * x, g[1] + error];
            h = [h[0] + weight * x * x, h[1] + weight * x, h[2] + weight];
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        let step = [
            (h[2] * g[0] - h[1] * g[1]) / determinant,
            (h[0] * g[1] - h[1] * g[0]) / determinant,
        ];
        let mut scale = 1.0;
        while scale > 1e-10 && loss(slope - scale * step[0], offset - scale * step[1]) > before {
            scale /= 2.0;
        }
        (slope, offset) = (slope - scale * step[0], offset - scale * step[1]);
        let after = loss(slope, offset);
        if before - after < 1e-10 {
            break;
        }
        before = after;
    }
    (slope > 0.0 && slope.is_finite() && offset.is_finite()).then_some(Curve { slope, offset })
}

#[cfg(test)]
mod tests;
