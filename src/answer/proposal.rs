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

impl Proposal {
    /// Whether it answers with nothing but what was `told` already.
    pub fn says_no_more_than(&self, told: &[Fact]) -> bool {
        self.decision == Outcome::Answer
            && !self.facts.is_empty()
            && self.facts.iter().all(|fact| told.contains(fact))
    }
}
