//! The shop's figures: what was asked and how it ended, what buyers thought of it, how long they waited.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use sqlx::FromRow;
use sqlx::any::AnyRow;
use utoipa::ToSchema;

use super::{Millis, Store, StoreError, Words};

/// A name and how often.
#[derive(Debug, Clone, Serialize, FromRow, ToSchema)]
pub struct Count {
    /// What was counted.
    pub name: String,
    /// How often.
    pub count: i64,
}

/// How long buyers waited for a person, in seconds.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Waiting {
    /// Tickets that were claimed.
    pub claimed: i64,
    /// Median of the wait for the claim.
    pub median_s: i64,
    /// 90th percentile.
    pub p90_s: i64,
    /// Waiting at this moment.
    pub now: i64,
    /// By reason of the handoff, the most claimed first.
    pub reasons: Vec<WaitingFor>,
    /// By the hour in which the ticket was opened.
    pub hours: Vec<WaitingAt>,
}

/// How long buyers waited who were handed off for one reason.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WaitingFor {
    /// Reason.
    pub name: String,
    /// Tickets that were claimed.
    pub claimed: i64,
    /// Median of the wait for the claim, in seconds.
    pub median_s: i64,
}

/// How long buyers waited who were handed off in one hour.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WaitingAt {
    /// The hour (RFC 3339).
    pub name: String,
    /// Tickets that were claimed.
    pub claimed: i64,
    /// All their waits together, in seconds: hours are added up to days.
    pub total_s: i64,
}

/// A shop at a glance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Stats {
    /// Questions by outcome: `answer`, `clarify`, `handoff`.
    pub outcomes: Vec<Count>,
    /// Handoffs by reason.
    pub reasons: Vec<Count>,
    /// Thumbs: `up`, `down`.
    pub feedback: Vec<Count>,
    /// Thumbs by the hour they were given in (RFC 3339; `2026-11-22T08:00:00Z up`).
    pub feedback_hours: Vec<Count>,
    /// Thumbs by what they were given on: the reason of a handoff, another outcome of the bot, or an `agent`'s reply
    /// (`answer up`).
    pub feedback_on: Vec<Count>,
    /// Questions by the hour they were asked in (RFC 3339) and outcome (`2026-11-22T08:00:00Z answer`).
    pub hours: Vec<Count>,
    /// Tickets by state.
    pub tickets: Vec<Count>,
    /// How long buyers waited.
    pub waiting: Waiting,
    /// Entries by how often they were quoted, the most first.
    pub entries: Vec<Count>,
}

/// Entries by how often they were quoted, most first. Each list comes with its number of occurrences.
fn tally(lists: Vec<(String, i64)>) -> Vec<Count> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for (list, times) in lists {
        for entry in Words::from(list).0 {
            *counts.entry(entry).or_default() += times;
        }
    }
    let mut counts: Vec<Count> = counts
        .into_iter()
        .map(|(name, count)| Count { name, count })
        .collect();
    counts.sort_by_key(|count| Reverse(count.count));
    counts
}

/// The beginning of an hour, counted since 1970.
fn hour(hour: i64) -> Timestamp {
    Millis(hour * 3_600_000).timestamp()
}

/// In seconds, what this share (in percent) of sorted waits does not exceed; 0 of none.
fn seconds(waits: &[i64], share: usize) -> i64 {
    let at = waits.len().saturating_sub(1) * share / 100;
    waits.get(at).copied().unwrap_or(0) / 1000
}

impl Store {
    /// A shop's figures for questions asked in `[from, until)`.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn stats(
        &self,
        shop: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Stats, StoreError> {
        let span = [from, until];
        let counts = |sql: &'static str| self.between::<Count>(sql, shop, span);
        let outcomes = counts(
            "select outcome as name, count(*) as count from decisions where shop = $1 and at >= $2 and at < $3
             group by outcome order by outcome",
        )
        .await?;
        let reasons = counts(
            "select reason as name, count(*) as count from decisions
             where shop = $1 and at >= $2 and at < $3 and reason is not null
             group by reason order by count(*) desc, reason",
        )
        .await?;
        let feedback = counts(
            "select verdict as name, count(*) as count from feedback where shop = $1 and at >= $2 and at < $3
             group by verdict order by verdict",
        )
        .await?;
        let tickets = counts(
            "select state as name, count(*) as count from tickets where shop = $1 and opened_at >= $2
             and opened_at < $3 group by state order by state",
        )
        .await?;
        let feedback_on = counts(
            "select coalesce(d.reason, d.outcome, 'agent') || ' ' || f.verdict as name, count(*) as count
             from feedback f left join decisions d on d.reply = f.message
             where f.shop = $1 and f.at >= $2 and f.at < $3 group by 1 order by 1",
        )
        .await?;
        // The database counts, since a busy shop has too many questions to read here.
        let by_hour = async |sql: &'static str| {
            let hours: Vec<(i64, String, i64)> = self.between(sql, shop, span).await?;
            let named = hours.into_iter().map(|(at, name, count)| Count {
                name: format!("{} {name}", hour(at)),
                count,
            });
            Ok::<Vec<Count>, StoreError>(named.collect())
        };
        let hours = by_hour(
            "select at / 3600000 as hour, outcome, count(*) as count from decisions
             where shop = $1 and at >= $2 and at < $3 group by at / 3600000, outcome order by hour, outcome",
        )
        .await?;
        let feedback_hours = by_hour(
            "select at / 3600000 as hour, verdict, count(*) as count from feedback
             where shop = $1 and at >= $2 and at < $3 group by at / 3600000, verdict order by hour, verdict",
        )
        .await?;
        Ok(Stats {
            outcomes,
            reasons,
            feedback,
            feedback_hours,
            feedback_on,
            hours,
            tickets,
            waiting: self.waiting(shop, span).await?,
            entries: self.quoted(shop, from, until).await?,
        })
    }

    /// How often each entry was quoted in `[from, until)`, most first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn quoted(
        &self,
        shop: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Count>, StoreError> {
        let lists = self.between(
            "select entries, count(*) as count from decisions where shop = $1 and at >= $2 and at < $3
             group by entries",
            shop,
            [from, until],
        );
        Ok(tally(lists.await?))
    }

    async fn waiting(&self, shop: &str, span: [Timestamp; 2]) -> Result<Waiting, StoreError> {
        let waits: Vec<(i64, String, i64)> = self.between(
            "select claimed_at - opened_at as wait, reason, opened_at / 3600000 as hour from tickets
             where shop = $1 and opened_at >= $2 and opened_at < $3 and claimed_at is not null order by wait",
            shop,
            span,
        )
        .await?;
        let now = sqlx::query_scalar(
            "select count(*) from tickets where shop = $1 and state in ('waiting', 'reopened')",
        )
        .bind(shop)
        .fetch_one(&self.read)
        .await?;
        // Shortest first, as read, and so within each reason.
        let mut reasons: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        let mut hours: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        for (wait, reason, hour) in &waits {
            reasons.entry(reason).or_default().push(*wait);
            let (claimed, total) = hours.entry(*hour).or_default();
            *claimed += 1;
            *total += wait / 1000;
        }
        let mut reasons: Vec<WaitingFor> = reasons
            .into_iter()
            .map(|(name, waits)| WaitingFor {
                name: name.to_owned(),
                claimed: waits.len() as i64,
                median_s: seconds(&waits, 50),
            })
            .collect();
        reasons.sort_by_key(|reason| Reverse(reason.claimed));
        let all: Vec<i64> = waits.iter().map(|(wait, ..)| *wait).collect();
        Ok(Waiting {
            claimed: all.len() as i64,
            median_s: seconds(&all, 50),
            p90_s: seconds(&all, 90),
            now,
            reasons,
            hours: hours
                .into_iter()
                .map(|(at, (claimed, total_s))| WaitingAt {
                    name: hour(at).to_string(),
                    claimed,
                    total_s,
                })
                .collect(),
        })
    }

    /// The rows of a query over a shop's `$2` ≤ moment < `$3`.
    async fn between<T>(
        &self,
        sql: &'static str,
        shop: &str,
        [from, until]: [Timestamp; 2],
    ) -> Result<Vec<T>, StoreError>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let rows = sqlx::query_as(sql)
            .bind(shop)
            .bind(Millis::from(from))
            .bind(Millis::from(until));
        Ok(rows.fetch_all(&self.read).await?)
    }
}
