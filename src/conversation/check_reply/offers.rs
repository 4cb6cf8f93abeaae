//! Finds offers of a sale that is over in an agent's own words: by a figure (满300减50) or by the name (双11).

use std::sync::LazyLock;

use regex::Regex;

use super::{Fact, Warning, phase_in_words, warning};
use crate::answer::contrast;
use crate::text::normalise::normalise;
use jiff::Timestamp;

/// Figures that identify an offer.
static OFFER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"满\d+元?[减送返赠立]*\d*|立减\d+|直降\d+|\d+(?:\.\d+)?折|第[二2两]件[半\d]\S|\d+元(?:无门槛)?(?:优惠)?券",
    )
    .expect("the built-in pattern is valid")
});

/// Words that say that a sale is over.
const OVER: &[&str] = &[
    "结束",
    "过期",
    "到期",
    "截止",
    "下线",
    "没有了",
    "已过",
    "不再",
];

/// Warns about the offer or the name of an expired rule, if no rule in force backs it.
pub(super) fn dead_offer(
    sentence: &str,
    all: &[Fact<'_>],
    in_force: &[&Fact<'_>],
    at: Timestamp,
) -> Option<Warning> {
    let said = normalise(sentence);
    if OVER.iter().any(|word| said.contains(word)) {
        return None;
    }
    let told = |fact: &Fact<'_>| normalise(&format!("{} {}", fact.title, fact.text));
    let alive: String = in_force.iter().map(|fact| told(fact) + "\n").collect();
    let figures: Vec<&str> = OFFER
        .find_iter(&said)
        .map(|found| found.as_str())
        .filter(|figure| !alive.contains(figure))
        .collect();
    let named = contrast::named(&said) & !contrast::named(&alive);
    if figures.is_empty() && named == 0 {
        return None;
    }
    all.iter()
        .filter(|fact| !fact.window.contains(at))
        .find_map(|fact| {
            let text = told(fact);
            let figure = figures.iter().find(|figure| text.contains(**figure));
            let words = match figure {
                Some(figure) => (*figure).to_owned(),
                None if contrast::named(&text) & named != 0 => sentence.to_owned(),
                None => return None,
            };
            Some(warning("expired", &words, phase_in_words(fact, at), fact))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_are_known_by_their_figures() {
        for (text, offers) in [
            ("满300减50哦", vec!["满300减50"]),
            ("全场8.5折，第二件半价", vec!["8.5折", "第二件半价"]),
            ("送您10元无门槛优惠券", vec!["10元无门槛优惠券"]),
            ("满意就好，3天到", vec![]),
        ] {
            let found: Vec<&str> = OFFER.find_iter(text).map(|found| found.as_str()).collect();
            assert_eq!(found, offers, "{text}");
        }
    }
}
