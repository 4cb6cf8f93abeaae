//! Stores a buyer's message with the bot's decision in one transaction.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::talks::Line;
use super::{Message, Millis, Store, StoreError, Talk, Ticket, Work, new_id};
use crate::answer::Decision;
use crate::conversation::priority::Priority;
use crate::conversation::state::{self, Move, State};
use crate::text::pii;

/// A buyer's message to record.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Shop id.
    pub shop: &'a str,
    /// Conversation id.
    pub conversation: &'a str,
    /// The caller's idempotency key for this message.
    pub idem: Option<&'a str>,
    /// The buyer's words. They are masked before they are stored.
    pub text: &'a str,
    /// Product of the page. The talk remembers it.
    pub product: Option<&'a str>,
    /// The option that the buyer clicked or picked in words.
    pub chosen: Option<&'a str>,
    /// If the words only pick an option, its title. Later messages are read with it.
    pub meant: Option<&'a str>,
    /// Whether the words only say that none of the options is meant.
    pub declined: bool,
}

/// The bot's decision on the message.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The decision. The ticket of a handoff is filled in when it is recorded.
    pub decision: Decision,
    /// What proves it, as JSON; `None` where no snapshot decided.
    pub proof: Option<String>,
    /// The data of a ticket, if one is opened.
    pub plan: TicketPlan,
}

/// The data of a ticket besides its reason.
#[derive(Debug, Clone)]
pub struct TicketPlan {
    /// Its urgency.
    pub priority: Priority,
    /// Until when a person should have answered.
    pub due_at: Timestamp,
    /// Skill group; empty: anyone.
    pub skill: String,
}

/// A recorded message.
#[derive(Debug, Clone)]
pub struct Record {
    /// Id of the buyer's message.
    pub message: String,
    /// Id of the bot's message; `None` if the bot was silent.
    pub reply: Option<String>,
    /// The decision with its ticket; `None` if the bot was silent.
    pub decision: Option<Decision>,
    /// What proves it, as JSON.
    pub proof: Option<String>,
    /// The ticket that is open now.
    pub ticket: Option<Ticket>,
}

/// The result of recording a message.
#[derive(Debug, Clone)]
pub enum Recorded {
    /// It is recorded, now or by an earlier call with the same idempotency key.
    Done(Box<Record>),
    /// The talk changed its owner between reading and recording. Decide again in this state.
    Moved(State),
}

impl Store {
    /// Records a buyer's message and, if the bot spoke, its decision, reply and ticket: all or nothing. The same
    /// idempotency key records once.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is no such talk, [`StoreError::Database`].
    pub async fn record_turn(
        &self,
        turn: Turn<'_>,
        verdict: Option<&Verdict>,
        now: Timestamp,
    ) -> Result<Recorded, StoreError> {
        let mut work = self.begin().await?;
        let mut talk = work.lock_talk(turn.shop, turn.conversation).await?;
        if let Some(record) = work.recorded(&talk, &turn).await? {
            return Ok(Recorded::Done(Box::new(record)));
        }
        if talk.state.bot_speaks() != verdict.is_some() {
            return Ok(Recorded::Moved(talk.state));
        }
        if let Some(product) = turn.product {
            talk.product = Some(pii::mask(product));
        }
        let line = Line {
            idem: turn.idem,
            data: match turn.meant {
                Some(meant) => json!({"meant": meant, "picked": true}),
                None if turn.chosen.is_some() || turn.declined => json!({"picked": true}),
                None => Value::Null,
            },
            ..Line::by("buyer", turn.text)
        };
        let message = work.say(&mut talk, line, now).await?;
        let record = match verdict {
            None => {
                let ticket = work.open_ticket(&talk).await?;
                work.save_talk(&talk).await?;
                work.tell(&talk, &message, now).await?;
                Record {
                    message: message.id,
                    reply: None,
                    decision: None,
                    proof: None,
                    ticket,
                }
            }
            Some(verdict) => {
                work.record_verdict(&mut talk, &turn, &message, verdict, now)
                    .await?
            }
        };
        self.commit(work).await?;
        Ok(Recorded::Done(Box::new(record)))
    }

    /// The decision on a buyer's message.
    ///
    /// # Errors
    /// [`StoreError::Database`]; [`StoreError::Json`] if another version wrote it in another form.
    pub async fn decision(
        &self,
        shop: &str,
        message: &str,
    ) -> Result<Option<Decision>, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("select decision from decisions where shop = $1 and message = $2")
                .bind(shop)
                .bind(message)
                .fetch_optional(&self.read)
                .await?;
        Ok(text.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// The last `count` decisions of a talk since a person last acted in it, newest first. Decisions of another version
    /// of zhike are skipped if they cannot be read.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn last_decisions(
        &self,
        shop: &str,
        conversation: &str,
        count: i64,
    ) -> Result<Vec<Decision>, StoreError> {
        let written: Vec<String> = sqlx::query_scalar(
            "select d.decision from messages m join decisions d on d.message = m.id
             where m.shop = $1 and m.conversation = $2 and m.seq > (select coalesce(max(p.seq), -1) from messages p
               where p.shop = $1 and p.conversation = $2 and p.role in ('agent', 'system'))
             order by m.seq desc limit $3",
        )
        .bind(shop)
        .bind(conversation)
        .bind(count)
        .fetch_all(&self.read)
        .await?;
        let read = written.iter().map(|text| serde_json::from_str(text));
        Ok(read.filter_map(Result::ok).collect())
    }
}

impl Work {
    /// What an earlier call with this key recorded. A key that was used with other words is refused, since the result
    /// would belong to those.
    async fn recorded(
        &mut self,
        talk: &Talk,
        turn: &Turn<'_>,
    ) -> Result<Option<Record>, StoreError> {
        let Some(idem) = turn.idem else {
            return Ok(None);
        };
        let message: Option<(String, String)> = sqlx::query_as(
            "select id, text from messages where shop = $1 and conversation = $2 and idem = $3",
        )
        .bind(&talk.shop)
        .bind(&talk.id)
        .bind(idem)
        .fetch_optional(self.connection())
        .await?;
        let Some((message, text)) = message else {
            return Ok(None);
        };
        if text != pii::mask(turn.text) {
            return Err(StoreError::Reused);
        }
        let decided: Option<(String, String, Option<String>)> =
            sqlx::query_as("select reply, decision, proof from decisions where message = $1")
                .bind(&message)
                .fetch_optional(self.connection())
                .await?;
        let ticket = self.open_ticket(talk).await?;
        let (reply, decision, proof) = match decided {
            Some((reply, decision, proof)) => {
                (Some(reply), Some(serde_json::from_str(&decision)?), proof)
            }
            None => (None, None, None),
        };
        Ok(Some(Record {
            message,
            reply,
            decision,
            proof,
            ticket,
        }))
    }

    /// The talk's open ticket.
    async fn open_ticket(&mut self, talk: &Talk) -> Result<Option<Ticket>, StoreError> {
        if !talk.state.ticket_open() {
            return Ok(None);
        }
        Ok(sqlx::query_as(
            "select * from tickets where shop = $1 and conversation = $2 and state <> 'resolved'",
        )
        .bind(&talk.shop)
        .bind(&talk.id)
        .fetch_optional(self.connection())
        .await?)
    }

    async fn record_verdict(
        &mut self,
        talk: &mut Talk,
        turn: &Turn<'_>,
        message: &Message,
        verdict: &Verdict,
        now: Timestamp,
    ) -> Result<Record, StoreError> {
        let mut decision = masked(&verdict.decision);
        let mut ticket = self.open_ticket(talk).await?;
        let mut news = None;
        if let Some(handoff) = &mut decision.handoff {
            let reason = handoff.reason.as_str();
            let (handed, kind) = self
                .hand_off(talk, ticket, message, reason, &verdict.plan, now)
                .await?;
            handoff.ticket = handed.id.clone();
            ticket = Some(handed);
            news = kind;
        }
        let data = json!({
            "decision": decision.decision,
            "options": decision.options,
            "sources": decision.parts.iter().flat_map(|part| &part.sources).collect::<Vec<_>>(),
            "question": message.id,
            "ticket": decision.handoff.as_ref().map(|handoff| &handoff.ticket),
        });
        let reply = self
            .say(
                talk,
                Line {
                    data,
                    ..Line::by("bot", &decision.reply)
                },
                now,
            )
            .await?;
        // A pick asks what it picks, and 不是 asks nothing.
        let question = match turn.meant {
            Some(meant) => pii::mask(meant),
            None if turn.declined => String::new(),
            None => message.text.clone(),
        };
        let ids = [message.id.as_str(), reply.id.as_str()];
        let proof = verdict.proof.as_deref();
        self.record_decision(talk, ids, &question, &decision, proof, now)
            .await?;
        if let Some(entry) = turn.chosen {
            self.learn_choice(talk, message, entry, now).await?;
        }
        self.save_talk(talk).await?;
        self.tell(talk, message, now).await?;
        self.tell(talk, &reply, now).await?;
        if let (Some(ticket), Some(kind)) = (&ticket, news) {
            self.announce(ticket, kind, now).await?;
        }
        Ok(Record {
            message: message.id.clone(),
            reply: Some(reply.id),
            decision: Some(decision),
            proof: verdict.proof.clone(),
            ticket,
        })
    }

    /// Opens, joins or reopens the ticket of a handoff. Returns it with the kind of event to announce.
    async fn hand_off(
        &mut self,
        talk: &mut Talk,
        open: Option<Ticket>,
        message: &Message,
        reason: &str,
        plan: &TicketPlan,
        now: Timestamp,
    ) -> Result<(Ticket, Option<&'static str>), StoreError> {
        const OPEN: &str =
            "insert into tickets (shop, id, priority, reason, message, due_at, skill, conversation, state, reopened,
             opened_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9) returning *";
        const CHANGE: &str = "update tickets set priority = $3, reason = $4, message = $5,
             due_at = case when due_at < $6 then due_at else $6 end, skill = $7
             where shop = $1 and id = $2 returning *";
        let before = talk.state;
        talk.state = state::next(before, Move::HandOff)?;
        let (id, sql, news) = match (before, open, talk.ticket.clone()) {
            // A further handoff joins the waiting ticket.
            (_, Some(open), _) if open.priority <= plan.priority.rank => return Ok((open, None)),
            (_, Some(open), _) => (open.id, CHANGE, "ticket.raised"),
            (State::Resolved, None, Some(id)) => {
                self.wait_again(&talk.shop, &id, plan.due_at).await?;
                (id, CHANGE, "ticket.reopened")
            }
            _ => (new_id(), OPEN, "ticket.opened"),
        };
        let mut ticket = sqlx::query_as(sql)
            .bind(&talk.shop)
            .bind(id)
            .bind(plan.priority.rank)
            .bind(reason)
            .bind(&message.id)
            .bind(Millis::from(plan.due_at))
            .bind(&plan.skill);
        if sql == OPEN {
            ticket = ticket.bind(&talk.id).bind(Millis::from(now));
        }
        let ticket: Ticket = ticket.fetch_one(self.connection()).await?;
        talk.ticket = Some(ticket.id.clone());
        Ok((ticket, Some(news)))
    }

    /// Stores the decision on a message, with the id of its reply; an empty `question` is none.
    async fn record_decision(
        &mut self,
        talk: &Talk,
        [message, reply]: [&str; 2],
        question: &str,
        decision: &Decision,
        proof: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "insert into decisions (message, reply, shop, conversation, question, product, outcome, reason,
             confidence, entries, decision, took_us, at, proof)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(message)
        .bind(reply)
        .bind(&talk.shop)
        .bind(&talk.id)
        .bind(question)
        .bind(talk.product.as_deref())
        .bind(decision.decision.as_str())
        .bind(decision.handoff.as_ref().map(|handoff| handoff.reason.as_str()))
        .bind(decision.confidence)
        .bind(serde_json::to_string(&decision.receipt.entries)?)
        .bind(serde_json::to_string(decision)?)
        .bind(i64::try_from(decision.took_us).unwrap_or(i64::MAX))
        .bind(Millis::from(now))
        .bind(proof)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

/// A decision without the buyer's plain words: the parts are masked, the trace is removed.
fn masked(decision: &Decision) -> Decision {
    let mut decision = decision.clone();
    for part in &mut decision.parts {
        part.question = pii::mask(&part.question);
    }
    decision.trace = None;
    decision
}
