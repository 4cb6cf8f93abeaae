//! The trace of a decision, for `explain`. Only this file knows its shape.

use serde_json::{Value, json};

use super::case::threshold;
use super::found::Found;
use super::part::Decided;
use super::piece::Heard;
use crate::answer::conditions::{Fit, fit};
use crate::answer::product::{Asked, Subject};
use crate::answer::rank::Ranked;
use crate::text::{measure, normalise};

/// How many candidates a trace shows with their features.
const SHOWN: usize = 10;

/// The trace of a message: the steps of normalisation, then its questions in order, each with what was decided on it.
pub(super) fn message(text: &str, decided: &[Decided]) -> Value {
    let pieces: Vec<Value> = decided.iter().map(piece).collect();
    json!({"normalisation": normalise::trace(text), "pieces": pieces})
}

/// A question with what was decided on it.
fn piece(decided: &Decided) -> Value {
    let mut piece = decided.trace.clone().unwrap_or_else(|| json!({}));
    piece["decision"] = json!({
        "outcome": decided.part.decision,
        "rule": decided.rule,
        "confidence": decided.part.confidence,
        "reason": decided.part.reason,
        "entries": decided.entries,
    });
    piece
}

/// A question that was decided without searching the knowledge.
pub(super) fn heard(heard: &Heard<'_>) -> Value {
    json!({
        "question": heard.piece.text,
        "normalised": heard.piece.normalised,
        "read_with": heard.piece.context,
        "guards": heard.guards,
        "measures": measures(heard),
    })
}

/// The measures in the question and the talk before it, as they were understood.
fn measures(heard: &Heard<'_>) -> Vec<Value> {
    let before = heard.piece.context.iter().map(String::as_str);
    let texts = before.chain([heard.piece.text.as_str()]);
    let readings = texts.flat_map(measure::measures);
    readings
        .map(|reading| {
            json!({
                "name": reading.measure.name(),
                "written": reading.written,
                "value": reading.value,
            })
        })
        .collect()
}

/// How far the best entry is above the second, and above the mean of the next three: its confidence comes from that.
fn margins(ranked: &[Ranked]) -> Value {
    let Some((best, others)) = ranked.split_first() else {
        return Value::Null;
    };
    let next: Vec<f32> = others.iter().take(3).map(|other| other.score).collect();
    let mean = (!next.is_empty()).then(|| next.iter().sum::<f32>() / next.len() as f32);
    json!({
        "over_second": next.first().map(|second| best.score - second),
        "over_next_three": mean.map(|mean| best.score - mean),
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
    let calibration = &heard.engine.calibration;
    seen["margin"] = margins(&found.ranked);
    seen["thresholds"] = json!({
        "answer": found.ranked.first().map(|best| threshold(heard.engine, best)),
        "clarify": calibration.clarify,
    });
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
