//! Linter rules that need the built snapshot: which entry wins a question, and which words are split.
//!
//! The other rules need only the knowledge; they are in [`crate::lint`].

use std::collections::HashSet;

use jiff::Timestamp;
use rayon::prelude::*;

use super::explain::{Lost, clause};
use super::variant::by_words;
use crate::answer::layers::Why;
use crate::answer::{Engine, Outcome, Question, decide::answer_with, rule};
use crate::index::IndexError;
use crate::knowledge::{Faq, Finding, Shop, ids};
use crate::lint::Rule;

/// An entry does not answer one of its own questions.
pub const LOSES_OWN_QUESTION: Rule = Rule::warning("loses-own-question");
/// Segmentation splits a word of `lexicon/words.txt`.
pub const SPLITS_WORD: Rule = Rule::warning("splits-word");

/// All rules of this room, by code.
pub const RULES: &[&Rule] = &[&LOSES_OWN_QUESTION, &SPLITS_WORD];

/// The most FAQ entries whose own questions are asked. Each costs milliseconds.
const PROBED: usize = 1_000;

/// The findings of these rules for `shop`, as read from its files, at the moment `at`. Builds the shop by its words
/// alone beside the live one, which takes a fraction of a second, and discards it.
///
/// # Errors
/// [`IndexError`] if it cannot be built.
pub fn probe_knowledge(shop: &Shop, at: Timestamp) -> Result<Vec<Finding>, IndexError> {
    let alone = by_words(shop)?;
    let ids: Vec<String> = shop.faqs.iter().map(|faq| ids::faq(&faq.id)).collect();
    Ok(probe(&alone.engine, shop, at, &spread(ids.iter())))
}

/// A sample of the ids, spread evenly over all of them.
pub(super) fn spread<'a>(ids: impl Iterator<Item = &'a String>) -> HashSet<String> {
    let asked: Vec<&String> = ids.filter(|id| id.starts_with("faq:")).collect();
    let step = asked.len().div_ceil(PROBED).max(1);
    asked.into_iter().step_by(step).cloned().collect()
}

/// The findings for a snapshot of `shop` at the moment `at`; only the entries in `only` are probed.
pub(super) fn probe(
    engine: &Engine,
    shop: &Shop,
    at: Timestamp,
    only: &HashSet<String>,
) -> Vec<Finding> {
    let mut findings = torn_words(engine, shop);
    let tried: Vec<&Faq> = engine
        .snapshot
        .shop
        .faqs
        .iter()
        .filter(|faq| faq.window.contains(at) && only.contains(&ids::faq(&faq.id)))
        .collect();
    let lost: Vec<Finding> = tried
        .par_iter()
        .flat_map_iter(|faq| lost_questions(engine, faq, at))
        .collect();
    findings.extend(lost);
    shop.lines.headers.translate(&mut findings);
    findings
}

/// The questions of an entry that it does not answer. They are asked with what its conditions need: its first product
/// and order state, and the words of its keyword condition in the talk before.
fn lost_questions(engine: &Engine, faq: &Faq, at: Timestamp) -> Vec<Finding> {
    let id = ids::faq(&faq.id);
    let shop = &engine.snapshot.shop;
    let conditions = &faq.conditions;
    let of_category = || {
        let category = conditions.categories.first()?;
        let product = shop
            .products
            .iter()
            .find(|p| p.category == *category && p.on_sale.contains(at))?;
        Some(product.id.clone())
    };
    let on_sale = |id: &&String| {
        shop.products
            .iter()
            .any(|p| p.id == **id && p.on_sale.contains(at))
    };
    let product = conditions
        .products
        .iter()
        .find(on_sale)
        .cloned()
        .or_else(of_category);
    let question = |text: &str| Question {
        text: text.to_owned(),
        product: product.clone(),
        at,
        previous: conditions
            .keywords
            .first()
            .map(|words| vec![words.join(" ")])
            .unwrap_or_default(),
        order_state: conditions.order_states.first().copied(),
        ..Question::default()
    };
    let mut findings = Vec::new();
    for (text, column) in std::iter::once((&faq.question, "question"))
        .chain(faq.similar.iter().map(|s| (s, "similar")))
    {
        let decision = answer_with(engine, &question(text), 3, false);
        let sourced = decision.receipt.entries.contains(&id);
        let offered = decision.options.iter().any(|option| option.id == id);
        // A question that a guard hands to a person is not lost to another entry.
        let guarded = rule::is_guard(&decision.receipt.rule);
        if sourced || offered || guarded {
            continue;
        }
        // The trace is made only for a lost question.
        let asked = question(text);
        let decision = answer_with(engine, &asked, 3, true);
        let lost = clause(engine, &asked, &id, &decision);
        let Some(remedy) = remedy(&lost).filter(|_| !reported(engine, &id, &lost)) else {
            continue;
        };
        let instead = match decision.decision {
            Outcome::Answer => format!("{} answers it", decision.receipt.entries.join(", ")),
            Outcome::Clarify => "others are offered instead".to_owned(),
            Outcome::Handoff => "it is handed off".to_owned(),
        };
        findings.push(LOSES_OWN_QUESTION.finding(
            &faq.place,
            Some(column),
            format!("\"{text}\" is a question of {id}, but {instead}: {lost}"),
            remedy,
        ));
    }
    findings
}

/// Whether the linter reports the same fault: the entry gives less than a floor.
fn reported(engine: &Engine, id: &str, lost: &Lost) -> bool {
    let why = Why::WeakerThanFloor;
    let entries = &engine.snapshot.entries;
    let at = entries.iter().position(|entry| entry.id == id);
    matches!(lost, Lost::Overridden { why: lost, .. } if *lost == why)
        && at.is_some_and(|at| {
            let above = &engine.floors;
            !above
                .above(&engine.snapshot.shop, at as u32, &entries[at])
                .is_empty()
        })
}

/// The advice for a question lost by a clause. `None` if no other entry won: the entry came first but below the
/// threshold, or is meant to be offered only.
fn remedy(lost: &Lost) -> Option<&'static str> {
    match lost {
        Lost::Won
        | Lost::Guard { .. }
        | Lost::AlwaysClarify
        | Lost::KnownGap
        | Lost::Threshold { .. }
        | Lost::OutOfForce { .. }
        // That a promotion's rule comes before the shop's is what its layer is for.
        | Lost::Overridden {
            why: Why::LessSpecific,
            ..
        } => None,
        Lost::Overridden {
            why: Why::WeakerThanFloor,
            ..
        } => Some("grant at least as much as the law and the platform do, or name the goods that they exempt"),
        Lost::Condition { .. } => {
            Some("loosen that condition, or word the question so that it is met")
        }
        Lost::Negative => Some("remove the negative question, or this one"),
        Lost::Structured { .. } => {
            Some("limit the entry to what the product data do not say, or remove the question")
        }
        Lost::Rank { .. } | Lost::Overridden { .. } | Lost::NotFound => {
            Some("take the question from the other entry, or limit one of the two")
        }
    }
}

/// The words of the shop's own dictionary that segmentation splits although they are in it.
fn torn_words(engine: &Engine, shop: &Shop) -> Vec<Finding> {
    let segmenter = &engine.snapshot.segmenter;
    let words = &shop.lexicon.words;
    words
        .iter()
        .filter(|word| {
            !segmenter
                .unsplit_words(std::slice::from_ref(word))
                .is_empty()
        })
        .map(|word| {
            let word = &word.word;
            SPLITS_WORD.finding(
                &shop.lines.place("lexicon/words.txt", word),
                None,
                format!("\"{word}\" is cut apart all the same"),
                "give it a higher frequency, as in \"word 5000\"",
            )
        })
        .collect()
}
