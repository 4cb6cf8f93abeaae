//! Live streams: server-sent events that a browser resumes by itself.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, stream};

use super::{ApiError, Shared};
use crate::conversation::events::Watcher;
use crate::conversation::store::Event;

/// A comment line this often keeps proxies from closing a quiet stream, and finds out who is gone.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Where a resumed stream goes on: `Last-Event-ID` of the browser, else the `after` that a page asks for.
pub fn resume_after(headers: &HeaderMap, asked: Option<i64>) -> Option<i64> {
    let header = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.parse().ok());
    header.or(asked)
}

/// Streams a shop's events, or with a `conversation` what its buyer may see.
///
/// # Errors
/// 503 where too many streams are open.
pub async fn events(
    app: &Shared,
    shop: &str,
    conversation: Option<&str>,
    after: Option<i64>,
) -> Result<Response, ApiError> {
    let watcher = Watcher::start(&app.store, shop, conversation, after).await?;
    let events = stream::unfold(watcher, |mut watcher| async move {
        match watcher.next().await {
            Ok(Some(event)) => Some((event, watcher)),
            Ok(None) => None,
            Err(error) => {
                // The browser comes back and resumes from the store.
                tracing::error!(%error, "live stream broke");
                None
            }
        }
    });
    respond(app, events.map(|event| frame(&event)))
}

/// Sends frames until they end, the caller goes or the server closes.
///
/// # Errors
/// 503 where too many streams are open.
pub fn respond(
    app: &Shared,
    frames: impl Stream<Item = Frame> + Send + 'static,
) -> Result<Response, ApiError> {
    let Ok(permit) = app.streams.clone().try_acquire_owned() else {
        let mut error = ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too-many-streams",
            "too many live streams are open; fetch the list now and then instead",
        );
        error.retry_after = Some(30);
        return Err(error);
    };
    let open = Open {
        app: app.clone(),
        _permit: permit,
    };
    open.app.metrics.streams.inc();
    let mut closing = app.closing.clone();
    let frames = frames.take_until(async move {
        // An error means that the server is gone already.
        let _ = closing.wait_for(|closing| *closing).await;
    });
    let frames = frames.map(move |frame| {
        let _held = &open;
        Ok::<_, Infallible>(frame)
    });
    let mut response = Sse::new(frames)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response();
    // nginx would otherwise gather events before it passes them on.
    response.headers_mut().insert(
        "x-accel-buffering",
        axum::http::HeaderValue::from_static("no"),
    );
    Ok(response)
}

/// Counts a stream while it lives.
struct Open {
    app: Shared,
    _permit: tokio::sync::OwnedSemaphorePermit,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.app.metrics.streams.dec();
    }
}

fn frame(event: &Event) -> Frame {
    let data = serde_json::json!({
        "seq": event.seq,
        "conversation": event.conversation,
        "kind": event.kind,
        "data": event.data,
        "at": event.at,
    });
    Frame::default()
        .id(event.seq.to_string())
        .event(&event.kind)
        .data(data.to_string())
}
