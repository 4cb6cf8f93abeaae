//! The buyer's conversation: opening, writing, reading, watching, thumbs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{AnswerRequest, Asked};
use super::taking::take;
use super::{created, live};
use crate::answer::Decision;
use crate::conversation::State as TalkState;
use crate::conversation::store::{Message, NewTalk, Opinion, Page, Talk};
use crate::conversation::{openers, turn};
use crate::http::auth::{Agent, Party, Scope, talk_token};
use crate::http::body::{Ask, Body, Paging, SentKey};
use crate::http::{ApiError, Live, Shared, sse};
use crate::knowledge::hours;
use crate::publish::replay::Proof;
use crate::text::pii;

/// What anyone may know of a shop.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShopView {
    /// Shop id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether people answer at this moment.
    pub within_hours: bool,
    /// Service hours in words.
    pub hours: String,
    /// The product asked for, where there is one.
    pub product: Option<ProductView>,
    /// Questions that this shop answers, for buttons; may be empty.
    pub openers: Vec<String>,
}

/// What anyone may know of a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductView {
    /// Product id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// The product of the page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfProduct {
    /// Product id.
    pub product: Option<String>,
}

/// A conversation to be opened.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct NewConversation {
    /// Product of the page the buyer came from.
    #[serde(default)]
    pub product: Option<String>,
    /// Where the buyer writes; `web` unless told otherwise.
    #[serde(default)]
    pub channel: Option<String>,
}

/// An opened conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenedConversation {
    /// Conversation id.
    pub id: String,
    /// The buyer's token for it: `Authorization: Bearer …`.
    pub token: String,
    /// Who owns the talk.
    pub state: TalkState,
    /// What the bot says first.
    pub greeting: String,
    /// The product, where the shop has it.
    pub product: Option<ProductView>,
    /// The latest event: watch from behind it.
    pub last_event: i64,
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct After {
    /// Those behind this seq (of events: behind this event); absent: all (of events: from now).
    pub after: Option<i64>,
    /// The most rows, 1 to 200; 100 unless told otherwise.
    pub limit: Option<i64>,
    /// The conversation's token, for callers that cannot send headers.
    #[serde(rename = "token")]
    pub _token: Option<String>,
}

/// Messages of a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Messages {
    /// Messages in order.
    pub items: Vec<Message>,
    /// How many the conversation has.
    pub total: i64,
    /// Who owns the talk.
    pub state: TalkState,
    /// How many buyers wait before this one; null where this one does not wait.
    pub position: Option<i64>,
    /// The latest event: watch from behind it.
    pub last_event: i64,
}

/// What a message led to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sent {
    /// Id of the buyer's message.
    pub message: String,
    /// Id of the bot's message; null where it is silent.
    pub reply: Option<String>,
    /// The decision; with an empty reply where a person owns the talk.
    pub decision: Decision,
    /// What `zhike replay` makes it again from; absent where no snapshot decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// A thumb.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Thumb {
    /// Conversation id.
    pub conversation: String,
    /// Id of the bot's or agent's message.
    pub message: String,
    /// `up` or `down`.
    pub verdict: String,
    /// Why; masked before it is kept.
    #[serde(default)]
    pub comment: String,
}

/// What anyone may know of a shop.
#[utoipa::path(get, path = "/v1/shops/{shop}", tag = "buyers", params(("shop" = String, Path), OfProduct),
    responses((status = 200, body = ShopView)))]
pub async fn shop(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Party,
    Ask(of): Ask<OfProduct>,
) -> Result<Json<ShopView>, ApiError> {
    let live = live(&app, &shop)?;
    let (settings, now) = (live.settings(), Timestamp::now());
    Ok(Json(ShopView {
        id: shop,
        name: settings.name.clone(),
        within_hours: hours::service(settings, now).open,
        hours: hours::hours_text(settings),
        product: product(&live, of.product.as_deref()),
        openers: openers::openers(&live.shop, now),
    }))
}

/// Opens a conversation.
#[utoipa::path(post, path = "/v1/shops/{shop}/conversations", tag = "buyers",
    params(("shop" = String, Path), ("Idempotency-Key" = Option<String>, Header,
        description = "Without an API key it counts from 16 characters on, since it must not be guessed")),
    request_body = NewConversation, responses((status = 201, body = OpenedConversation)))]
pub async fn open(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    party: Party,
    key: SentKey,
    Body(new): Body<NewConversation>,
) -> Result<Response, ApiError> {
    if let Some(caller) = party.caller() {
        caller.may(Scope::Ask, &shop)?;
    }
    let live = live(&app, &shop)?;
    let channel = new.channel.as_deref().unwrap_or("web");
    if channel.is_empty()
        || channel.len() > 32
        || !channel
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        || pii::mask(channel) != channel
    {
        return Err(ApiError::invalid(
            "bad-channel",
            "a channel has 1 to 32 letters, digits and hyphens",
        ));
    }
    let product = product(&live, new.product.as_deref());
    let settings = live.settings();
    let greeting = turn::script(settings, "greeting", "您好，请问有什么可以帮您？");
    // With an anonymous caller's key, the same conversation is opened again only if the key cannot be guessed. A known
    // caller's key counts only for that caller.
    let key = match party.caller() {
        Some(caller) => key.hashed_of(&caller.holder.actor)?,
        None => key.long()?,
    };
    let talk = NewTalk {
        shop: &shop,
        id: None,
        channel,
        product: product.as_ref().map(|product| product.id.as_str()),
        greeting: Some(&greeting),
        idem: key.as_deref(),
    };
    let talk = app.store.open_talk(talk, Timestamp::now()).await?;
    Ok(created(OpenedConversation {
        token: talk_token(&app, &shop, &talk.id),
        last_event: app.store.last_event(&shop).await?,
        id: talk.id,
        state: talk.state,
        greeting,
        product,
    }))
}

/// Messages of a conversation.
#[utoipa::path(get, path = "/v1/shops/{shop}/conversations/{id}/messages", tag = "buyers",
    params(("shop" = String, Path), ("id" = String, Path), After), responses((status = 200, body = Messages)))]
pub async fn messages(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    party: Party,
    Ask(after): Ask<After>,
) -> Result<Json<Messages>, ApiError> {
    party.may_touch(&app, &shop, &id, Scope::Desk)?;
    // Read before the messages: an event in between may then come twice, but is never lost.
    let last_event = app.store.last_event(&shop).await?;
    let talk = app.store.talk(&shop, &id).await?;
    let limit = after.limit.unwrap_or(100).clamp(1, 200);
    let items = app
        .store
        .messages(&shop, &id, after.after.unwrap_or(-1), limit)
        .await?;
    let position = position(&app, &talk).await?;
    Ok(Json(Messages {
        items,
        total: talk.messages,
        state: talk.state,
        position,
        last_event,
    }))
}

/// Says something in a conversation.
#[utoipa::path(post, path = "/v1/shops/{shop}/conversations/{id}/messages", tag = "buyers",
    params(("shop" = String, Path), ("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = AnswerRequest, responses((status = 201, body = Sent)))]
pub async fn say(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    party: Party,
    key: SentKey,
    Body(request): Body<AnswerRequest>,
) -> Result<Response, ApiError> {
    party.may_touch(&app, &shop, &id, Scope::Ask)?;
    let live = live(&app, &shop)?;
    let asked = Asked::read(&app, live.settings(), &request)?;
    let key = key.hashed()?;
    let taken = take(&app, &shop, &live, &id, key.as_deref(), &asked, &request).await?;
    Ok(created(Sent {
        message: taken.turn.message,
        reply: taken.turn.reply,
        decision: taken.turn.decision,
        proof: taken.proof,
    }))
}

/// Watches a conversation: `message` and `state` events.
#[utoipa::path(get, path = "/v1/shops/{shop}/conversations/{id}/events", tag = "buyers",
    params(("shop" = String, Path), ("id" = String, Path), After),
    responses((status = 200, content_type = "text/event-stream", body = String)))]
pub async fn watch(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    party: Party,
    headers: HeaderMap,
    Ask(after): Ask<After>,
) -> Result<Response, ApiError> {
    party.may_touch(&app, &shop, &id, Scope::Desk)?;
    app.store.talk(&shop, &id).await?;
    sse::events(
        &app,
        &shop,
        Some(&id),
        sse::resume_after(&headers, after.after),
        party.caller(),
    )
    .await
}

/// Leaves a thumb on a message.
#[utoipa::path(post, path = "/v1/shops/{shop}/feedback", tag = "buyers", params(("shop" = String, Path)),
    request_body = Thumb, responses((status = 204)))]
pub async fn feedback(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    party: Party,
    Body(thumb): Body<Thumb>,
) -> Result<axum::http::StatusCode, ApiError> {
    party.may_touch(&app, &shop, &thumb.conversation, Scope::Desk)?;
    let verdict = Opinion::parse(&thumb.verdict)
        .ok_or_else(|| ApiError::invalid("bad-verdict", "verdict is up or down"))?;
    if thumb.comment.chars().count() > app.limits.question_chars {
        return Err(ApiError::invalid(
            "comment-too-long",
            "the comment is too long; send less",
        ));
    }
    let giver = party
        .caller()
        .map_or("buyer", |caller| caller.holder.actor.as_str());
    app.store
        .give_feedback(
            &shop,
            &thumb.conversation,
            &thumb.message,
            giver,
            verdict,
            &thumb.comment,
            Timestamp::now(),
        )
        .await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

/// Which conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TalkFilter {
    /// State; absent: all.
    pub state: Option<String>,
}

/// A shop's conversations, the last active first.
#[utoipa::path(get, path = "/v1/shops/{shop}/conversations", tag = "agents",
    params(("shop" = String, Path), TalkFilter, Paging), responses((status = 200, body = Page<Talk>)))]
pub async fn list(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    _: Agent,
    Ask(filter): Ask<TalkFilter>,
    Ask(paging): Ask<Paging>,
) -> Result<Json<Page<Talk>>, ApiError> {
    let state = filter.state.as_deref().unwrap_or_default();
    if !state.is_empty() && TalkState::parse(state).is_none() {
        let known = TalkState::ALL.map(TalkState::as_str).join(", ");
        let detail = format!("no conversation is {state}; write one of {known}, or leave it out");
        return Err(ApiError::invalid("bad-state", detail));
    }
    Ok(Json(app.store.talks(&shop, state, paging.slice()).await?))
}

/// A conversation.
#[utoipa::path(get, path = "/v1/shops/{shop}/conversations/{id}", tag = "agents",
    params(("shop" = String, Path), ("id" = String, Path)), responses((status = 200, body = Talk)))]
pub async fn one(
    State(app): State<Shared>,
    Path((shop, id)): Path<(String, String)>,
    _: Agent,
) -> Result<Json<Talk>, ApiError> {
    Ok(Json(app.store.talk(&shop, &id).await?))
}

/// The number of buyers waiting before this conversation.
async fn position(app: &Shared, talk: &Talk) -> Result<Option<i64>, ApiError> {
    let waits = matches!(talk.state, TalkState::Waiting | TalkState::Reopened);
    let Some(ticket) = talk.ticket.as_deref().filter(|_| waits) else {
        return Ok(None);
    };
    let ticket = app.store.ticket(&talk.shop, ticket).await?;
    Ok(Some(
        app.store
            .waiting_ahead(&talk.shop, &talk.id, ticket.priority, ticket.opened_at)
            .await?,
    ))
}

fn product(live: &Live, id: Option<&str>) -> Option<ProductView> {
    let id = id?;
    let product = live.shop.products.iter().find(|product| product.id == id)?;
    Some(ProductView {
        id: product.id.clone(),
        name: product.name.clone(),
    })
}
