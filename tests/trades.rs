//! Goods of trades that no sample shop is in (fishing, music, bedding, shoes, pets, computers), asked as buyers ask: by
//! parts of a column's name, by purpose, by a value, with the product on the page, in the words or in the talk.

use std::sync::LazyLock;

use zhike::answer::{Engine, Outcome, Question, answer};

use crate::asking::shop_of;

const PRODUCTS: &str = include_str!("data/trades.csv");
const QUESTIONS: &str = include_str!("data/trades.tsv");

static SHOP: LazyLock<Engine> = LazyLock::new(|| shop_of(&[("products/all.csv", PRODUCTS)]));

#[test]
fn columns_that_nobody_foresaw_are_answered_or_handed_off() {
    let mut faults = Vec::new();
    for line in QUESTIONS.lines().filter(|line| !line.starts_with('#')) {
        let [product, earlier, text, expected] =
            <[&str; 4]>::try_from(line.split('\t').collect::<Vec<_>>()).expect("four fields");
        let some = |field: &str| Some(field.to_owned()).filter(|field| !field.is_empty());
        let question = Question {
            text: text.into(),
            product: some(product),
            previous: some(earlier).into_iter().collect(),
            at: "2026-11-22T02:00:00Z".parse().expect("a moment"),
            ..Question::default()
        };
        let decision = answer(&SHOP, &question);
        let entries = &decision.receipt.entries;
        let holds = match expected {
            "handoff" => decision.decision == Outcome::Handoff,
            "clarify" => decision.decision == Outcome::Clarify,
            entry => decision.decision == Outcome::Answer && entries.iter().any(|own| own == entry),
        };
        if !holds {
            faults.push(format!(
                "{text} [{product}|{earlier}]: {:?} {} {entries:?} {}, not {expected}",
                decision.decision, decision.receipt.rule, decision.reply
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
