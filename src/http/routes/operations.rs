//! For operators: liveness, readiness, version, metrics.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{ApiError, Shared};

/// What runs here.
#[derive(Debug, Serialize, ToSchema)]
pub struct Version {
    /// `zhike`.
    pub name: &'static str,
    /// Version.
    pub version: &'static str,
}

/// The process runs.
#[utoipa::path(get, path = "/livez", tag = "operations", responses((status = 200, body = String)))]
pub async fn livez() -> &'static str {
    "ok\n"
}

/// The store answers and every shop has a live snapshot.
#[utoipa::path(get, path = "/readyz", tag = "operations",
    responses((status = 200, body = String), (status = 503, body = crate::http::Problem)))]
pub async fn readyz(State(app): State<Shared>) -> Result<&'static str, ApiError> {
    let unready =
        |detail: &str| ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", detail);
    if *app.closing.borrow() {
        return Err(unready("the server is closing"));
    }
    if let Err(error) = app.store.ping().await {
        tracing::error!(%error, "not ready");
        return Err(unready("the database does not answer"));
    }
    if !app.shops.all_live() {
        return Err(unready("a shop has no live snapshot yet"));
    }
    Ok("ok\n")
}

/// The version.
#[utoipa::path(get, path = "/version", tag = "operations", responses((status = 200, body = Version)))]
pub async fn version() -> Json<Version> {
    Json(Version {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Figures in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, body = String)))]
pub async fn metrics(State(app): State<Shared>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, kind)], app.metrics.text()).into_response()
}
