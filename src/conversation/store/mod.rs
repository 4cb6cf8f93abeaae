//! The only SQL. The same statements run on SQLite (embedded, WAL) and PostgreSQL.
//!
//! Every change is one transaction that first locks its talk. A process killed at any moment leaves all of the change
//! or nothing, and two changes of the same talk run one after the other.

mod events;
mod hub;
mod journal;
mod keys;
mod learning;
mod moves;
mod outbox;
pub mod rows;
mod stats;
mod talks;
mod tickets;
mod turns;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Executor, FromRow, Transaction};

pub use hub::{Subscription, Told};
pub use keys::NewKey;
pub use learning::{LessonState, Opinion};
pub use moves::Actor;
pub use rows::*;
pub use stats::{Count, Stats, Waiting, WaitingAt, WaitingFor};
pub use talks::NewTalk;
pub use tickets::TicketFilter;
pub use turns::{Record, Recorded, TicketPlan, Turn, Verdict};

use super::state::IllegalMove;

/// Connections for reading, and with PostgreSQL also for writing.
const READERS: u32 = 8;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names a database that zhike does not support.
    #[error("database URL begins with {0}; use sqlite:// or postgres://")]
    Url(String),
    /// An error of the database.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be migrated.
    #[error("the database could not be migrated: {0}; it may have been written by a newer zhike")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The shop has nothing with this id.
    #[error("there is no {what} {id} here")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The state does not allow the move.
    #[error(transparent)]
    Illegal(#[from] IllegalMove),
    /// Another person owns the ticket.
    #[error("ticket {ticket} is with {owner}; ask them to transfer it")]
    Taken {
        /// Ticket id.
        ticket: String,
        /// Name of the owner.
        owner: String,
    },
    /// Nobody owns the ticket.
    #[error("ticket {0} is with nobody; claim it first")]
    Unclaimed(String),
    /// The talk has a newer ticket.
    #[error("ticket {0} is not the latest of its talk; act on the latest")]
    Outdated(String),
    /// The idempotency key was used with other words before.
    #[error(
        "the idempotency key came with another request before; send a new key with a new request"
    )]
    Reused,
    /// The key is the last admin's key.
    #[error("this is the last admin's key; make another first")]
    LastAdmin,
    /// A value cannot be serialised or parsed.
    #[error("cannot read or write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl StoreError {
    fn missing(what: &'static str, id: &str) -> StoreError {
        let id = id.to_owned();
        StoreError::Missing { what, id }
    }
}

/// The store of conversations.
#[derive(Debug, Clone)]
pub struct Store {
    read: AnyPool,
    /// A single connection for SQLite: writers queue here instead of failing on a locked file.
    write: AnyPool,
    hub: Arc<hub::Hub>,
}

/// An open transaction, and the events to send after its commit. If dropped without a commit, it changes nothing.
struct Work {
    tx: Transaction<'static, Any>,
    events: Vec<Event>,
}

impl Store {
    /// Opens a database, creates what is missing and migrates its tables.
    ///
    /// `url` is `sqlite://path/to/file.db` or `postgres://user:password@host/database`.
    ///
    /// # Errors
    /// [`StoreError::Url`], [`StoreError::Database`] if it cannot be reached, [`StoreError::Migrate`].
    pub async fn open(url: &str) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let sqlite = match url.split_once(':').map_or(url, |(scheme, _)| scheme) {
            "sqlite" => true,
            "postgres" | "postgresql" => false,
            other => return Err(StoreError::Url(other.to_owned())),
        };
        let (read, write) = if sqlite {
            let url = if url.contains("mode=") {
                url.to_owned()
            } else {
                with_parameter(url, "mode=rwc")
            };
            let write = sqlite_options(1).connect(&url).await?;
            (sqlite_options(READERS).connect(&url).await?, write)
        } else {
            let pool = AnyPoolOptions::new()
                .max_connections(READERS * 2)
                .connect(url)
                .await?;
            (pool.clone(), pool)
        };
        sqlx::migrate!("./migrations").run(&write).await?;
        Ok(Store {
            read,
            write,
            hub: Arc::default(),
        })
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    /// [`StoreError::Database`] if it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&self.read).await?;
        Ok(())
    }

    /// Closes all connections. SQLite then merges the write-ahead log into the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }

    /// A page of the rows of `what` (a table and a condition) ordered by `order`; `texts` are the condition's `$1`,
    /// `$2` ….
    async fn page<T>(
        &self,
        what: &'static str,
        order: &'static str,
        texts: &[&str],
        slice: Slice,
    ) -> Result<Page<T>, StoreError>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        let [limit, offset] = [texts.len() + 1, texts.len() + 2];
        let rows = format!("select * from {what} order by {order} limit ${limit} offset ${offset}");
        // Safe: the statement contains only text from this program.
        let mut items = sqlx::query_as(AssertSqlSafe(rows));
        let mut total = sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {what}")));
        for text in texts {
            items = items.bind(*text);
            total = total.bind(*text);
        }
        let items = items.bind(slice.limit).bind(slice.offset);
        let items = items.fetch_all(&self.read).await?;
        Ok(Page::new(items, total.fetch_one(&self.read).await?, slice))
    }

    async fn begin(&self) -> Result<Work, StoreError> {
        Ok(Work {
            tx: self.write.begin().await?,
            events: Vec::new(),
        })
    }

    /// Commits, then sends the events to the live watchers. A caller who goes away in between does not keep them from it.
    async fn commit(&self, work: Work) -> Result<(), StoreError> {
        let Work { tx, events } = work;
        let Some(shop) = events.first().map(|event| event.shop.clone()) else {
            return Ok(tx.commit().await?);
        };
        let hub = self.hub.clone();
        let told = tokio::spawn(async move {
            let order = hub.order(&shop);
            let _in_order = order.lock().await;
            tx.commit().await?;
            for event in events {
                hub.tell(event);
            }
            Ok::<_, sqlx::Error>(())
        });
        told.await
            .map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))??;
        Ok(())
    }
}

fn sqlite_options(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .after_connect(|connection: &mut AnyConnection, _| {
            Box::pin(async move {
                // In WAL mode `normal` survives a killed process. Only a power cut may lose the last transactions.
                connection.execute("pragma busy_timeout = 10000").await?;
                connection.execute("pragma journal_mode = wal").await?;
                connection.execute("pragma synchronous = normal").await?;
                Ok(())
            })
        })
}

fn with_parameter(url: &str, parameter: &str) -> String {
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{parameter}")
}

impl Work {
    fn connection(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }

    /// Increments a counter and returns its new value.
    async fn count(&mut self, name: &str) -> Result<i64, StoreError> {
        let value: i64 = sqlx::query_scalar(
            "insert into counters (name, value) values ($1, 1)
             on conflict (name) do update set value = counters.value + 1 returning value",
        )
        .bind(name)
        .fetch_one(self.connection())
        .await?;
        Ok(value)
    }

    /// Adds an event. Call it late: it locks the shop's counter until the commit.
    async fn emit(
        &mut self,
        shop: &str,
        conversation: &str,
        buyer: bool,
        kind: &str,
        data: Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let seq = self.count(&events::counter(shop)).await?;
        let event = Event {
            shop: shop.to_owned(),
            seq,
            conversation: conversation.to_owned(),
            buyer: i64::from(buyer),
            kind: kind.to_owned(),
            data: Json(data),
            at: now.into(),
        };
        sqlx::query(
            "insert into events (shop, seq, conversation, buyer, kind, data, at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&event.shop)
        .bind(seq)
        .bind(&event.conversation)
        .bind(event.buyer)
        .bind(&event.kind)
        .bind(event.data.0.to_string())
        .bind(event.at)
        .execute(self.connection())
        .await?;
        self.events.push(event);
        Ok(())
    }

    /// Remembers that the idempotency key `idem` made `id`. Returns the id that an earlier call with the same key made,
    /// if there was one.
    async fn remember(
        &mut self,
        scope: &str,
        idem: Option<&str>,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let Some(idem) = idem else { return Ok(None) };
        let inserted = sqlx::query(
            "insert into idempotency (scope, idem, id, at) values ($1, $2, $3, $4) on conflict (scope, idem) do nothing",
        )
        .bind(scope)
        .bind(idem)
        .bind(id)
        .bind(Millis::from(now))
        .execute(self.connection())
        .await?;
        if inserted.rows_affected() == 1 {
            return Ok(None);
        }
        let earlier =
            sqlx::query_scalar("select id from idempotency where scope = $1 and idem = $2")
                .bind(scope)
                .bind(idem)
                .fetch_one(self.connection())
                .await?;
        Ok(Some(earlier))
    }
}

/// A new id, ordered by time.
fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

#[cfg(test)]
mod tests;
