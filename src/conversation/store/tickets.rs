//! Tickets: the queue, notes and reminders.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sqlx::AssertSqlSafe;

use super::moves::Actor;
use super::{Millis, Note, Page, Queued, Slice, Store, StoreError, Talk, Ticket, Work, new_id};
use crate::text::pii;

/// How long a buyer waits for a word of the person who took the ticket, before that person is reminded.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_mins(3);

/// A filter of a shop's tickets. Empty fields do not limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct TicketFilter<'a> {
    /// State; `open`: all but resolved.
    pub state: &'a str,
    /// Actor id of the owner.
    pub agent: &'a str,
    /// Skill group.
    pub skill: &'a str,
    /// Reason.
    pub reason: &'a str,
    /// Conversation.
    pub conversation: &'a str,
}

impl Store {
    /// A ticket.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn ticket(&self, shop: &str, id: &str) -> Result<Ticket, StoreError> {
        sqlx::query_as("select * from tickets where shop = $1 and id = $2")
            .bind(shop)
            .bind(id)
            .fetch_optional(&self.read)
            .await?
            .ok_or_else(|| StoreError::missing("ticket", id))
    }

    /// Tickets by urgency, then age, each with what an agent needs to tell them apart; finished ones last finished
    /// first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn tickets(
        &self,
        shop: &str,
        filter: TicketFilter<'_>,
        slice: Slice,
    ) -> Result<Page<Queued>, StoreError> {
        const WHAT: &str = "tickets where shop = $1
             and ($2 = '' or state = $2 or ($2 = 'open' and state <> 'resolved'))
             and ($3 = '' or agent = $3) and ($4 = '' or skill = $4) and ($5 = '' or reason = $5)
             and ($6 = '' or conversation = $6)";
        let TicketFilter {
            state,
            agent,
            skill,
            reason,
            conversation,
        } = filter;
        let order = match state {
            "resolved" => "resolved_at desc, id desc",
            _ => "priority, opened_at, id",
        };
        let outer: Vec<String> = order.split(", ").map(|by| format!("t.{by}")).collect();
        let outer = outer.join(", ");
        // The page is selected first, so that only its rows are joined with their talks.
        let rows = format!(
            "select t.*, coalesce(q.text, '') as question, c.product, coalesce(l.text, '') as last_text,
             coalesce(l.role, '') as last_role
             from (select * from {WHAT} order by {order} limit $7 offset $8) t
             left join messages q on q.id = t.message
             left join conversations c on c.shop = t.shop and c.id = t.conversation
             left join messages l on l.shop = t.shop and l.conversation = t.conversation and l.seq = c.messages - 1
             order by {outer}"
        );
        // Safe: the statements contain only text from this program.
        let mut items = sqlx::query_as(AssertSqlSafe(rows));
        let mut total = sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {WHAT}")));
        for text in [shop, state, agent, skill, reason, conversation] {
            items = items.bind(text);
            total = total.bind(text);
        }
        let items = items.bind(slice.limit).bind(slice.offset);
        let items = items.fetch_all(&self.read).await?;
        Ok(Page::new(items, total.fetch_one(&self.read).await?, slice))
    }

    /// The tickets that a person owns, in all shops.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn held_by(&self, actor: &str) -> Result<Vec<Ticket>, StoreError> {
        Ok(sqlx::query_as(
            "select * from tickets where state <> 'resolved' and state = 'with_agent' and agent = $1",
        )
        .bind(actor)
        .fetch_all(&self.read)
        .await?)
    }

    /// The skill groups with open tickets in a shop.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn skills(&self, shop: &str) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "select distinct skill from tickets where shop = $1 and state <> 'resolved' and skill <> '' order by skill",
        )
        .bind(shop)
        .fetch_all(&self.read)
        .await?)
    }

    /// When a person last acted in a talk: took it, wrote or finished. `None`: never.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn person_spoke(
        &self,
        shop: &str,
        conversation: &str,
    ) -> Result<Option<Millis>, StoreError> {
        let at: Option<i64> = sqlx::query_scalar(
            "select max(at) from messages where shop = $1 and conversation = $2 and role in ('agent', 'system')",
        )
        .bind(shop)
        .bind(conversation)
        .fetch_one(&self.read)
        .await?;
        Ok(at.map(Millis))
    }

    /// How many waiting tickets come before that of `conversation`, given its priority and `opened_at`.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn waiting_ahead(
        &self,
        shop: &str,
        conversation: &str,
        priority: i64,
        opened_at: Millis,
    ) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar(
            "select count(*) from tickets where shop = $1 and state in ('waiting', 'reopened')
             and (priority < $2 or (priority = $2 and opened_at < $3)) and conversation <> $4",
        )
        .bind(shop)
        .bind(priority)
        .bind(opened_at)
        .bind(conversation)
        .fetch_one(&self.read)
        .await?)
    }

    /// Leaves a note for colleagues. It is masked.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Reused`].
    pub async fn add_note(
        &self,
        shop: &str,
        ticket: &str,
        actor: Actor<'_>,
        text: &str,
        idem: Option<&str>,
        now: Timestamp,
    ) -> Result<Note, StoreError> {
        let (mut work, talk, current) = self.lock_ticket(shop, ticket).await?;
        let note = Note {
            id: new_id(),
            author: actor.name.to_owned(),
            text: pii::mask(text),
            at: now.into(),
        };
        if let Some(earlier) = work
            .remember(&format!("note/{shop}/{ticket}"), idem, &note.id, now)
            .await?
        {
            let earlier: Note =
                sqlx::query_as("select id, author, text, at from notes where id = $1")
                    .bind(earlier)
                    .fetch_one(work.connection())
                    .await?;
            return match earlier.text == note.text {
                true => Ok(earlier),
                false => Err(StoreError::Reused),
            };
        }
        sqlx::query("insert into notes (id, shop, ticket, author, text, at) values ($1, $2, $3, $4, $5, $6)")
            .bind(&note.id)
            .bind(shop)
            .bind(ticket)
            .bind(&note.author)
            .bind(&note.text)
            .bind(note.at)
            .execute(work.connection())
            .await?;
        let data = json!({"ticket": current.id, "note": note});
        work.emit(shop, &talk.id, false, "ticket.note", data, now)
            .await?;
        self.commit(work).await?;
        Ok(note)
    }

    /// The notes on a ticket, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn notes(&self, shop: &str, ticket: &str) -> Result<Vec<Note>, StoreError> {
        Ok(sqlx::query_as("select id, author, text, at from notes where shop = $1 and ticket = $2 order by at, id")
            .bind(shop)
            .bind(ticket)
            .fetch_all(&self.read)
            .await?)
    }

    /// Announces, once each, the tickets that wait past their deadline and those whose buyer waits for a word of their
    /// owner, also while the buyer keeps writing. Returns the number of announcements.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn remind(&self, now: Timestamp) -> Result<usize, StoreError> {
        const OVERDUE: &str =
            "update tickets set reminded_at = $1 where state <> 'resolved' and state in ('waiting', 'reopened')
             and due_at < $1 and reminded_at is null returning *";
        const UNANSWERED: &str =
            "update tickets set reminded_at = $1 where state <> 'resolved' and state = 'with_agent'
             and ((replied_at is null and due_at < $1 and reminded_at is null)
               or exists (select 1 from messages m where m.shop = tickets.shop and m.conversation = tickets.conversation
                 and m.seq > coalesce((select p.seq from messages p where p.shop = tickets.shop
                   and p.conversation = tickets.conversation and p.role <> 'buyer' order by p.seq desc limit 1), -1)
                 and m.at < $2 and (tickets.reminded_at is null or tickets.reminded_at < m.at)))
             returning *";
        let patience = now - PATIENCE;
        let mut reminded = 0;
        for (kind, sql, times) in [
            ("ticket.overdue", OVERDUE, &[now][..]),
            ("ticket.unanswered", UNANSWERED, &[now, patience]),
        ] {
            let mut late = sqlx::query_as(sql);
            for time in times {
                late = late.bind(Millis::from(*time));
            }
            let mut work = self.begin().await?;
            let late: Vec<Ticket> = late.fetch_all(work.connection()).await?;
            for ticket in &late {
                work.announce(ticket, kind, now).await?;
            }
            self.commit(work).await?;
            reminded += late.len();
        }
        Ok(reminded)
    }

    /// Locks a ticket's talk and reads both.
    pub(super) async fn lock_ticket(
        &self,
        shop: &str,
        id: &str,
    ) -> Result<(Work, Talk, Ticket), StoreError> {
        let mut work = self.begin().await?;
        let conversation: Option<String> =
            sqlx::query_scalar("select conversation from tickets where shop = $1 and id = $2")
                .bind(shop)
                .bind(id)
                .fetch_optional(work.connection())
                .await?;
        let talk = work
            .lock_talk(
                shop,
                &conversation.ok_or_else(|| StoreError::missing("ticket", id))?,
            )
            .await?;
        let ticket = sqlx::query_as("select * from tickets where shop = $1 and id = $2")
            .bind(shop)
            .bind(id)
            .fetch_one(work.connection())
            .await?;
        Ok((work, talk, ticket))
    }
}

impl Work {
    /// Tells agents, the buyer and outside systems what happened to a ticket. The buyer gets only the state and the
    /// owner's name.
    pub(super) async fn announce(
        &mut self,
        ticket: &Ticket,
        kind: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.ship(ticket, kind, now).await?;
        let (shop, conversation) = (ticket.shop.as_str(), ticket.conversation.as_str());
        self.emit(
            shop,
            conversation,
            false,
            kind,
            json!({"ticket": ticket}),
            now,
        )
        .await?;
        let data = json!({"state": ticket.state, "agent": ticket.agent_name});
        self.emit(shop, conversation, true, "state", data, now)
            .await
    }
}
