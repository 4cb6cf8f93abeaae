//! The merchant's entries with how often each was quoted, to find those that are unused or expire soon.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, State};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::search::{bounded, kind_of_entry};
use super::{blocking, live};
use crate::answer::search::{Filter, Hit};
use crate::http::auth::Merchant;
use crate::http::body::{Ask, Paging};
use crate::http::{ApiError, Shared};
use crate::knowledge::dates;

/// An entry that expires within this many days expires soon.
const SOON_DAYS: i64 = 30;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EntryFilter {
    /// Words, half words, pinyin or initials; absent: all.
    #[serde(default)]
    pub q: String,
    /// `faq`, `product`, `spec`, `policy` or `size`; absent: all.
    pub kind: Option<String>,
    /// `unused`: never quoted; `expiring`: runs out within `within` days; `stale`: not in force now; absent: all.
    pub show: Option<String>,
    /// Days back in which quotes are counted, 1 to 366; 30 unless told otherwise.
    pub days: Option<i64>,
    /// Days ahead for `expiring`; 30 unless told otherwise.
    pub within: Option<i64>,
}

/// An entry with its use.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsedEntry {
    /// The entry.
    #[serde(flatten)]
    pub hit: Hit,
    /// How often it was quoted.
    pub used: i64,
}

/// Entries with their use.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsedEntries {
    /// Entries, in the order of the search; without words in that of the files.
    pub items: Vec<UsedEntry>,
    /// How many there are in all.
    pub total: usize,
    /// The most entries a page holds.
    pub limit: usize,
    /// Entries before this page.
    pub offset: usize,
}

/// Entries with how often each was quoted; those that are never used, or run out soon.
#[utoipa::path(get, path = "/v1/shops/{shop}/entries", tag = "merchants",
    params(("shop" = String, Path), EntryFilter, Paging), responses((status = 200, body = UsedEntries)))]
pub async fn list(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Merchant,
    Ask(filter): Ask<EntryFilter>,
    Ask(paging): Ask<Paging>,
) -> Result<Json<UsedEntries>, ApiError> {
    bounded(&app, &filter.q)?;
    let show = filter.show.as_deref().unwrap_or_default();
    if !matches!(show, "" | "unused" | "expiring" | "stale") {
        return Err(ApiError::invalid(
            "bad-query",
            "show is unused, expiring or stale; see /openapi.json",
        ));
    }
    let live = live(&app, &shop)?;
    let now = Timestamp::now();
    let days = filter.days.unwrap_or(30).clamp(1, 366);
    let from = now - SignedDuration::from_hours(24 * days);
    let used: HashMap<String, i64> = app
        .store
        .quoted(&shop, from, now + SignedDuration::from_secs(1))
        .await?
        .into_iter()
        .map(|count| (count.name, count.count))
        .collect();
    let soon =
        now + SignedDuration::from_hours(24 * filter.within.unwrap_or(SOON_DAYS).clamp(1, 366));
    let zone = live.settings().zone();
    // A filter needs the whole result of the search.
    let slice = paging.slice();
    let (limit, offset) = (slice.limit as usize, slice.offset as usize);
    let (ask, skip) = match show {
        "" => (limit, offset),
        _ => (usize::MAX, 0),
    };
    let wanted = Filter {
        kind: kind_of_entry(filter.kind.as_deref())?,
        product: None,
        at: now,
    };
    let found = blocking(move || live.search(&filter.q, &wanted, ask, skip)).await??;
    let times = |hit: &Hit| used.get(&hit.source.id).copied().unwrap_or(0);
    let keep = |hit: &Hit| match show {
        "unused" => times(hit) == 0,
        "stale" => !hit.in_force,
        "expiring" => {
            let until = hit.source.valid_until.as_deref();
            let end = until.and_then(|text| dates::parse(text, &zone).ok());
            hit.in_force && end.is_some_and(|moment| moment.end <= soon)
        }
        _ => true,
    };
    let whole = show.is_empty();
    let kept: Vec<Hit> = found.items.into_iter().filter(keep).collect();
    let total = if whole { found.total } else { kept.len() };
    let items = kept
        .into_iter()
        .skip(if whole { 0 } else { offset })
        .take(limit)
        .map(|hit| UsedEntry {
            used: times(&hit),
            hit,
        })
        .collect();
    Ok(Json(UsedEntries {
        items,
        total,
        limit,
        offset,
    }))
}
