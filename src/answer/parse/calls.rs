//! Stretches of a message that call a person, complain or bring an order's number: no part of the question beside them.

use super::says_a_question_word;
use crate::answer::guard::{Guards, guards};
use crate::text::normalise::{is_han, normalise};

/// Digits from which a run of them is a number of something, and no measure.
const NUMBER: usize = 8;

/// The most characters beside the number of a stretch that only brings it: 我的订单号是.
const LABEL: usize = 6;

/// The fewest characters of a question that says by itself what it is about.
const WHOLE: usize = 5;

/// Whether `stretch` of a message calls a person or complains. What the whole message takes back (转人工要等多久) is no
/// call in its parts either.
pub(super) fn person(stretch: &str, message: &str, words: &[String]) -> bool {
    let calls = |text: &str| {
        let Guards {
            requested,
            complaint,
            ..
        } = guards(&normalise(text), words);
        requested || complaint
    };
    calls(stretch) && calls(message)
}

/// Whether characters end in a number of eight digits or more, or in what masks one ([手机号]): a message is split when it is
/// replayed as it was when it was asked.
pub(super) fn ends_a_number(chars: &[char]) -> bool {
    let written = || chars.iter().rev().skip_while(|c| c.is_whitespace());
    let digits = written().take_while(|c| c.is_ascii_digit());
    written().next() == Some(&']') || digits.count() >= NUMBER
}

/// Whether a stretch does nothing but bring the number of an order or a parcel.
pub(super) fn names_an_order(stretch: &str) -> bool {
    let digits = stretch.chars().filter(char::is_ascii_digit).count();
    let label = stretch.chars().filter(|c| is_han(*c)).count();
    digits >= NUMBER && label <= LABEL && guards(&normalise(stretch), &[]).order_specific
}

/// Whether a stretch asks for a rule, whatever order was spoken of.
pub(super) fn asks_in_general(stretch: &str) -> bool {
    let normalised = normalise(stretch);
    let heard = guards(&normalised, &[]);
    let for_a_person = heard.requested || heard.complaint || heard.risk;
    normalised.chars().filter(|c| is_han(*c)).count() >= WHOLE
        && says_a_question_word(&normalised)
        && !(for_a_person || heard.order_specific || heard.volatile)
}
