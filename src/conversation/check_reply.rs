//! 质检: checks an agent's reply before it is sent. It gives warnings with reasons, and forbids a reply only for the
//! shop's own forbidden words. Pure.

mod offers;
mod promises;
mod words;

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use regex::Regex;
use serde::Serialize;
use utoipa::ToSchema;

use super::unanswered::bigrams;
use crate::knowledge::{Phase, Place, Shop, Window, ids};
use crate::text::normalise::normalise;
use crate::text::numeral;

/// A doubt about a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Warning {
    /// `expired`, `contradiction`, `promise`, `absolute`, `platform`, `personal`, `rude`, `field` or `sensitive`.
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

/// Promises that bind the shop. They need a rule that makes them.
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

/// Least share of a sentence's bigrams that an entry must hold to be its source.
const QUOTED: f64 = 0.8;

/// Least share of a sentence's bigrams (without figures) that an entry must hold to be about the same matter.
const ABOUT: f64 = 0.5;

/// The same share if the rule's heading is counted too. It is higher, because many rules share a heading such as 发货.
const ABOUT_HEADED: f64 = 0.75;

/// Checks a reply against the shop's knowledge at a moment.
pub fn check_reply(shop: &Shop, reply: &str, at: Timestamp) -> Vec<Warning> {
    let mut warnings = words::warnings(shop, reply);
    let facts = facts(shop);
    let in_force: Vec<&Fact<'_>> = facts
        .iter()
        .filter(|fact| fact.window.contains(at))
        .collect();
    for sentence in sentences(reply) {
        let quoted = is_quoted(sentence, &in_force);
        let dead = expired(sentence, &facts, &in_force, at)
            .or_else(|| offers::dead_offer(sentence, &facts, &in_force, at));
        let promised = promise(sentence, &in_force).or_else(|| match dead {
            Some(_) => None,
            None => promises::concession(sentence, &in_force),
        });
        warnings.extend(dead);
        warnings.extend(
            contradiction(sentence, &in_force)
                .or_else(|| promises::longer_term(sentence, &in_force)),
        );
        warnings.extend(promised);
        if !quoted {
            warnings.extend(
                promises::fault_freight(sentence, &in_force)
                    .or_else(|| promises::freight(sentence, &in_force)),
            );
            warnings.extend(promises::far_shipping(sentence, &in_force));
        }
    }
    warnings
}

/// The word in a reply that the shop must never send (`lexicon/sensitive.txt`), if there is one.
pub fn forbidden<'a>(shop: &'a Shop, reply: &str) -> Option<&'a str> {
    words::forbidden(shop, reply).next()
}

/// A reply as it is sent and kept: personal data is masked, except what the shop's own knowledge tells everybody (its
/// telephone, its return address).
pub fn masked(shop: &Shop, reply: &str) -> String {
    words::masked(shop, reply)
}

/// A text of the knowledge.
struct Fact<'a> {
    id: String,
    /// The question, or the headings.
    title: String,
    /// The question, or the nearest heading above the text.
    heading: String,
    text: &'a str,
    window: &'a Window,
    place: &'a Place,
}

fn facts(shop: &Shop) -> Vec<Fact<'_>> {
    let faqs = shop.faqs.iter().map(|faq| Fact {
        id: ids::faq(&faq.id),
        title: faq.question.clone(),
        heading: faq.question.clone(),
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
                heading: passage.path.last().unwrap_or(&policy.title).clone(),
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

/// Warns if a sentence is in a rule that is not in force, and in none that is.
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

/// Whether a sentence is nearly verbatim in a rule in force.
fn is_quoted(sentence: &str, in_force: &[&Fact<'_>]) -> bool {
    let grams = bigrams(sentence);
    let mut facts = in_force.iter();
    facts.any(|fact| share(&grams, fact.text) >= QUOTED)
}

/// Why a rule is not in force at a moment.
fn phase_in_words(fact: &Fact<'_>, at: Timestamp) -> String {
    match fact.window.phase(at) {
        Phase::Before => "这条规则还没有生效".to_owned(),
        _ => match &fact.window.until_text {
            Some(until) => format!("这条规则已于 {until} 到期"),
            None => "这条规则已经到期".to_owned(),
        },
    }
}

/// Warns if a sentence gives another figure than the rule in force on the same matter.
///
/// 「24小时内发货」 is about 发货, not about hours, so figures and their units are left out. The heading of a rule tells the
/// matter of lines that do not repeat it.
fn contradiction(sentence: &str, in_force: &[&Fact<'_>]) -> Option<Warning> {
    let said = figures(sentence);
    let matter = matter(sentence);
    let verbatim = || in_force.iter().any(|fact| fact.text.contains(sentence));
    if said.is_empty() || matter.is_empty() || verbatim() {
        return None;
    }
    let share = |told: &HashSet<_>| matter.intersection(told).count() as f64 / matter.len() as f64;
    let counts = |line: &str| {
        let ruled = figures(line);
        ruled
            .iter()
            .any(|(_, unit)| said.iter().any(|(_, known)| known == unit))
    };
    // How likely a line is the rule: share of the matter in the line, whether the unit is the same, share in the
    // heading.
    type Nearness = (f64, bool, f64);
    let mut best: Option<(Nearness, &Fact<'_>, Vec<&str>)> = None;
    for fact in in_force {
        let heading = self::matter(&fact.heading);
        let both = heading.union(&matter).count() as f64;
        let headed = heading.intersection(&matter).count() as f64 / both;
        for line in sentences(fact.text) {
            let told = self::matter(line);
            let likeness = match (
                share(&told),
                share(&told.union(&heading).copied().collect()),
            ) {
                (_, all) if all >= ABOUT_HEADED => all,
                (alone, _) if alone >= ABOUT => alone,
                _ => continue,
            };
            let place = (likeness, counts(line), headed);
            match &mut best {
                // Lines of one rule count together: 国内仓24小时，保税仓72小时.
                Some((known, of, lines)) if std::ptr::eq(*of, *fact) && *known == place => {
                    lines.push(line);
                }
                Some((known, ..)) if *known >= place => {}
                _ => best = Some((place, fact, vec![line])),
            }
        }
    }
    let (_, fact, lines) = best?;
    let (line, value, unit) = said.iter().find_map(|(value, unit)| {
        let mut ruled = lines
            .iter()
            .filter(|line| figures(line).iter().any(|(_, known)| known == unit));
        let first = ruled.clone().next()?;
        let other = ruled.all(|line| !allows(line, value, unit));
        other.then_some((first, value, unit))
    })?;
    Some(warning(
        "contradiction",
        &format!("{value}{unit}"),
        format!("现行规则写的是：{line}"),
        fact,
    ))
}

/// Whether a line contains this figure, by itself or within a range: 2-4天.
fn allows(line: &str, value: &str, unit: &str) -> bool {
    static RANGE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(\d+(?:\.\d+)?)\s*[-~—至到]\s*(\d+(?:\.\d+)?)\s*(\D{1,4})")
            .expect("the built-in pattern is valid")
    });
    let line = normalise(line);
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    let within = |range: regex::Captures<'_>| {
        let said = number(value);
        range[3].starts_with(unit) && number(&range[1]) <= said && said <= number(&range[2])
    };
    let given = figures(&line)
        .iter()
        .any(|(known, of)| known == value && of == unit);
    given || RANGE.captures_iter(&line).any(within)
}

/// Warns about a promise that no rule in force makes.
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

/// Units of a rule's figures.
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

/// Figures with the unit after them: `7天`, `48小时`, `10元`.
fn figures(text: &str) -> Vec<(String, String)> {
    let text = normalise(text);
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

/// Words of an agent's sentence that do not tell its matter.
const FILLING: &[&str] = &[
    "我们", "咱们", "您好", "亲", "一般", "都", "就", "会", "可以", "哦", "的", "呢",
];

/// The bigrams of what a text is about, without figures and their units (24小时内).
fn matter(text: &str) -> HashSet<(char, char)> {
    static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
        let units = UNITS.join("|");
        let pattern = format!(r"\d[\d.]*\s*(?:{units})?(?:之内|以内|内)?");
        Regex::new(&pattern).expect("the built-in pattern is valid")
    });
    let text = normalise(text);
    let plain = |piece: &str| -> String {
        let piece = FILLING
            .iter()
            .fold(piece.to_owned(), |piece, word| piece.replace(word, ""));
        piece.chars().filter(|c| !numeral::is_numeral(*c)).collect()
    };
    let pieces = FIGURE.split(&text).map(plain);
    // A single letter pairs with itself and tells nothing.
    pieces
        .filter(|piece| piece.chars().nth(1).is_some())
        .flat_map(|piece| bigrams(&piece))
        .collect()
}

#[cfg(test)]
mod tests;
