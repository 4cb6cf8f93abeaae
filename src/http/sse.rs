//! Live streams: server-sent events, which browsers resume by themselves.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event as Frame, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt, stream};
use jiff::Timestamp;
use tokio::sync::watch;

use super::auth::Caller;
use super::{ApiError, Shared};
use crate::conversation::events::Watcher;
use crate::conversation::store::Event;

/// Interval of pings on a quiet stream. They keep proxies from closing it, detect callers that are gone, and tell pages
/// (live.js) that the line is not dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The event after which a stream resumes: the browser's `Last-Event-ID`, else the `after` of the request.
pub fn resume_after(headers: &HeaderMap, asked: Option<i64>) -> Option<i64> {
    let header = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.parse().ok());
    header.or(asked)
}

/// Streams a shop's events, or with a `conversation` what its buyer may see, as long as the key or session of `caller`
/// is valid. Without a caller it is the conversation's buyer who listens.
///
/// # Errors
/// 503 if too many streams are open.
pub async fn events(
    app: &Shared,
    shop: &str,
    conversation: Option<&str>,
    after: Option<i64>,
    caller: Option<&Caller>,
) -> Result<Response, ApiError> {
    let watcher = Watcher::start(&app.store, shop, conversation, after).await?;
    let events = stream::unfold(watcher, |mut watcher| async move {
        match watcher.next().await {
            Ok(Some(event)) => Some((event, watcher)),
            Ok(None) => None,
            Err(error) => {
                // The browser reconnects and resumes from the store.
                tracing::error!(%error, "live stream broke");
                None
            }
        }
    });
    let buyer = match caller {
        Some(_) => None,
        None => Some(format!("{shop}/{}", conversation.unwrap_or_default())),
    };
    open(app, events.map(|event| frame(&event)), caller, buyer)
}

/// Sends frames until they end, the caller leaves or loses access, or the server closes.
///
/// # Errors
/// 503 if too many streams are open.
pub fn respond(
    app: &Shared,
    frames: impl Stream<Item = Frame> + Send + 'static,
    caller: &Caller,
) -> Result<Response, ApiError> {
    open(app, frames, Some(caller), None)
}

/// As [`respond`], to a caller or to the `buyer` of a conversation.
fn open(
    app: &Shared,
    frames: impl Stream<Item = Frame> + Send + 'static,
    caller: Option<&Caller>,
    buyer: Option<String>,
) -> Result<Response, ApiError> {
    if !app.streams.take(buyer.as_deref()) {
        let detail = "too many live streams are open; fetch the list now and then instead";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return Err(ApiError::new(status, "too-many-streams", detail).after(30));
    }
    let open = Open {
        app: app.clone(),
        buyer,
    };
    open.app.metrics.streams.inc();
    let mut closing = app.closing.clone();
    let access = caller.map(|caller| Access::of(app, caller));
    let frames = frames.take_until(async move {
        tokio::select! {
            // An error means that the server is already gone.
            _ = closing.wait_for(|closing| *closing) => {}
            () = over(access) => {}
        }
    });
    let frames = frames.map(move |frame| {
        let _held = &open;
        Ok::<_, Infallible>(frame)
    });
    let mut response = Sse::new(frames)
        // An event and no comment: pages cannot see a comment, and so not tell a dead line from a quiet one.
        .keep_alive(
            KeepAlive::new()
                .interval(HEARTBEAT)
                .event(Frame::default().event("ping").data("1")),
        )
        .into_response();
    // Otherwise nginx would buffer events before it passes them on.
    response.headers_mut().insert(
        "x-accel-buffering",
        axum::http::HeaderValue::from_static("no"),
    );
    Ok(response)
}

/// The key or session of a stream's listener.
struct Access {
    app: Shared,
    ended: watch::Receiver<u64>,
    actor: String,
    session: Option<String>,
}

impl Access {
    fn of(app: &Shared, caller: &Caller) -> Access {
        Access {
            app: app.clone(),
            ended: app.access_ended.subscribe(),
            actor: caller.holder.actor.clone(),
            session: caller.session.clone(),
        }
    }
}

/// Returns once the key is revoked or the session has ended; never for a buyer's token. Another process may end them
/// too, so it also checks at each heartbeat.
async fn over(access: Option<Access>) {
    let Some(mut access) = access else {
        return std::future::pending().await;
    };
    loop {
        // The sender is in the app, which is alive here, so this cannot fail.
        let _ = tokio::time::timeout(HEARTBEAT, access.ended.changed()).await;
        let (actor, session) = (&access.actor, access.session.as_deref());
        match access
            .app
            .store
            .still_holds(actor, session, Timestamp::now())
            .await
        {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => tracing::warn!(%error, "could not look whether a stream may go on"),
        }
    }
}

/// Counts a stream as long as it exists.
struct Open {
    app: Shared,
    buyer: Option<String>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.app.streams.give_back(self.buyer.as_deref());
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
