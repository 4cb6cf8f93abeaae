//! A labelled question and its outcome.

use serde::{Deserialize, Serialize};

use crate::answer::{Candidate, Decision, Outcome, Reason};
use crate::knowledge::Expect;

/// The expected outcome of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// An answer from one of these entries. If zhike splits the message, all answers must be from them.
    Entries(Vec<String>),
    /// One list of alternatives for each question of the message. Each must be answered.
    Compound(Vec<Vec<String>>),
    /// Options, or a question back.
    Clarify,
    /// A handoff, for this reason if one is named. Also the label of questions that nothing on record answers.
    Handoff(Option<Reason>),
}

impl From<&Expect> for Expected {
    /// With a reason that zhike does not know (the knowledge readers report it), any handoff is right.
    fn from(expect: &Expect) -> Expected {
        match expect {
            Expect::Entries(ids) => Expected::Entries(ids.clone()),
            Expect::Clarify => Expected::Clarify,
            Expect::Handoff(reason) => Expected::Handoff(reason.as_deref().and_then(Reason::named)),
        }
    }
}

impl Expected {
    /// Whether an entry is expected. Such questions are in scope.
    pub fn in_scope(&self) -> bool {
        matches!(self, Expected::Entries(_) | Expected::Compound(_))
    }

    /// Whether `id` is an entry that answers the question or a part of it.
    pub fn names(&self, id: &str) -> bool {
        match self {
            Expected::Entries(ids) => ids.iter().any(|wanted| same(wanted, id)),
            Expected::Compound(parts) => parts.iter().flatten().any(|wanted| same(wanted, id)),
            Expected::Clarify | Expected::Handoff(_) => false,
        }
    }

    /// All entries in the label.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let (flat, nested): (&[String], &[Vec<String>]) = match self {
            Expected::Entries(ids) => (ids, &[]),
            Expected::Compound(parts) => (&[], parts),
            Expected::Clarify | Expected::Handoff(_) => (&[], &[]),
        };
        flat.iter()
            .chain(nested.iter().flatten())
            .map(String::as_str)
    }

    /// The label of an outcome without entries, as in `golden.csv`: `clarify`, `handoff`, `handoff:<reason>`.
    pub fn outcome(&self) -> Option<String> {
        match self {
            Expected::Clarify => Some("clarify".to_owned()),
            Expected::Handoff(None) => Some("handoff".to_owned()),
            Expected::Handoff(Some(reason)) => Some(format!("handoff:{}", reason.as_str())),
            Expected::Entries(_) | Expected::Compound(_) => None,
        }
    }

    /// The kind of outcome: the prefix of the entry's id, `clarify`, `handoff` or the handoff's reason.
    pub fn kind(&self) -> &str {
        match self {
            Expected::Clarify => "clarify",
            Expected::Handoff(None) => "handoff",
            Expected::Handoff(Some(reason)) => reason.as_str(),
            _ => self.ids().next().map_or("entries", |id| {
                id.split_once(':').map_or("entries", |(kind, _)| kind)
            }),
        }
    }
}

/// Whether a label names this entry, with or without the prefix of its kind.
fn same(label: &str, id: &str) -> bool {
    label == id || id.split_once(':').is_some_and(|(_, bare)| bare == label)
}

/// The decision on a part of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartOutcome {
    /// What was decided.
    pub decision: Outcome,
    /// Ids of the entries whose text its reply carries.
    pub entries: Vec<String>,
}

/// A labelled question with zhike's decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Labelled {
    /// The buyer's words.
    pub question: String,
    /// Whether its meaning depends on the talk before it or on the product in context.
    pub context: bool,
    /// The expected outcome.
    pub expected: Expected,
    /// The decision.
    pub decision: Outcome,
    /// The reason of a handoff.
    pub reason: Option<Reason>,
    /// The parts.
    pub parts: Vec<PartOutcome>,
    /// Entries offered as options.
    pub options: Vec<String>,
    /// Candidates, best first, at most ten.
    pub candidates: Vec<Candidate>,
    /// Budget category of the best candidate; empty if it has none.
    pub category: String,
    /// Place of the label, `golden.csv:12`; may be empty.
    pub place: String,
}

/// The result of comparing a decision with its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As expected.
    Right,
    /// The right entry is among the options, or zhike asked back where it should hand off.
    Clarified,
    /// Handed off as expected, but for another reason.
    OtherReason,
    /// Not answered although expected (or not asked back although expected).
    Missed,
    /// Answered with something other than expected, or answered although nothing should be.
    Wrong,
}

impl Verdict {
    /// All verdicts, from best to worst.
    pub const ALL: [Verdict; 5] = [
        Verdict::Right,
        Verdict::Clarified,
        Verdict::OtherReason,
        Verdict::Missed,
        Verdict::Wrong,
    ];

    /// The name for a merchant's team.
    pub fn label(self) -> &'static str {
        match self {
            Verdict::Right => "正确",
            Verdict::Clarified => "给出选项",
            Verdict::OtherReason => "转人工原因不同",
            Verdict::Missed => "未答",
            Verdict::Wrong => "答错",
        }
    }
}

impl Labelled {
    /// A decision with its label. At most ten candidates are kept; `category` gives the category of an entry.
    pub fn new(
        question: &str,
        expected: Expected,
        decision: Decision,
        category: &dyn Fn(&str) -> String,
    ) -> Labelled {
        let alone = decision.parts.len() == 1;
        let parts = decision.parts.iter().map(|part| {
            let mut entries: Vec<String> = part
                .sources
                .iter()
                .map(|source| source.id.clone())
                .collect();
            if entries.is_empty() && alone {
                entries.clone_from(&decision.receipt.entries);
            }
            PartOutcome {
                decision: part.decision,
                entries,
            }
        });
        let parts = match alone || !decision.parts.is_empty() {
            true => parts.collect(),
            false => vec![PartOutcome {
                decision: decision.decision,
                entries: decision.receipt.entries.clone(),
            }],
        };
        let mut candidates = decision.candidates;
        candidates.truncate(10);
        Labelled {
            question: question.to_owned(),
            context: false,
            expected,
            decision: decision.decision,
            reason: decision.handoff.map(|handoff| handoff.reason),
            parts,
            options: decision
                .options
                .into_iter()
                .map(|option| option.id)
                .collect(),
            category: candidates
                .first()
                .map(|best| category(&best.id))
                .unwrap_or_default(),
            candidates,
            place: String::new(),
        }
    }

    /// The answered parts.
    pub fn answered(&self) -> impl Iterator<Item = &PartOutcome> {
        self.parts
            .iter()
            .filter(|part| part.decision == Outcome::Answer)
    }

    /// The verdict. In a message of several questions one wrong part makes it wrong, and one right part among
    /// handed-off parts makes it right. A buyer who is handed off as expected does not count as answered.
    pub fn verdict(&self) -> Verdict {
        match &self.expected {
            Expected::Clarify => match self.decision {
                Outcome::Clarify => Verdict::Right,
                _ if self.answered().next().is_some() => Verdict::Wrong,
                _ => Verdict::Missed,
            },
            Expected::Handoff(reason) => match self.decision {
                Outcome::Handoff if reason.is_none() || *reason == self.reason => Verdict::Right,
                Outcome::Handoff => Verdict::OtherReason,
                _ if self.answered().next().is_some() => Verdict::Wrong,
                _ => Verdict::Clarified,
            },
            Expected::Entries(_) => self.verdict_on_entries(|right| right > 0),
            Expected::Compound(wanted) => self.verdict_on_entries(|_| {
                wanted.iter().all(|ids| {
                    self.answered()
                        .flat_map(|part| &part.entries)
                        .any(|id| ids.iter().any(|label| same(label, id)))
                })
            }),
        }
    }

    /// Wrong if a part is answered from an unexpected entry, right if the number of right parts is `enough`.
    fn verdict_on_entries(&self, enough: impl Fn(usize) -> bool) -> Verdict {
        let right = self
            .answered()
            .filter(|part| part.entries.iter().any(|id| self.expected.names(id)))
            .count();
        if right < self.answered().count() {
            return Verdict::Wrong;
        }
        match right {
            1.. if enough(right) => Verdict::Right,
            _ if self.options.iter().any(|id| self.expected.names(id)) => Verdict::Clarified,
            _ => Verdict::Missed,
        }
    }

    /// 1-based rank of the first expected entry among the candidates. A right answer without candidates has rank 1.
    pub fn rank(&self) -> Option<usize> {
        let found = self
            .candidates
            .iter()
            .position(|candidate| self.expected.names(&candidate.id));
        match found {
            Some(index) => Some(index + 1),
            None if self.candidates.is_empty()
                && self.expected.in_scope()
                && self.verdict() == Verdict::Right =>
            {
                Some(1)
            }
            None => None,
        }
    }

    /// Confidence of the best candidate, 0..1; 0 if there is none.
    pub fn confidence(&self) -> f64 {
        self.candidates
            .first()
            .map_or(0.0, |best| best.confidence.clamp(0.0, 1.0))
    }

    /// Whether confidence decided. False if a guard decided first (a request for a person, a complaint …), which no
    /// threshold changes.
    pub fn ranked(&self) -> bool {
        !self.candidates.is_empty()
            && matches!(
                self.reason,
                None | Some(Reason::LowConfidence | Reason::NoMatch | Reason::Repeated)
            )
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A labelled question for tests: `parts` as `answer:id+id`, `clarify:` or `handoff:`.
    pub(crate) fn labelled(
        expected: Expected,
        decision: Outcome,
        parts: &[&str],
        options: &[&str],
    ) -> Labelled {
        let parts = parts
            .iter()
            .map(|part| {
                let (decision, entries) =
                    part.split_once(':').expect("a decision before the colon");
                let entries = entries
                    .split('+')
                    .filter(|id| !id.is_empty())
                    .map(str::to_owned)
                    .collect();
                let decision = match decision {
                    "answer" => Outcome::Answer,
                    "clarify" => Outcome::Clarify,
                    _ => Outcome::Handoff,
                };
                PartOutcome { decision, entries }
            })
            .collect();
        Labelled {
            question: "问".into(),
            context: false,
            expected,
            decision,
            reason: (decision == Outcome::Handoff).then_some(Reason::NoMatch),
            parts,
            options: options.iter().map(|id| id.to_string()).collect(),
            candidates: Vec::new(),
            category: String::new(),
            place: String::new(),
        }
    }

    #[test]
    fn verdicts() {
        let entries =
            |ids: &[&str]| Expected::Entries(ids.iter().map(|id| id.to_string()).collect());
        let compound = |parts: &[&[&str]]| {
            Expected::Compound(
                parts
                    .iter()
                    .map(|ids| ids.iter().map(|id| id.to_string()).collect())
                    .collect(),
            )
        };
        use Outcome::{Answer, Clarify, Handoff};
        /// Expectation, decision, parts, options, verdict.
        type Row<'a> = (Expected, Outcome, &'a [&'a str], &'a [&'a str], Verdict);
        #[rustfmt::skip]
        let rows: &[Row<'_>] = &[
            (entries(&["faq:a"]), Answer, &["answer:faq:a"], &[], Verdict::Right),
            (entries(&["a"]), Answer, &["answer:faq:a"], &[], Verdict::Right),
            (entries(&["faq:a", "faq:b"]), Answer, &["answer:faq:b"], &[], Verdict::Right),
            (entries(&["faq:a"]), Answer, &["answer:faq:b"], &[], Verdict::Wrong),
            (entries(&["faq:a"]), Answer, &["answer:faq:a+script:caution"], &[], Verdict::Right),
            (entries(&["faq:a", "faq:b"]), Answer, &["answer:faq:a", "answer:faq:b"], &[], Verdict::Right),
            (entries(&["faq:a", "faq:b"]), Answer, &["answer:faq:a", "answer:faq:c"], &[], Verdict::Wrong),
            (entries(&["faq:a", "faq:b"]), Handoff, &["answer:faq:a", "handoff:"], &[], Verdict::Right),
            (entries(&["faq:a"]), Clarify, &["clarify:"], &["faq:b", "faq:a"], Verdict::Clarified),
            (entries(&["faq:a"]), Clarify, &["clarify:"], &["faq:b"], Verdict::Missed),
            (entries(&["faq:a"]), Handoff, &["handoff:"], &[], Verdict::Missed),
            (entries(&["script:greeting"]), Answer, &["answer:script:greeting"], &[], Verdict::Right),
            (compound(&[&["faq:a"], &["faq:b", "faq:c"]]), Answer, &["answer:faq:a", "answer:faq:c"], &[], Verdict::Right),
            (compound(&[&["faq:a"], &["faq:b"]]), Handoff, &["answer:faq:a", "handoff:"], &[], Verdict::Missed),
            (compound(&[&["faq:a"], &["faq:b"]]), Answer, &["answer:faq:a", "answer:faq:d"], &[], Verdict::Wrong),
            (Expected::Clarify, Clarify, &["clarify:"], &[], Verdict::Right),
            (Expected::Clarify, Answer, &["answer:faq:a"], &[], Verdict::Wrong),
            (Expected::Clarify, Handoff, &["handoff:"], &[], Verdict::Missed),
            (Expected::Handoff(None), Handoff, &["handoff:"], &[], Verdict::Right),
            (Expected::Handoff(Some(Reason::NoMatch)), Handoff, &["handoff:"], &[], Verdict::Right),
            (Expected::Handoff(Some(Reason::Risk)), Handoff, &["handoff:"], &[], Verdict::OtherReason),
            (Expected::Handoff(None), Clarify, &["clarify:"], &["faq:a"], Verdict::Clarified),
            (Expected::Handoff(None), Answer, &["answer:faq:a"], &[], Verdict::Wrong),
        ];
        for (expected, decision, parts, options, verdict) in rows {
            let row = labelled(expected.clone(), *decision, parts, options);
            assert_eq!(
                row.verdict(),
                *verdict,
                "{expected:?} {parts:?} {options:?}"
            );
        }
    }
}
