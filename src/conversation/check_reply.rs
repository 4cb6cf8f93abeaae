//! 质检: an agent's reply is read before it is sent. Warnings with the reason; a ban only for the shop's own forbidden
//! words. Pure.

mod offers;
mod promises;
mod words;

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::unanswered::bigrams;
use crate::knowledge::{Phase, Place, Shop, Window, ids};
use crate::text::numeral;

/// A doubt about a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Warning {
    /// `expired`, `contradiction`, `promise`, `absolute`, `personal`, `rude`, `field` or `sensitive`.
    pub code: String,
    /// The words it is about.
    pub words: String,
    /// Why, for the agent.
    pub why: String,
    /// The entry that says otherwise.
    pub entry: Option<String>,
    /// Where it stands: `policies/returns.md:12`.
    pub place: Option<String>,
}

/// Promises that bind the shop; they need a rule behind them.
const PROMISE: &[&str] = &[
    "保证",
    "一定会",
    "肯定会",
    "包退",
    "包换",
    "全额赔",
    "全额退",
    "双倍赔",
    "十倍赔",
    "假一赔",
    "终身",
    "无条件",
    "无限期",
    "免费换新",
    "承诺",
];

/// Share of a sentence's bigrams that an entry must hold to be its source.
const QUOTED: f64 = 0.8;

/// Share of a sentence's bigrams (figures left out) that an entry must hold to be about the same.
const ABOUT: f64 = 0.5;

/// Reads a reply against the shop's knowledge at a moment.
pub fn check_reply(shop: &Shop, reply: &str, at: Timestamp) -> Vec<Warning> {
    let mut warnings = words::warnings(shop, reply);
    let facts = facts(shop);
    let in_force: Vec<&Fact<'_>> = facts
        .iter()
        .filter(|fact| fact.window.contains(at))
        .collect();
    for sentence in sentences(reply) {
        let quoted = is_quoted(sentence, &in_force);
        warnings.extend(
            expired(sentence, &facts, &in_force, at)
                .or_else(|| offers::dead_offer(sentence, &facts, &in_force, at)),
        );
        warnings.extend(
            contradiction(sentence, &in_force)
                .or_else(|| promises::longer_term(sentence, &in_force)),
        );
        warnings.extend(promise(sentence, &in_force));
        if !quoted {
            warnings.extend(promises::freight(sentence, &in_force));
        }
    }
    warnings
}

/// The word of the shop's that must never be sent (`lexicon/sensitive.txt`), where a reply holds one.
pub fn forbidden<'a>(shop: &'a Shop, reply: &str) -> Option<&'a str> {
    words::forbidden(shop, reply).next()
}

/// A reply as it is sent and kept: personal data is masked, but for what the shop's own knowledge tells everybody (its
/// telephone, where returns go).
pub fn masked(shop: &Shop, reply: &str) -> String {
    words::masked(shop, reply)
}

/// One sentence-bearing text of the knowledge.
struct Fact<'a> {
    id: String,
    /// The question, or the headings.
    title: String,
    text: &'a str,
    window: &'a Window,
    place: &'a Place,
}

fn facts(shop: &Shop) -> Vec<Fact<'_>> {
    let faqs = shop.faqs.iter().map(|faq| Fact {
        id: ids::faq(&faq.id),
        title: faq.question.clone(),
        text: &faq.answer,
        window: &faq.window,
        place: &faq.place,
    });
    let passages = shop.policies.iter().flat_map(|policy| {
        policy.passages.iter().map(|passage| {
            let id = ids::policy(&policy.stem, &passage.path);
            Fact {
                id,
                title: format!("{} {}", policy.title, passage.path.join(" ")),
                text: &passage.text,
                window: &policy.window,
                place: &passage.place,
            }
        })
    });
    faqs.chain(passages).collect()
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['。', '！', '？', '；', '!', '?', ';', '\n'])
        .map(str::trim)
        .filter(|sentence| sentence.chars().count() >= 4)
}

/// The sentence stands in a rule that is not in force, and in none that is.
fn expired(
    sentence: &str,
    all: &[Fact<'_>],
    in_force: &[&Fact<'_>],
    at: Timestamp,
) -> Option<Warning> {
    let grams = bigrams(sentence);
    if grams.len() < 4 || is_quoted(sentence, in_force) {
        return None;
    }
    let fact = all
        .iter()
        .find(|fact| !fact.window.contains(at) && share(&grams, fact.text) >= QUOTED)?;
    Some(warning("expired", sentence, phase_in_words(fact, at), fact))
}

/// Whether a sentence stands, nearly as it is, in a rule in force.
fn is_quoted(sentence: &str, in_force: &[&Fact<'_>]) -> bool {
    let grams = bigrams(sentence);
    let mut facts = in_force.iter();
    facts.any(|fact| share(&grams, fact.text) >= QUOTED)
}

/// Why a rule does not hold at a moment.
fn phase_in_words(fact: &Fact<'_>, at: Timestamp) -> String {
    match fact.window.phase(at) {
        Phase::Before => "这条规则还没有生效".to_owned(),
        _ => match &fact.window.until_text {
            Some(until) => format!("这条规则已于 {until} 到期"),
            None => "这条规则已经到期".to_owned(),
        },
    }
}

/// The sentence says another figure than the rule in force on the same matter.
fn contradiction(sentence: &str, in_force: &[&Fact<'_>]) -> Option<Warning> {
    let said = figures(sentence);
    if said.is_empty() {
        return None;
    }
    let grams = bigrams(&without_figures(sentence));
    let mut best: Option<(f64, &Fact<'_>, &str)> = None;
    for fact in in_force {
        for line in sentences(fact.text) {
            let likeness = share(&grams, &without_figures(line));
            if likeness >= ABOUT && best.as_ref().is_none_or(|(known, ..)| likeness > *known) {
                best = Some((likeness, fact, line));
            }
        }
    }
    let (_, fact, line) = best?;
    let ruled = figures(line);
    let (value, unit) = said.iter().find(|(value, unit)| {
        let same_unit = || ruled.iter().filter(|(_, ruled)| ruled == unit);
        same_unit().next().is_some() && !same_unit().any(|(ruled, _)| ruled == value)
    })?;
    Some(warning(
        "contradiction",
        &format!("{value}{unit}"),
        format!("现行规则写的是：{line}"),
        fact,
    ))
}

/// A promise that no rule in force makes.
fn promise(sentence: &str, in_force: &[&Fact<'_>]) -> Option<Warning> {
    let word = PROMISE.iter().find(|word| sentence.contains(**word))?;
    if in_force.iter().any(|fact| fact.text.contains(*word)) {
        return None;
    }
    let why = format!("“{word}”是有约束力的承诺，知识库里没有这样的规则");
    Some(Warning {
        code: "promise".into(),
        words: (*word).into(),
        why,
        entry: None,
        place: None,
    })
}

fn warning(code: &str, words: &str, why: String, fact: &Fact<'_>) -> Warning {
    Warning {
        code: code.into(),
        words: words.into(),
        why,
        entry: Some(fact.id.clone()),
        place: Some(format!("{}:{}", fact.place.file, fact.place.row)),
    }
}

/// The share of `grams` that `text` holds.
fn share(grams: &HashSet<(char, char)>, text: &str) -> f64 {
    if grams.is_empty() {
        return 0.0;
    }
    let held = bigrams(text);
    grams.intersection(&held).count() as f64 / grams.len() as f64
}

/// Figures with the unit behind them, `7天`, `48小时`, `10元`.
fn figures(text: &str) -> Vec<(String, String)> {
    const UNITS: &[&str] = &[
        "个工作日",
        "工作日",
        "小时",
        "分钟",
        "个月",
        "天",
        "日",
        "元",
        "块",
        "%",
        "折",
        "年",
        "周",
        "次",
        "件",
        "公斤",
        "kg",
        "倍",
    ];
    let text = crate::text::normalise::normalise(text);
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let tail = &rest[start..];
        let end = tail
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(tail.len());
        let (value, after) = tail.split_at(end);
        if let Some(unit) = UNITS
            .iter()
            .find(|unit| after.trim_start().starts_with(**unit))
        {
            found.push((value.to_owned(), (*unit).to_owned()));
        }
        rest = after;
    }
    found
}

fn without_figures(text: &str) -> String {
    crate::text::normalise::normalise(text)
        .chars()
        .filter(|c| !c.is_ascii_digit() && !numeral::is_numeral(*c))
        .collect()
}

#[cfg(test)]
mod tests;
