//! Hands off after misses in a row or the same question again (`[handoff] after_misses`).

use super::message;
use super::part::Decided;
use crate::answer::types::{Outcome, Question, Reason};
use crate::answer::{Engine, rule};
use crate::text::normalise::bare;

/// The outcome of a message, as far as misses are counted.
#[derive(PartialEq)]
enum Came {
    /// No match, or no sure one.
    Missed,
    /// A question back, with its options.
    Asked(Vec<String>),
    /// An answer.
    Answered,
    /// A handoff for a reason of its own.
    Handed,
    /// Small talk, which does not count.
    Chat,
}

impl Came {
    fn of(decided: &[Decided]) -> Came {
        let asked_something = || decided.iter().filter(|piece| piece.rule != rule::SCRIPT);
        let unsure = |reason| matches!(reason, Reason::NoMatch | Reason::LowConfidence);
        let ended = |outcome| asked_something().any(|piece| piece.part.decision == outcome);
        if asked_something().next().is_none() {
            return Came::Chat;
        }
        if asked_something().any(|piece| piece.part.reason.is_some_and(|reason| !unsure(reason))) {
            return Came::Handed;
        }
        if ended(Outcome::Answer) {
            return Came::Answered;
        }
        if !ended(Outcome::Clarify) {
            return Came::Missed;
        }
        let asked = asked_something().flat_map(|piece| {
            let options = piece.options.iter().map(|option| &option.title);
            std::iter::once(&piece.part.reply).chain(options)
        });
        Came::Asked(asked.cloned().collect())
    }
}

/// Hands a message off if it completes as many misses in a row as the shop allows. An answered part keeps its reply; a
/// question back loses its reply and options.
pub(super) fn hand_over(engine: &Engine, question: &Question, decided: &mut [Decided]) {
    let allowed = engine.snapshot.shop.settings.handoff.after_misses;
    let came = Came::of(decided);
    let needed = match came {
        // A single miss already hands off with its own reason.
        Came::Missed => allowed.max(2),
        _ => allowed,
    };
    if misses(engine, question, came, needed) < needed {
        return;
    }
    for piece in decided
        .iter_mut()
        .filter(|piece| piece.rule != rule::SCRIPT)
    {
        if piece.part.decision == Outcome::Clarify {
            piece.part.reply.clear();
            piece.options.clear();
        }
        piece.part.decision = Outcome::Handoff;
        piece.part.reason = Some(Reason::Repeated);
        piece.rule = rule::REPEATED;
    }
}

/// Misses in a row up to and including this message, counted up to `enough`. The earlier messages are decided again,
/// each with those before it, which gives the same decisions as then.
///
/// The same question again is a miss, whatever the answer was. The same question back is a miss too, and so is the
/// first time it was asked.
fn misses(engine: &Engine, question: &Question, came: Came, enough: u32) -> u32 {
    let words: Vec<String> = question.previous.iter().map(|line| bare(line)).collect();
    let mut later = (came, bare(&question.text));
    match later.0 {
        Came::Handed | Came::Chat => return 0,
        Came::Answered if !words.contains(&later.1) => return 0,
        _ => {}
    }
    let mut count = 0;
    let mut put_again = false;
    for (at, said) in words.into_iter().enumerate().rev() {
        let before = Question {
            text: question.previous[at].clone(),
            previous: question.previous[..at].to_vec(),
            chosen: None,
            ..question.clone()
        };
        let earlier = (Came::of(&message(engine, &before, 1, false)), said);
        if earlier.0 == Came::Chat {
            continue;
        }
        let puts_again = matches!(later.0, Came::Asked(_)) && later.0 == earlier.0;
        let missed = later.0 == Came::Missed || put_again || puts_again || later.1 == earlier.1;
        if !missed {
            return count;
        }
        count += 1;
        if count >= enough {
            return count;
        }
        (later, put_again) = (earlier, puts_again);
    }
    count + u32::from(later.0 == Came::Missed || put_again)
}
