//! Chooses the thresholds with which a candidate goes live.
//!
//! They are chosen anew from the candidate's own golden questions, with two exceptions. Removed labels prove nothing: a
//! candidate that has lost most of its labels keeps the live thresholds. And added labels must not cost an answer: if
//! looser thresholds make a golden question worse, the stricter ones stay.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::compare::compare;
use crate::answer::Engine;
use crate::answer::calibration::Calibration;
use crate::answer::decide::{CANDIDATES, answer_with};
use crate::eval::calibrate;
use crate::eval::golden::{self, Asked};
use crate::eval::outcome::Labelled;

/// The candidate with its thresholds, chosen in view of the live ones.
pub(super) fn settled(candidate: Engine, live: Option<&Engine>, now: Timestamp) -> Engine {
    let fresh = chosen(&candidate, now);
    // Another encoder gives other confidences, and another budget is the merchant's decision.
    let known = live.filter(|live| {
        live.snapshot.manifest.encoder == candidate.snapshot.manifest.encoder
            && live.calibration.budgets == fresh.budgets
    });
    let Some(live) = known else {
        return candidate.with_calibration(fresh);
    };
    let known = &live.calibration;
    if rests_on_little(&fresh, known) {
        return candidate.with_calibration(known.clone());
    }
    let stricter = stricter(&fresh, known);
    if stricter == fresh || rests_on_little(known, &fresh) {
        return candidate.with_calibration(fresh);
    }
    let worse = |candidate: &Engine| compare(live, candidate, now, &[]).worse().count();
    let candidate = candidate.with_calibration(fresh.clone());
    let loose = worse(&candidate);
    if loose == 0 {
        return candidate;
    }
    let candidate = candidate.with_calibration(stricter);
    match worse(&candidate) < loose {
        true => candidate,
        false => candidate.with_calibration(fresh),
    }
}

/// Whether thresholds rest on fewer than half as many labels as others, so that they do not count beside them.
pub(super) fn rests_on_little(these: &Calibration, those: &Calibration) -> bool {
    these.labels.saturating_mul(2) < those.labels
}

/// The engine with the thresholds of another.
pub(super) fn with_thresholds_of(engine: &Engine, other: &Engine) -> Engine {
    Engine::new(engine.snapshot.clone(), engine.encoder).with_calibration(other.calibration.clone())
}

/// The golden questions of an engine's own shop.
pub(super) fn golden_of(engine: &Engine, now: Timestamp) -> Vec<Asked> {
    golden::asked(&engine.snapshot.shop.golden, now)
}

/// Asks an engine its own golden questions.
pub(super) fn ask_golden(engine: &Engine, now: Timestamp) -> Vec<Labelled> {
    golden::run(
        &golden_of(engine, now),
        &|question| answer_with(engine, question, CANDIDATES, false),
        &|id| category(engine, id),
    )
}

/// The budget category of an entry.
pub fn category(engine: &Engine, id: &str) -> String {
    let shop = &engine.snapshot.shop;
    engine
        .snapshot
        .entry(id)
        .map(|entry| entry.category(shop).to_owned())
        .unwrap_or_default()
}

/// Thresholds for the shop's budgets from its golden questions.
fn chosen(engine: &Engine, now: Timestamp) -> Calibration {
    let budgets = &engine.snapshot.shop.settings.budgets;
    let samples = calibrate::samples(&ask_golden(engine, now), engine.calibration.curve);
    calibrate::calibrate(&samples, budgets, calibrate::Options::default()).0
}

/// `fresh` with no threshold below what `known` asks for.
fn stricter(fresh: &Calibration, known: &Calibration) -> Calibration {
    // In terms of the fresh curve, which may give the same raw confidence another probability.
    let today = |probability: f64| match fresh.curve == known.curve {
        true => probability,
        false => fresh.curve.apply(known.curve.invert(probability)),
    };
    let default = fresh.default.max(today(known.default));
    let categories: BTreeSet<&String> = fresh
        .thresholds
        .keys()
        .chain(known.thresholds.keys())
        .collect();
    let thresholds = categories.into_iter().map(|category| {
        let known = today(known.threshold(category));
        (category.clone(), fresh.threshold(category).max(known))
    });
    Calibration {
        thresholds: thresholds
            .filter(|(category, threshold)| {
                fresh.thresholds.contains_key(category) || *threshold != default
            })
            .collect(),
        default,
        clarify: fresh.clarify.max(today(known.clarify)).min(default),
        ..fresh.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::calibration::Curve;

    fn calibration(default: f64, thresholds: &[(&str, f64)], slope: f64) -> Calibration {
        Calibration {
            curve: Curve { slope, offset: 0.0 },
            thresholds: thresholds
                .iter()
                .map(|(category, threshold)| ((*category).to_owned(), *threshold))
                .collect(),
            default,
            ..Calibration::default()
        }
    }

    #[test]
    fn the_stricter_thresholds_are_compared_by_what_is_behind_them() {
        let fresh = calibration(0.8, &[("售后", 0.95)], 1.0);
        let known = calibration(0.9, &[("售后", 0.9), ("售前", 0.7)], 1.0);
        let both = stricter(&fresh, &known);
        assert_eq!((both.default, both.threshold("售后")), (0.9, 0.95));
        assert_eq!(
            both.threshold("售前"),
            0.8,
            "a category is never looser than either"
        );
        assert_eq!(stricter(&known, &known), known);
        // The curve with half the slope gives 0.75 where the other gives 0.9.
        let flat = calibration(0.7, &[], 0.5);
        assert!((stricter(&flat, &calibration(0.9, &[], 1.0)).default - 0.75).abs() < 1e-9);
    }
}
