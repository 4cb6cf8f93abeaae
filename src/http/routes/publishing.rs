//! Versions of a shop: rebuild, list, roll back, compare.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::Event as Frame;
use axum::response::{IntoResponse, Response};
use futures::stream;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::{IntoParams, ToSchema};

use super::{blocking, to_the_end};
use crate::conversation::store::Slice;
use crate::http::auth::{Caller, Merchant, Scope};
use crate::http::body::{Ask, Paging, Raw, SentKey};
use crate::http::tasks::{self, Task, TaskState};
use crate::http::works::{RebuildOrder, SnapshotView, WorkError, Works};
use crate::http::{ApiError, Shared, sse};
use crate::knowledge::Finding;
use crate::text::pii;

/// Why a version is made.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct RebuildRequest {
    /// Why, for the history.
    #[serde(default)]
    pub message: String,
    /// Publish though the gate refuses; noted in the audit log.
    #[serde(default)]
    pub force: bool,
}

/// Which version becomes live.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct RollBackRequest {
    /// Snapshot id; absent: the one that was live when the present one was published.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// Why, for the history.
    #[serde(default)]
    pub message: String,
}

/// Why this version becomes live.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct PublishRequest {
    /// Why, for the history.
    #[serde(default)]
    pub message: String,
}

/// What is live now.
#[derive(Debug, Serialize, ToSchema)]
pub struct NowLive {
    /// Snapshot id.
    pub snapshot: String,
}

/// Versions of a shop.
#[derive(Debug, Serialize, ToSchema)]
pub struct Snapshots {
    /// Versions, newest first.
    pub items: Vec<SnapshotView>,
    /// How many.
    pub total: usize,
    /// The most that a page holds.
    pub limit: i64,
    /// Versions before this page.
    pub offset: i64,
}

/// Findings in a shop's files.
#[derive(Debug, Serialize, ToSchema)]
pub struct Findings {
    /// What is wrong, with file, row and remedy.
    #[schema(value_type = Vec<Object>)]
    pub items: Vec<Finding>,
    /// How many.
    pub total: usize,
    /// The most that a page holds.
    pub limit: i64,
    /// Findings before this page.
    pub offset: i64,
}

/// Two versions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Two {
    /// Snapshot id.
    pub a: String,
    /// Snapshot id.
    pub b: String,
}

/// Rebuilds a shop from its files: checks, builds, tries the golden questions, publishes.
#[utoipa::path(post, path = "/v1/shops/{shop}/rebuild", tag = "merchants",
    params(("shop" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Option<RebuildRequest>, responses((status = 202, body = Task)))]
pub async fn rebuild(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    Merchant(caller): Merchant,
    key: SentKey,
    Raw(body): Raw,
) -> Result<Response, ApiError> {
    let request = optional::<RebuildRequest>(&body)?;
    let key = key.hashed()?;
    let order = RebuildOrder {
        shop,
        by: caller.holder.name,
        message: pii::mask(&request.message),
        force: request.force,
        questions: Vec::new(),
    };
    let task = tasks::start(&app, order, key)?;
    let location = format!("/v1/tasks/{}", task.id);
    Ok((StatusCode::ACCEPTED, [("location", location)], Json(task)).into_response())
}

/// A rebuild's state.
#[utoipa::path(get, path = "/v1/tasks/{id}", tag = "merchants", params(("id" = String, Path)),
    responses((status = 200, body = Task)))]
pub async fn task(
    State(app): State<Shared>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Json<Task>, ApiError> {
    let task = watched(&app, &id, &caller)?.borrow().clone();
    Ok(Json(task))
}

/// Watches a rebuild: `progress` events, then one `done`.
#[utoipa::path(get, path = "/v1/tasks/{id}/events", tag = "merchants", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/event-stream", body = String)))]
pub async fn watch_task(
    State(app): State<Shared>,
    Path(id): Path<String>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let mut receiver = watched(&app, &id, &caller)?;
    receiver.mark_changed();
    let frames = stream::unfold(Some(receiver), |receiver| async move {
        let mut receiver = receiver?;
        receiver.changed().await.ok()?;
        let task = receiver.borrow_and_update().clone();
        let running = task.state == TaskState::Running;
        let frame = Frame::default().event(if running { "progress" } else { "done" });
        let frame = frame.json_data(&task).unwrap_or_default();
        Some((frame, running.then_some(receiver)))
    });
    sse::respond(&app, frames, &caller)
}

/// A task, if the caller may see its shop. For all others it does not exist.
fn watched(app: &Shared, id: &str, caller: &Caller) -> Result<watch::Receiver<Task>, ApiError> {
    caller.needs(Scope::Knowledge)?;
    let task = app
        .tasks
        .watch(id)
        .filter(|task| caller.sees(&task.borrow().shop));
    task.ok_or_else(|| {
        ApiError::new(
            StatusCode::NOT_FOUND,
            "not-found",
            format!("there is no task {id} here"),
        )
    })
}

/// A shop's versions.
#[utoipa::path(get, path = "/v1/shops/{shop}/snapshots", tag = "merchants", params(("shop" = String, Path), Paging),
    responses((status = 200, body = Snapshots)))]
pub async fn snapshots(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Merchant,
    Ask(paging): Ask<Paging>,
) -> Result<Json<Snapshots>, ApiError> {
    let all = work(&app, move |works| Ok(works.snapshots(&shop))).await?;
    let Slice { limit, offset } = paging.slice();
    Ok(Json(Snapshots {
        total: all.len(),
        items: paging.page(all),
        limit,
        offset,
    }))
}

/// Makes an older version live: knowledge, words, vectors and thresholds together, at once.
#[utoipa::path(post, path = "/v1/shops/{shop}/snapshots/rollback", tag = "merchants", params(("shop" = String, Path)),
    request_body = Option<RollBackRequest>, responses((status = 200, body = NowLive)))]
pub async fn roll_back(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    Merchant(caller): Merchant,
    Raw(body): Raw,
) -> Result<Json<NowLive>, ApiError> {
    let request = optional::<RollBackRequest>(&body)?;
    let message = pii::mask(&request.message);
    to_the_end(make_live(app, shop, caller, request.snapshot, message)).await
}

/// Makes this version live.
#[utoipa::path(post, path = "/v1/shops/{shop}/snapshots/{id}/publish", tag = "merchants",
    params(("shop" = String, Path), ("id" = String, Path)), request_body = Option<PublishRequest>,
    responses((status = 200, body = NowLive)))]
pub async fn publish(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    Merchant(caller): Merchant,
    Raw(body): Raw,
) -> Result<Json<NowLive>, ApiError> {
    let request = optional::<PublishRequest>(&body)?;
    let message = pii::mask(&request.message);
    to_the_end(make_live(app, shop, caller, Some(id), message)).await
}

async fn make_live(
    app: Shared,
    shop: String,
    caller: Caller,
    snapshot: Option<String>,
    message: String,
) -> Result<Json<NowLive>, ApiError> {
    let _turn = app.shops.turn(&shop).await;
    let (at, by, why) = (shop.clone(), caller.holder.name.clone(), message.clone());
    let shops = app.clone();
    let (id, refreshed) = work(&app, move |works| {
        let id = works.roll_back(&at, snapshot.as_deref(), &by, &why, Timestamp::now())?;
        Ok((id, shops.shops.refresh(&at)))
    })
    .await?;
    // It is live on disk, whether or not this server could take it up.
    app.store
        .audit(
            &caller.holder.name,
            "rollback",
            &shop,
            &id,
            &message,
            Timestamp::now(),
        )
        .await?;
    refreshed?;
    Ok(Json(NowLive { snapshot: id }))
}

/// What two versions answer differently.
#[utoipa::path(get, path = "/v1/shops/{shop}/snapshots/diff", tag = "merchants",
    params(("shop" = String, Path), Two), responses((status = 200, body = serde_json::Value)))]
pub async fn diff(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Merchant,
    Ask(two): Ask<Two>,
) -> Result<Json<serde_json::Value>, ApiError> {
    Ok(Json(
        work(&app, move |works| {
            works.diff(&shop, &two.a, &two.b, Timestamp::now())
        })
        .await?,
    ))
}

/// What is wrong with a shop's files at this moment.
#[utoipa::path(get, path = "/v1/shops/{shop}/findings", tag = "merchants", params(("shop" = String, Path), Paging),
    responses((status = 200, body = Findings)))]
pub async fn findings(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Merchant,
    Ask(paging): Ask<Paging>,
) -> Result<Json<Findings>, ApiError> {
    let all = work(&app, move |works| Ok(works.check(&shop, Timestamp::now()))).await?;
    let Slice { limit, offset } = paging.slice();
    Ok(Json(Findings {
        total: all.len(),
        items: paging.page(all),
        limit,
        offset,
    }))
}

/// Does something slow with a shop's files or snapshots on a thread of its own.
pub(super) async fn work<T: Send + 'static>(
    app: &Shared,
    job: impl FnOnce(&Works) -> Result<T, WorkError> + Send + 'static,
) -> Result<T, ApiError> {
    let works = app.shops.works.clone();
    Ok(blocking(move || job(&works)).await??)
}

/// A body that may be missing.
fn optional<T: Default + serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    if body.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(body)
        .map_err(|error| ApiError::invalid("bad-body", format!("{error}; see /openapi.json")))
}
