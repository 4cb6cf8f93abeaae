//! The proof of a stored reply, for the merchant who must show what a buyer was told.

use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::live;
use super::publishing::work;
use crate::answer::Decision;
use crate::conversation::store::StoreError;
use crate::http::auth::Agent;
use crate::http::{ApiError, Shared};
use crate::publish::replay::Proof;

/// A reply as it was given, with what proves it. `zhike replay` reads it as it comes.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptProof {
    /// The shop's name.
    pub shop_name: String,
    /// The shop's time zone.
    pub timezone: String,
    /// When the reply was given.
    #[schema(value_type = String, format = DateTime)]
    pub said_at: Timestamp,
    /// When the snapshot that answered went live; null where the history no longer tells.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    /// The decision: what was said, and from which file and row.
    pub decision: Decision,
    /// What was asked (masked), the snapshot by its hash, and the seal over all of it.
    pub proof: Proof,
}

/// The proof of a reply: what was asked (masked), what was said, from which file and row of which snapshot. 404 where no
/// snapshot decided: a person wrote it, or the talk itself was answered.
#[utoipa::path(get, path = "/v1/shops/{shop}/conversations/{id}/messages/{message}/proof", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path),
        ("message" = String, Path, description = "Id of the buyer's message or of the bot's reply to it")),
    responses((status = 200, body = KeptProof)))]
pub async fn proof(
    State(app): State<Shared>,
    Path((shop, id, message)): Path<(String, String, String)>,
    _: Agent,
) -> Result<Json<KeptProof>, ApiError> {
    let live = live(&app, &shop)?;
    let kept = app.store.kept_proof(&shop, &id, &message).await?;
    // What another version sealed and this one cannot read proves nothing here.
    let read = (
        serde_json::from_str::<Decision>(&kept.decision),
        serde_json::from_str::<Proof>(&kept.proof),
    );
    let (Ok(decision), Ok(proof)) = read else {
        return Err(StoreError::Missing {
            what: "proof of",
            id: message,
        }
        .into());
    };
    let snapshot = decision.receipt.snapshot.clone();
    let published_at = work(&app, move |works| Ok(works.went_live(&shop, &snapshot))).await?;
    let settings = live.settings();
    Ok(Json(KeptProof {
        shop_name: settings.name.clone(),
        timezone: settings.timezone.clone(),
        said_at: kept.at.timestamp(),
        published_at,
        decision,
        proof,
    }))
}
