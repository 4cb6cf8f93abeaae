//! A buyer's message in a conversation, taken with the proof of what is said to it.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::answer::{AnswerRequest, Asked, decide};
use crate::answer::{Decision, Question};
use crate::conversation::store::Turn;
use crate::conversation::turn::{self, Ask};
use crate::http::{ApiError, Live, Shared};
use crate::publish::replay::Proof;

/// A buyer's message taken, with the proof of what the bot said to it.
pub(super) struct Taken {
    /// What it led to.
    pub turn: turn::Taken,
    /// What makes the decision again.
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
    };
    let ask = Ask {
        turn,
        order_state: asked.order_state,
        at: asked.at,
    };
    // The question as the talk put it, which only the turn knows.
    let decided: Mutex<Option<(Question, Decision)>> = Mutex::new(None);
    let decide_it = |question: Question| {
        let decided = &decided;
        async move {
            let decision = decide(app, live, question.clone(), request).await?;
            let mut decided = decided.lock().unwrap_or_else(PoisonError::into_inner);
            *decided = Some((question, decision.clone()));
            Ok::<_, ApiError>(decision)
        }
    };
    let turn = turn::take_turn(
        &app.store,
        live.settings(),
        ask,
        Timestamp::now(),
        decide_it,
    )
    .await?;
    // A message sent twice gets the decision of the first time, which was made on what the talk was then.
    let same = |made: &Decision, told: &Decision| {
        made.receipt == told.receipt && made.decision == told.decision && made.parts == told.parts
    };
    let proof = decided
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .filter(|(_, made)| same(made, &turn.decision))
        .map(|(question, _)| live.prove(&question, &turn.decision));
    Ok(Taken { turn, proof })
}
