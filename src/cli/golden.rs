//! The results of a build's golden questions, as text and as JSON.

use serde_json::{Value, json};

use crate::answer::Reason;
use crate::eval::Verdict;
use crate::eval::outcome::{Expected, Labelled};

/// The most failing questions shown in a terminal. JSON and `zhike eval` have all.
const SHOWN: usize = 12;

/// `110 golden questions: 98 正确, …`.
pub(super) fn tally(golden: &[Labelled]) -> String {
    let counts: Vec<String> = counts(golden)
        .map(|(verdict, count)| format!("{} {count}", verdict.label()))
        .collect();
    if golden.is_empty() {
        return "no golden questions (golden.csv)".to_owned();
    }
    format!("{} golden questions: {}", golden.len(), counts.join(", "))
}

/// The number of questions with each verdict, from best to worst.
fn counts(golden: &[Labelled]) -> impl Iterator<Item = (Verdict, usize)> {
    Verdict::ALL
        .into_iter()
        .map(|verdict| {
            let count = golden.iter().filter(|one| one.verdict() == verdict).count();
            (verdict, count)
        })
        .filter(|(_, count)| *count > 0)
}

/// The questions with an unexpected outcome, one line each.
pub(super) fn failing(golden: &[Labelled]) -> impl Iterator<Item = String> {
    let failing: Vec<&Labelled> = unlike(golden).collect();
    let more = failing.len().saturating_sub(SHOWN);
    let lines: Vec<String> = failing.iter().take(SHOWN).map(|one| line(one)).collect();
    let rest = (more > 0).then(|| format!("  … 另有 {more} 条，zhike eval 列出全部"));
    lines.into_iter().chain(rest)
}

fn line(one: &Labelled) -> String {
    let got = got(one);
    format!(
        "  [{}] {}（{}） 预期 {}，得到 {} {}",
        one.verdict().label(),
        one.question,
        one.place,
        expected(&one.expected),
        decision(one),
        got.join(" + ")
    )
    .trim_end()
    .to_owned()
}

/// Counts by verdict, and each failing question with its actual outcome.
pub(super) fn summary(golden: &[Labelled]) -> Value {
    let verdicts: serde_json::Map<String, Value> = counts(golden)
        .filter_map(|(verdict, count)| {
            let name = serde_json::to_value(verdict).ok()?;
            Some((name.as_str()?.to_owned(), json!(count)))
        })
        .collect();
    let failing: Vec<Value> = unlike(golden)
        .map(|one| {
            json!({
                "question": one.question,
                "place": one.place,
                "verdict": one.verdict(),
                "expected": expected(&one.expected),
                "decision": decision(one),
                "got": got(one),
            })
        })
        .collect();
    json!({"total": golden.len(), "verdicts": verdicts, "failing": failing})
}

fn unlike(golden: &[Labelled]) -> impl Iterator<Item = &Labelled> {
    golden.iter().filter(|one| one.verdict() != Verdict::Right)
}

/// The label as written in `golden.csv`.
fn expected(expected: &Expected) -> String {
    let entries = || expected.ids().collect::<Vec<_>>().join("|");
    expected.outcome().unwrap_or_else(entries)
}

/// `answer`, `clarify`, `handoff:no_match`.
fn decision(one: &Labelled) -> String {
    match one.reason.map(Reason::as_str) {
        Some(reason) => format!("{}:{reason}", one.decision.as_str()),
        None => one.decision.as_str().into(),
    }
}

/// The entries in the answer, or else in the options.
fn got(one: &Labelled) -> Vec<&str> {
    let answered: Vec<&str> = one
        .answered()
        .flat_map(|part| &part.entries)
        .map(String::as_str)
        .collect();
    match answered.is_empty() {
        true => one.options.iter().map(String::as_str).collect(),
        false => answered,
    }
}
