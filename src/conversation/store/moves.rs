//! The moves of people on a ticket: claim, reply, transfer, end, reopen. Each is one transaction under the talk's lock.

use jiff::Timestamp;

use super::talks::Line;
use super::tickets::PATIENCE;
use super::{Message, Millis, Store, StoreError, Talk, Ticket, Work};
use crate::conversation::state::{self, Move, State};
use crate::text::pii;

/// The person who acts.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// Actor id.
    pub id: &'a str,
    /// The name that buyers and colleagues see.
    pub name: &'a str,
    /// Whether this person may act on others' tickets.
    pub lead: bool,
}

impl Store {
    /// Takes a waiting ticket. If several people try at once, exactly one succeeds; the owner may try again. The owner
    /// of an overdue ticket gets some minutes for the first reply. `words` are said to the buyer, as in the other
    /// moves; empty for none.
    ///
    /// # Errors
    /// [`StoreError::Taken`] for everybody else.
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
        // Compare-and-set: correct even without the lock above.
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

    /// Says something to the buyer. A person's first reply is a lesson, and so is a reply that names its `entry`.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if somebody else owns the ticket, [`StoreError::Unclaimed`] if nobody does,
    /// [`StoreError::Reused`] if the same idempotency key was used with other words.
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
        // Keys of buyers and of agents must not collide.
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
                return match earlier.text == text {
                    true => Ok(earlier),
                    false => Err(StoreError::Reused),
                };
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

    /// Passes a ticket to a skill group (empty: anyone), where it waits again. A claimed ticket gets the new deadline
    /// `due_at`; a waiting one keeps its own, and where it waits for that group already, nothing happens.
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
        let skill = pii::mask(skill);
        // The request was repeated because the first response was lost; the buyer need not hear of it twice.
        if current.state != State::WithAgent && current.skill == skill {
            return Ok(current);
        }
        let moved = sqlx::query_as(
            "update tickets set skill = $4, agent = null, agent_name = null, replied_at = null, reminded_at = null,
             due_at = case when state = 'with_agent' then $5 else due_at end, state = $3
             where shop = $1 and id = $2 returning *",
        )
        .bind(shop)
        .bind(ticket)
        .bind(talk.state.as_str())
        .bind(&skill)
        .bind(Millis::from(due_at))
        .fetch_one(work.connection())
        .await?;
        self.finish(work, talk, moved, "ticket.transferred", words, now)
            .await
    }

    /// Ends a person's work: [`Move::HandBack`] (the bot continues), [`Move::Resolve`] or [`Move::Resume`].
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
        // The request was repeated because the first response was lost; it is done already.
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

    /// Reopens a finished ticket. It waits for a person until `due_at`.
    ///
    /// # Errors
    /// [`StoreError::Illegal`] if it is not finished, [`StoreError::Outdated`] if the talk has a newer ticket.
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
        let opened = work.wait_again(shop, ticket, due_at).await?;
        self.finish(work, talk, opened, "ticket.reopened", words, now)
            .await
    }

    /// Tells the buyer what happened (if there are words), announces the move and commits.
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
    /// Lets a finished ticket wait for a person until `due_at`, as if nobody had worked on it yet.
    pub(super) async fn wait_again(
        &mut self,
        shop: &str,
        ticket: &str,
        due_at: Timestamp,
    ) -> Result<Ticket, StoreError> {
        Ok(sqlx::query_as(
            "update tickets set state = 'reopened', reopened = reopened + 1, outcome = null, agent = null,
             agent_name = null, replied_at = null, resolved_at = null, reminded_at = null, due_at = $3
             where shop = $1 and id = $2 returning *",
        )
        .bind(shop)
        .bind(ticket)
        .bind(Millis::from(due_at))
        .fetch_one(self.connection())
        .await?)
    }
}

fn taken(ticket: &Ticket) -> StoreError {
    StoreError::Taken {
        ticket: ticket.id.clone(),
        owner: ticket.agent_name.clone().unwrap_or_default(),
    }
}

/// Checks that `actor` owns the ticket or is a lead.
fn owned(ticket: &Ticket, actor: Actor<'_>) -> Result<(), StoreError> {
    let other = ticket.state == State::WithAgent && ticket.agent.as_deref() != Some(actor.id);
    if other && !actor.lead {
        Err(taken(ticket))
    } else {
        Ok(())
    }
}

/// Checks that the ticket is the latest of its talk. Only the latest one moves the talk.
fn latest(talk: &Talk, ticket: &Ticket) -> Result<(), StoreError> {
    if talk.ticket.as_deref() == Some(&ticket.id) {
        Ok(())
    } else {
        Err(StoreError::Outdated(ticket.id.clone()))
    }
}
