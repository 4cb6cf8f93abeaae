//! Announcements to outside systems. They are written in the transaction of the change, and delivered later until they
//! arrive.

use jiff::Timestamp;
use serde_json::json;

use super::{Millis, Parcel, Store, StoreError, Ticket, Work, new_id};

impl Store {
    /// Announcements that are due, oldest first, at most `most` of each shop: a receiver that refuses many must not crowd
    /// out other shops'. After one that is put off, the others of its ticket wait too, since they must arrive in order;
    /// and all of its shop's where the receiver did not answer.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn parcels_due(&self, now: Timestamp, most: i64) -> Result<Vec<Parcel>, StoreError> {
        Ok(sqlx::query_as(
            "select id, shop, ticket, kind, body, attempts from (
                 select id, shop, ticket, kind, body, attempts, at,
                        row_number() over (partition by shop order by at, id) as place
                 from outbox where done_at is null
                 and ticket not in (select ticket from outbox where done_at is null and next_at > $1)
                 and shop not in (select shop from outbox where done_at is null and shop_until > $1)
             ) as due where place <= $2 order by at, id",
        )
        .bind(Millis::from(now))
        .bind(most)
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

    /// Puts an announcement off, and with it the later ones of its ticket. `shop_until`: until when all of its shop's wait.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn parcel_failed(
        &self,
        id: &str,
        error: &str,
        next_at: Timestamp,
        shop_until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update outbox set next_at = $2, shop_until = $3, attempts = attempts + 1, last_error = $4 where id = $1",
        )
        .bind(id)
        .bind(Millis::from(next_at))
        .bind(Millis::from(shop_until.unwrap_or(Timestamp::UNIX_EPOCH)))
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
            "insert into outbox (id, shop, ticket, kind, body, attempts, next_at, last_error, at)
             values ($1, $2, $3, $4, $5, 0, $6, '', $6)",
        )
        .bind(&id)
        .bind(&ticket.shop)
        .bind(&ticket.id)
        .bind(kind)
        .bind(body.to_string())
        .bind(Millis::from(now))
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
