//! API keys, sessions and one-time links. Secrets are made here, shown once and kept as SHA-256.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::{ApiKey, Holder, Millis, Page, Slice, Store, StoreError, new_id};
use crate::text::hex;

/// How long a session lasts.
const SESSION: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How long a one-time link can be used.
const LINK: SignedDuration = SignedDuration::from_hours(24);

/// A key to make.
#[derive(Debug, Clone, Copy)]
pub struct NewKey<'a> {
    /// Name of the owner.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [String],
    /// Shop ids; `*`: all.
    pub shops: &'a [String],
    /// Who makes it.
    pub by: &'a str,
    /// The caller's idempotency key, which no other caller's equals.
    pub idem: Option<&'a str>,
}

impl Store {
    /// Makes a key and returns it with its secret, which is shown only this once. A repeat with the same idempotency
    /// key returns the key without the secret.
    ///
    /// # Errors
    /// [`StoreError::Reused`] if the idempotency key made another key.
    pub async fn make_key(
        &self,
        new: NewKey<'_>,
        now: Timestamp,
    ) -> Result<(ApiKey, Option<String>), StoreError> {
        let mut work = self.begin().await?;
        let id = new_id();
        if let Some(earlier) = work.remember("key", new.idem, &id, now).await? {
            let key: ApiKey = sqlx::query_as(SELECT_KEY)
                .bind(earlier)
                .fetch_one(work.connection())
                .await?;
            let same =
                key.name == new.name && key.scopes.0 == new.scopes && key.shops.0 == new.shops;
            return match same {
                true => Ok((key, None)),
                false => Err(StoreError::Reused),
            };
        }
        let secret = secret("zk_");
        let key = sqlx::query_as(
            "insert into api_keys (id, name, hash, scopes, shops, created_by, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             returning id, name, scopes, shops, created_by, created_at, revoked_at",
        )
        .bind(&id)
        .bind(new.name)
        .bind(hash(&secret))
        .bind(serde_json::to_string(new.scopes)?)
        .bind(serde_json::to_string(new.shops)?)
        .bind(new.by)
        .bind(Millis::from(now))
        .fetch_one(work.connection())
        .await?;
        self.commit(work).await?;
        Ok((key, Some(secret)))
    }

    /// All keys, newest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn keys(&self, slice: Slice) -> Result<Page<ApiKey>, StoreError> {
        self.page("api_keys", "created_at desc, id desc", &[], slice)
            .await
    }

    /// Revokes a key and the sessions that it opened.
    ///
    /// # Errors
    /// [`StoreError::Missing`]; [`StoreError::LastAdmin`] if nobody could make keys any more.
    pub async fn revoke_key(&self, id: &str, now: Timestamp) -> Result<ApiKey, StoreError> {
        let mut work = self.begin().await?;
        // Two admins who revoke each other at once must be serialised. The counter's row is the lock.
        work.count("keys/revoked").await?;
        let admins: Vec<String> = sqlx::query_scalar(ADMINS)
            .fetch_all(work.connection())
            .await?;
        if admins == [id] {
            return Err(StoreError::LastAdmin);
        }
        let key: Option<ApiKey> = sqlx::query_as(
            "update api_keys set revoked_at = coalesce(revoked_at, $2) where id = $1
             returning id, name, scopes, shops, created_by, created_at, revoked_at",
        )
        .bind(id)
        .bind(Millis::from(now))
        .fetch_optional(work.connection())
        .await?;
        sqlx::query("delete from sessions where actor = $1")
            .bind(id)
            .execute(work.connection())
            .await?;
        self.commit(work).await?;
        key.ok_or_else(|| StoreError::missing("key", id))
    }

    /// The holder of this secret key; `None` if there is none or the key was revoked.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn key_holder(&self, secret: &str) -> Result<Option<Holder>, StoreError> {
        Ok(sqlx::query_as(
            "select id as actor, name, scopes, shops from api_keys where hash = $1 and revoked_at is null",
        )
        .bind(hash(secret))
        .fetch_optional(&self.read)
        .await?)
    }

    /// Whether a key, or the session that it opened, is still valid.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn still_holds(
        &self,
        actor: &str,
        session: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if let Some(secret) = session {
            return Ok(self.session_holder(secret, now).await?.is_some());
        }
        let held: i64 = sqlx::query_scalar(
            "select count(*) from api_keys where id = $1 and revoked_at is null",
        )
        .bind(actor)
        .fetch_one(&self.read)
        .await?;
        Ok(held == 1)
    }

    /// Whether anybody holds an admin's key. If not, this is a first start.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn has_admin(&self) -> Result<bool, StoreError> {
        let admins: Vec<String> = sqlx::query_scalar(ADMINS).fetch_all(&self.read).await?;
        Ok(!admins.is_empty())
    }

    /// Opens a session for a key's holder and returns its secret for the cookie.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn open_session(
        &self,
        holder: &Holder,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let secret = secret("zs_");
        sqlx::query(
            "insert into sessions (hash, actor, name, scopes, shops, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(hash(&secret))
        .bind(&holder.actor)
        .bind(&holder.name)
        .bind(serde_json::to_string(&holder.scopes)?)
        .bind(serde_json::to_string(&holder.shops)?)
        .bind(Millis::from(now))
        .bind(Millis::from(now + SESSION))
        .execute(&self.write)
        .await?;
        Ok(secret)
    }

    /// The holder of this session. One that was opened while its key was being revoked is none.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn session_holder(
        &self,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<Holder>, StoreError> {
        Ok(sqlx::query_as(
            "select s.actor, s.name, s.scopes, s.shops from sessions s join api_keys k on k.id = s.actor
             where s.hash = $1 and s.expires_at > $2 and k.revoked_at is null",
        )
        .bind(hash(secret))
        .bind(Millis::from(now))
        .fetch_optional(&self.read)
        .await?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn close_session(&self, secret: &str) -> Result<(), StoreError> {
        sqlx::query("delete from sessions where hash = $1")
            .bind(hash(secret))
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Makes a one-time link, valid for a day, and returns its secret.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn make_link(&self, now: Timestamp) -> Result<String, StoreError> {
        let secret = secret("zl_");
        sqlx::query("insert into links (hash, expires_at) values ($1, $2)")
            .bind(hash(&secret))
            .bind(Millis::from(now + LINK))
            .execute(&self.write)
            .await?;
        Ok(secret)
    }

    /// Uses a link up. True for exactly one caller.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn use_link(&self, secret: &str, now: Timestamp) -> Result<bool, StoreError> {
        let used = sqlx::query(
            "update links set used_at = $2 where hash = $1 and used_at is null and expires_at > $2",
        )
        .bind(hash(secret))
        .bind(Millis::from(now))
        .execute(&self.write)
        .await?;
        Ok(used.rows_affected() == 1)
    }

    /// A secret of this installation, made at the first call. It signs conversation tokens.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn own_secret(&self, name: &str) -> Result<String, StoreError> {
        sqlx::query("insert into meta (name, value) values ($1, $2) on conflict (name) do nothing")
            .bind(name)
            .bind(secret(""))
            .execute(&self.write)
            .await?;
        Ok(sqlx::query_scalar("select value from meta where name = $1")
            .bind(name)
            .fetch_one(&self.write)
            .await?)
    }
}

/// The keys that may manage keys of all shops. Scopes and shops are JSON lists of plain names.
const ADMINS: &str = "select id from api_keys where revoked_at is null and scopes like '%\"admin\"%' and shops like '%\"*\"%'";

const SELECT_KEY: &str = "select id, name, scopes, shops, created_by, created_at, revoked_at from api_keys where id = $1";

/// 244 random bits after a prefix that tells what it is, so that secret scanners find it.
fn secret(prefix: &str) -> String {
    format!(
        "{prefix}{}{}",
        uuid::Uuid::new_v4().simple(),
        uuid::Uuid::new_v4().simple()
    )
}

/// SHA-256 in hex. It is enough for secrets of 244 random bits. Passwords would need a slow hash, but there are none.
fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}
