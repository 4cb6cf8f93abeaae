//! The merchant's console: the shop's figures, its unanswered questions, its lessons.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{blocking, decider};
use crate::answer::{Outcome, Question};
use crate::conversation::store::{Lesson, LessonState, Page, Stats};
use crate::conversation::unanswered::{Cluster, Unanswered, cluster};
use crate::http::auth::{Caller, Merchant};
use crate::http::body::{Ask, Paging};
use crate::http::{ApiError, Live, Shared};

/// The most questions clustered for one list.
const CLUSTERED: i64 = 5000;

/// A stretch of time.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Stretch {
    /// Days back from now, 1 to 366; 7 unless told otherwise.
    pub days: Option<i64>,
}

impl Stretch {
    fn bounds(&self) -> (Timestamp, Timestamp) {
        let now = Timestamp::now();
        let days = self.days.unwrap_or(7).clamp(1, 366);
        (
            now - SignedDuration::from_hours(24 * days),
            now + SignedDuration::from_secs(1),
        )
    }
}

/// The number of entries whose titles come with the figures.
const TITLED: usize = 50;

/// A shop's figures, with the titles that people know entries by.
#[derive(Debug, Serialize, ToSchema)]
pub struct Figures {
    /// The figures.
    #[serde(flatten)]
    pub stats: Stats,
    /// Titles of the entries that were quoted most, by id.
    pub titles: BTreeMap<String, String>,
}

/// A shop that the caller may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnShop {
    /// Shop id.
    pub id: String,
    /// Name.
    pub name: String,
    /// The live snapshot; null: none was built yet.
    pub snapshot: Option<String>,
}

/// Questions that ask the same, and what is said to them by now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Gap {
    /// The questions.
    #[serde(flatten)]
    pub cluster: Cluster,
    /// What the live snapshot decides on the first wording; null where the shop has none.
    pub now: Option<Outcome>,
}

/// Which lessons.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LessonFilter {
    /// `open`, `accepted` or `rejected`; absent: all.
    pub state: Option<String>,
}

/// The shops that the caller may see.
#[utoipa::path(get, path = "/v1/shops", tag = "agents", responses((status = 200, body = Vec<OwnShop>)))]
pub async fn shops(State(app): State<Shared>, caller: Caller) -> Json<Vec<OwnShop>> {
    let own = app.shops.ids().into_iter().filter(|id| caller.sees(id));
    let own = own.map(|id| {
        let live = app.shops.live(&id);
        OwnShop {
            name: live
                .as_ref()
                .map_or_else(|| id.clone(), |live| live.settings().name.clone()),
            snapshot: live.map(|live| live.snapshot.clone()),
            id,
        }
    });
    Json(own.collect())
}

/// A shop's figures.
#[utoipa::path(get, path = "/v1/shops/{shop}/stats", tag = "merchants", params(("shop" = String, Path), Stretch),
    responses((status = 200, body = Figures)))]
pub async fn stats(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Merchant,
    Ask(stretch): Ask<Stretch>,
) -> Result<Json<Figures>, ApiError> {
    let (from, until) = stretch.bounds();
    let stats = app.store.stats(&shop, from, until).await?;
    let live = app.shops.live(&shop);
    let title = |id: &str| Some(live.as_ref()?.entry(id, until)?.title);
    let titles = stats
        .entries
        .iter()
        .take(TITLED)
        .filter_map(|entry| Some((entry.name.clone(), title(&entry.name)?)))
        .collect();
    Ok(Json(Figures { stats, titles }))
}

/// Questions that were not answered well, similar ones together, the most asked first; with what is decided on them
/// now, as some were mended since.
#[utoipa::path(get, path = "/v1/shops/{shop}/unanswered", tag = "merchants",
    params(("shop" = String, Path), Stretch, Paging), responses((status = 200, body = Page<Gap>)))]
pub async fn unanswered(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Merchant,
    Ask(stretch): Ask<Stretch>,
    Ask(paging): Ask<Paging>,
) -> Result<Json<Page<Gap>>, ApiError> {
    let (from, until) = stretch.bounds();
    let asked = app
        .store
        .asked_in_vain(&shop, from, until, CLUSTERED)
        .await?;
    let clusters = blocking(move || {
        let questions: Vec<Unanswered<'_>> = asked
            .iter()
            .map(|asked| Unanswered {
                message: &asked.message,
                question: &asked.question,
                at: asked.at.timestamp(),
            })
            .collect();
        cluster(&questions)
    })
    .await?;
    let total = clusters.len() as i64;
    let live = app.shops.live(&shop);
    let mut items = Vec::new();
    for cluster in paging.page(clusters) {
        let question = Question {
            text: cluster.question.clone(),
            at: Timestamp::now(),
            ..Question::default()
        };
        let now = match &live {
            Some(live) => Some(decide_again(&app, live, question).await?),
            None => None,
        };
        items.push(Gap { cluster, now });
    }
    Ok(Json(Page::new(items, total, paging.slice())))
}

/// The decision on a question now. It does not count in any figure, because no buyer asked.
async fn decide_again(app: &Shared, live: &Live, question: Question) -> Result<Outcome, ApiError> {
    let permit = decider(app).await?;
    let live = live.clone();
    let decision = blocking(move || {
        let _permit = permit;
        live.ask(&question, false)
    });
    Ok(decision.await?.decision)
}

/// Labelled questions that people's work left behind.
#[utoipa::path(get, path = "/v1/shops/{shop}/learning", tag = "merchants",
    params(("shop" = String, Path), LessonFilter, Paging), responses((status = 200, body = Page<Lesson>)))]
pub async fn lessons(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Merchant,
    Ask(filter): Ask<LessonFilter>,
    Ask(paging): Ask<Paging>,
) -> Result<Json<Page<Lesson>>, ApiError> {
    let state = filter.state.as_deref().unwrap_or_default();
    Ok(Json(app.store.lessons(&shop, state, paging.slice()).await?))
}

/// Accepts a lesson. It is applied by a change to the merchant's own files, never by itself.
#[utoipa::path(post, path = "/v1/shops/{shop}/learning/{id}/accept", tag = "merchants",
    params(("shop" = String, Path), ("id" = String, Path)), responses((status = 200, body = Lesson)))]
pub async fn accept(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    Merchant(caller): Merchant,
) -> Result<Json<Lesson>, ApiError> {
    decide(&app, &shop, &id, LessonState::Accepted, &caller).await
}

/// Rejects a lesson.
#[utoipa::path(post, path = "/v1/shops/{shop}/learning/{id}/reject", tag = "merchants",
    params(("shop" = String, Path), ("id" = String, Path)), responses((status = 200, body = Lesson)))]
pub async fn reject(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    Merchant(caller): Merchant,
) -> Result<Json<Lesson>, ApiError> {
    decide(&app, &shop, &id, LessonState::Rejected, &caller).await
}

async fn decide(
    app: &Shared,
    shop: &str,
    id: &str,
    state: LessonState,
    by: &Caller,
) -> Result<Json<Lesson>, ApiError> {
    let now = Timestamp::now();
    let lesson = app
        .store
        .decide_lesson(shop, id, state, &by.holder.name, now)
        .await?;
    app.store
        .audit(
            &by.holder.name,
            &format!("learning.{}", state.as_str()),
            shop,
            id,
            "",
            now,
        )
        .await?;
    Ok(Json(lesson))
}
