//! Computes figures from labelled outcomes, each with a 95 % interval.
//!
//! A question is *in scope* if its label names entries; every other question must not be answered. Ranking figures
//! (top-1, top-3, MRR, coverage at a precision, AUROC, calibration error) look at the candidates and their confidence,
//! whatever was decided. The other figures look at the decision.

mod handoffs;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::figure::Figure;
use super::outcome::{Labelled, Verdict};
use super::random::Random;

pub use handoffs::ReasonRow;
use handoffs::handoffs;

/// Bins of the reliability diagram and of the calibration error.
pub const BINS: usize = 15;
/// Number of resamples for an interval.
const DRAWS: usize = 1000;
/// Number of points kept of a risk–coverage curve.
const CURVE_POINTS: usize = 200;

/// A figure's value with its 95 % bootstrap interval (percentiles).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The value on all questions.
    pub value: f64,
    /// 2.5th percentile over resamples.
    pub low: f64,
    /// 97.5th percentile over resamples.
    pub high: f64,
}

/// A bin of the reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Lower end of the confidence; the upper end is 1/[`BINS`] above.
    pub low: f64,
    /// Number of questions in the bin.
    pub count: u32,
    /// Their mean confidence.
    pub confidence: f64,
    /// Share of them whose best candidate is right.
    pub right: f64,
}

/// A point of the risk–coverage curve (El-Yaniv and Wiener 2010): the result of answering from this confidence up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Least confidence that is answered.
    pub threshold: f64,
    /// Share of all questions answered.
    pub coverage: f64,
    /// Share of wrong answers among them.
    pub risk: f64,
}

/// All measures of one set of labelled questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Number of questions.
    pub questions: u32,
    /// Number of questions whose label names entries.
    pub in_scope: u32,
    /// Number of questions answered, rightly or not.
    pub answered: u32,
    /// The figures. A figure that the set does not define (no question in scope, nothing answered) is left out.
    pub figures: BTreeMap<Figure, Estimate>,
    /// Number of questions with each verdict, by the kind of expected outcome (`faq`, `spec`, `clarify`, `risk` …).
    pub verdicts: BTreeMap<String, BTreeMap<Verdict, u32>>,
    /// Handoffs: first all together, then by reason.
    pub handoffs: Vec<ReasonRow>,
    /// Reliability diagram, without empty bins.
    pub reliability: Vec<Bin>,
    /// Risk–coverage curve, strictest first.
    pub curve: Vec<CurvePoint>,
}

impl Measures {
    /// The value of a figure.
    pub fn value(&self, figure: Figure) -> Option<f64> {
        self.figures.get(&figure).map(|estimate| estimate.value)
    }
}

/// The parts of a labelled question that figures need.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// Its place in the input, by which resamples weight it.
    index: usize,
    confidence: f64,
    in_scope: bool,
    answered: bool,
    verdict: Verdict,
    rank: Option<usize>,
}

/// Measures a set of outcomes. Equal input gives equal output to the last bit.
pub fn measure(outcomes: &[Labelled]) -> Measures {
    let rows = rows(outcomes);
    let weights = vec![1; outcomes.len()];
    let values = figures(&rows, &weights);
    let resampled = resample(outcomes.len(), |weights| figures(&rows, weights));
    Measures {
        questions: outcomes.len() as u32,
        in_scope: rows.iter().filter(|row| row.in_scope).count() as u32,
        answered: rows.iter().filter(|row| row.answered).count() as u32,
        figures: estimates(&values, resampled),
        verdicts: verdicts(outcomes),
        handoffs: handoffs(outcomes),
        reliability: reliability(&rows),
        curve: curve(&rows),
    }
}

/// Differences `after − before` of two runs over the same questions in the same order. The intervals resample both runs
/// alike. Figures that either run does not define are left out.
pub fn differences(before: &[Labelled], after: &[Labelled]) -> BTreeMap<Figure, Estimate> {
    let (old, new) = (rows(before), rows(after));
    let difference = |weights: &[u32]| {
        let (old, new) = (figures(&old, weights), figures(&new, weights));
        std::array::from_fn(|i| Some(new[i]? - old[i]?))
    };
    let questions = before.len().min(after.len());
    estimates(
        &difference(&vec![1; questions]),
        resample(questions, difference),
    )
}

type Values = [Option<f64>; Figure::ALL.len()];

/// The rows by falling confidence.
fn rows(outcomes: &[Labelled]) -> Vec<Row> {
    let mut rows: Vec<Row> = outcomes
        .iter()
        .enumerate()
        .map(|(index, outcome)| Row {
            index,
            confidence: outcome.confidence(),
            in_scope: outcome.expected.in_scope(),
            answered: outcome.answered().next().is_some(),
            verdict: outcome.verdict(),
            rank: outcome.rank(),
        })
        .collect();
    rows.sort_by(|a, b| {
        b.confidence
            .total_cmp(&a.confidence)
            .then(a.index.cmp(&b.index))
    });
    rows
}

/// `values` for [`DRAWS`] resamples with replacement, given as weights of the input's questions.
fn resample(questions: usize, values: impl Fn(&[u32]) -> Values) -> Vec<Values> {
    let mut random = Random::new(0x7a68_696b_6500);
    let mut weights = vec![0u32; questions];
    let draws = if questions == 0 { 0 } else { DRAWS };
    (0..draws)
        .map(|_| {
            weights.fill(0);
            for _ in 0..questions {
                weights[random.below(questions)] += 1;
            }
            values(&weights)
        })
        .collect()
}

fn estimates(values: &Values, resampled: Vec<Values>) -> BTreeMap<Figure, Estimate> {
    let percentile =
        |sorted: &[f64], share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    (0..)
        .zip(Figure::ALL)
        .filter_map(|(i, figure): (usize, Figure)| {
            let value = values[i]?;
            let mut draws: Vec<f64> = resampled.iter().filter_map(|values| values[i]).collect();
            draws.sort_by(f64::total_cmp);
            let (low, high) = match draws.is_empty() {
                true => (value, value),
                false => (percentile(&draws, 0.025), percentile(&draws, 0.975)),
            };
            Some((figure, Estimate { value, low, high }))
        })
        .collect()
}

fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

/// All figures over weighted rows in one pass. The rows are sorted by falling confidence.
fn figures(rows: &[Row], weights: &[u32]) -> Values {
    let weight = |row: &Row| weights.get(row.index).copied().unwrap_or(0);
    let sum =
        |keep: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| keep(row)).map(weight).sum::<u32>();
    let all = sum(&|_| true);
    let in_scope = sum(&|row| row.in_scope);
    let answered = sum(&|row| row.answered);
    let reciprocal: f64 = rows
        .iter()
        .filter(|row| row.in_scope)
        .filter_map(|row| row.rank.map(|rank| f64::from(weight(row)) / rank as f64))
        .sum();
    let [at_90, at_95, at_99] = correct_at(rows, &weight, [0.90, 0.95, 0.99]);
    let correct = |right: u32| share(right, in_scope);
    Figure::ALL.map(|figure| match figure {
        Figure::Passed => share(sum(&|row| row.verdict == Verdict::Right), all),
        Figure::Top1 => share(sum(&|row| row.rank == Some(1)), in_scope),
        Figure::Top3 => share(sum(&|row| row.rank.is_some_and(|rank| rank <= 3)), in_scope),
        Figure::Mrr10 => (in_scope > 0).then(|| reciprocal / f64::from(in_scope)),
        Figure::Coverage => share(sum(&|row| row.in_scope && row.answered), in_scope),
        Figure::Wrong => share(sum(&|row| row.verdict == Verdict::Wrong), answered),
        Figure::Leaked => share(
            sum(&|row| !row.in_scope && row.verdict == Verdict::Wrong),
            all - in_scope,
        ),
        Figure::CorrectAt90 => correct(at_90),
        Figure::CorrectAt95 => correct(at_95),
        Figure::CorrectAt99 => correct(at_99),
        Figure::Auroc => auroc(rows, &weight),
        Figure::Ece => calibration_error(rows, &weight),
    })
}

/// Groups of equal confidence, highest first, as (confidence, weight of right, weight of all).
fn groups(rows: &[Row], weight: &impl Fn(&Row) -> u32) -> impl Iterator<Item = (f64, u32, u32)> {
    rows.chunk_by(|a, b| a.confidence == b.confidence)
        .map(move |group| {
            let right = group
                .iter()
                .filter(|row| row.rank == Some(1))
                .map(weight)
                .sum();
            (group[0].confidence, right, group.iter().map(weight).sum())
        })
}

/// Weight of right answers at the loosest threshold for each precision. Confidence 0 is never answered.
fn correct_at<const N: usize>(
    rows: &[Row],
    weight: &impl Fn(&Row) -> u32,
    precisions: [f64; N],
) -> [u32; N] {
    let mut best = [0; N];
    let (mut right, mut all) = (0, 0);
    for (confidence, right_here, here) in groups(rows, weight) {
        if confidence <= 0.0 {
            break;
        }
        right += right_here;
        all += here;
        for (best, precision) in best.iter_mut().zip(precisions) {
            if f64::from(right) >= precision * f64::from(all) {
                *best = right;
            }
        }
    }
    best
}

fn auroc(rows: &[Row], weight: &impl Fn(&Row) -> u32) -> Option<f64> {
    let (mut above, mut right_all, mut other_all) = (0.0, 0.0, 0.0);
    for (_, right, all) in groups(rows, weight) {
        let (right, other) = (f64::from(right), f64::from(all - right));
        // Every other question in this group is below all right ones so far, and level with those of the group.
        above += other * (right_all + right / 2.0);
        right_all += right;
        other_all += other;
    }
    (right_all > 0.0 && other_all > 0.0).then(|| above / (right_all * other_all))
}

fn bin(confidence: f64) -> usize {
    ((confidence * BINS as f64) as usize).min(BINS - 1)
}

fn calibration_error(rows: &[Row], weight: &impl Fn(&Row) -> u32) -> Option<f64> {
    let mut gaps = [0.0; BINS];
    let mut all = 0.0;
    for row in rows {
        let weight = f64::from(weight(row));
        let right = if row.rank == Some(1) { 1.0 } else { 0.0 };
        gaps[bin(row.confidence)] += weight * (row.confidence - right);
        all += weight;
    }
    (all > 0.0).then(|| gaps.iter().map(|gap| gap.abs()).sum::<f64>() / all)
}

fn reliability(rows: &[Row]) -> Vec<Bin> {
    let mut bins = [(0u32, 0.0, 0u32); BINS];
    for row in rows {
        let (count, confidence, right) = &mut bins[bin(row.confidence)];
        *count += 1;
        *confidence += row.confidence;
        *right += u32::from(row.rank == Some(1));
    }
    (0..)
        .zip(bins)
        .filter(|(_, (count, ..))| *count > 0)
        .map(|(i, (count, confidence, right)): (u32, _)| Bin {
            low: f64::from(i) / BINS as f64,
            count,
            confidence: confidence / f64::from(count),
            right: f64::from(right) / f64::from(count),
        })
        .collect()
}

fn curve(rows: &[Row]) -> Vec<CurvePoint> {
    let (mut right, mut all) = (0u32, 0u32);
    let mut points: Vec<CurvePoint> = Vec::new();
    for (threshold, right_here, here) in groups(rows, &|_| 1) {
        if threshold <= 0.0 {
            break;
        }
        right += right_here;
        all += here;
        let coverage = f64::from(all) / rows.len() as f64;
        points.push(CurvePoint {
            threshold,
            coverage,
            risk: f64::from(all - right) / f64::from(all),
        });
    }
    if points.len() <= CURVE_POINTS {
        return points;
    }
    let last = points.len() - 1;
    (0..CURVE_POINTS)
        .map(|i| points[i * last / (CURVE_POINTS - 1)])
        .collect()
}

fn verdicts(outcomes: &[Labelled]) -> BTreeMap<String, BTreeMap<Verdict, u32>> {
    let mut table: BTreeMap<String, BTreeMap<Verdict, u32>> = BTreeMap::new();
    for outcome in outcomes {
        *table
            .entry(outcome.expected.kind().to_owned())
            .or_default()
            .entry(outcome.verdict())
            .or_default() += 1;
    }
    table
}

#[cfg(test)]
mod tests;
