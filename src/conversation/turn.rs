//! Handles one buyer message: who owns the talk, what the bot decides, what the buyer is told.

use std::future::Future;

use jiff::{SignedDuration, Timestamp};

use super::picked::{Picked, picked, spelled_out};
use super::priority::priority;
use super::state::{Move, State};
use super::store::{Actor, Record, Recorded, Store, StoreError, Talk, TicketPlan, Turn, Verdict};
use crate::answer::reply::with_reason;
use crate::answer::{
    ChoiceOption, Decision, Handoff, Outcome, Part, Question, Reason, Receipt, rule,
};
use crate::knowledge::hours::{self, Service};
use crate::knowledge::settings::default_scripts;
use crate::knowledge::{OrderState, Settings};
use crate::text::pii;

/// The number of the buyer's earlier messages that a question is read with.
pub(super) const PREVIOUS: i64 = 6;

/// Longer words after a question back do not pick an option.
const PICK_CHARS: usize = 60;

/// Rule of a decision that asks the buyer for other words.
const REPHRASE: &str = "rephrase";

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

/// How a message answers the options that were just offered.
enum Reply {
    /// It says something else.
    Own,
    /// It picks this option.
    Picked(ChoiceOption),
    /// A question about one of them, said in full.
    Meant(String),
    /// It picks none of them; this is the decision on that.
    None(Box<Decision>),
}

/// Reads a message as the answer to 「您是想问…」, if that was said last.
async fn reply_to_options(
    store: &Store,
    settings: &Settings,
    turn: Turn<'_>,
) -> Result<Reply, StoreError> {
    if turn.chosen.is_some() || turn.text.chars().count() > PICK_CHARS {
        return Ok(Reply::Own);
    }
    // Each miss has two decisions: the options, and the decision on 不是.
    let count = 2 * i64::from(settings.handoff.after_misses);
    let decided = store
        .last_decisions(turn.shop, turn.conversation, count)
        .await?;
    let Some(asked) = decided
        .first()
        .filter(|last| last.decision == Outcome::Clarify)
    else {
        return Ok(Reply::Own);
    };
    Ok(match picked(turn.text, &asked.options) {
        // Masked first: a phone number or an e-mail address is none any more without its marks.
        None => spelled_out(&pii::mask(turn.text), &asked.options).map_or(Reply::Own, Reply::Meant),
        Some(Picked::One(option)) => Reply::Picked(option.clone()),
        Some(Picked::None) => {
            let vain = decided
                .iter()
                .take_while(|decision| decision.decision == Outcome::Clarify)
                .filter(|decision| decision.receipt.rule == REPHRASE)
                .count();
            let gives_up = vain + 1 >= settings.handoff.after_misses as usize;
            Reply::None(Box::new(none_of_them(settings, turn, asked, gives_up)))
        }
    })
}

/// The decision on 不是: a request for other words, or a person after as many misses as the shop allows.
fn none_of_them(settings: &Settings, turn: Turn<'_>, asked: &Decision, gives_up: bool) -> Decision {
    let fill = |name: &str| {
        // A snapshot of an earlier version does not know every script.
        let built_in = default_scripts().remove(name).unwrap_or_default();
        with_reason(&script(settings, name, &built_in), Reason::Repeated)
    };
    let handoff = gives_up.then(|| Handoff {
        reason: Reason::Repeated,
        ticket: String::new(),
        message: fill("handoff"),
        within_hours: true,
    });
    let (decision, reply) = match &handoff {
        Some(_) => (Outcome::Handoff, String::new()),
        None => (Outcome::Clarify, fill(REPHRASE)),
    };
    Decision {
        decision,
        confidence: 0.0,
        parts: vec![Part {
            question: turn.text.to_owned(),
            decision,
            reply: reply.clone(),
            confidence: 0.0,
            reason: handoff.as_ref().map(|handoff| handoff.reason),
            sources: Vec::new(),
        }],
        reply: handoff
            .as_ref()
            .map_or(reply, |handoff| handoff.message.clone()),
        options: Vec::new(),
        receipt: Receipt {
            snapshot: asked.receipt.snapshot.clone(),
            entries: Vec::new(),
            rule: (if gives_up { rule::REPEATED } else { REPHRASE }).to_owned(),
        },
        handoff,
        candidates: Vec::new(),
        took_us: 0,
        trace: None,
    }
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
