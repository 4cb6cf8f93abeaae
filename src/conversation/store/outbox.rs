//! Announcements to outside systems. They are written in the transaction of the change, and delivered later until they
//! arrive.

use jiff::Timestamp;
use serde_json::json;

use super::{Millis, Parcel, Store, StoreError, Ticket, Work, new_id};

impl Store {
    /// Announcements that are due, oldest first. After one that is put off, the others of its shop wait too: they must
    /// arrive in order, and many for a receiver that is down must not crowd out other shops'.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn parcels_due(&self, now: Timestamp, limit: i64) -> Result<Vec<Parcel>, StoreError> {
        Ok(sqlx::query_as(
            "select id, shop, kind, body, attempts from outbox where done_at is null
             and shop not in (select shop from outbox where done_at is null and next_at > $1)
             order by at, id limit $2",
        )
        .bind(Millis::from(now))
        .bind(limit)
        .fetch_all(&self.read)
        .await?)
    }

    /// Marks an announcement as delivered, or as given up with the reason `error`.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn parcel_done(
        &self,
        id: &str,
        error: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("update outbox set done_at = $2, attempts = attempts + 1, last_error = $3 where id = $1")
            .bind(id)
            .bind(Millis::from(now))
            .bind(error)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Puts an announcement off, and with it the later ones of its shop.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn parcel_failed(
        &self,
        id: &str,
        error: &str,
        next_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("update outbox set next_at = $2, attempts = attempts + 1, last_error = $3 where id = $1")
            .bind(id)
            .bind(Millis::from(next_at))
            .bind(error)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}

impl Work {
    /// Writes an announcement about a ticket.
    pub(super) async fn ship(
        &mut self,
        ticket: &Ticket,
        kind: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = new_id();
        let body =
            json!({"id": id, "kind": kind, "at": now, "shop": ticket.shop, "ticket": ticket});
        sqlx::query(
            "insert into outbox (id, shop, kind, body, attempts, next_at, last_error, at)
             values ($1, $2, $3, $4, 0, $5, '', $5)",
        )
        .bind(&id)
        .bind(&ticket.shop)
        .bind(kind)
        .bind(body.to_string())
        .bind(Millis::from(now))
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
