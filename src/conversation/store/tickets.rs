//! Tickets: the queue, and what people do with one.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sqlx::AssertSqlSafe;

use super::talks::Line;
use super::{
    Message, Millis, Note, Page, Queued, Slice, Store, StoreError, Talk, Ticket, Work, new_id,
};
use crate::conversation::state::{self, Move, State};
use crate::text::pii;

/// How long a buyer who talks to a person waits for a word before that person is reminded.
const PATIENCE: SignedDuration = SignedDuration::from_mins(3);

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// Actor id.
    pub id: &'a str,
    /// Name as buyers and colleagues see it.
    pub name: &'a str,
    /// May act on others' tickets.
    pub lead: bool,
}

/// Which tickets of a shop. Empty fields do not limit.
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

    /// Tickets by urgency, then age, with what an agent tells them apart by; done ones the last done first.
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
        // The page first: only its rows look their talks up.
        let rows = format!(
            "select t.*, coalesce(q.text, '') as question, c.product, coalesce(l.text, '') as last_text,
             coalesce(l.role, '') as last_role
             from (select * from {WHAT} order by {order} limit $7 offset $8) t
             left join messages q on q.id = t.message
             left join conversations c on c.shop = t.shop and c.id = t.conversation
             left join messages l on l.shop = t.shop and l.conversation = t.conversation and l.seq = c.messages - 1
             order by {outer}"
        );
        // Safe: nothing goes into the statements but what is written in this program.
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

    /// The tickets that a person has, of all shops.
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

    /// The skill groups that open tickets of a shop wait for.
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

    /// When a person last gave a sign in a talk: took it, wrote, was done. `None`: never.
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

    /// How many waiting tickets are taken before that of `conversation`, of this priority and opened at `opened_at`.
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

    /// Takes a waiting ticket. Of any number who try at once exactly one succeeds; trying again is no fault. Who takes an
    /// overdue one has some minutes for the first word.
    /// `words` are said to the buyer, here as in the other moves; empty: none.
    ///
    /// # Errors
    /// [`StoreError::Taken`] for all others.
    pub async fn claim(
        &self,
        shop: &str,
        ticket: &str,
        actor: Actor<'_>,
        words: &str,
        now: Timestamp,
    ) -> Result<Ticket, StoreError> {
        let (mut work, mut talk, current) = self.lock_ticket(shop, ticket).await?;
        if current.state == State::WithAgent {
            return match current.agent.as_deref() {
                Some(agent) if agent == actor.id => Ok(current),
                _ => Err(taken(&current)),
            };
        }
        latest(&talk, &current)?;
        talk.state = state::next(talk.state, Move::Claim)?;
        // Compare-and-set: the lock above makes the condition hold, the condition makes the lock no matter of trust.
        let claimed: Option<Ticket> = sqlx::query_as(
            "update tickets set state = 'with_agent', agent = $3, agent_name = $4, claimed_at = coalesce(claimed_at, $5),
             reminded_at = null, due_at = case when due_at < $6 then $6 else due_at end
             where shop = $1 and id = $2 and state in ('waiting', 'reopened') returning *",
        )
        .bind(shop)
        .bind(ticket)
        .bind(actor.id)
        .bind(actor.name)
        .bind(Millis::from(now))
        .bind(Millis::from(now + PATIENCE))
        .fetch_optional(work.connection())
        .await?;
        let claimed = claimed.ok_or_else(|| taken(&current))?;
        self.finish(work, talk, claimed, "ticket.claimed", words, now)
            .await
    }

    /// Says something to the buyer. The first word of a person teaches, and so does a reply that names its `entry`.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where another owns the ticket, [`StoreError::Unclaimed`] where nobody does.
    #[expect(
        clippy::too_many_arguments,
        reason = "an agent's reply as the API takes it"
    )]
    pub async fn reply(
        &self,
        shop: &str,
        ticket: &str,
        actor: Actor<'_>,
        text: &str,
        entry: Option<&str>,
        idem: Option<&str>,
        now: Timestamp,
    ) -> Result<Message, StoreError> {
        let (mut work, mut talk, current) = self.lock_ticket(shop, ticket).await?;
        // The buyer's keys and the agents' must not meet.
        let idem = idem.map(|idem| format!("agent/{}/{idem}", actor.id));
        if let Some(idem) = &idem {
            let earlier: Option<Message> = sqlx::query_as(
                "select * from messages where shop = $1 and conversation = $2 and idem = $3",
            )
            .bind(shop)
            .bind(&talk.id)
            .bind(idem)
            .fetch_optional(work.connection())
            .await?;
            if let Some(earlier) = earlier {
                return Ok(earlier);
            }
        }
        if current.state != State::WithAgent {
            return Err(StoreError::Unclaimed(current.id));
        }
        owned(&current, actor)?;
        let line = Line {
            author: actor.name,
            idem: idem.as_deref(),
            ..Line::by("agent", text)
        };
        let message = work.say(&mut talk, line, now).await?;
        if current.replied_at.is_none() || entry.is_some() {
            sqlx::query("update tickets set replied_at = coalesce(replied_at, $3) where shop = $1 and id = $2")
                .bind(shop)
                .bind(ticket)
                .bind(message.at)
                .execute(work.connection())
                .await?;
            work.learn_reply(&current, &message, entry, now).await?;
        }
        work.save_talk(&talk).await?;
        work.tell(&talk, &message, now).await?;
        self.commit(work).await?;
        Ok(message)
    }

    /// Passes a ticket to a skill group (empty: anyone); it waits again. One that a person had gets the new deadline
    /// `due_at`; one that waits keeps its own.
    ///
    /// # Errors
    /// [`StoreError::Taken`], [`StoreError::Illegal`].
    #[expect(clippy::too_many_arguments, reason = "a move as the API takes it")]
    pub async fn transfer(
        &self,
        shop: &str,
        ticket: &str,
        actor: Actor<'_>,
        skill: &str,
        due_at: Timestamp,
        words: &str,
        now: Timestamp,
    ) -> Result<Ticket, StoreError> {
        let (mut work, mut talk, current) = self.lock_ticket(shop, ticket).await?;
        owned(&current, actor)?;
        latest(&talk, &current)?;
        talk.state = state::next(talk.state, Move::Transfer)?;
        let moved = sqlx::query_as(
            "update tickets set skill = $4, agent = null, agent_name = null, replied_at = null, reminded_at = null,
             due_at = case when state = 'with_agent' then $5 else due_at end, state = $3
             where shop = $1 and id = $2 returning *",
        )
        .bind(shop)
        .bind(ticket)
        .bind(talk.state.as_str())
        .bind(pii::mask(skill))
        .bind(Millis::from(due_at))
        .fetch_one(work.connection())
        .await?;
        self.finish(work, talk, moved, "ticket.transferred", words, now)
            .await
    }

    /// Ends a person's work: [`Move::HandBack`] (the bot goes on), [`Move::Resolve`] or [`Move::Resume`].
    ///
    /// # Errors
    /// [`StoreError::Taken`], [`StoreError::Illegal`].
    pub async fn end(
        &self,
        shop: &str,
        ticket: &str,
        actor: Actor<'_>,
        how: Move,
        words: &str,
        now: Timestamp,
    ) -> Result<Ticket, StoreError> {
        let (mut work, mut talk, current) = self.lock_ticket(shop, ticket).await?;
        let (outcome, kind) = match how {
            Move::HandBack => ("handed_back", "ticket.handed_back"),
            Move::Resume => ("resumed", "ticket.resumed"),
            _ => ("resolved", "ticket.resolved"),
        };
        // Sent again because the answer to the first got lost: it is done.
        if current.outcome.as_deref() == Some(outcome)
            && current.agent.as_deref() == Some(actor.id)
            && talk.ticket.as_deref() == Some(ticket)
        {
            return Ok(current);
        }
        owned(&current, actor)?;
        latest(&talk, &current)?;
        talk.state = state::next(talk.state, how)?;
        let done = sqlx::query_as(
            "update tickets set state = 'resolved', outcome = coalesce(outcome, $3),
             resolved_at = coalesce(resolved_at, $4) where shop = $1 and id = $2 returning *",
        )
        .bind(shop)
        .bind(ticket)
        .bind(outcome)
        .bind(Millis::from(now))
        .fetch_one(work.connection())
        .await?;
        self.finish(work, talk, done, kind, words, now).await
    }

    /// Takes a done ticket up again; it waits for a person until `due_at`.
    ///
    /// # Errors
    /// [`StoreError::Illegal`] where it is not done, [`StoreError::Outdated`] where the talk has a newer one.
    pub async fn reopen(
        &self,
        shop: &str,
        ticket: &str,
        due_at: Timestamp,
        words: &str,
        now: Timestamp,
    ) -> Result<Ticket, StoreError> {
        let (mut work, mut talk, current) = self.lock_ticket(shop, ticket).await?;
        latest(&talk, &current)?;
        talk.state = state::next(talk.state, Move::Reopen)?;
        let opened = sqlx::query_as(
            "update tickets set state = 'reopened', reopened = reopened + 1, outcome = null, agent = null,
             agent_name = null, replied_at = null, resolved_at = null, reminded_at = null, due_at = $3
             where shop = $1 and id = $2 returning *",
        )
        .bind(shop)
        .bind(ticket)
        .bind(Millis::from(due_at))
        .fetch_one(work.connection())
        .await?;
        self.finish(work, talk, opened, "ticket.reopened", words, now)
            .await
    }

    /// Leaves a note for colleagues, masked.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
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
            return Ok(
                sqlx::query_as("select id, author, text, at from notes where id = $1")
                    .bind(earlier)
                    .fetch_one(work.connection())
                    .await?,
            );
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

    /// Announces, once each: tickets that wait past their deadline, and those whose buyer waits for a word of the
    /// person who took them. Gives how many.
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
               or exists (select 1 from conversations c join messages m
                 on m.shop = c.shop and m.conversation = c.id and m.seq = c.messages - 1
                 where c.shop = tickets.shop and c.id = tickets.conversation and m.role = 'buyer' and m.at < $2
                 and (tickets.reminded_at is null or tickets.reminded_at < m.at)))
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
    async fn lock_ticket(&self, shop: &str, id: &str) -> Result<(Work, Talk, Ticket), StoreError> {
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

    /// Says what happened to the buyer (where there are words), announces it and commits.
    async fn finish(
        &self,
        mut work: Work,
        mut talk: Talk,
        ticket: Ticket,
        kind: &str,
        words: &str,
        now: Timestamp,
    ) -> Result<Ticket, StoreError> {
        let said = match words {
            "" => None,
            words => Some(work.say(&mut talk, Line::by("system", words), now).await?),
        };
        work.save_talk(&talk).await?;
        if let Some(message) = said {
            work.tell(&talk, &message, now).await?;
        }
        work.announce(&ticket, kind, now).await?;
        self.commit(work).await?;
        Ok(ticket)
    }
}

impl Work {
    /// Tells agents, the buyer and outside systems what happened to a ticket. The buyer learns no more than the state
    /// and who took it.
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

fn taken(ticket: &Ticket) -> StoreError {
    StoreError::Taken {
        ticket: ticket.id.clone(),
        owner: ticket.agent_name.clone().unwrap_or_default(),
    }
}

/// A claimed ticket belongs to who claimed it; leads may act on it too.
fn owned(ticket: &Ticket, actor: Actor<'_>) -> Result<(), StoreError> {
    let other = ticket.state == State::WithAgent && ticket.agent.as_deref() != Some(actor.id);
    if other && !actor.lead {
        Err(taken(ticket))
    } else {
        Ok(())
    }
}

/// Only the latest ticket of a talk moves the talk.
fn latest(talk: &Talk, ticket: &Ticket) -> Result<(), StoreError> {
    if talk.ticket.as_deref() == Some(&ticket.id) {
        Ok(())
    } else {
        Err(StoreError::Outdated(ticket.id.clone()))
    }
}
