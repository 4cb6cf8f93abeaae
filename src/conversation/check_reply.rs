//! 质检: an agent's reply is read before it is sent. Warnings with the reason, never a ban. Pure.

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
    /// `expired`, `contradiction`, `promise`, `absolute`, `personal`, `rude` or `sensitive`.
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
        warnings.extend(expired(sentence, &facts, &in_force, at));
        warnings.extend(contradiction(sentence, &in_force));
        warnings.extend(promise(sentence, &in_force));
    }
    warnings
}

/// A reply as it is sent and kept: personal data is masked, but for what the shop's own knowledge tells everybody (its
/// telephone, where returns go).
pub fn masked(shop: &Shop, reply: &str) -> String {
    words::masked(shop, reply)
}

/// One sentence-bearing text of the knowledge.
struct Fact<'a> {
    id: String,
    text: &'a str,
    window: &'a Window,
    place: &'a Place,
}

fn facts(shop: &Shop) -> Vec<Fact<'_>> {
    let faqs = shop.faqs.iter().map(|faq| Fact {
        id: ids::faq(&faq.id),
        text: &faq.answer,
        window: &faq.window,
        place: &faq.place,
    });
    let passages = shop.policies.iter().flat_map(|policy| {
        policy.passages.iter().map(|passage| {
            let id = ids::policy(&policy.stem, &passage.path);
            Fact {
                id,
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
    if grams.len() < 4
        || in_force
            .iter()
            .any(|fact| share(&grams, fact.text) >= QUOTED)
    {
        return None;
    }
    let fact = all
        .iter()
        .find(|fact| !fact.window.contains(at) && share(&grams, fact.text) >= QUOTED)?;
    let why = match fact.window.phase(at) {
        Phase::Before => "这条规则还没有生效".to_owned(),
        _ => match &fact.window.until_text {
            Some(until) => format!("这条规则已于 {until} 到期"),
            None => "这条规则已经到期".to_owned(),
        },
    };
    Some(warning("expired", sentence, why, fact))
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
