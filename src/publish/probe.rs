//! Rules that need the built snapshot: who wins on a question, which words are torn, what nobody answers.
//!
//! The rest of the linter works on the knowledge alone, in [`crate::lint`].

use std::collections::HashSet;

use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::answer::{Engine, Outcome, Question, decide::answer_with};
use crate::knowledge::{Entry, EntryAt, Faq, Finding, Place, Severity, ids};
use crate::pack;

/// An entry does not win on a question of its own.
pub const LOSES_OWN_QUESTION: &str = "loses-own-question";
/// A word of `lexicon/words.txt` is torn by the cut all the same.
pub const SPLITS_WORD: &str = "splits-word";

/// All that is remarked on a snapshot at the moment `at`. `only` names the entries to try (those that changed); `None`:
/// all.
pub fn probe(engine: &Engine, at: Timestamp, only: Option<&HashSet<String>>) -> Vec<Finding> {
    let mut findings = torn_words(engine);
    let shop = &engine.snapshot.shop;
    let tried: Vec<&Faq> = shop
        .faqs
        .iter()
        .filter(|faq| {
            faq.window.contains(at) && only.is_none_or(|only| only.contains(&ids::faq(&faq.id)))
        })
        .collect();
    let lost: Vec<Finding> = tried
        .par_iter()
        .flat_map_iter(|faq| lost_questions(engine, faq, at))
        .collect();
    findings.extend(lost);
    findings
}

/// The questions of an entry that it does not win, asked as its conditions ask for: with its first product and order
/// state, and with the words of its keyword condition in the talk before.
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
        chosen: None,
    };
    let mut findings = Vec::new();
    for (text, column) in std::iter::once((&faq.question, "question"))
        .chain(faq.similar.iter().map(|s| (s, "similar")))
    {
        let decision = answer_with(engine, &question(text), 3, false);
        let sourced = decision.receipt.entries.contains(&id);
        let offered = decision.options.iter().any(|option| option.id == id);
        // What guards pass to a person is not lost to another entry.
        let guarded = decision.receipt.rule.starts_with("guard.");
        if sourced || offered || guarded {
            continue;
        }
        let instead = match decision.decision {
            Outcome::Answer => format!("{} answers it", decision.receipt.entries.join(", ")),
            Outcome::Clarify => "a question back comes instead".to_owned(),
            Outcome::Handoff => format!("it is handed off ({})", decision.receipt.rule),
        };
        findings.push(finding(
            LOSES_OWN_QUESTION,
            &faq.place,
            Some(column),
            format!("\"{text}\" is a question of {id}, but {instead}"),
            "take the question from the other entry, or limit one of the two",
        ));
    }
    findings
}

/// Words of the shop's own dictionary that jieba tears although they are in it.
fn torn_words(engine: &Engine) -> Vec<Finding> {
    let place = Place {
        file: "lexicon/words.txt".into(),
        row: 0,
        sheet: None,
    };
    let torn = engine
        .snapshot
        .segmenter
        .unsplit_words(&engine.snapshot.shop.lexicon.words);
    torn.into_iter()
        .map(|word| {
            let message = format!("\"{word}\" is cut apart all the same");
            finding(
                SPLITS_WORD,
                &place,
                None,
                message,
                "give it a higher frequency, as in \"word 5000\"",
            )
        })
        .collect()
}

fn finding(
    code: &str,
    place: &Place,
    column: Option<&str>,
    message: String,
    remedy: &str,
) -> Finding {
    Finding {
        code: code.to_owned(),
        severity: Severity::Warning,
        file: place.file.clone(),
        sheet: place.sheet.clone(),
        row: (place.row > 0).then_some(place.row),
        column: column.map(str::to_owned),
        message,
        remedy: remedy.to_owned(),
    }
}

/// A standard question of the packs that no entry of the shop covers: a question the merchant may want to answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Uncovered {
    /// Intent id.
    pub intent: String,
    /// The standard question.
    pub name: String,
    /// The pack it belongs to.
    pub topic: String,
    /// A few of buyers' wordings.
    pub wordings: Vec<String>,
}

/// Intents of the trades `trades` (`general` among them) to which no entry in force is bound, in the packs' order.
/// Empty where the snapshot was built without an encoder, which binds only by hand.
pub fn uncovered(engine: &Engine, at: Timestamp, trades: &[&str]) -> Vec<Uncovered> {
    /// Share of an entry's profile from which an intent is its subject.
    const BOUND: f32 = 0.5;
    let snapshot = &engine.snapshot;
    if snapshot.vectors.is_none() {
        return Vec::new();
    }
    let packs = pack::built_in();
    let in_force = |entry: &Entry| {
        matches!(entry.at, EntryAt::Faq(_) | EntryAt::Policy(..))
            && entry.window(&snapshot.shop).contains(at)
    };
    let bound: HashSet<u32> = snapshot
        .entries
        .iter()
        .zip(&snapshot.bindings.entries)
        .filter(|(entry, _)| in_force(entry))
        .flat_map(|(_, bound)| {
            bound
                .intents
                .iter()
                .filter(|binding| binding.strength >= BOUND)
                .map(|b| b.intent)
        })
        .collect();
    (0..)
        .zip(packs.intents.iter().zip(&packs.topics))
        // An intent with a reason is one for people, such as a complaint.
        .filter(|(at, (intent, topic))| {
            !bound.contains(at) && intent.reason.is_none() && trades.contains(&topic.trade.as_str())
        })
        .map(|(_, (intent, topic))| Uncovered {
            intent: intent.id.clone(),
            name: intent.name.clone(),
            topic: topic.name.clone(),
            wordings: intent.phrasings.iter().take(3).cloned().collect(),
        })
        .collect()
}
