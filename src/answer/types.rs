//! The input and output of an answer. [`Decision`] is the JSON of the HTTP API and of `ask --batch`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::knowledge::OrderState;

/// One buyer message, with what the channel knows about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// The buyer's words.
    pub text: String,
    /// Id of the product whose page the buyer came from.
    pub product: Option<String>,
    /// The moment the answer is for.
    pub at: Timestamp,
    /// The buyer's earlier messages, oldest first.
    pub previous: Vec<String>,
    /// State of the buyer's order.
    pub order_state: Option<OrderState>,
    /// Id of an entry that the buyer chose by clicking an option; it counts as an exact hit.
    pub chosen: Option<String>,
    /// Id of the buyer's order, where the channel knows it; else a number in the buyer's words counts. A reply shows its
    /// ends.
    pub order: Option<String>,
}

/// What zhike does with a question.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Replied from the knowledge.
    Answer,
    /// Options offered, or a missing measure or product asked for.
    Clarify,
    /// Passed to a person.
    Handoff,
}

impl Outcome {
    /// The name in the API, the store and labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Answer => "answer",
            Outcome::Clarify => "clarify",
            Outcome::Handoff => "handoff",
        }
    }
}

/// Why a talk is passed to a person; the first that fits, in this order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The buyer asks for a person.
    Requested,
    /// Anger, complaint, 12315, threat of a bad review.
    Complaint,
    /// Health, allergy, pregnancy, safety, authenticity, fraud, impostors, law.
    Risk,
    /// This buyer's order, parcel, refund.
    OrderSpecific,
    /// Price now, stock, anything that changes by the minute.
    VolatileFact,
    /// A sensitive word.
    Sensitive,
    /// Only knowledge outside its window.
    NotInForce,
    /// The same again, or misses in a row.
    Repeated,
    /// Candidates, none sure.
    LowConfidence,
    /// Nothing on record.
    NoMatch,
}

impl Reason {
    /// Every reason, in order of precedence.
    pub const ALL: [Reason; 10] = [
        Reason::Requested,
        Reason::Complaint,
        Reason::Risk,
        Reason::OrderSpecific,
        Reason::VolatileFact,
        Reason::Sensitive,
        Reason::NotInForce,
        Reason::Repeated,
        Reason::LowConfidence,
        Reason::NoMatch,
    ];

    /// The name in the API, the store and labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Requested => "requested",
            Reason::Complaint => "complaint",
            Reason::Risk => "risk",
            Reason::OrderSpecific => "order_specific",
            Reason::VolatileFact => "volatile_fact",
            Reason::Sensitive => "sensitive",
            Reason::NotInForce => "not_in_force",
            Reason::Repeated => "repeated",
            Reason::LowConfidence => "low_confidence",
            Reason::NoMatch => "no_match",
        }
    }

    /// The reason with this name; `None` for an unknown name.
    pub fn named(name: &str) -> Option<Reason> {
        Reason::ALL
            .into_iter()
            .find(|reason| reason.as_str() == name)
    }
}

/// What a message of these parts comes to, and how sure that is: the least sure part counts.
pub(super) fn of_parts(parts: &[Part]) -> (Outcome, f64) {
    let outcome = parts.iter().map(|part| part.decision).max();
    let confidence = parts.iter().map(|part| part.confidence);
    (
        outcome.unwrap_or(Outcome::Handoff),
        confidence.fold(1.0, f64::min),
    )
}

/// The decision on one message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// `handoff` where any part hands off, else `clarify` where any part does, else `answer`.
    pub decision: Outcome,
    /// Text to send to the buyer.
    pub reply: String,
    /// Calibrated probability, 0..1, that the reply answers the question (the least of the parts).
    pub confidence: f64,
    /// One element per question in a compound message.
    pub parts: Vec<Part>,
    /// Options of a `clarify`.
    pub options: Vec<ChoiceOption>,
    /// Set where a part hands off.
    pub handoff: Option<Handoff>,
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// What is needed to replay the answer.
    pub receipt: Receipt,
    /// Microseconds spent.
    pub took_us: u64,
    /// The trace, where `explain` was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<serde_json::Value>,
}

/// The decision on one question of a compound message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// The part of the message, as the buyer wrote it.
    pub question: String,
    /// What was decided.
    pub decision: Outcome,
    /// Its share of the reply.
    pub reply: String,
    /// Calibrated probability, 0..1.
    pub confidence: f64,
    /// Reason, where this part hands off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Where the facts stand.
    pub sources: Vec<Source>,
}

/// Where a fact of a reply stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Source {
    /// Entry id.
    pub id: String,
    /// `faq`, `product`, `spec`, `policy`, `size`, `script` or `connector`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// The text, verbatim.
    pub snippet: String,
    /// Matches as character ranges `[start, end)` of `snippet`.
    pub highlights: Vec<[usize; 2]>,
    /// File relative to the shop's folder.
    pub file: String,
    /// 1-based row.
    pub row: u32,
    /// `valid_until` as written.
    pub valid_until: Option<String>,
}

/// An option of a `clarify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChoiceOption {
    /// Entry id (or product id) that a click chooses.
    pub id: String,
    /// What the button says.
    pub title: String,
}

/// A handoff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Handoff {
    /// Why.
    pub reason: Reason,
    /// Ticket id; empty where no conversation is kept (command line).
    pub ticket: String,
    /// What the buyer is told.
    pub message: String,
    /// Whether people answer at this moment.
    pub within_hours: bool,
}

/// A candidate entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    /// Entry id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Ranking score; comparable only within one question.
    pub score: f64,
    /// Calibrated probability, 0..1.
    pub confidence: f64,
}

/// What is needed to replay an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// Snapshot id.
    pub snapshot: String,
    /// Entries whose text the reply carries.
    pub entries: Vec<String>,
    /// The rule that decided, for example `faq`, `spec`, `size`, `guard.requested`.
    pub rule: String,
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Reason};

    #[test]
    fn names_are_those_of_the_api() {
        for outcome in [Outcome::Answer, Outcome::Clarify, Outcome::Handoff] {
            let written = serde_json::to_value(outcome).expect("a name");
            assert_eq!(written, outcome.as_str());
        }
        for reason in Reason::ALL {
            let written = serde_json::to_value(reason).expect("a name");
            assert_eq!(written, reason.as_str());
            assert_eq!(Reason::named(reason.as_str()), Some(reason));
        }
        assert_eq!(Reason::named("whatever"), None);
    }
}
