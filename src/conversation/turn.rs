//! Handles one buyer message: who owns the talk, what the bot decides, what the buyer is told.

mod options;

use std::future::Future;

use jiff::{SignedDuration, Timestamp};

use super::priority::priority;
use super::state::{Move, State};
use super::store::{Actor, Record, Recorded, Store, StoreError, Talk, TicketPlan, Turn, Verdict};
use crate::answer::reply::with_reason;
use crate::answer::{Decision, Handoff, Outcome, Question, Reason, Receipt};
use crate::knowledge::hours::{self, Service};
use crate::knowledge::{OrderState, Settings};

use options::{Reply, reply_to_options};

/// The number of the buyer's earlier messages that a question is read with.
pub(super) const PREVIOUS: i64 = 6;

/// Minutes within service hours that a ticket may wait for its next owner.
const AGAIN_MINUTES: i64 = 5;

/// How often a message is decided again because the talk changed its owner meanwhile.
const AGAIN: usize = 5;

/// A buyer's message in a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The message to record.
    pub turn: Turn<'a>,
    /// State of the buyer's order.
    pub order_state: Option<OrderState>,
    /// Id of the buyer's order, where the channel knows it.
    pub order: Option<&'a str>,
    /// The moment the answer is for; `None`: now.
    pub at: Option<Timestamp>,
}

/// The result of a buyer's message.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The decision. Its reply is empty if a person owns the talk.
    pub decision: Decision,
    /// Id of the buyer's message.
    pub message: String,
    /// Id of the bot's message; `None` if the bot was silent.
    pub reply: Option<String>,
    /// What proves the decision, as JSON; of a message sent twice, as the first time sealed it.
    pub proof: Option<String>,
}

/// Takes a buyer's message: decides it (unless a person owns the talk), records both and opens a ticket where the
/// decision is a handoff. Retried with the same idempotency key it gives the same result and records nothing more.
/// `prove` makes what proves a decision on a question, as JSON, to be kept with it.
///
/// # Errors
/// What `answer` and the store say; nothing is recorded then.
pub async fn take_turn<F, E>(
    store: &Store,
    settings: &Settings,
    ask: Ask<'_>,
    now: Timestamp,
    answer: impl Fn(Question) -> F,
    prove: impl Fn(&Question, &Decision) -> Option<String>,
) -> Result<Taken, E>
where
    F: Future<Output = Result<Decision, E>>,
    E: From<StoreError>,
{
    let (shop, conversation) = (ask.turn.shop, ask.turn.conversation);
    let mut state = State::Bot;
    for _ in 0..AGAIN {
        let talk = resumed(store, settings, store.talk(shop, conversation).await?, now).await?;
        state = talk.state;
        let mut turn = ask.turn;
        let taken_up = if state.bot_speaks() {
            let reply = reply_to_options(store, settings, turn).await?;
            let (decision, put) = match &reply {
                Reply::None(decision) => {
                    turn.declined = true;
                    (Decision::clone(decision), None)
                }
                reply => {
                    match reply {
                        Reply::Picked(option) => {
                            turn.chosen = Some(&option.id);
                            turn.meant = Some(&option.title);
                        }
                        Reply::Meant(words) => turn.meant = Some(words),
                        Reply::Own | Reply::None(_) => {}
                    }
                    let question = Question {
                        text: turn.meant.unwrap_or(turn.text).to_owned(),
                        product: (turn.product.map(str::to_owned)).or_else(|| talk.product.clone()),
                        at: ask.at.unwrap_or(now),
                        previous: store
                            .buyer_said(turn.shop, turn.conversation, previous(settings))
                            .await?,
                        order_state: ask.order_state,
                        chosen: turn.chosen.map(str::to_owned),
                        order: ask.order.map(str::to_owned),
                    };
                    (answer(question.clone()).await?, Some(question))
                }
            };
            let mut verdict = verdict(store, settings, turn, &talk, decision, now).await?;
            verdict.proof = put.and_then(|question| prove(&question, &verdict.decision));
            let recorded = store.record_turn(turn, Some(&verdict), now).await?;
            (recorded, Some(verdict))
        } else {
            (store.record_turn(turn, None, now).await?, None)
        };
        if let (Recorded::Done(record), verdict) = taken_up {
            return Ok(taken(settings, *record, verdict, now));
        }
    }
    Err(E::from(
        super::state::IllegalMove {
            state,
            moved: Move::HandOff,
        }
        .into(),
    ))
}

/// The number of earlier messages that a question is read with: enough to count the misses in a row.
fn previous(settings: &Settings) -> i64 {
    PREVIOUS.max(settings.handoff.after_misses.into())
}

/// The data of a ticket, and the truth about the wait for the buyer.
async fn verdict(
    store: &Store,
    settings: &Settings,
    turn: Turn<'_>,
    talk: &Talk,
    mut decision: Decision,
    now: Timestamp,
) -> Result<Verdict, StoreError> {
    let reason = decision
        .handoff
        .as_ref()
        .map_or(Reason::NoMatch, |handoff| handoff.reason);
    let mut priority = priority(reason, turn.text);
    if decision.handoff.is_some() {
        let (mut rank, mut since) = (priority.rank, now.into());
        if let Some(earlier) = &talk.ticket {
            let earlier = store.ticket(turn.shop, earlier).await?;
            priority = priority.after(earlier.priority);
            rank = priority.rank;
            if talk.state.ticket_open() {
                // The handoff joins the waiting ticket and takes its place in the queue.
                rank = rank.min(earlier.priority);
                since = earlier.opened_at;
            }
        }
        let ahead = store
            .waiting_ahead(turn.shop, turn.conversation, rank, since)
            .await?;
        tell_wait(settings, &mut decision, ahead, now);
    }
    let wait = SignedDuration::from_mins(priority.minutes);
    let due_at = hours::deadline(settings, now, wait);
    Ok(Verdict {
        decision,
        proof: None,
        plan: TicketPlan {
            priority,
            due_at,
            skill: settings.handoff.skill(reason.as_str()).to_owned(),
        },
    })
}

/// Completes the message of a handoff: outside service hours with the script `off_hours`, within them with the number
/// of buyers waiting before.
pub fn tell_wait(settings: &Settings, decision: &mut Decision, ahead: i64, now: Timestamp) {
    let Some(handoff) = &mut decision.handoff else {
        return;
    };
    let service = hours::service(settings, now);
    let before = handoff.message.clone();
    handoff.within_hours = service.open;
    if service.open {
        if ahead > 0 && !before.is_empty() {
            let wait = script(settings, "waiting", "您前面还有{position}位顾客在等候。");
            handoff.message = format!("{before}{}", wait.replace("{position}", &ahead.to_string()));
        }
    } else {
        handoff.message = off_hours(settings, &service, handoff.reason);
    }
    decision.reply = match decision.reply.strip_suffix(&before) {
        Some(answered) => format!("{answered}{}", handoff.message),
        None if decision.reply.contains(&handoff.message) => std::mem::take(&mut decision.reply),
        None => format!("{}\n{}", decision.reply, handoff.message),
    };
}

fn off_hours(settings: &Settings, service: &Service, reason: Reason) -> String {
    let built_in = "人工客服的服务时间是{hours}，您的问题已经记下，{opens}上班后会第一时间回复您。";
    with_reason(&script(settings, "off_hours", built_in), reason)
        .replace("{opens}", &service.opens_text)
}

/// A script of the shop, else the built-in wording, with what every script may name filled in.
pub fn script(settings: &Settings, name: &str, built_in: &str) -> String {
    let text = settings.scripts.get(name).map_or(built_in, String::as_str);
    hours::fill(settings, text)
}

/// The deadline for the first word of the next person, where a ticket waits again.
pub fn due_again(settings: &Settings, now: Timestamp) -> Timestamp {
    hours::deadline(settings, now, SignedDuration::from_mins(AGAIN_MINUTES))
}

/// Gives a resolved talk, or one with a silent owner, back to the bot after the shop's `resume_after_hours`. The
/// buyer's own messages do not count, or a buyer who writes to a person who has gone home would wait for ever. A ticket
/// whose owner never wrote is not done: it waits for the next person.
async fn resumed(
    store: &Store,
    settings: &Settings,
    talk: Talk,
    now: Timestamp,
) -> Result<Talk, StoreError> {
    let owned = matches!(talk.state, State::WithAgent | State::Resolved);
    let patience = SignedDuration::from_secs_f64(
        (settings.handoff.resume_after_hours * 3600.0).clamp(0.0, 1e9),
    );
    let Some(ticket) = talk.ticket.as_deref().filter(|_| owned) else {
        return Ok(talk);
    };
    let spoke = store.person_spoke(&talk.shop, &talk.id).await?;
    let spoke = spoke.unwrap_or(talk.created_at).timestamp();
    if now.duration_since(spoke) <= patience {
        return Ok(talk);
    }
    let clock = Actor {
        id: "",
        name: "",
        lead: true,
    };
    let ticket = store.ticket(&talk.shop, ticket).await?;
    let (shop, id) = (talk.shop.as_str(), ticket.id.as_str());
    let moved = if talk.state == State::WithAgent && ticket.replied_at.is_none() {
        let due = due_again(settings, now);
        store
            .transfer(shop, id, clock, &ticket.skill, due, "", now)
            .await
    } else {
        store.end(shop, id, clock, Move::Resume, "", now).await
    };
    match moved {
        // Somebody else moved the talk meanwhile, which is as good.
        Ok(_) | Err(StoreError::Illegal(_) | StoreError::Outdated(_)) => {
            store.talk(&talk.shop, &talk.id).await
        }
        Err(error) => Err(error),
    }
}

fn taken(settings: &Settings, record: Record, verdict: Option<Verdict>, now: Timestamp) -> Taken {
    let Record {
        message,
        reply,
        decision,
        proof,
        ticket,
    } = record;
    let decision = match decision {
        Some(mut decision) => {
            decision.trace = verdict.and_then(|verdict| verdict.decision.trace);
            decision
        }
        None => Decision {
            decision: Outcome::Handoff,
            reply: String::new(),
            confidence: 0.0,
            parts: Vec::new(),
            options: Vec::new(),
            handoff: ticket.map(|ticket| Handoff {
                reason: Reason::named(&ticket.reason).unwrap_or(Reason::Requested),
                ticket: ticket.id,
                message: String::new(),
                within_hours: hours::service(settings, now).open,
            }),
            candidates: Vec::new(),
            receipt: Receipt {
                rule: "with_agent".into(),
                ..Receipt::default()
            },
            took_us: 0,
            trace: None,
        },
    };
    Taken {
        decision,
        message,
        reply,
        proof,
    }
}
