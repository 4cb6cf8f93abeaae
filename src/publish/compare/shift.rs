//! How one question is answered differently.

use serde::{Deserialize, Serialize};

use crate::answer::{Decision, Outcome, Reason};
use crate::eval::Verdict;

/// What a snapshot replies to a question, as far as a buyer or a merchant sees it.
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
    /// Whether at least one part of the message was answered.
    answered: bool,
}

impl Said {
    /// The reply in a `decision`.
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

/// How a question is answered differently, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It was answered and is no longer.
    Silenced,
    /// It is answered from other entries.
    Replaced,
    /// It was not answered and is now.
    Answered,
    /// It is still not answered, but differently: options instead of a handoff, or another reason.
    Rerouted,
    /// It is answered from the same entries in other words.
    Reworded,
}

impl Kind {
    /// All kinds, worst first.
    pub const ALL: [Kind; 5] = [
        Kind::Silenced,
        Kind::Replaced,
        Kind::Answered,
        Kind::Rerouted,
        Kind::Reworded,
    ];

    /// The name that a merchant's team reads.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Silenced => "原来会答，现在不答",
            Kind::Replaced => "答案换了出处",
            Kind::Answered => "原来不答，现在会答",
            Kind::Rerouted => "仍不直接回答，处理方式变了",
            Kind::Reworded => "出处相同，文字变了",
        }
    }

    /// The difference between two replies, if there is one.
    pub(super) fn of(before: &Said, after: &Said) -> Option<Kind> {
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

/// A question that is answered differently.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// The buyer's words; masked for a real question.
    pub question: String,
    /// Product of the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Place of its label, `golden.csv:12`; `None` for a real question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Verdict before and after, for a golden question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdicts: Option<[Verdict; 2]>,
    /// Whether only the thresholds changed the answer, and the earlier thresholds rested on few labels. Such a shift is
    /// shown but does not count against the candidate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recalibrated: bool,
    /// Whether it is worse only because other labels moved the thresholds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follows: bool,
    /// Whether none of the entries that it expects exists any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// How often it was asked.
    pub times: u32,
    /// What is different.
    pub kind: Kind,
    /// The reply before.
    pub before: Said,
    /// The candidate's reply.
    pub after: Said,
}

impl Shift {
    /// Whether the answer to a golden question became worse.
    pub fn is_worse(&self) -> bool {
        !self.recalibrated && self.verdicts.is_some_and(|[before, after]| after > before)
    }

    /// Whether the earlier answer can still be clicked, because it is the first option. If another entry is the first
    /// option, it has taken the question over.
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
