//! Numbered events, so that a watcher can continue after a broken connection.

use jiff::Timestamp;

use super::{Event, Millis, Store, StoreError, Subscription};

/// Name of a shop's event counter.
pub(super) fn counter(shop: &str) -> String {
    format!("events/{shop}")
}

impl Store {
    /// The events of a shop, or of one talk, from now on.
    pub fn live(&self, shop: &str, conversation: Option<&str>) -> Subscription {
        self.hub.subscribe(shop, conversation)
    }

    /// The number of a shop's latest event; 0 if there is none yet.
    ///
    /// # Errors
    /// [`StoreError::Database`] if the store cannot be read.
    pub async fn last_event(&self, shop: &str) -> Result<i64, StoreError> {
        Ok(
            sqlx::query_scalar("select value from counters where name = $1")
                .bind(counter(shop))
                .fetch_optional(&self.read)
                .await?
                .unwrap_or(0),
        )
    }

    /// Lets the live watchers of this process know what other processes wrote.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn hear_others(&self) -> Result<(), StoreError> {
        for shop in self.hub.watched() {
            let head = self.last_event(&shop).await?;
            self.hub.reach(&shop, head);
        }
        Ok(())
    }

    /// A shop's events in `(after, until]`, in order, at most a thousand. `conversation` limits them to what its buyer
    /// may see.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn events(
        &self,
        shop: &str,
        conversation: Option<&str>,
        after: i64,
        until: i64,
    ) -> Result<Vec<Event>, StoreError> {
        let rows = match conversation {
            None => sqlx::query_as(
                "select * from events where shop = $1 and seq > $2 and seq <= $3 order by seq limit 1000",
            ),
            Some(_) => sqlx::query_as(
                "select * from events where shop = $1 and seq > $2 and seq <= $3 and conversation = $4 and buyer = 1
                 order by seq limit 1000",
            ),
        };
        let rows = rows.bind(shop).bind(after).bind(until);
        let rows = match conversation {
            None => rows,
            Some(conversation) => rows.bind(conversation),
        };
        Ok(rows.fetch_all(&self.read).await?)
    }

    /// Deletes events, announcements, idempotency keys and sessions older than `before`. Talks stay. An announcement of
    /// that age is delivered or given up, or its shop is gone.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn tidy(&self, before: Timestamp) -> Result<(), StoreError> {
        for sql in [
            "delete from events where at < $1",
            "delete from outbox where at < $1",
            "delete from idempotency where at < $1",
            "delete from sessions where expires_at < $1",
            "delete from links where expires_at < $1",
        ] {
            sqlx::query(sql)
                .bind(Millis::from(before))
                .execute(&self.write)
                .await?;
        }
        Ok(())
    }
}
