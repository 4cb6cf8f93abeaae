//! The desk: the queue, and the moves of people on a ticket.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{blocking, created, live};
use crate::conversation::check_reply::{Warning, check_reply, forbidden, masked};
use crate::conversation::packet::{EntryText, Named, Packet, Parts, packet};
use crate::conversation::state::{Move, State as TalkState};
use crate::conversation::store::{Message, Note, Page, Queued, Ticket, TicketFilter};
use crate::conversation::turn;
use crate::http::auth::{Agent, Caller};
use crate::http::body::{Ask, Body, Paging, SentKey};
use crate::http::{ApiError, Shared, sse};

/// The most characters of an agent's reply or note.
const MOST: usize = 4000;

/// Which tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QueueFilter {
    /// `waiting`, `with_agent`, `resolved`, `reopened`, `open` (all but resolved); absent: all.
    pub state: Option<String>,
    /// `me`, or a person's id; absent: all.
    pub agent: Option<String>,
    /// Skill group; absent: all.
    pub skill: Option<String>,
    /// Reason; absent: all.
    pub reason: Option<String>,
    /// Conversation; absent: all.
    pub conversation: Option<String>,
}

/// The queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct Queue {
    /// Tickets by urgency, then age; of done ones the last done first.
    pub items: Vec<Queued>,
    /// How many there are in all.
    pub total: i64,
    /// The most rows a page holds.
    pub limit: i64,
    /// Rows before this page.
    pub offset: i64,
    /// The latest event: watch from behind it.
    pub last_event: i64,
}

/// What an agent says.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AgentReply {
    /// The words.
    pub text: String,
    /// The entry they come from; taught as the answer to the question.
    #[serde(default)]
    pub entry: Option<String>,
}

/// Words between agents, or to be checked.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Words {
    /// The words.
    pub text: String,
}

/// What the reply check found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checked {
    /// Warnings; empty: nothing found.
    pub warnings: Vec<Warning>,
}

/// The queue by urgency.
#[utoipa::path(get, path = "/v1/shops/{shop}/tickets", tag = "agents",
    params(("shop" = String, Path), QueueFilter, Paging), responses((status = 200, body = Queue)))]
pub async fn queue(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    Agent(caller): Agent,
    Ask(filter): Ask<QueueFilter>,
    Ask(paging): Ask<Paging>,
) -> Result<Json<Queue>, ApiError> {
    let state = filter.state.as_deref().unwrap_or_default();
    if !["", "open"].contains(&state)
        && TalkState::parse(state).is_none_or(|state| state == TalkState::Bot)
    {
        let detail = format!(
            "no ticket is {state}; write waiting, with_agent, resolved, reopened or open, or leave it out"
        );
        return Err(ApiError::invalid("bad-state", detail));
    }
    let last_event = app.store.last_event(&shop).await?;
    let agent = match filter.agent.as_deref() {
        Some("me") => &caller.holder.actor,
        other => other.unwrap_or_default(),
    };
    let wanted = TicketFilter {
        state,
        agent,
        skill: filter.skill.as_deref().unwrap_or_default(),
        reason: filter.reason.as_deref().unwrap_or_default(),
        conversation: filter.conversation.as_deref().unwrap_or_default(),
    };
    let Page {
        items,
        total,
        limit,
        offset,
    } = app.store.tickets(&shop, wanted, paging.slice()).await?;
    Ok(Json(Queue {
        items,
        total,
        limit,
        offset,
        last_event,
    }))
}

/// Everything an agent needs of a ticket at one glance.
#[utoipa::path(get, path = "/v1/shops/{shop}/tickets/{id}", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path)), responses((status = 200, body = Packet)))]
pub async fn one(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    _: Agent,
) -> Result<Json<Packet>, ApiError> {
    let live = live(&app, &shop)?;
    let ticket = app.store.ticket(&shop, &id).await?;
    let talk = app.store.talk(&shop, &ticket.conversation).await?;
    let messages = app
        .store
        .messages(
            &shop,
            &ticket.conversation,
            (talk.messages - 200).max(0) - 1,
            200,
        )
        .await?;
    let decision = app.store.decision(&shop, &ticket.message).await?;
    let notes = app.store.notes(&shop, &id).await?;
    let newer = talk.ticket.filter(|latest| *latest != id);
    let product = talk.product.map(|id| {
        let known = live.shop.products.iter().find(|product| product.id == id);
        Named {
            name: known
                .map(|product| product.name.clone())
                .unwrap_or_default(),
            id,
        }
    });
    let now = Timestamp::now();
    let parts = Parts {
        ticket,
        newer,
        messages,
        decision,
        product,
        notes,
    };
    Ok(Json(packet(parts, live.settings(), |id| {
        let entry = live.entry(id, now)?;
        Some(EntryText {
            text: entry.text,
            file: entry.file,
            row: entry.row,
        })
    })))
}

/// Takes a waiting ticket. Of all who try, one succeeds; the others get 409.
#[utoipa::path(post, path = "/v1/shops/{shop}/tickets/{id}/claim", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Ticket), (status = 409, body = crate::http::Problem)))]
pub async fn claim(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    Agent(caller): Agent,
) -> Result<Json<Ticket>, ApiError> {
    let live = live(&app, &shop)?;
    let words = turn::script(live.settings(), "claimed", "客服{agent}已接入，为您服务。")
        .replace("{agent}", &caller.holder.name);
    Ok(Json(
        app.store
            .claim(&shop, &id, caller.actor(), &words, Timestamp::now())
            .await?,
    ))
}

/// Says something to the buyer. Personal data that the shop's knowledge does not tell is masked; 422 where the words hold
/// one that the shop never sends.
#[utoipa::path(post, path = "/v1/shops/{shop}/tickets/{id}/reply", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = AgentReply, responses((status = 201, body = Message)))]
pub async fn reply(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    Agent(caller): Agent,
    key: SentKey,
    Body(said): Body<AgentReply>,
) -> Result<Response, ApiError> {
    bounded(&said.text)?;
    let key = key.hashed()?;
    let live = live(&app, &shop)?;
    let words = said.text;
    let text = blocking(move || match forbidden(&live.shop, &words) {
        Some(word) => Err(ApiError::invalid(
            "forbidden-word",
            format!("the shop never sends “{word}” (lexicon/sensitive.txt); say it in other words"),
        )),
        None => Ok(masked(&live.shop, &words)),
    })
    .await??;
    let message = app
        .store
        .reply(
            &shop,
            &id,
            caller.actor(),
            &text,
            said.entry.as_deref(),
            key.as_deref(),
            Timestamp::now(),
        )
        .await?;
    Ok(created(message))
}

/// Reads a reply before it is sent: warnings with their reasons.
#[utoipa::path(post, path = "/v1/shops/{shop}/check-reply", tag = "agents", params(("shop" = String, Path)),
    request_body = Words, responses((status = 200, body = Checked)))]
pub async fn check(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Agent,
    Body(said): Body<Words>,
) -> Result<Json<Checked>, ApiError> {
    bounded(&said.text)?;
    let live = live(&app, &shop)?;
    let warnings = blocking(move || check_reply(&live.shop, &said.text, Timestamp::now())).await?;
    Ok(Json(Checked { warnings }))
}

/// Leaves a note for colleagues.
#[utoipa::path(post, path = "/v1/shops/{shop}/tickets/{id}/notes", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Words, responses((status = 201, body = Note)))]
pub async fn note(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    Agent(caller): Agent,
    key: SentKey,
    Body(said): Body<Words>,
) -> Result<Response, ApiError> {
    bounded(&said.text)?;
    let key = key.hashed()?;
    let note = app
        .store
        .add_note(
            &shop,
            &id,
            caller.actor(),
            &said.text,
            key.as_deref(),
            Timestamp::now(),
        )
        .await?;
    Ok(created(note))
}

/// Gives the talk back to the bot.
#[utoipa::path(post, path = "/v1/shops/{shop}/tickets/{id}/hand-back", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path)), responses((status = 200, body = Ticket)))]
pub async fn hand_back(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    Agent(caller): Agent,
) -> Result<Json<Ticket>, ApiError> {
    let words = ("handed_back", "智能客服继续为您服务。");
    end(&app, &shop, &id, &caller, Move::HandBack, words).await
}

/// Ends a ticket.
#[utoipa::path(post, path = "/v1/shops/{shop}/tickets/{id}/resolve", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path)), responses((status = 200, body = Ticket)))]
pub async fn resolve(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    Agent(caller): Agent,
) -> Result<Json<Ticket>, ApiError> {
    let words = ("resolved", "本次人工服务已结束，有需要随时叫我。");
    end(&app, &shop, &id, &caller, Move::Resolve, words).await
}

/// Ends a person's work. The buyer is told with the script of this name, or else with these words.
async fn end(
    app: &Shared,
    shop: &str,
    id: &str,
    caller: &Caller,
    how: Move,
    (script, otherwise): (&str, &str),
) -> Result<Json<Ticket>, ApiError> {
    let live = live(app, shop)?;
    let words = turn::script(live.settings(), script, otherwise);
    let now = Timestamp::now();
    let ended = app.store.end(shop, id, caller.actor(), how, &words, now);
    Ok(Json(ended.await?))
}

/// The skill groups (技能组) of a shop: those of its settings, and those that open tickets wait for.
#[utoipa::path(get, path = "/v1/shops/{shop}/skills", tag = "agents", params(("shop" = String, Path)),
    responses((status = 200, body = Vec<String>)))]
pub async fn skills(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Agent,
) -> Result<Json<Vec<String>>, ApiError> {
    let live = live(&app, &shop)?;
    let mut skills: BTreeSet<String> = app.store.skills(&shop).await?.into_iter().collect();
    skills.extend(live.settings().handoff.skills.keys().cloned());
    Ok(Json(skills.into_iter().collect()))
}

/// Where to watch from.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct From {
    /// Behind this event; absent: from now.
    pub after: Option<i64>,
}

/// Watches a shop: messages, tickets, notes.
#[utoipa::path(get, path = "/v1/shops/{shop}/events", tag = "agents", params(("shop" = String, Path), From),
    responses((status = 200, content_type = "text/event-stream", body = String)))]
pub async fn watch(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    Agent(caller): Agent,
    headers: HeaderMap,
    Ask(from): Ask<From>,
) -> Result<Response, ApiError> {
    let after = sse::resume_after(&headers, from.after);
    sse::events(&app, &shop, None, after, Some(&caller)).await
}

fn bounded(text: &str) -> Result<(), ApiError> {
    match text.chars().count() {
        _ if text.trim().is_empty() => Err(ApiError::invalid(
            "text-empty",
            "the text is empty; send some words",
        )),
        length if length > MOST => Err(ApiError::invalid(
            "text-too-long",
            format!("the text has more than {MOST} characters; send less"),
        )),
        _ => Ok(()),
    }
}
