//! What makes the body of an API reply a record, and records read back from whatever holds one.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;
use utoipa::ToSchema;

use super::{AskedAs, Record, hash, plain};
use crate::RULES;
use crate::answer::{Decision, Question};
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
    /// Seals the decision on `question` as the buyer is told it; `manifest` is [`Proof::manifest_of`] the snapshot.
    pub fn new(
        shop: &str,
        manifest: &str,
        question: &Question,
        decision: &Decision,
        candidates: usize,
    ) -> Proof {
        let mut proof = Proof {
            shop: shop.to_owned(),
            question: AskedAs::from(question).masked(),
            candidates,
            manifest: manifest.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: RULES.to_owned(),
            seal: String::new(),
        };
        proof.seal = proof.clone().with(decision).computed_seal();
        proof
    }

    /// The hash by which a snapshot is known.
    pub fn manifest_of(manifest: &Manifest) -> String {
        hash(manifest)
    }

    /// The record of a decision.
    fn with(self, decision: &Decision) -> Record {
        let mut decision = plain(decision);
        // A mask over a mask is the mask: whoever kept the body may have masked it.
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

/// Why a text is no record.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// No JSON, or a field of another kind.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// A receipt without what was asked and decided.
    #[error(
        "this is the `receipt` of a reply alone, which names the snapshot but neither question nor seal; give the whole \
         body of the reply, or what `ask --receipt` wrote"
    )]
    ReceiptAlone,
    /// A decision without a proof.
    #[error(
        "this is a decision without `proof`; replies of the HTTP API have one where the snapshot decided, and \
         `ask --receipt FILE` writes one"
    )]
    NoProof,
    /// Nothing of ours.
    #[error("it holds neither a record of `ask --receipt` nor the body of a reply")]
    Strange,
}

/// Reads a record: as `ask --receipt` wrote it, or from the body of a reply of the HTTP API, of a message in a talk too.
///
/// # Errors
/// [`Unreadable`].
pub fn read(json: &str) -> Result<Record, Unreadable> {
    let mut value: Value = serde_json::from_str(json.trim_start_matches('\u{feff}'))?;
    let Some(body) = value.as_object_mut() else {
        return Err(Unreadable::Strange);
    };
    if body.contains_key("seal") {
        return Ok(serde_json::from_value(value)?);
    }
    let proof = body.remove("proof").filter(|proof| !proof.is_null());
    // A message in a talk holds the decision, a reply is one.
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
