//! Sorts the worse answers: the change that caused them comes before its consequences.
//!
//! One wrong label can move the thresholds so far that half of the golden questions are handed off. The reader needs to
//! see that label, or the entry that is gone. The other questions recover when it is fixed.

use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::Timestamp;
use rayon::prelude::*;

use super::compare::{Comparison, Said, Suspect};
use super::thresholds::{golden_of, with_thresholds_of};
use crate::answer::Engine;
use crate::answer::decide::{CANDIDATES, answer_with};
use crate::eval::Verdict;
use crate::eval::golden::Asked;
use crate::eval::outcome::Expected;

/// Marks each worse answer as cause or consequence, and puts the causes first.
pub(super) fn mark(before: &Engine, after: &Engine, now: Timestamp, comparison: &mut Comparison) {
    let [old, new] = [before, after].map(|engine| golden_of(engine, now));
    let places: HashMap<(&str, &str), &Asked> = old
        .iter()
        .chain(&new)
        .map(|asked| ((place(&asked.place), asked.question.text.as_str()), asked))
        .collect();
    let added: Vec<&Asked> = new.iter().filter(|asked| !known(&old, asked)).collect();
    let worse = comparison.worse().next().is_some();
    if added.is_empty() && !worse {
        return;
    }
    // The candidate with the thresholds of before. Questions that are worse even then are not worse because of the
    // thresholds.
    let unmoved =
        (worse && !comparison.thresholds.is_empty()).then(|| with_thresholds_of(after, before));
    let engine = unmoved.as_ref().unwrap_or(after);
    comparison.suspects = added
        .par_iter()
        .filter_map(|asked| {
            let decision = answer_with(engine, &asked.question, CANDIDATES, false);
            let said = Said::of(&decision);
            (asked.verdict(decision) == Verdict::Wrong).then(|| Suspect {
                question: asked.question.text.clone(),
                place: asked.place.clone(),
                expected: ids(&asked.expected),
                said,
            })
        })
        .collect();
    comparison.shifts.par_iter_mut().for_each(|shift| {
        let (true, Some(at), Some([was, _])) =
            (shift.is_worse(), shift.place.as_deref(), shift.verdicts)
        else {
            return;
        };
        let Some(asked) = places.get(&(place(at), shift.question.as_str())) else {
            return;
        };
        let wanted = ids(&asked.expected);
        shift.gone = !wanted.is_empty()
            && wanted
                .iter()
                .all(|id| after.snapshot.entry(id).is_none() && !id.starts_with("script:"));
        shift.follows = !shift.gone
            && unmoved.as_ref().is_some_and(|engine| {
                asked.verdict(answer_with(engine, &asked.question, CANDIDATES, false)) <= was
            });
    });
    // The sort is stable: the order within a rank stays.
    comparison.shifts.sort_by_key(|shift| {
        let [_, verdict] = shift.verdicts.unwrap_or([Verdict::Right; 2]);
        let worse = shift.is_worse();
        let rank = worse.then_some((shift.follows, !shift.gone, Reverse(verdict)));
        (!worse, rank, shift.kind)
    });
}

/// Whether a label was the same before, in any row.
fn known(old: &[Asked], asked: &Asked) -> bool {
    let talk = |asked: &Asked| {
        let question = &asked.question;
        (
            question.product.clone(),
            question.previous.clone(),
            question.order_state,
        )
    };
    old.iter().any(|old| {
        old.question.text == asked.question.text
            && old.expected == asked.expected
            && talk(old) == talk(asked)
    })
}

/// A place without the remark after it.
fn place(written: &str) -> &str {
    written.split('（').next().unwrap_or(written)
}

fn ids(expected: &Expected) -> Vec<String> {
    expected.ids().map(str::to_owned).collect()
}
