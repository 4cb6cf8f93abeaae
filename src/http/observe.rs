//! Wraps every request: its id, the server's bounds, one log line without anybody's words, its metrics, and errors as
//! problem+json.

use std::any::Any;
use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use jiff::Timestamp;
use tokio::time::timeout;
use tower::{Layer, ServiceExt};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use super::metrics::Route;
use super::{ApiError, App, Shared, limits};
use crate::text::pii;

/// The header with a request's id, in requests and responses.
const REQUEST_ID: &str = "x-request-id";

/// Runs a request and records the result.
pub async fn observe(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = method(request.method());
    // The route's pattern, not the address: addresses hold buyers' search words and tokens.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let mut response = with_problem(bounded(&app, request, next).await, &id);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    // A browser must never take JSON for a page.
    headers
        .entry(X_CONTENT_TYPE_OPTIONS)
        .or_insert(HeaderValue::from_static("nosniff"));
    let (status, took) = (response.status().as_u16(), started.elapsed());
    tracing::info!(
        request_id = id,
        method,
        route,
        status,
        us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    app.metrics.seconds.observe(took.as_secs_f64());
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

/// The name of a method for metrics. All unknown names are one.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Runs a request within the server's bounds: number at a time and duration. A panic ends only the request.
async fn bounded(app: &App, request: Request, next: Next) -> Response {
    let _begun = match limits::begin(app, request.uri().path()) {
        Ok(begun) => begun,
        Err(busy) => return busy.into_response(),
    };
    let answered = AssertUnwindSafe(answered(request, next)).catch_unwind();
    let most = Duration::from_secs(app.limits.request_seconds);
    match timeout(most, answered).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            tracing::error!("a handler panicked: {}", said(&*panic));
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(_elapsed) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it did not say why")
}

/// Runs a request and compresses the response if the caller accepts that. A live stream is not compressed, since that
/// would delay its events.
async fn answered(request: Request, next: Next) -> Response {
    if !request.headers().contains_key(ACCEPT_ENCODING) {
        return next.run(request).await;
    }
    let fit = DefaultPredicate::new().and(NotForContentType::new("text/event-stream"));
    let packing = CompressionLayer::new().compress_when(fit).layer(next);
    let packed: Result<_, Infallible> = packing.oneshot(request).await;
    match packed {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

/// The caller's id if it is harmless, else a new one.
fn request_id(request: &Request) -> String {
    let sent = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let harmless = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    // If a caller uses phone numbers as request ids, they must not get into the log.
    sent.filter(harmless)
        .filter(|id| !pii::is_telling_id(id))
        .map_or_else(new_id, str::to_owned)
}

/// A new id, ordered by time. It protects nothing, so the randomness of the hash maps is enough. Randomness from the
/// system would take as long as everything else for an id.
fn new_id() -> String {
    let millis = u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default();
    let random = [0, 1].map(|part: u8| RandomState::new().hash_one(part).to_le_bytes());
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&random.as_flattened()[..10]);
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &bytes);
    id.into_uuid().to_string()
}

/// Writes the body of an error, now that the request's id is known.
fn with_problem(mut response: Response, id: &str) -> Response {
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        let mut problem = error.respond(id);
        // Headers that a layer or handler set are kept.
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
