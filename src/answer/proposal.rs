//! What a reader of structured knowledge (specs, size charts, products) proposes for one question.

use super::types::{ChoiceOption, Outcome, Reason};

/// An answer, a question back or a handoff, before scripts are added and sources are filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What to do.
    pub decision: Outcome,
    /// Text for the buyer; facts in it stand verbatim in the knowledge. Empty where a script says all: of a handoff, or
    /// the question which product is meant.
    pub reply: String,
    /// Probability, 0..1, that this is what the buyer wants to know and that it is right.
    pub confidence: f64,
    /// Why, for a handoff.
    pub reason: Option<Reason>,
    /// Where the facts stand.
    pub facts: Vec<Fact>,
    /// Options of a `clarify`.
    pub options: Vec<ChoiceOption>,
    /// The rule that decided, for the receipt: `spec`, `spec.value`, `size`, `size.ask`, `product.ask`, `goes_with` …
    pub rule: &'static str,
    /// How it came about, a line each, for the trace.
    pub trace: Vec<String>,
}

/// An entry that a reply quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Entry id.
    pub entry: String,
    /// Row in the entry's file where it differs from the entry's own (a row of a size chart).
    pub row: Option<u32>,
    /// The text quoted where it is not the whole entry (a row of a size chart).
    pub snippet: Option<String>,
}

impl Fact {
    /// The whole of an entry.
    pub fn of(entry: String) -> Fact {
        Fact {
            entry,
            row: None,
            snippet: None,
        }
    }
}

impl Proposal {
    /// An answer with a confidence of `sure`; the facts of its reply are to be added.
    pub fn answer(reply: String, sure: f64, rule: &'static str, trace: String) -> Proposal {
        Proposal {
            decision: Outcome::Answer,
            reply,
            confidence: sure,
            reason: None,
            facts: Vec::new(),
            options: Vec::new(),
            rule,
            trace: vec![trace],
        }
    }

    /// A question back.
    pub fn clarify(reply: String, sure: f64, rule: &'static str, trace: String) -> Proposal {
        Proposal {
            decision: Outcome::Clarify,
            ..Proposal::answer(reply, sure, rule, trace)
        }
    }

    /// A person goes on; `reply` is what the buyer is told first, if anything.
    pub fn handoff(
        reason: Reason,
        reply: String,
        sure: f64,
        rule: &'static str,
        trace: String,
    ) -> Proposal {
        Proposal {
            decision: Outcome::Handoff,
            reason: Some(reason),
            ..Proposal::answer(reply, sure, rule, trace)
        }
    }

    /// Whether it answers with nothing but what was `told` already.
    pub fn says_no_more_than(&self, told: &[Fact]) -> bool {
        self.decision == Outcome::Answer
            && !self.facts.is_empty()
            && self.facts.iter().all(|fact| told.contains(fact))
    }
}
