//! Two snapshots asked the same questions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::thresholds::rests_on_little;
use crate::answer::decide::{CANDIDATES, answer_with};
use crate::answer::{Decision, Engine, Outcome, Question, Reason};
use crate::eval::Verdict;
use crate::eval::golden::{self, Asked};
use crate::eval::outcome::Expected;

/// What a snapshot says to a question, as far as a buyer or a merchant sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// What was decided.
    pub decision: Outcome,
    /// Why it was handed off.
    pub reason: Option<Reason>,
    /// Entries whose text the reply carries.
    pub entries: Vec<String>,
    /// Entries offered as options.
    pub options: Vec<String>,
    /// The text sent.
    pub reply: String,
    /// Calibrated probability, 0..1, of the best candidate.
    pub confidence: f64,
    /// Whether some part of the message was answered.
    answered: bool,
}

impl Said {
    /// What `decision` says.
    pub fn of(decision: &Decision) -> Said {
        Said {
            decision: decision.decision,
            reason: decision.handoff.as_ref().map(|handoff| handoff.reason),
            entries: decision.receipt.entries.clone(),
            options: decision
                .options
                .iter()
                .map(|option| option.id.clone())
                .collect(),
            reply: decision.reply.clone(),
            confidence: decision
                .candidates
                .first()
                .map_or(0.0, |best| best.confidence),
            answered: decision
                .parts
                .iter()
                .any(|part| part.decision == Outcome::Answer),
        }
    }
}

/// How a question fares differently, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Was answered, is not any more.
    Silenced,
    /// Is answered from other entries.
    Replaced,
    /// Was not answered, is now.
    Answered,
    /// Is not answered, in another way: options instead of a handoff, another reason.
    Rerouted,
    /// Is answered from the same entries in other words.
    Reworded,
}

impl Kind {
    /// All kinds, the gravest first.
    pub const ALL: [Kind; 5] = [
        Kind::Silenced,
        Kind::Replaced,
        Kind::Answered,
        Kind::Rerouted,
        Kind::Reworded,
    ];

    /// What a merchant's team calls it.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Silenced => "原来会答，现在不答",
            Kind::Replaced => "答案换了出处",
            Kind::Answered => "原来不答，现在会答",
            Kind::Rerouted => "仍不直接回答，处理方式变了",
            Kind::Reworded => "出处相同，文字变了",
        }
    }

    fn of(before: &Said, after: &Said) -> Option<Kind> {
        match (before.answered, after.answered) {
            (true, false) => Some(Kind::Silenced),
            (false, true) => Some(Kind::Answered),
            (true, true) if before.entries != after.entries => Some(Kind::Replaced),
            (true, true) => (before.reply != after.reply).then_some(Kind::Reworded),
            (false, false) => {
                let way = |said: &Said| (said.decision, said.reason, said.options.clone());
                (way(before) != way(after)).then_some(Kind::Rerouted)
            }
        }
    }
}

/// A question that fares differently.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// The buyer's words; of a real question masked.
    pub question: String,
    /// Product of the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Where its label stands, `golden.csv:12`; `None` for a real question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Verdict before and after, for a golden question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdicts: Option<[Verdict; 2]>,
    /// Whether it is the thresholds' doing alone, where those before rested on few labels: shown, never held against
    /// a snapshot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recalibrated: bool,
    /// Whether it came out worse only because other labels moved the thresholds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follows: bool,
    /// Whether none of the entries that it expects is there any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// How often it was asked.
    pub times: u32,
    /// What is different.
    pub kind: Kind,
    /// What was said.
    pub before: Said,
    /// What is said.
    pub after: Said,
}

impl Shift {
    /// Whether a golden question came out worse.
    pub fn is_worse(&self) -> bool {
        !self.recalibrated && self.verdicts.is_some_and(|[before, after]| after > before)
    }

    /// Whether what came out worse is still there to be clicked: the answer of before leads the options. Where another
    /// entry leads them, that one has taken the question.
    pub fn is_weaker(&self) -> bool {
        let own = |id: &String| self.before.entries.contains(id);
        let offered =
            |id: &String| self.after.options.contains(id) || self.after.entries.contains(id);
        self.is_worse()
            && self.verdicts == Some([Verdict::Right, Verdict::Clarified])
            && self.after.options.first().is_some_and(own)
            && self.before.entries.iter().all(offered)
    }
}

/// A label that is new, or was changed, and that the candidate answers with something else: either it is wrong, or it
/// shows what is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suspect {
    /// The question.
    pub question: String,
    /// Where its label stands.
    pub place: String,
    /// Entries that it expects; empty: a person, or a question back.
    pub expected: Vec<String>,
    /// What is said.
    pub said: Said,
}

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

/// What two snapshots answer differently.
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
    /// How many of those are no golden questions any more.
    #[serde(default)]
    pub golden_removed: usize,
    /// Real questions asked, repeats counted.
    pub real: usize,
    /// Questions that fare differently: golden ones that came out worse first, then by kind.
    pub shifts: Vec<Shift>,
    /// Thresholds that moved.
    pub thresholds: Vec<Threshold>,
    /// New and changed labels that are answered with something else.
    #[serde(default)]
    pub suspects: Vec<Suspect>,
}

impl Comparison {
    /// Golden questions that came out worse.
    pub fn worse(&self) -> impl Iterator<Item = &Shift> {
        self.shifts.iter().filter(|shift| shift.is_worse())
    }

    /// What changed, in the order in which people read it, each group with its title: first what came out worse.
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

    /// How many real questions (repeats counted) lost or changed their answer. Another wording of the same entries, and
    /// an answer where there was none, are what a merchant's edit is for and not counted.
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

/// Asks both engines the golden questions and the real ones, on all cores. Real questions must be masked.
///
/// Golden questions are those of `after`, as its merchant wants them answered, at `now` where they name no moment; and
/// those of `before` that were removed, since a lost file must not silence them. What was removed with all the entries
/// that it expects is not asked.
pub fn compare(before: &Engine, after: &Engine, now: Timestamp, real: &[Question]) -> Comparison {
    let of = |engine: &Engine| golden::asked(&engine.snapshot.shop.golden, now);
    let (old, mut golden) = (of(before), of(after));
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
    // Stable: within a group the order of the questions stays.
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

/// Whether what a golden question expects can still come.
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
    /// `before` with the thresholds of `after`, where its own rest on few labels.
    rethresholded: Option<Engine>,
}

impl<'e> Comparing<'e> {
    fn new(before: &'e Engine, after: &'e Engine) -> Self {
        let few = rests_on_little(&before.calibration, &after.calibration);
        let rethresholded = few.then(|| {
            Engine::new(before.snapshot.clone(), before.encoder)
                .with_calibration(after.calibration.clone())
        });
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

/// Each question once, with how often it was asked, in the order of first asking.
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
    let all = |engine: &Engine| -> BTreeMap<String, f64> {
        let calibration = &engine.calibration;
        let default = [("default".to_string(), calibration.default)];
        calibration
            .thresholds
            .clone()
            .into_iter()
            .chain(default)
            .collect()
    };
    let (old, new) = (all(before), all(after));
    let categories: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let threshold = |category: &String| Threshold {
        category: category.clone(),
        before: old
            .get(category)
            .copied()
            .unwrap_or(before.calibration.default),
        after: new
            .get(category)
            .copied()
            .unwrap_or(after.calibration.default),
    };
    categories
        .into_iter()
        .map(threshold)
        .filter(|threshold| threshold.before != threshold.after)
        .collect()
}
