//! Conversations and their messages.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Json, Message, Millis, Page, Slice, Store, StoreError, Talk, Work, new_id};
use crate::text::pii;

/// A talk to open.
#[derive(Debug, Clone, Copy)]
pub struct NewTalk<'a> {
    /// Shop id.
    pub shop: &'a str,
    /// The caller's own id; `None`: a new id is made.
    pub id: Option<&'a str>,
    /// Where the buyer writes.
    pub channel: &'a str,
    /// Product of the page.
    pub product: Option<&'a str>,
    /// The shop's greeting, which the bot says at once.
    pub greeting: Option<&'a str>,
    /// The caller's idempotency key.
    pub idem: Option<&'a str>,
}

impl Store {
    /// Opens a talk, or returns the one that the same id or idempotency key opened before.
    ///
    /// # Errors
    /// [`StoreError::Reused`] if the idempotency key opened another talk.
    pub async fn open_talk(&self, new: NewTalk<'_>, now: Timestamp) -> Result<Talk, StoreError> {
        Ok(self.opened(new, now).await?.0)
    }

    /// Opens the talk of a caller's own id. False where somebody else opened it: neither this call nor an earlier one
    /// with the same idempotency key.
    ///
    /// # Errors
    /// [`StoreError::Reused`] if the idempotency key opened another talk.
    pub async fn claim_talk(&self, new: NewTalk<'_>, now: Timestamp) -> Result<bool, StoreError> {
        Ok(self.opened(new, now).await?.1)
    }

    /// A talk, and whether it is the one that this call or one with the same key opened.
    async fn opened(&self, new: NewTalk<'_>, now: Timestamp) -> Result<(Talk, bool), StoreError> {
        let mut work = self.begin().await?;
        let id = new.id.map_or_else(new_id, str::to_owned);
        if let Some(earlier) = work
            .remember(&format!("talk/{}", new.shop), new.idem, &id, now)
            .await?
        {
            drop(work);
            let talk = self.talk(new.shop, &earlier).await?;
            // Once the buyer has written, the product may be that of a later page.
            let same = talk.channel == new.channel
                && (talk.messages > 1 || talk.product == new.product.map(pii::mask));
            return match same {
                true => Ok((talk, true)),
                false => Err(StoreError::Reused),
            };
        }
        let inserted: Option<Talk> = sqlx::query_as(
            "insert into conversations (shop, id, state, named, channel, product, messages, created_at, active_at)
             values ($1, $2, 'bot', $3, $4, $5, 0, $6, $6) on conflict (shop, id) do nothing returning *",
        )
        .bind(new.shop)
        .bind(&id)
        .bind(i64::from(new.id.is_some()))
        .bind(new.channel)
        .bind(new.product.map(pii::mask))
        .bind(Millis::from(now))
        .fetch_optional(work.connection())
        .await?;
        let Some(mut talk) = inserted else {
            drop(work);
            return Ok((self.talk(new.shop, &id).await?, false));
        };
        if let Some(greeting) = new.greeting {
            work.say(&mut talk, Line::by("bot", greeting), now).await?;
            work.save_talk(&talk).await?;
        }
        self.commit(work).await?;
        Ok((talk, true))
    }

    /// A talk.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn talk(&self, shop: &str, id: &str) -> Result<Talk, StoreError> {
        sqlx::query_as("select * from conversations where shop = $1 and id = $2")
            .bind(shop)
            .bind(id)
            .fetch_optional(&self.read)
            .await?
            .ok_or_else(|| StoreError::missing("conversation", id))
    }

    /// Talks of a shop, last active first; an empty `state` means all.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn talks(
        &self,
        shop: &str,
        state: &str,
        slice: Slice,
    ) -> Result<Page<Talk>, StoreError> {
        let what = "conversations where shop = $1 and ($2 = '' or state = $2)";
        self.page(what, "active_at desc, id", &[shop, state], slice)
            .await
    }

    /// Messages of a talk in order, after the seq `after` (-1: all).
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn messages(
        &self,
        shop: &str,
        conversation: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        Ok(sqlx::query_as(
            "select * from messages where shop = $1 and conversation = $2 and seq > $3 order by seq limit $4",
        )
        .bind(shop)
        .bind(conversation)
        .bind(after)
        .bind(limit)
        .fetch_all(&self.read)
        .await?)
    }

    /// The buyer's last `count` messages, oldest first, for reading a follow-up. Words that only picked an option are
    /// replaced by its title.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn buyer_said(
        &self,
        shop: &str,
        conversation: &str,
        count: i64,
    ) -> Result<Vec<String>, StoreError> {
        let said: Vec<(String, String)> = sqlx::query_as(
            "select text, data from messages where shop = $1 and conversation = $2 and role = 'buyer'
             order by seq desc limit $3",
        )
        .bind(shop)
        .bind(conversation)
        .bind(count)
        .fetch_all(&self.read)
        .await?;
        let heard = said.into_iter().rev().map(|(text, data)| {
            let data: Value = serde_json::from_str(&data).unwrap_or_default();
            data["meant"].as_str().map_or(text, str::to_owned)
        });
        Ok(heard.collect())
    }
}

/// A message to store.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// `buyer`, `bot`, `agent` or `system`.
    pub role: &'a str,
    /// The agent's name; empty for others.
    pub author: &'a str,
    /// The words.
    pub text: &'a str,
    /// The bot's decision, options and sources.
    pub data: Value,
    /// The caller's idempotency key.
    pub idem: Option<&'a str>,
}

impl<'a> Line<'a> {
    /// A line without an author.
    pub(super) fn by(role: &'a str, text: &'a str) -> Line<'a> {
        Line {
            role,
            author: "",
            text,
            data: Value::Null,
            idem: None,
        }
    }
}

impl Work {
    /// Locks a talk until the commit, and reads it.
    pub(super) async fn lock_talk(&mut self, shop: &str, id: &str) -> Result<Talk, StoreError> {
        // The update changes nothing, but takes the lock: of the row on PostgreSQL, of the file on SQLite.
        sqlx::query_as(
            "update conversations set messages = messages where shop = $1 and id = $2 returning *",
        )
        .bind(shop)
        .bind(id)
        .fetch_optional(self.connection())
        .await?
        .ok_or_else(|| StoreError::missing("conversation", id))
    }

    /// Writes a changed, locked talk.
    pub(super) async fn save_talk(&mut self, talk: &Talk) -> Result<(), StoreError> {
        sqlx::query(
            "update conversations set state = $3, product = $4, ticket = $5, messages = $6, active_at = $7
             where shop = $1 and id = $2",
        )
        .bind(&talk.shop)
        .bind(&talk.id)
        .bind(talk.state.as_str())
        .bind(talk.product.as_deref())
        .bind(talk.ticket.as_deref())
        .bind(talk.messages)
        .bind(talk.active_at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Adds a message to a locked talk; [`Work::save_talk`] must follow. A buyer's words are masked here, before they
    /// reach the database.
    pub(super) async fn say(
        &mut self,
        talk: &mut Talk,
        line: Line<'_>,
        now: Timestamp,
    ) -> Result<Message, StoreError> {
        let message = Message {
            id: new_id(),
            conversation: talk.id.clone(),
            seq: talk.messages,
            role: line.role.to_owned(),
            author: line.author.to_owned(),
            text: if line.role == "buyer" {
                pii::mask(line.text)
            } else {
                line.text.to_owned()
            },
            data: Json(line.data),
            at: now.into(),
        };
        sqlx::query(
            "insert into messages (id, shop, conversation, seq, role, author, text, data, idem, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&message.id)
        .bind(&talk.shop)
        .bind(&talk.id)
        .bind(message.seq)
        .bind(line.role)
        .bind(line.author)
        .bind(&message.text)
        .bind(message.data.0.to_string())
        .bind(line.idem)
        .bind(message.at)
        .execute(self.connection())
        .await?;
        talk.messages += 1;
        talk.active_at = now.into();
        Ok(message)
    }

    /// Sends the event of a message to the watchers.
    pub(super) async fn tell(
        &mut self,
        talk: &Talk,
        message: &Message,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let data = json!({"message": message, "state": talk.state});
        self.emit(&talk.shop, &talk.id, true, "message", data, now)
            .await
    }
}
