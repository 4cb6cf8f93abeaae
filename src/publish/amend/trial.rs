//! Tries a change before it is written: builds the shop with the change beside the live one and asks it.

use std::path::Path;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::files::Staged;
use super::wanted::questions;
use super::{AmendError, Wanted};
use crate::answer::decide::answer_with;
use crate::answer::{Engine, Question};
use crate::eval::golden;
use crate::eval::outcome::{Labelled, Verdict};
use crate::knowledge::{Finding, Reading, Shop, read_shop};
use crate::lint::lint;
use crate::publish::compare::{Said, Shift, compare};
use crate::publish::diff::diff;
use crate::publish::gate::judge;
use crate::publish::variant::variant;

/// What came of trying a change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
pub struct Trial {
    /// Golden questions asked.
    pub golden: usize,
    /// Golden questions that are answered differently, those that came out worse first.
    #[schema(value_type = Vec<Object>)]
    pub shifts: Vec<Shift>,
    /// Why the change is refused; empty: it is not.
    pub objections: Vec<String>,
    /// What each question of the change is answered with.
    pub answers: Vec<Tried>,
    /// What is doubtful about the changed row.
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<Finding>,
}

/// A question of the change, asked of the changed shop.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Tried {
    /// The question.
    pub question: String,
    /// Whether it is answered from the changed entry.
    pub mended: bool,
    /// What is said.
    #[schema(value_type = Object)]
    pub said: Said,
}

/// The files of a shop's folder as read, if they have no errors.
pub(super) fn sound(folder: &Path) -> Result<Reading, AmendError> {
    let reading = read_shop(folder);
    match reading.findings.iter().any(Finding::is_error) {
        true => Err(AmendError::Faulty(reading.findings)),
        false => Ok(reading),
    }
}

/// Reads the changed files, checks that only the wanted change is different, builds them and asks the questions.
pub(super) fn tried(
    wanted: &Wanted,
    before: &Shop,
    staged: &Staged,
    live: &Engine,
    (file, row): (&str, u32),
    now: Timestamp,
) -> Result<Trial, AmendError> {
    let reading = sound(&staged.shop)?;
    let change = diff(before, &reading.shop);
    let (added, changed) = (change.added.len(), change.changed.len());
    let entry = match (wanted, added, changed, change.removed.len()) {
        (Wanted::AddPhrasing { entry, .. }, 0, 1, 0) if change.changed[0].entry.id == *entry => {
            entry
        }
        (Wanted::AddEntry { .. }, 1, 0, 0) => &change.added[0].id,
        // The edit changed more than its cells, so the sheet is left to its owner.
        _ => {
            return Err(AmendError::Unsure {
                file: file.to_owned(),
            });
        }
    };
    let candidate = variant(live, &reading.shop, now)?;
    let comparison = compare(live, &candidate.engine, now, &[]);
    let objections = judge(&comparison, &reading.shop.settings.gate);
    let answers = questions(wanted)
        .map(|question| {
            let asked = Question {
                text: question.to_owned(),
                at: now,
                ..Question::default()
            };
            let said = Said::of(&answer_with(&candidate.engine, &asked, 1, false));
            Tried {
                question: question.to_owned(),
                mended: said.entries.contains(entry),
                said,
            }
        })
        .collect();
    let mut findings = reading.findings;
    findings.extend(lint(&reading.shop, now));
    findings.retain(|finding| finding.file == file && finding.row == Some(row));
    Ok(Trial {
        golden: comparison.golden,
        shifts: comparison.shifts,
        objections: objections.iter().map(ToString::to_string).collect(),
        answers,
        findings,
    })
}

/// Asks the live snapshot a new golden question, which does not change any answer.
pub(super) fn asked_live(
    wanted: &Wanted,
    before: &Shop,
    staged: &Staged,
    live: &Engine,
    (file, row): (&str, u32),
    now: Timestamp,
) -> Result<Trial, AmendError> {
    let reading = sound(&staged.shop)?;
    let added = reading.shop.golden.len() == before.golden.len() + 1;
    let (Some(new), true) = (reading.shop.golden.last(), added) else {
        return Err(AmendError::Unsure {
            file: file.to_owned(),
        });
    };
    let asked = golden::asked(std::slice::from_ref(new), now);
    let answers = asked
        .into_iter()
        .zip(questions(wanted))
        .map(|(asked, question)| {
            let decision = answer_with(live, &asked.question, 1, false);
            let said = Said::of(&decision);
            let outcome = Labelled::new(question, asked.expected, decision, &|_| String::new());
            Tried {
                question: question.to_owned(),
                mended: outcome.verdict() == Verdict::Right,
                said,
            }
        })
        .collect();
    let mut findings = reading.findings;
    findings.retain(|finding| finding.file == file && finding.row == Some(row));
    Ok(Trial {
        golden: before.golden.len(),
        answers,
        findings,
        ..Trial::default()
    })
}
