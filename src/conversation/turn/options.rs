//! A message as the answer to the options that were just offered.

use super::script;
use crate::answer::reply::with_reason;
use crate::answer::{ChoiceOption, Decision, Handoff, Outcome, Part, Reason, Receipt, rule};
use crate::conversation::picked::{Picked, picked, spelled_out};
use crate::conversation::store::{Store, StoreError, Turn};
use crate::knowledge::Settings;
use crate::knowledge::settings::default_scripts;
use crate::text::pii;

/// Longer words after a question back do not pick an option.
const PICK_CHARS: usize = 60;

/// Rule of a decision that asks the buyer for other words.
const REPHRASE: &str = "rephrase";

/// How a message answers the options that were just offered.
pub(super) enum Reply {
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
pub(super) async fn reply_to_options(
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
