//! The trace of a decision, for `explain`. Only this file knows its shape.

use serde_json::{Value, json};

use super::part::Decided;
use super::piece::{Found, Heard};
use crate::answer::conditions::{Fit, fit};
use crate::answer::product::{Asked, Subject};
use crate::text::normalise;

/// How many candidates a trace shows with their features.
const SHOWN: usize = 10;

/// The trace of a message: the steps of normalisation, then its questions in order.
pub(super) fn message(text: &str, decided: &[Decided]) -> Value {
    let pieces: Vec<_> = decided.iter().map(|piece| &piece.trace).collect();
    json!({"normalisation": normalise::trace(text), "pieces": pieces})
}

/// A question that was decided without searching the knowledge.
pub(super) fn heard(heard: &Heard<'_>) -> Value {
    json!({
        "question": heard.piece.text,
        "normalised": heard.piece.normalised,
        "read_with": heard.piece.context,
        "guards": heard.guards,
    })
}

/// A question with all that was found for it.
pub(super) fn found(heard: &Heard<'_>, found: &Found) -> Value {
    let snapshot = &heard.engine.snapshot;
    let words = snapshot.segmenter.cut(&heard.piece.normalised);
    let mut seen = self::heard(heard);
    seen["subject"] = subject(&heard.asked);
    seen["words"] = words.iter().map(|token| token.text).collect();
    seen["dense"] = json!(found.pool.dense);
    seen["candidates"] = found
        .ranked
        .iter()
        .take(SHOWN)
        .map(|candidate| {
            json!({
                "id": snapshot.entries[candidate.entry as usize].id,
                "score": candidate.score,
                "confidence": candidate.confidence,
                "features": candidate.features,
                "matched": candidate.unit.map(|unit| &snapshot.units.texts[unit as usize]),
            })
        })
        .collect();
    seen["overridden"] = json!(found.overridden);
    seen["failed"] = failed(heard, found);
    if let Some(proposal) = &found.proposal {
        seen["proposal"] = json!({
            "rule": proposal.rule,
            "confidence": proposal.confidence,
            "trace": proposal.trace,
        });
    }
    seen
}

/// The ids of the products that a question is about, and how they were recognised.
fn subject(asked: &Asked<'_>) -> Value {
    let id = |index: &u32| asked.product_at(*index).id.as_str();
    match &asked.subject {
        Subject::None => Value::Null,
        Subject::One { product, how } => json!({"product": id(product), "how": how.as_str()}),
        Subject::Several(products) => {
            json!({"products": products.iter().map(id).collect::<Vec<_>>()})
        }
    }
}

/// Entries that were found but do not apply, each with the condition that failed.
fn failed(heard: &Heard<'_>, found: &Found) -> Value {
    let engine = heard.engine;
    let failed = found.pool.found.iter().filter_map(|candidate| {
        let entry = &engine.snapshot.entries[candidate.entry as usize];
        let condition = match fit(engine, entry, &found.talk) {
            Fit::Fails(condition) => condition,
            Fit::NotInForce => "window",
            Fit::Applies | Fit::Unknown => return None,
        };
        Some(json!({"id": entry.id, "condition": condition}))
    });
    failed.collect()
}
