//! What a reader of structured knowledge (specs, size charts, products) proposes for a question.

use super::types::{ChoiceOption, Outcome, Reason};

/// An answer, a question back or a handoff, before scripts are added and sources are filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What to do.
    pub decision: Outcome,
    /// Text for the buyer; every fact in it stands verbatim in the knowledge. Empty if a script says everything: for a
    /// handoff, or for the question which product is meant.
    pub reply: String,
    /// Probability, 0..1, that this is what the buyer wants to know and that it is correct.
    pub confidence: f64,
    /// The reason of a handoff.
    pub reason: Option<Reason>,
    /// The entries that hold the facts.
    pub facts: Vec<Fact>,
    /// Options of a `clarify`.
    pub options: Vec<ChoiceOption>,
    /// The rule that decided, for the receipt: `spec`, `spec.value`, `size`, `size.ask`, `product.ask`, `goes_with` …
    pub rule: &'static str,
    /// How the proposal came about, for the trace; one line per step.
    pub trace: Vec<String>,
}

/// An entry that a reply quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Entry id.
    pub entry: String,
    /// Row in the entry's file, if it differs from the entry's own row (a row of a size chart).
    pub row: Option<u32>,
    /// The text quoted, if it is not the whole entry (a row of a size chart).
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

    /// Whether this is an answer that only repeats what was `told`.
    pub fn says_no_more_than(&self, told: &[Fact]) -> bool {
        self.decision == Outcome::Answer
            && !self.facts.is_empty()
            && self.facts.iter().all(|fact| told.contains(fact))
    }
}
