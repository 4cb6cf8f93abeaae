//! Around every request: its id, one log line without anybody's words, its figures, and faults as problem+json.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::Response;

use super::metrics::Route;
use super::{ApiError, Shared};
use crate::text::pii;

/// The header of a request's id, in and out.
pub const REQUEST_ID: &str = "x-request-id";

/// Runs a request and looks at what comes of it.
pub async fn observe(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = request.method().to_string();
    // The pattern, not the address: addresses hold buyers' search words and tokens.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let mut response = next.run(request).await;
    response = with_problem(response, &id);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let (status, seconds) = (response.status().as_u16(), started.elapsed().as_secs_f64());
    tracing::info!(
        request_id = id,
        method,
        route,
        status,
        ms = (seconds * 1e6).round() / 1e3,
        "request"
    );
    app.metrics.seconds.observe(seconds);
    app.metrics
        .requests
        .get_or_create(&Route {
            method,
            route,
            status,
        })
        .inc();
    response
}

/// The caller's id where it is harmless, else a new one.
fn request_id(request: &Request) -> String {
    let sent = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let harmless = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    // A caller who names requests by phone numbers must not get them into the log.
    let tells = |id: &&str| uuid::Uuid::parse_str(id).is_err() && pii::mask(id) != **id;
    sent.filter(harmless)
        .filter(|id| !tells(id))
        .map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned)
}

/// Writes a fault's body, now that the request's id is known.
fn with_problem(mut response: Response, id: &str) -> Response {
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        let mut problem = error.respond(id);
        // Headers that a layer or handler set stay.
        for (name, value) in response.headers() {
            if !problem.headers().contains_key(name) && name != "content-length" {
                problem.headers_mut().insert(name, value.clone());
            }
        }
        return problem;
    }
    let faulty = response.status().is_client_error() || response.status().is_server_error();
    let json = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json");
    match faulty && !json {
        true => ApiError::of_status(response.status()).respond(id),
        false => response,
    }
}
