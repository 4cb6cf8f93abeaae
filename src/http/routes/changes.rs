//! Changes to the merchant's own files: reviewed, tried, and then written on a person's order.

use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::publishing::work;
use super::to_the_end;
use crate::conversation::store::LessonState;
use crate::http::auth::{Caller, Merchant};
use crate::http::body::Body;
use crate::http::works::AmendOrder;
use crate::http::{ApiError, Shared};
use crate::publish::amend::{Review, Wanted};

/// A change, as a person asks for it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChangeRequest {
    /// What is to be changed.
    #[serde(flatten)]
    pub wanted: Wanted,
    /// `base` of the review that a person has seen: a file that has changed since is then left alone.
    #[serde(default)]
    pub base: Option<String>,
    /// Write the file; false: only look and try.
    #[serde(default)]
    pub write: bool,
    /// The learning item that this takes up; it counts as accepted once the file is written.
    #[serde(default)]
    pub lesson: Option<String>,
}

/// Tries a change to the shop's own files, and with `write` writes it: one row, every other byte as it was. The shop
/// with the change is built beside the live one and asked the golden questions; 409 where they come out worse. What
/// was written goes live with the next rebuild.
#[utoipa::path(post, path = "/v1/shops/{shop}/changes", tag = "merchants", params(("shop" = String, Path)),
    request_body = ChangeRequest, responses((status = 200, body = Review)))]
pub async fn change(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    Merchant(caller): Merchant,
    Body(request): Body<ChangeRequest>,
) -> Result<Json<Review>, ApiError> {
    to_the_end(change_files(app, shop, caller, request)).await
}

async fn change_files(
    app: Shared,
    shop: String,
    caller: Caller,
    request: ChangeRequest,
) -> Result<Json<Review>, ApiError> {
    let order = AmendOrder {
        shop: shop.clone(),
        wanted: request.wanted,
        base: request.base,
        write: request.write,
    };
    let action = match &order.wanted {
        Wanted::AddPhrasing { .. } => "change.phrasing",
        Wanted::AddEntry { .. } => "change.entry",
        Wanted::AddGolden { .. } => "change.golden",
    };
    let _turn = app.shops.turn(&shop).await;
    // A repeated request finds the change already written and changes nothing, so no idempotency key is needed.
    let review = work(&app, move |works| works.amend(&order, Timestamp::now())).await?;
    let by = &caller.holder.name;
    let now = Timestamp::now();
    if review.written {
        let place = format!("{}:{}", review.file, review.row);
        app.store
            .audit(by, action, &shop, &place, &review.after, now)
            .await?;
    }
    if let Some(lesson) = request
        .lesson
        .filter(|_| review.written || (request.write && review.unchanged))
    {
        app.store
            .decide_lesson(&shop, &lesson, LessonState::Accepted, by, now)
            .await?;
    }
    Ok(Json(review))
}
