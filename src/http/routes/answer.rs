//! `POST /v1/shops/{shop}/answer`: one question, one decision.

mod request;

use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::taking::take;
use super::{blocking, decider, live};
use crate::answer::connector::About;
use crate::answer::live::Wanted;
use crate::answer::memory::Remembered;
use crate::answer::{Decision, Question};
use crate::conversation::store::{NewTalk, StoreError};
use crate::conversation::turn;
use crate::http::auth::{Party, Scope, talk_token};
use crate::http::body::{self, SentKey};
use crate::http::{ApiError, Live, Shared};
use crate::publish::replay::Proof;
use crate::text::pii;

pub use request::AnswerRequest;
pub(super) use request::Asked;

/// The header with the token of a conversation that this question opened by naming it.
const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-conversation-token");

/// The header with the id of the bot's message, for feedback.
const MESSAGE_HEADER: HeaderName = HeaderName::from_static("x-message-id");

/// A decision and what is needed to make it again: `zhike replay` reads the two as they come.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProvenDecision {
    /// The decision.
    #[serde(flatten)]
    pub decision: Decision,
    /// Its proof; absent where no snapshot decided: a person owns the talk, or the talk itself was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// Answers a question. Open to buyers, within limits; without `conversation` nothing is kept.
#[utoipa::path(post, path = "/v1/shops/{shop}/answer", tag = "buyers",
    params(("shop" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = AnswerRequest, responses((status = 200, body = ProvenDecision)))]
pub async fn answer(
    State(app): State<Shared>,
    Path(shop): Path<String>,
    party: Party,
    key: SentKey,
    body::Body(request): body::Body<AnswerRequest>,
) -> Result<Response, ApiError> {
    if let Some(caller) = party.caller() {
        caller.may(Scope::Ask, &shop)?;
    }
    let live = live(&app, &shop)?;
    let asked = Asked::read(&app, live.settings(), &request)?;
    let Some(conversation) = request.conversation.as_deref() else {
        return once(&app, &live, asked.question(&request), &request).await;
    };
    let standing = open_named(&app, &shop, conversation, &party, &key, &request).await?;
    let key = key.hashed()?;
    let taken = take(
        &app,
        &shop,
        &live,
        conversation,
        key.as_deref(),
        &asked,
        &request,
    )
    .await?;
    let mut response = Json(ProvenDecision {
        decision: taken.turn.decision,
        // It holds the earlier messages.
        proof: taken.proof.filter(|_| standing != Standing::Guest),
    })
    .into_response();
    if standing == Standing::Opened
        && let Ok(token) = HeaderValue::from_str(&talk_token(&app, &shop, conversation))
    {
        response.headers_mut().insert(TOKEN_HEADER, token);
    }
    if let Some(id) = taken
        .turn
        .reply
        .and_then(|id| HeaderValue::from_str(&id).ok())
    {
        response.headers_mut().insert(MESSAGE_HEADER, id);
    }
    Ok(response)
}

/// Answers a question without a conversation.
async fn once(
    app: &Shared,
    live: &Live,
    question: Question,
    request: &AnswerRequest,
) -> Result<Response, ApiError> {
    let (start, at) = (Instant::now(), question.at);
    let tell = |mut decision: Decision| {
        turn::tell_wait(live.settings(), &mut decision, 0, at);
        decision
    };
    // A question that was asked before and lacks no fact of the minute gets the stored response.
    let recalled = (!request.explain).then(|| live.recall(&question)).flatten();
    if let Some(remembered) = recalled.filter(|remembered| remembered.wanted.is_empty()) {
        let json = remembered.json(at, start, || {
            let decision = tell(live.retell(&remembered, at));
            let proof = Some(live.prove(&question, &decision));
            ProvenDecision { decision, proof }
        });
        let body = Body::from(json.map_err(|error| ApiError::internal(&error))?);
        let seconds = start.elapsed().as_secs_f64();
        app.metrics
            .decided(&live.shop.id, &remembered.made, seconds);
        let mut response = Response::new(body);
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        return Ok(response);
    }
    let decision = tell(decide(app, live, question.clone(), request).await?);
    let proof = Some(live.prove(&question, &decision));
    Ok(Json(ProvenDecision { decision, proof }).into_response())
}

/// How a caller stands to the talk that it names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Opened it with this question, and is told its token.
    Opened,
    /// Holds its token or a key of the shop.
    Holder,
    /// Knows the id that another caller made up. May ask, but is not told what was said before.
    Guest,
}

/// Makes sure that the named conversation is there and that the caller may ask in it.
///
/// A channel names talks and goes on in them by the name alone. Reading one takes its token or a key of the shop, and so
/// does a question in one that `POST …/conversations` opened. Whoever opened a named talk with an idempotency key that
/// nobody guesses and lost the reply gets the token once more by the same key.
async fn open_named(
    app: &Shared,
    shop: &str,
    id: &str,
    party: &Party,
    key: &SentKey,
    request: &AnswerRequest,
) -> Result<Standing, ApiError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if !(1..=64).contains(&id.len()) || !id.chars().all(plain) {
        let detail = "a conversation id has 1 to 64 letters, digits and - _ . :";
        return Err(ApiError::invalid("bad-conversation", detail));
    }
    let allowed = || party.may_touch(app, shop, id, Scope::Ask);
    let named = match app.store.talk(shop, id).await {
        Ok(_) if allowed().is_ok() => return Ok(Standing::Holder),
        Ok(talk) => talk.named == 1,
        // Generated ids are random. A caller's id with a phone number in it would be personal data under another
        // name.
        Err(StoreError::Missing { .. }) if pii::is_telling_id(id) => {
            let detail = "the conversation id holds personal data; use one that tells nothing";
            return Err(ApiError::invalid("bad-conversation", detail));
        }
        Err(StoreError::Missing { .. }) => true,
        Err(error) => return Err(error.into()),
    };
    let opener = key.long_for(&format!("named/{id}"))?;
    let new = NewTalk {
        shop,
        id: Some(id),
        channel: "api",
        product: request.product.as_deref(),
        greeting: None,
        idem: opener.as_deref(),
    };
    // Of two who name the same new id at once, one opens it.
    if app.store.claim_talk(new, Timestamp::now()).await? {
        return Ok(Standing::Opened);
    }
    match allowed() {
        Ok(()) => Ok(Standing::Holder),
        Err(_) if named && party.is_nobody() => Ok(Standing::Guest),
        Err(error) => Err(error),
    }
}

/// The decision on a question, remembered or made now, with the facts of the minute that the shop's connectors supply.
pub(super) async fn decide(
    app: &Shared,
    live: &Live,
    question: Question,
    request: &AnswerRequest,
) -> Result<Decision, ApiError> {
    let recalled = match request.explain {
        true => None,
        false => live.recall(&question),
    };
    let at = question.at;
    let (mut decision, wanted) = match recalled {
        Some(remembered) => again(live, &question, &remembered),
        None => decide_anew(app, live, question, request).await?,
    };
    if !wanted.is_empty() {
        let told = ask_connectors(app, live, request, wanted).await;
        decision = live.settle(at, decision, &told);
    }
    let seconds = decision.took_us as f64 / 1e6;
    app.metrics.decided(&live.shop.id, &decision, seconds);
    Ok(decision)
}

/// A remembered decision for this moment, and the facts of the minute that it lacks.
fn again(live: &Live, question: &Question, remembered: &Remembered) -> (Decision, Vec<Wanted>) {
    let decision = live.retell(remembered, question.at);
    (decision, remembered.wanted.clone())
}

/// Decides on a blocking thread. At most as many decisions run at once as there are cores.
async fn decide_anew(
    app: &Shared,
    live: &Live,
    question: Question,
    request: &AnswerRequest,
) -> Result<(Decision, Vec<Wanted>), ApiError> {
    let permit = decider(app).await?;
    // While this request waited for a permit, the same question may have been decided for another caller.
    if !request.explain
        && let Some(remembered) = live.recall(&question)
    {
        return Ok(again(live, &question, &remembered));
    }
    let (of, explain) = (live.clone(), request.explain);
    blocking(move || {
        let _permit = permit;
        let decision = of.ask(&question, explain);
        let wanted = of.wanted(&question, &decision);
        (decision, wanted)
    })
    .await
}

/// The replies of the shop's connectors, asked in parallel. A fact of the minute is that of now, whatever moment the
/// answer is for.
async fn ask_connectors(
    app: &Shared,
    live: &Live,
    request: &AnswerRequest,
    wanted: Vec<Wanted>,
) -> Vec<(Wanted, Option<String>)> {
    let settings = live.settings();
    let zone = settings.zone();
    let ask = async |wanted: &Wanted| {
        let about = About {
            product: wanted.product.as_deref(),
            sku: wanted.sku.as_deref(),
            order: wanted.order.as_deref(),
            conversation: request.conversation.as_deref(),
        };
        app.connectors
            .ask(
                &settings.connectors,
                wanted.kind?,
                about,
                Timestamp::now(),
                &zone,
            )
            .await
    };
    let told = futures::future::join_all(wanted.iter().map(ask)).await;
    wanted.into_iter().zip(told).collect()
}
