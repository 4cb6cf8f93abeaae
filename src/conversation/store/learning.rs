//! What people's work teaches: labelled questions, offered to the merchant and never applied without a person.

use jiff::Timestamp;

use super::{Lesson, Message, Millis, Page, Slice, Store, StoreError, Talk, Ticket, Work, new_id};
use crate::text::pii;

impl Store {
    /// Lessons, the newest first; `state` empty: all.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn lessons(
        &self,
        shop: &str,
        state: &str,
        slice: Slice,
    ) -> Result<Page<Lesson>, StoreError> {
        let what = "learning where shop = $1 and ($2 = '' or state = $2)";
        self.page(what, "at desc, id desc", &[shop, state], slice)
            .await
    }

    /// One lesson.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn lesson(&self, shop: &str, id: &str) -> Result<Lesson, StoreError> {
        sqlx::query_as("select * from learning where shop = $1 and id = $2")
            .bind(shop)
            .bind(id)
            .fetch_optional(&self.read)
            .await?
            .ok_or_else(|| StoreError::missing("learning item", id))
    }

    /// A person's decision on a lesson: `accepted` or `rejected`.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn decide_lesson(
        &self,
        shop: &str,
        id: &str,
        state: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<Lesson, StoreError> {
        sqlx::query_as(
            "update learning set state = $3, decided_by = $4, decided_at = $5 where shop = $1 and id = $2 returning *",
        )
        .bind(shop)
        .bind(id)
        .bind(state)
        .bind(by)
        .bind(Millis::from(now))
        .fetch_optional(&self.write)
        .await?
        .ok_or_else(|| StoreError::missing("learning item", id))
    }

    /// Keeps a thumb on a message: `verdict` `up` or `down`. The same giver's later thumb replaces the earlier.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where the talk has no such message.
    #[expect(clippy::too_many_arguments, reason = "a thumb as the API takes it")]
    pub async fn give_feedback(
        &self,
        shop: &str,
        conversation: &str,
        message: &str,
        giver: &str,
        verdict: &str,
        comment: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let kept = sqlx::query(
            "insert into feedback (shop, message, giver, conversation, verdict, comment, at)
             select shop, id, $4, conversation, $5, $6, $7 from messages
             where shop = $1 and conversation = $2 and id = $3 and role in ('bot', 'agent')
             on conflict (message, giver) do update set verdict = excluded.verdict, comment = excluded.comment,
             at = excluded.at",
        )
        .bind(shop)
        .bind(conversation)
        .bind(message)
        .bind(giver)
        .bind(verdict)
        .bind(pii::mask(comment))
        .bind(Millis::from(now))
        .execute(&self.write)
        .await?;
        match kept.rows_affected() {
            0 => Err(StoreError::missing("message", message)),
            _ => Ok(()),
        }
    }
}

impl Work {
    /// The buyer clicked an option: the question before the click is answered by it.
    pub(super) async fn learn_choice(
        &mut self,
        talk: &Talk,
        click: &Message,
        entry: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into learning (id, shop, kind, question, entry, source, state, at)
             select $1, shop, 'chosen_option', text, $2, id, 'open', $3 from messages
             where shop = $4 and conversation = $5 and role = 'buyer' and seq < $6 order by seq desc limit 1
             on conflict (source, kind) do nothing",
        )
        .bind(new_id())
        .bind(pii::mask(entry))
        .bind(Millis::from(now))
        .bind(&talk.shop)
        .bind(&talk.id)
        .bind(click.seq)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// An agent answered what the bot could not: with an entry, or in words of their own.
    pub(super) async fn learn_reply(
        &mut self,
        ticket: &Ticket,
        reply: &Message,
        entry: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const UNKNOWN: [&str; 3] = ["no_match", "low_confidence", "not_in_force"];
        let kind = match entry {
            Some(_) => "agent_entry",
            None if UNKNOWN.contains(&ticket.reason.as_str()) => "agent_reply",
            None => return Ok(()),
        };
        sqlx::query(
            "insert into learning (id, shop, kind, question, entry, reply, source, state, at)
             select $1, shop, $2, text, $3, $4, id, 'open', $5 from messages where shop = $6 and id = $7
             on conflict (source, kind) do nothing",
        )
        .bind(new_id())
        .bind(kind)
        .bind(entry)
        .bind(pii::mask(&reply.text))
        .bind(Millis::from(now))
        .bind(&ticket.shop)
        .bind(&ticket.message)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
