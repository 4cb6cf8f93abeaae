//! The handlers, by audience.

pub mod answer;
pub mod changes;
pub mod console;
pub mod conversations;
pub mod desk;
pub mod entries;
pub mod keys;
pub mod operations;
pub mod passing;
pub mod proofs;
pub mod publishing;
pub mod search;
pub mod sessions;
mod taking;

use std::future::Future;
use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;

use super::{ApiError, App, Live};

/// Runs an act to its end, even if its caller goes away or the request times out. Otherwise the disk, the live snapshot
/// and the log could disagree.
pub(super) async fn to_the_end<T: Send + 'static>(
    act: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::spawn(act)
        .await
        .map_err(|error| ApiError::internal(&error))?
}

/// Does something slow on a thread of its own.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ApiError::internal(&error))
}

/// A place among those who decide, at most as many at once as there are cores; whoever drops it gives it back.
pub(super) async fn decider(app: &App) -> Result<OwnedSemaphorePermit, ApiError> {
    let deciders = app.deciders.clone().acquire_owned().await;
    deciders.map_err(|error| ApiError::internal(&error))
}

/// The live snapshot of a shop.
///
/// # Errors
/// 404 if there is no such shop, 503 if it has no snapshot yet.
pub(super) fn live(app: &App, shop: &str) -> Result<Arc<Live>, ApiError> {
    app.shops.live(shop).ok_or_else(|| {
        if !app.shops.knows(shop) {
            return ApiError::no_shop(shop);
        }
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not-built",
            format!("the shop {shop} has no live snapshot; build one with `zhike index {shop}`"),
        )
    })
}

/// A 201 response with a body.
pub(super) fn created<T: Serialize>(body: T) -> Response {
    (StatusCode::CREATED, Json(body)).into_response()
}
