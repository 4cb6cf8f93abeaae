//! Chooses the curve and the thresholds that keep the share of wrong answers within budget, from labelled outcomes.
//!
//! The method is *Learn then Test* (Angelopoulos, Bates, Candès, Jordan and Lei, "Learn then Test: calibrating
//! predictive algorithms to achieve risk control", 2021). Every threshold is a hypothesis "answering from here up is
//! wrong more often than the budget allows", tested by the exact binomial tail (the Clopper–Pearson bound). Along a
//! fixed ladder of thresholds, from strict to loose, testing goes on while hypotheses are rejected; the loosest
//! rejected one is taken. One early wrong answer would end the ladder, so it is entered at two places fixed beforehand,
//! which share the error probability δ. With probability 1 − δ over the labels, the true share of wrong answers at the
//! chosen threshold is within budget, for questions drawn like the labelled ones.
//!
//! If the labels are too few to prove anything, they are weighed together with the confidence's own claim, and the
//! calibration says that nothing is proven.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::binomial::{at_most, fewest, upper_bound};
use super::outcome::{Expected, Labelled};
use crate::answer::Outcome;
use crate::answer::calibration::{Calibration, Curve, logit, sigmoid};
use crate::knowledge::settings::default_budget;

/// Options of the calibration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Probability, 0..1, that a proven threshold exceeds its budget after all.
    pub delta: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options { delta: 0.05 }
    }
}

/// A labelled question for calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Raw confidence (before any [`Curve`]) of the best candidate, 0..1.
    pub raw: f64,
    /// Category of the best candidate.
    pub category: String,
    /// Whether answering with it would be right.
    pub right: bool,
}

/// The samples in labelled outcomes that were made with `curve`. Three kinds of questions are left out: those that a
/// guard hands off at any confidence, since no threshold changes them; those that structured knowledge answers in place
/// of the best candidate; and those labelled `clarify`, since answering one is not the best outcome but not wrong.
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

/// Whether something other than the best candidate was answered.
fn spoken_for(outcome: &Labelled) -> bool {
    let answers = |id: &String| outcome.parts.iter().any(|part| part.entries.contains(id));
    let best = outcome.candidates.first().map(|best| &best.id);
    outcome.decision == Outcome::Answer && best.is_some_and(|best| !answers(best))
}

/// How far a threshold can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It keeps the budget with the stated confidence.
    Proven,
    /// The labels are too few for a proof. It keeps the budget by what the labels and the confidence itself lead to
    /// expect.
    Unproven,
}

/// The effect of a category's threshold on the labelled questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Category; `default` for all without a threshold of their own.
    pub category: String,
    /// Allowed share of wrong answers among all answers, 0..1.
    pub budget: f64,
    /// Number of labelled questions behind it.
    pub labels: u32,
    /// Number of labelled questions that would have proven the budget if all had been answered rightly.
    pub fewest: u32,
    /// The threshold, as a probability.
    pub threshold: f64,
    /// How far it can be trusted.
    pub standing: Standing,
    /// Labelled questions answered at this threshold.
    pub answered: u32,
    /// Wrong answers among them.
    pub wrong: u32,
    /// Upper end of the share of wrong answers at level δ (Clopper–Pearson), for this threshold alone.
    pub bound: f64,
    /// Share of the answerable questions (best candidate right) that are answered at it.
    pub kept: f64,
}

/// Chooses curve and thresholds. `budgets` is `[budgets]` of `shop.toml`.
///
/// A category with its own budget gets its own threshold if it has twice the labels needed for a proof. All other such
/// categories are pooled; one whose budget differs from the default is tested against the pool with its own budget. The
/// curve is Platt's, fitted to the same labels. It rises strictly, so it changes neither the order nor the proofs.
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
        // Options are worth showing if the right entry is more likely among them than not. The limit is never above the
        // answer threshold.
        clarify: Calibration::default().clarify.min(costs[0].threshold),
        labels: samples.len() as u32,
        calibrated: costs[0].standing == Standing::Proven,
        confidence: 1.0 - options.delta,
        budgets: budgets.clone(),
    };
    (calibration, costs)
}

/// The threshold of a category from its samples, with its effect.
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

/// A rung of the ladder: the result of answering the labels from a raw confidence up.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rung {
    raw: f64,
    answered: u32,
    wrong: u32,
}

/// The logits of the tested thresholds, from strict to loose.
fn logits() -> impl DoubleEndedIterator<Item = f64> {
    (0..=320).map(|step| 12.0 - 0.05 * f64::from(step))
}

/// The tested thresholds: exact hits, then [`logits`]. They are fixed beforehand, as the proof requires. A rung that
/// adds no answer is left out, since its test is the same.
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

/// Where the ladder is entered, in multiples of the fewest answers that can prove the budget, with each entry's part of
/// δ. Twice the fewest leaves room for a first wrong answer. The second entry is for many labels with a few odd ones
/// among the surest. (In simulations against shares of the labels and more entries, two entries prove the most.)
const ENTRIES: [(u32, f64); 2] = [(2, 0.75), (10, 0.25)];

/// The loosest threshold, as a raw confidence, that is proven to keep `budget` at level `delta`.
///
/// Walks down the ladder once. An entry adds its part of δ to the available level, and a failing rung spends all of it
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

/// The number of labels for which the confidence's own claim counts.
const PRIOR: f64 = 25.0;
/// The claim: the mean share of wrong answers from a threshold up, over one minus the threshold. On the development
/// sets confidence claims half as much. (Chosen with [`PRIOR`] by drawing forty and a hundred labels from six shops and
/// four sets, and testing on the rest: at 0.5 some shops went over a budget of 3 %, at 0.35 most.)
const CLAIM: f64 = 0.65;

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

/// The fewest samples of each kind (right, not right) for fitting a curve.
const FEWEST_OF_A_KIND: usize = 15;

/// Platt's curve by Newton's method on the log-likelihood with smoothed targets (Platt 1999; Lin, Lin and Weng 2007).
/// `None` if there are too few samples, or if confidence does not rise with being right.
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
