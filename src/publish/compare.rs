//! Asks two snapshots the same questions and compares their answers.

mod shift;

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::thresholds::{golden_of, rests_on_little, with_thresholds_of};
use crate::answer::calibration::Calibration;
use crate::answer::decide::{CANDIDATES, answer_with};
use crate::answer::{Engine, Question};
use crate::eval::golden::Asked;
use crate::eval::outcome::Expected;

pub use shift::{Kind, Said, Shift};

/// A new or changed label that does not fit the candidate's answer. Either the label is wrong, or it shows what is
/// missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suspect {
    /// The question.
    pub question: String,
    /// Place of its label.
    pub place: String,
    /// Entries that it expects; empty if it expects a person or a question back.
    pub expected: Vec<String>,
    /// The candidate's reply.
    pub said: Said,
}

impl Suspect {
    /// The expected entries as a merchant's team reads them.
    pub(super) fn wanted(&self) -> String {
        match self.expected.is_empty() {
            true => "不直接回答".to_owned(),
            false => self.expected.join(" | "),
        }
    }
}

/// The category of a [`Threshold`] for entries whose own has none.
const DEFAULT: &str = "default";

/// A threshold that moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// FAQ category; `default` for the rest.
    pub category: String,
    /// Least confidence, 0..1, before.
    pub before: f64,
    /// Least confidence after.
    pub after: f64,
}

/// The differences between the answers of two snapshots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Snapshot id before.
    pub before: String,
    /// Snapshot id after.
    pub after: String,
    /// Golden questions asked.
    pub golden: usize,
    /// Golden questions before.
    #[serde(default)]
    pub golden_before: usize,
    /// How many of those are no longer golden questions.
    #[serde(default)]
    pub golden_removed: usize,
    /// Real questions asked, including repeats.
    pub real: usize,
    /// The questions that are answered differently: first the golden ones that are worse, then by kind.
    pub shifts: Vec<Shift>,
    /// Thresholds that moved.
    pub thresholds: Vec<Threshold>,
    /// New and changed labels that do not fit the answers.
    #[serde(default)]
    pub suspects: Vec<Suspect>,
}

impl Comparison {
    /// The golden questions with worse answers.
    pub fn worse(&self) -> impl Iterator<Item = &Shift> {
        self.shifts.iter().filter(|shift| shift.is_worse())
    }

    /// The shifts in groups with titles, in reading order: the worse answers first.
    pub fn groups(&self) -> impl Iterator<Item = (&'static str, Vec<&Shift>)> {
        let of = |kind: Kind| {
            let shifts = self.shifts.iter();
            shifts.filter(move |shift| shift.kind == kind && !shift.is_worse())
        };
        let worse = |follows: bool, weaker: bool| {
            self.worse().filter(move |shift| {
                shift.follows == follows && (follows || shift.is_weaker() == weaker)
            })
        };
        let rest = Kind::ALL.map(|kind| (kind.label(), of(kind).collect()));
        [
            ("考题变差", worse(false, false).collect()),
            (
                "考题由直接回答变为选项，答案仍排在第一",
                worse(false, true).collect(),
            ),
            (
                "考题因阈值变动而变差，上面的改好就会恢复",
                worse(true, false).collect(),
            ),
        ]
        .into_iter()
        .chain(rest)
        .filter(|(_, shifts): &(_, Vec<_>)| !shifts.is_empty())
    }

    /// The number of real questions (including repeats) that lost or changed their answer. Another wording of the same
    /// entries, and an answer where there was none, are the purpose of an edit and do not count.
    pub fn changed(&self) -> usize {
        let counts = |shift: &&Shift| {
            shift.place.is_none()
                && !shift.recalibrated
                && matches!(shift.kind, Kind::Silenced | Kind::Replaced)
        };
        self.shifts
            .iter()
            .filter(counts)
            .map(|shift| shift.times as usize)
            .sum()
    }
}

/// Asks both engines the golden and the real questions on all cores. Real questions must be masked.
///
/// The golden questions are those of `after`, asked at `now` unless they name a moment, and those of `before` that were
/// removed, since a lost file must not silence them. A removed question is not asked if all entries that it expects
/// were removed too.
pub fn compare(before: &Engine, after: &Engine, now: Timestamp, real: &[Question]) -> Comparison {
    let [old, mut golden] = [before, after].map(|engine| golden_of(engine, now));
    let golden_before = old.len();
    let removed: Vec<Asked> = old
        .into_iter()
        .filter(|old| !golden.iter().any(|new| new.question == old.question))
        .collect();
    let golden_removed = removed.len();
    golden.extend(
        removed
            .into_iter()
            .filter(|asked| expectable(after, asked))
            .map(|asked| Asked {
                place: format!("{}（已删）", asked.place),
                ..asked
            }),
    );

    let comparing = Comparing::new(before, after);
    let mut shifts: Vec<Shift> = golden
        .par_iter()
        .filter_map(|asked| comparing.golden_shift(asked))
        .collect();
    let distinct = distinct(real);
    let more = distinct
        .par_iter()
        .filter_map(|(question, times)| comparing.real_shift(question, *times));
    shifts.extend(more.collect::<Vec<_>>());
    // The sort is stable: the order of the questions within a group stays.
    shifts.sort_by_key(|shift| (!shift.is_worse(), shift.kind));
    Comparison {
        before: before.snapshot.manifest.id.clone(),
        after: after.snapshot.manifest.id.clone(),
        golden: golden.len(),
        golden_before,
        golden_removed,
        real: real.len(),
        shifts,
        thresholds: thresholds(before, after),
        suspects: Vec::new(),
    }
}

/// Whether the outcome that a golden question expects is still possible.
fn expectable(engine: &Engine, asked: &Asked) -> bool {
    match &asked.expected {
        Expected::Entries(ids) => ids.iter().any(|id| engine.snapshot.entry(id).is_some()),
        Expected::Compound(_) | Expected::Clarify | Expected::Handoff(_) => true,
    }
}

/// The two engines compared.
struct Comparing<'e> {
    before: &'e Engine,
    after: &'e Engine,
    /// `before` with the thresholds of `after`, if its own rest on few labels.
    rethresholded: Option<Engine>,
}

impl<'e> Comparing<'e> {
    fn new(before: &'e Engine, after: &'e Engine) -> Self {
        let few = rests_on_little(&before.calibration, &after.calibration);
        let rethresholded = few.then(|| with_thresholds_of(before, after));
        Comparing {
            before,
            after,
            rethresholded,
        }
    }

    fn golden_shift(&self, asked: &Asked) -> Option<Shift> {
        let decisions = [self.before, self.after]
            .map(|engine| answer_with(engine, &asked.question, CANDIDATES, false));
        let said = [&decisions[0], &decisions[1]].map(Said::of);
        let verdicts = decisions.map(|decision| asked.verdict(decision));
        let shift = self.shift(&asked.question, said, 1)?;
        let recalibrated = self.rethresholded.as_ref().is_some_and(|engine| {
            asked.verdict(answer_with(engine, &asked.question, CANDIDATES, false)) >= verdicts[1]
        });
        Some(Shift {
            place: Some(asked.place.clone()),
            verdicts: Some(verdicts),
            recalibrated,
            ..shift
        })
    }

    fn real_shift(&self, question: &Question, times: u32) -> Option<Shift> {
        let said = [self.before, self.after]
            .map(|engine| Said::of(&answer_with(engine, question, 1, false)));
        self.shift(question, said, times)
    }

    fn shift(&self, question: &Question, [before, after]: [Said; 2], times: u32) -> Option<Shift> {
        let kind = Kind::of(&before, &after)?;
        let recalibrated = self.rethresholded.as_ref().is_some_and(|engine| {
            let equal = Said::of(&answer_with(engine, question, 1, false));
            Kind::of(&equal, &after).is_none()
        });
        Some(Shift {
            question: question.text.clone(),
            product: question.product.clone(),
            place: None,
            verdicts: None,
            recalibrated,
            follows: false,
            gone: false,
            times,
            kind,
            before,
            after,
        })
    }
}

/// Each question once, with the number of times it was asked, in order of the first time.
fn distinct(questions: &[Question]) -> Vec<(&Question, u32)> {
    let mut seen: HashMap<_, usize> = HashMap::new();
    let mut distinct: Vec<(&Question, u32)> = Vec::new();
    for question in questions {
        let talk = (
            &question.text,
            &question.product,
            &question.previous,
            question.order_state,
        );
        match seen.get(&talk) {
            Some(&at) => distinct[at].1 += 1,
            None => {
                seen.insert(talk, distinct.len());
                distinct.push((question, 1));
            }
        }
    }
    distinct
}

fn thresholds(before: &Engine, after: &Engine) -> Vec<Threshold> {
    let [before, after] = [before, after].map(|engine| &engine.calibration);
    let of = |calibration: &Calibration, category: &str| match category {
        DEFAULT => calibration.default,
        _ => calibration.threshold(category),
    };
    let named = before.thresholds.keys().chain(after.thresholds.keys());
    let categories: BTreeSet<&str> = named.map(String::as_str).chain([DEFAULT]).collect();
    categories
        .into_iter()
        .map(|category| Threshold {
            category: category.to_owned(),
            before: of(before, category),
            after: of(after, category),
        })
        .filter(|threshold| threshold.before != threshold.after)
        .collect()
}
