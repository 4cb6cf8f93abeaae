//! Lessons from people's work: labelled questions for the merchant. They are never applied without a person.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Lesson, Message, Millis, Page, Slice, Store, StoreError, Talk, Ticket, Work, new_id};
use crate::answer::{Decision, guard};
use crate::text::normalise::normalise;
use crate::text::pii;

/// The state of a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LessonState {
    /// Not decided yet.
    Open,
    /// Accepted.
    Accepted,
    /// Rejected.
    Rejected,
}

impl LessonState {
    /// The name in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            LessonState::Open => "open",
            LessonState::Accepted => "accepted",
            LessonState::Rejected => "rejected",
        }
    }
}

impl TryFrom<String> for LessonState {
    type Error = serde_json::Error;

    fn try_from(name: String) -> Result<LessonState, serde_json::Error> {
        serde_json::from_value(Value::String(name))
    }
}

/// The direction of a thumb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opinion {
    /// The answer helped.
    Up,
    /// The answer did not help.
    Down,
}

impl Opinion {
    /// The name in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Opinion::Up => "up",
            Opinion::Down => "down",
        }
    }

    /// The opinion with this name.
    pub fn parse(name: &str) -> Option<Opinion> {
        [Opinion::Up, Opinion::Down]
            .into_iter()
            .find(|opinion| opinion.as_str() == name)
    }
}

impl Store {
    /// Lessons, newest first; an empty `state` means all.
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

    /// Stores a person's decision on a lesson.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn decide_lesson(
        &self,
        shop: &str,
        id: &str,
        state: LessonState,
        by: &str,
        now: Timestamp,
    ) -> Result<Lesson, StoreError> {
        sqlx::query_as(
            "update learning set state = $3, decided_by = $4, decided_at = $5 where shop = $1 and id = $2 returning *",
        )
        .bind(shop)
        .bind(id)
        .bind(state.as_str())
        .bind(by)
        .bind(Millis::from(now))
        .fetch_optional(&self.write)
        .await?
        .ok_or_else(|| StoreError::missing("learning item", id))
    }

    /// Keeps a thumb on a message. A later thumb of the same giver replaces the earlier one. A thumb on an answer of
    /// the bot is a label: the entry answers the question, or it does not.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the talk has no such message.
    #[expect(clippy::too_many_arguments, reason = "a thumb as the API takes it")]
    pub async fn give_feedback(
        &self,
        shop: &str,
        conversation: &str,
        message: &str,
        giver: &str,
        verdict: Opinion,
        comment: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
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
        .bind(verdict.as_str())
        .bind(pii::mask(comment))
        .bind(Millis::from(now))
        .execute(work.connection())
        .await?;
        if kept.rows_affected() == 0 {
            return Err(StoreError::missing("message", message));
        }
        work.learn_thumb(shop, message, verdict, now).await?;
        self.commit(work).await
    }
}

impl Work {
    /// Learns from a thumb on the bot's `reply`. A thumb up teaches nothing if the question is offered to the merchant
    /// already.
    async fn learn_thumb(
        &mut self,
        shop: &str,
        reply: &str,
        verdict: Opinion,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let answered: Option<(String, String, String)> = sqlx::query_as(
            "select message, question, entries from decisions
             where shop = $1 and reply = $2 and outcome = 'answer'",
        )
        .bind(shop)
        .bind(reply)
        .fetch_optional(self.connection())
        .await?;
        let Some((message, question, entries)) = answered else {
            return Ok(());
        };
        let entries: Vec<String> = serde_json::from_str(&entries)?;
        let Some(entry) = entries.first() else {
            return Ok(());
        };
        let own = self.own_words(shop, &message).await?;
        let question = own.map_or(question, |(_, text)| text);
        let (kind, other) = match verdict {
            Opinion::Up => ("thumb_up", "thumb_down"),
            Opinion::Down => ("thumb_down", "thumb_up"),
        };
        sqlx::query("delete from learning where source = $1 and kind = $2 and state = 'open'")
            .bind(&message)
            .bind(other)
            .execute(self.connection())
            .await?;
        sqlx::query(
            "insert into learning (id, shop, kind, question, entry, source, state, at)
             select $1, $2, $3, $4, $5, $6, 'open', $7 where not exists
             (select 1 from learning where shop = $2 and question = $4 and entry = $5
               and (kind = $3 or $3 = 'thumb_up' and kind = 'chosen_option'))
             on conflict (source, kind) do nothing",
        )
        .bind(new_id())
        .bind(shop)
        .bind(kind)
        .bind(question)
        .bind(entry)
        .bind(message)
        .bind(Millis::from(now))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// The question of `message` in the buyer's own words, and the message that asked it. If `message` only picked an
    /// option, whose words are the shop's, or turned all down, an earlier one counts.
    async fn own_words(
        &mut self,
        shop: &str,
        message: &str,
    ) -> Result<Option<(String, String)>, StoreError> {
        // The most options followed back.
        const STEPS: i64 = 8;
        let said: Vec<(String, String, String)> = sqlx::query_as(
            "select b.id, b.text, b.data from messages b join messages m on b.shop = m.shop and b.conversation = m.conversation
             where m.shop = $1 and m.id = $2 and b.role = 'buyer' and b.seq <= m.seq order by b.seq desc limit $3",
        )
        .bind(shop)
        .bind(message)
        .bind(STEPS)
        .fetch_all(self.connection())
        .await?;
        let own = said.into_iter().find(|(_, _, data)| {
            let data: Value = serde_json::from_str(data).unwrap_or_default();
            data["picked"] != true
        });
        Ok(own.map(|(id, text, _)| (id, text)))
    }

    /// Learns from a click on an option: the option answers the question that it was offered for. A caller may name an
    /// entry that was never offered, which teaches nothing.
    pub(super) async fn learn_choice(
        &mut self,
        talk: &Talk,
        click: &Message,
        entry: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // An option is not picked longer after it was offered.
        const BACK: i64 = 8;
        let decided: Vec<(String, String)> = sqlx::query_as(
            "select d.message, d.decision from messages m join decisions d on d.message = m.id
             where m.shop = $1 and m.conversation = $2 and m.seq < $3 order by m.seq desc limit $4",
        )
        .bind(&talk.shop)
        .bind(&talk.id)
        .bind(click.seq)
        .bind(BACK)
        .fetch_all(self.connection())
        .await?;
        let offered = decided.into_iter().find(|(_, decision)| {
            serde_json::from_str(decision).is_ok_and(|decision: Decision| {
                decision.options.iter().any(|option| option.id == entry)
            })
        });
        let Some((asked, _)) = offered else {
            return Ok(());
        };
        let Some(asked) = self.own_words(&talk.shop, &asked).await? else {
            return Ok(());
        };
        self.keep_lesson(&talk.shop, "chosen_option", asked, Some(entry), None, now)
            .await
    }

    /// Learns from an agent's reply to a question that the bot could not answer, with an entry or in the agent's words.
    /// The reply answers what the buyer asked last, which need not be the message that was handed off.
    pub(super) async fn learn_reply(
        &mut self,
        ticket: &Ticket,
        reply: &Message,
        entry: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const UNKNOWN: [&str; 3] = ["no_match", "low_confidence", "not_in_force"];
        let kind = match entry {
            // A script only frames an answer.
            Some(entry) if entry.starts_with("script:") => return Ok(()),
            Some(_) => "agent_entry",
            None if UNKNOWN.contains(&ticket.reason.as_str()) => "agent_reply",
            None => return Ok(()),
        };
        let Some(asked) = self.asked_before(&ticket.shop, reply).await? else {
            return Ok(());
        };
        let words = Some(pii::mask(&reply.text));
        self.keep_lesson(&ticket.shop, kind, asked, entry, words, now)
            .await
    }

    /// Keeps a lesson on a question from the message `source`, unless that taught one of this kind before.
    async fn keep_lesson(
        &mut self,
        shop: &str,
        kind: &str,
        (source, question): (String, String),
        entry: Option<&str>,
        reply: Option<String>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into learning (id, shop, kind, question, entry, reply, source, state, at)
             values ($1, $2, $3, $4, $5, $6, $7, 'open', $8) on conflict (source, kind) do nothing",
        )
        .bind(new_id())
        .bind(shop)
        .bind(kind)
        .bind(question)
        .bind(entry)
        .bind(reply)
        .bind(source)
        .bind(Millis::from(now))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// The last message before `reply` in which the buyer asked something in words of their own, so not an option's
    /// words and not 在吗, 好的 or 转人工. `None` if a longer message asks for a person, since it may ask something else too.
    async fn asked_before(
        &mut self,
        shop: &str,
        reply: &Message,
    ) -> Result<Option<(String, String)>, StoreError> {
        // A reply does not answer anything asked longer ago.
        const BACK: i64 = 12;
        // Up to this length a message only asks for a person: 帮我转人工客服.
        const ONLY_A_PERSON: usize = 8;
        let said: Vec<(String, String, String)> = sqlx::query_as(
            "select id, text, data from messages where shop = $1 and conversation = $2 and seq < $3 and role = 'buyer'
             order by seq desc limit $4",
        )
        .bind(shop)
        .bind(&reply.conversation)
        .bind(reply.seq)
        .bind(BACK)
        .fetch_all(self.connection())
        .await?;
        for (id, text, data) in said {
            let data: Value = serde_json::from_str(&data).unwrap_or_default();
            let plain = normalise(&text);
            if data["picked"] == true || guard::small_talk(&plain).is_some() {
                continue;
            }
            if !guard::guards(&plain, &[]).requested {
                return Ok(Some((id, text)));
            }
            if plain.chars().count() > ONLY_A_PERSON {
                break;
            }
        }
        Ok(None)
    }
}
