//! The handlers, by audience.

pub mod answer;
pub mod changes;
pub mod console;
pub mod conversations;
pub mod desk;
pub mod entries;
pub mod keys;
pub mod operations;
pub mod publishing;
pub mod search;
pub mod sessions;

use std::sync::Arc;

use super::{ApiError, App, Live};

/// What is live of a shop.
///
/// # Errors
/// 404 where there is no such shop, 503 where it has no snapshot yet.
pub(super) fn live(app: &App, shop: &str) -> Result<Arc<Live>, ApiError> {
    app.shops.live(shop).ok_or_else(|| {
        if !app.shops.knows(shop) {
            return ApiError::no_shop(shop);
        }
        ApiError::new(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            "not-built",
            format!("the shop {shop} has no live snapshot; build one with `zhike index {shop}`"),
        )
    })
}
