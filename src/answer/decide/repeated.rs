//! The same again, or misses in a row: after so many a person goes on (`[handoff] after_misses`).

use super::message;
use super::part::Decided;
use crate::answer::types::{Outcome, Question, Reason};
use crate::answer::{Engine, rule};
use crate::text::normalise::bare;

/// What a message came to, as far as misses are counted.
#[derive(PartialEq)]
enum Came {
    /// To nothing: no match, or none sure.
    Missed,
    /// To a question back, with its options.
    Asked(Vec<String>),
    /// To an answer.
    Answered,
    /// To a person, for a reason of its own.
    Handed,
    /// It was small talk, which neither helps nor fails.
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

/// Hands a message off where it is the last of as many misses in a row as the shop allows. What could be answered still
/// is; a question back is not put again.
pub(super) fn hand_over(engine: &Engine, question: &Question, decided: &mut [Decided]) {
    let allowed = engine.snapshot.shop.settings.handoff.after_misses;
    let came = Came::of(decided);
    let needed = match came {
        // One miss alone is what its own reason says.
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

/// Misses in a row up to and with a message, counted no further than `enough`. The messages before are decided again, each
/// as it was with those before it: a decision hangs on nothing else.
///
/// The same question once more is a miss, whatever it was told; the same question back misses with the first time that it
/// was put, since that did not help either.
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
