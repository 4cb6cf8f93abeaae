//! Compares two runs over the same questions: two snapshots, or before and after a change.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::figure::Figure;
use super::measures::{Estimate, Measures, differences, measure};
use super::outcome::{Labelled, Verdict};
use crate::answer::Outcome;

/// A question whose outcome changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The buyer's words.
    pub question: String,
    /// Place of the label.
    pub place: String,
    /// Verdict before.
    pub before: Verdict,
    /// Verdict after.
    pub after: Verdict,
    /// Entries in the answer before; empty if it was not answered.
    pub answered_before: Vec<String>,
    /// Entries in the answer after.
    pub answered_after: Vec<String>,
}

/// The differences between two runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Name of the first run, usually a snapshot id.
    pub before_name: String,
    /// Name of the second run.
    pub after_name: String,
    /// Measures of the first run, over the questions of both runs.
    pub before: Measures,
    /// Measures of the second run.
    pub after: Measures,
    /// `after − before` with 95 % intervals from paired resampling.
    pub differences: BTreeMap<Figure, Estimate>,
    /// Questions with a worse verdict, worst first; then those with a better one, then different answers with an equal
    /// verdict.
    pub changes: Vec<Change>,
}

/// The key of a question in both runs: place and words.
type Key<'a> = (&'a str, &'a str);

/// Compares two runs. Questions are matched by place and words; those in only one run are left out.
pub fn compare(
    before_name: &str,
    before: &[Labelled],
    after_name: &str,
    after: &[Labelled],
) -> Comparison {
    let mut old: HashMap<Key, Vec<&Labelled>> = HashMap::new();
    for outcome in before.iter().rev() {
        old.entry((&outcome.place, &outcome.question))
            .or_default()
            .push(outcome);
    }
    let (before, after): (Vec<Labelled>, Vec<Labelled>) = after
        .iter()
        .filter_map(|outcome| {
            let matching = old
                .get_mut(&(outcome.place.as_str(), outcome.question.as_str()))?
                .pop()?;
            Some((matching.clone(), outcome.clone()))
        })
        .unzip();
    let mut changes: Vec<Change> = before
        .iter()
        .zip(&after)
        .filter_map(|(old, new)| change(old, new))
        .collect();
    changes.sort_by_key(|change| match change.after.cmp(&change.before) {
        std::cmp::Ordering::Greater => (0, std::cmp::Reverse(change.after)),
        std::cmp::Ordering::Less => (1, std::cmp::Reverse(change.before)),
        std::cmp::Ordering::Equal => (2, std::cmp::Reverse(change.after)),
    });
    Comparison {
        before_name: before_name.to_owned(),
        after_name: after_name.to_owned(),
        differences: differences(&before, &after),
        before: measure(&before),
        after: measure(&after),
        changes,
    }
}

fn change(before: &Labelled, after: &Labelled) -> Option<Change> {
    let answered = |outcome: &Labelled| -> Vec<String> {
        outcome
            .answered()
            .flat_map(|part| part.entries.iter().cloned())
            .collect()
    };
    let change = Change {
        question: after.question.clone(),
        place: after.place.clone(),
        before: before.verdict(),
        after: after.verdict(),
        answered_before: answered(before),
        answered_after: answered(after),
    };
    let same = change.before == change.after
        && change.answered_before == change.answered_after
        && (before.decision == after.decision
            || before.decision != Outcome::Answer && after.decision != Outcome::Answer);
    (!same).then_some(change)
}

#[cfg(test)]
mod tests {
    use super::super::outcome::{Expected, tests::labelled};
    use super::*;

    #[test]
    fn worse_comes_before_better_before_equal() {
        let row = |question: &str, part: &str| {
            let decision = if part.starts_with("answer") {
                Outcome::Answer
            } else {
                Outcome::Handoff
            };
            let expected = Expected::Entries(vec!["faq:a".into()]);
            Labelled {
                question: question.into(),
                ..labelled(expected, decision, &[part], &[])
            }
        };
        let before = [
            row("甲", "answer:faq:a"),
            row("乙", "handoff:"),
            row("丙", "answer:faq:b"),
            row("丁", "answer:faq:a"),
            row("戊", "answer:faq:a"),
            row("只在前", "handoff:"),
        ];
        let after = [
            row("乙", "answer:faq:a"),
            row("甲", "answer:faq:c"),
            row("丙", "answer:faq:c"),
            row("丁", "answer:faq:a"),
            row("戊", "handoff:"),
            row("只在后", "handoff:"),
        ];
        let comparison = compare("0001", &before, "0002", &after);
        let order: Vec<&str> = comparison
            .changes
            .iter()
            .map(|change| change.question.as_str())
            .collect();
        assert_eq!(order, ["甲", "戊", "乙", "丙"]);
        assert_eq!(
            (comparison.before.questions, comparison.after.questions),
            (5, 5)
        );
        assert!((comparison.differences[&Figure::Passed].value + 0.2).abs() < 1e-12);
    }
}
