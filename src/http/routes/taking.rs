//! Takes a buyer's message in a conversation and proves the decision on it.

use jiff::Timestamp;

use super::answer::{AnswerRequest, Asked, decide};
use crate::conversation::store::Turn;
use crate::conversation::turn::{self, Ask};
use crate::http::{ApiError, Live, Shared};
use crate::publish::replay::Proof;

/// The result of a buyer's message, with the proof of the decision.
pub(super) struct Taken {
    /// The result.
    pub turn: turn::Taken,
    /// The proof of the decision.
    pub proof: Option<Proof>,
}

/// Takes a buyer's message in a conversation.
pub(super) async fn take(
    app: &Shared,
    shop: &str,
    live: &Live,
    conversation: &str,
    idem: Option<&str>,
    asked: &Asked,
    request: &AnswerRequest,
) -> Result<Taken, ApiError> {
    let turn = Turn {
        shop,
        conversation,
        idem,
        text: &request.question,
        product: request.product.as_deref(),
        chosen: request.chosen.as_deref(),
        meant: None,
        declined: false,
    };
    let ask = Ask {
        turn,
        order_state: asked.order_state,
        order: request.order.as_deref(),
        at: asked.at,
    };
    let turn = turn::take_turn(
        &app.store,
        live.settings(),
        ask,
        Timestamp::now(),
        |question| decide(app, live, question, request),
        |question, decision| serde_json::to_string(&live.prove(question, decision)).ok(),
    )
    .await?;
    // What another version sealed and this one cannot read proves nothing here.
    let proof = turn.proof.as_deref();
    let proof = proof.and_then(|json| serde_json::from_str(json).ok());
    Ok(Taken { turn, proof })
}
