//! Asks golden and other labelled questions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rayon::prelude::*;

use super::outcome::{Expected, Labelled, Verdict};
use crate::answer::{Decision, Question};
use crate::knowledge::Golden;

/// A labelled question, ready to be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The question, with its moment and the talk before.
    pub question: Question,
    /// The expected outcome.
    pub expected: Expected,
    /// Place of the label, `golden.csv:12`.
    pub place: String,
}

impl Asked {
    /// How well a decision meets the label.
    pub fn verdict(&self, decision: Decision) -> Verdict {
        let expected = self.expected.clone();
        Labelled::new(&self.question.text, expected, decision, &|_| String::new()).verdict()
    }
}

/// Golden questions, ready to be asked. Those without a moment are asked at `now`.
pub fn asked(golden: &[Golden], now: Timestamp) -> Vec<Asked> {
    golden
        .iter()
        .map(|golden| Asked {
            question: Question {
                text: golden.question.clone(),
                product: golden.product.clone(),
                at: golden.at.unwrap_or(now),
                previous: golden.previous.clone(),
                order_state: golden.order_state,
                ..Question::default()
            },
            expected: Expected::from(&golden.expect),
            place: format!("{}:{}", golden.place.file, golden.place.row),
        })
        .collect()
}

/// Asks all questions on all cores. Outcomes keep the order of the questions.
///
/// `answer` decides a question, with candidates. `category` gives the budget category of an entry, empty if it has
/// none.
pub fn run(
    asked: &[Asked],
    answer: &(dyn Fn(&Question) -> Decision + Sync),
    category: &(dyn Fn(&str) -> String + Sync),
) -> Vec<Labelled> {
    let outcome = |asked: &Asked| Labelled {
        context: !asked.question.previous.is_empty() || asked.question.product.is_some(),
        place: asked.place.clone(),
        ..Labelled::new(
            &asked.question.text,
            asked.expected.clone(),
            answer(&asked.question),
            category,
        )
    };
    asked.par_iter().map(outcome).collect()
}

/// The number of outcomes from each file of labels, for a report's heading.
pub fn sources(outcomes: &[Labelled]) -> BTreeMap<String, usize> {
    let mut files = BTreeMap::new();
    for outcome in outcomes {
        let file = outcome.place.rsplit_once(':').map_or("", |(file, _)| file);
        *files.entry(file.to_owned()).or_default() += 1;
    }
    files
}
