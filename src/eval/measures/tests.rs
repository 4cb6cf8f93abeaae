use super::super::outcome::{Expected, tests::labelled};
use super::*;
use crate::answer::{Candidate, Outcome, Reason};

/// A question labelled with the entry `gold` (or none), with candidates `ids` of falling confidence.
fn asked(gold: Option<&str>, ids: &[&str], confidence: f64) -> Labelled {
    let expected = match gold {
        Some(id) => Expected::Entries(vec![id.to_owned()]),
        None => Expected::Handoff(None),
    };
    let mut row = labelled(expected, Outcome::Handoff, &["handoff:"], &[]);
    row.candidates = ids
        .iter()
        .enumerate()
        .map(|(i, id)| Candidate {
            id: id.to_string(),
            title: id.to_string(),
            score: 0.0,
            confidence: confidence / (i + 1) as f64,
        })
        .collect();
    if confidence >= 0.5 {
        row.decision = Outcome::Answer;
        row.reason = None;
        row.parts[0].decision = Outcome::Answer;
        row.parts[0].entries = vec![ids[0].to_owned()];
    }
    row
}

fn sample() -> Vec<Labelled> {
    vec![
        asked(Some("a"), &["a", "b"], 0.9),
        asked(Some("a"), &["a"], 0.8),
        asked(Some("a"), &["b", "a"], 0.6),
        asked(None, &["b"], 0.5),
        asked(Some("b"), &["b"], 0.4),
        asked(Some("b"), &["c", "d", "e", "b"], 0.3),
        asked(None, &["b"], 0.2),
        asked(Some("b"), &[], 0.0),
    ]
}

#[test]
fn figures_of_a_set_counted_by_hand() {
    let measures = measure(&sample());
    let rows = [
        (Figure::Passed, 3.0 / 8.0),
        (Figure::Top1, 3.0 / 6.0),
        (Figure::Top3, 4.0 / 6.0),
        (Figure::Mrr10, (1.0 + 1.0 + 0.5 + 1.0 + 0.25) / 6.0),
        (Figure::Coverage, 3.0 / 6.0),
        (Figure::Wrong, 2.0 / 4.0),
        (Figure::Leaked, 1.0 / 2.0),
        (Figure::CorrectAt90, 2.0 / 6.0),
        (Figure::CorrectAt95, 2.0 / 6.0),
        (Figure::CorrectAt99, 2.0 / 6.0),
        // Right: .9 .8 .4; others: .6 .5 .3 .2 0. Pairs in order: 5 + 5 + 3 of 15.
        (Figure::Auroc, 13.0 / 15.0),
    ];
    for (figure, expected) in rows {
        let estimate = measures.figures[&figure];
        assert!(
            (estimate.value - expected).abs() < 1e-12,
            "{figure:?}: {estimate:?}, not {expected}"
        );
        assert!(
            estimate.low <= estimate.value && estimate.value <= estimate.high,
            "{figure:?}: {estimate:?}"
        );
    }
    assert_eq!(
        (measures.questions, measures.in_scope, measures.answered),
        (8, 6, 4)
    );
    assert_eq!(measure(&sample()), measures, "resampling repeats itself");
}

#[test]
fn the_curve_and_the_bins_hold_every_question() {
    let measures = measure(&sample());
    assert_eq!(
        measures
            .reliability
            .iter()
            .map(|bin| bin.count)
            .sum::<u32>(),
        8
    );
    let last = measures.curve.last().expect("seven points");
    assert_eq!(
        (measures.curve.len(), last.coverage, last.risk),
        (7, 7.0 / 8.0, 4.0 / 7.0)
    );
    assert_eq!(measures.curve[1].risk, 0.0);
}

#[test]
fn ties_count_half_in_auroc_and_whole_in_coverage() {
    let rows = vec![
        asked(Some("a"), &["a"], 0.7),
        asked(Some("a"), &["b"], 0.7),
        asked(Some("a"), &["a"], 0.7),
        asked(Some("a"), &["b"], 0.7),
    ];
    let measures = measure(&rows);
    assert_eq!(measures.value(Figure::Auroc), Some(0.5));
    assert_eq!(
        measures.value(Figure::CorrectAt90),
        Some(0.0),
        "no threshold parts equal confidences"
    );
}

#[test]
fn confidence_that_is_a_probability_has_no_error() {
    let mut rows = Vec::new();
    for i in 0..100 {
        rows.push(asked(Some("a"), if i < 70 { &["a"] } else { &["b"] }, 0.7));
    }
    let measures = measure(&rows);
    assert!(
        measures
            .value(Figure::Ece)
            .is_some_and(|error| error < 1e-9)
    );
}

#[test]
fn an_empty_set_has_no_figures() {
    let measures = measure(&[]);
    assert!(measures.figures.is_empty() && measures.curve.is_empty());
}

#[test]
fn handoffs_by_reason() {
    let row = |expected: Option<Option<Reason>>, given: Option<Reason>| {
        let expected = expected.map_or(Expected::Clarify, Expected::Handoff);
        let mut row = labelled(expected, Outcome::Clarify, &["clarify:"], &[]);
        if let Some(given) = given {
            row.decision = Outcome::Handoff;
            row.reason = Some(given);
        }
        row
    };
    let measures = measure(&[
        row(Some(Some(Reason::Risk)), Some(Reason::Risk)),
        row(Some(Some(Reason::Risk)), Some(Reason::NoMatch)),
        row(Some(None), Some(Reason::NoMatch)),
        row(None, Some(Reason::Risk)),
        row(Some(Some(Reason::Requested)), None),
    ]);
    let get = |name: &str| {
        measures
            .handoffs
            .iter()
            .find(|row| row.reason == name)
            .expect("a row of that reason")
    };
    assert_eq!(
        (get("any").precision(), get("any").recall()),
        (Some(0.75), Some(0.75))
    );
    assert_eq!(
        (get("risk").precision(), get("risk").recall()),
        (Some(0.5), Some(0.5))
    );
    assert_eq!(
        (get("no_match").precision(), get("no_match").recall()),
        (Some(0.5), None)
    );
    assert_eq!(
        (get("requested").precision(), get("requested").recall()),
        (None, Some(0.0))
    );
}

#[test]
fn differences_of_a_run_with_itself_are_nil() {
    let same = differences(&sample(), &sample());
    assert!(
        same.values()
            .all(|estimate| (estimate.value, estimate.low, estimate.high) == (0.0, 0.0, 0.0))
    );
    let mut better = sample();
    better[2] = asked(Some("a"), &["a"], 0.6);
    assert!((differences(&sample(), &better)[&Figure::Top1].value - 1.0 / 6.0).abs() < 1e-12);
}
