//! The rules by which questions are decided, by the names that receipts give them.
//!
//! Here stand the rules that something else goes by: another step of the decision, a replay, an explanation. A rule
//! that only its receipt names stands where it decides.

/// Small talk was answered by a script.
pub const SCRIPT: &str = "script";
/// Options were offered.
pub const CLARIFY: &str = "clarify";
/// What was found was not sure enough.
pub const THRESHOLD: &str = "threshold";
/// Nothing was found that may answer.
pub const NO_CANDIDATE: &str = "no_candidate";
/// What would have been the answer is not in force.
pub const NOT_IN_FORCE: &str = "not_in_force";
/// The question is an intent that no text of the shop answers.
pub const INTENT: &str = "intent";
/// The buyer chose an option.
pub const CHOSEN: &str = "chosen";
/// The same was asked again, or nothing was found several times in a row.
pub const REPEATED: &str = "repeated";
/// The buyer asks for a person.
pub const REQUESTED: &str = "guard.requested";
/// The buyer complains.
pub const COMPLAINT: &str = "guard.complaint";
/// The question is risky and nothing of that kind answers it.
pub const RISK: &str = "guard.risk";
/// The buyer's own order is asked about.
pub const ORDER_SPECIFIC: &str = "guard.order_specific";
/// A fact is asked for that changes by the minute.
pub const VOLATILE_FACT: &str = "guard.volatile_fact";
/// The merchant wants a person to answer what holds such a word.
pub const SENSITIVE: &str = "guard.sensitive";
/// Specs answered by name.
pub const SPEC: &str = "spec";
/// A product lacks the spec that is asked for.
pub const MISSING: &str = "spec.missing";
/// A value names the thing that is asked for.
pub const VALUE: &str = "spec.value";
/// It is asked which product is meant.
pub const ASK_PRODUCT: &str = "product.ask";
/// A measure is asked for, to advise a size.
pub const ASK_MEASURE: &str = "size.ask";

/// Whether a guard passed the question to a person, whatever the knowledge says.
pub fn is_guard(rule: &str) -> bool {
    rule.starts_with("guard.")
}

/// Whether specs answered, or the lack of them.
pub fn is_spec(rule: &str) -> bool {
    rule == SPEC || rule.starts_with("spec.")
}

/// Whether a connector told a fact of the minute. Its entries have ids of the same form.
pub fn is_live(rule: &str) -> bool {
    rule.starts_with("connector")
}

/// Whether a question was offered options or passed on because nothing answers it surely, and not for what it says.
pub fn is_doubt(rule: &str) -> bool {
    matches!(rule, CLARIFY | THRESHOLD | NO_CANDIDATE)
}
