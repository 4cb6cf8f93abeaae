//! A question without what tells who asks it.
//!
//! A decision is made on the words that may be kept: personal data is masked before anything is decided. So a decision
//! depends only on what is stored, and a proof gives the same bytes again. The number of an order is taken from the
//! words before, since connectors need it; a reply shows its ends only.

use super::live::order_of;
use super::types::Question;
use crate::text::pii;

/// The question as it is decided. Doing it again changes nothing.
pub(super) fn unnamed(question: &Question) -> Question {
    Question {
        order: order_of(question),
        text: unnamed_text(&question.text),
        previous: question
            .previous
            .iter()
            .map(|line| unnamed_text(line))
            .collect(),
        ..question.clone()
    }
}

/// A message masked, without the stretches in which nothing but personal data stands: 几天能到，我电话[手机号] asks 几天能到.
fn unnamed_text(text: &str) -> String {
    let masked = pii::mask(text);
    match pii::beside_data(&masked) {
        Some(rest) => rest,
        None => masked,
    }
}
