//! The proof that turns the body of an API reply into a record, and the reader of records.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;
use utoipa::ToSchema;

use super::{AskedAs, Record, hash, plain};
use crate::RULES;
use crate::answer::{Decision, Engine, Question};
use crate::index::snapshot::Manifest;
use crate::text::pii;

/// What a reply of the HTTP API holds beside the decision: with both, `zhike replay` makes it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Proof {
    /// Shop id.
    pub shop: String,
    /// What was asked, masked, with the moment and all that the talk added.
    #[schema(value_type = Object)]
    pub question: AskedAs,
    /// How many candidates were asked for.
    pub candidates: usize,
    /// SHA-256 (hex) of the snapshot's manifest.
    pub manifest: String,
    /// Version of zhike that decided.
    pub version: String,
    /// Version of its rules.
    pub rules: String,
    /// SHA-256 (hex) of all of the above and the decision.
    pub seal: String,
}

impl Proof {
    /// Seals the decision of `engine` on `question` as the buyer gets it. `manifest` is [`Proof::manifest_of`] the
    /// snapshot. What looks like personal data is masked, but not the ids that the shop knows.
    pub fn of(
        engine: &Engine,
        manifest: &str,
        question: &Question,
        decision: &Decision,
        candidates: usize,
    ) -> Proof {
        let mut proof = Proof {
            shop: engine.snapshot.manifest.shop.clone(),
            question: AskedAs::from(question).masked(engine),
            candidates,
            manifest: manifest.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: RULES.to_owned(),
            seal: String::new(),
        };
        proof.seal = proof.clone().with(decision).computed_seal();
        proof
    }

    /// The hash that identifies a snapshot.
    pub fn manifest_of(manifest: &Manifest) -> String {
        hash(manifest)
    }

    /// The record of a decision.
    fn with(self, decision: &Decision) -> Record {
        let mut decision = plain(decision);
        // Masking a masked text changes nothing. A caller that kept the body may have masked it.
        for part in &mut decision.parts {
            part.question = pii::mask(&part.question);
        }
        Record {
            shop: self.shop,
            question: self.question,
            decision,
            candidates: self.candidates,
            manifest: self.manifest,
            version: self.version,
            rules: self.rules,
            seal: self.seal,
        }
    }
}

/// Why a text is not a record.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// It is no JSON, or a field has the wrong type.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// It is a receipt without question and decision.
    #[error(
        "this is the `receipt` of a reply alone, which names the snapshot but neither question nor seal; give the whole \
         body of the reply, or what `ask --receipt` wrote"
    )]
    ReceiptAlone,
    /// It is a decision without a proof.
    #[error(
        "this is a decision without `proof`; replies of the HTTP API have one where the snapshot decided, and \
         `ask --receipt FILE` writes one"
    )]
    NoProof,
    /// It is something else.
    #[error("it holds neither a record of `ask --receipt` nor the body of a reply")]
    Strange,
}

/// Reads a record that `ask --receipt` wrote, or the body of an HTTP API reply, including a message of a conversation.
///
/// # Errors
/// [`Unreadable`] if the text is not a record.
pub fn read(json: &str) -> Result<Record, Unreadable> {
    let mut value: Value = serde_json::from_str(json.trim_start_matches('\u{feff}'))?;
    let Some(body) = value.as_object_mut() else {
        return Err(Unreadable::Strange);
    };
    if body.contains_key("seal") {
        return Ok(serde_json::from_value(value)?);
    }
    let proof = body.remove("proof").filter(|proof| !proof.is_null());
    // A message of a conversation contains the decision; a reply is one.
    let decision = match body.get("decision") {
        Some(inner @ Value::Object(_)) => inner.clone(),
        Some(_) => value,
        None if is_receipt(body) => return Err(Unreadable::ReceiptAlone),
        None => return Err(Unreadable::Strange),
    };
    let proof: Proof = serde_json::from_value(proof.ok_or(Unreadable::NoProof)?)?;
    let decision: Decision = serde_json::from_value(decision)?;
    Ok(proof.with(&decision))
}

fn is_receipt(body: &Map<String, Value>) -> bool {
    let keys = ["snapshot", "entries", "rule"];
    keys.iter().all(|key| body.contains_key(*key))
}
