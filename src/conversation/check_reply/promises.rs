//! Promises that go beyond the shop's rules: more days than the rule gives, costs that the rule leaves to the buyer.

use super::{Fact, Warning, figures, sentences, warning};
use crate::text::normalise::normalise;

/// What a term is about, in the words of rules and of agents.
const MATTERS: &[&[&str]] = &[
    &["无理由", "不喜欢", "不想要", "随便退", "都能退", "都可以退"],
    &["保修", "质保", "免费维修"],
    &["换货", "换新"],
];

/// Units of a term, each with its days.
const DAYS: &[(&str, u32)] = &[("天", 1), ("日", 1), ("周", 7), ("个月", 30), ("年", 365)];

const FREIGHT: &[&str] = &["运费", "邮费", "快递费"];
const SHOP_PAYS: &[&str] = &[
    "我们出",
    "我们承担",
    "我们付",
    "我们来出",
    "我们报销",
    "店里出",
    "店里承担",
    "本店承担",
    "本店出",
    "商家承担",
    "给您报销",
    "不用您出",
    "不用您付",
    "不用您承担",
];
const BUYER_PAYS: &[&str] = &[
    "买家承担",
    "买家自理",
    "买家支付",
    "买家出",
    "您承担",
    "您自理",
    "您自付",
    "顾客承担",
    "消费者承担",
    "客户承担",
    "需自理",
    "自行承担",
    "需您承担",
    "由您承担",
    "您出",
];

/// A term that is longer than every rule in force on the same matter gives.
pub(super) fn longer_term(sentence: &str, in_force: &[&Fact<'_>]) -> Option<Warning> {
    let said = normalise(sentence);
    let matter = MATTERS.iter().find(|words| holds(&said, words))?;
    let (most, written) = longest(&said)?;
    let ruled = in_force.iter().flat_map(|fact| {
        let lines = sentences(fact.text).filter(|line| holds(&normalise(line), matter));
        lines.filter_map(move |line| Some((longest(&normalise(line))?.0, line, fact)))
    });
    let (given, line, fact) = ruled.max_by_key(|(days, ..)| *days)?;
    (most > given).then(|| {
        warning(
            "contradiction",
            &written,
            format!("现行规则写的是：{line}"),
            fact,
        )
    })
}

/// The freight promised where a rule in force leaves it to the buyer.
pub(super) fn freight(sentence: &str, in_force: &[&Fact<'_>]) -> Option<Warning> {
    let said = normalise(sentence);
    if !holds(&said, FREIGHT) {
        return None;
    }
    let promised = SHOP_PAYS.iter().find(|words| said.contains(**words))?;
    in_force.iter().find_map(|fact| {
        let line = sentences(fact.text).find(|line| {
            let line = normalise(line);
            holds(&line, FREIGHT) && holds(&line, BUYER_PAYS)
        })?;
        let why = format!("规则里有由买家承担的情况，请先核对：{line}");
        Some(warning("promise", promised, why, fact))
    })
}

fn holds(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// The longest term that a text tells, in days, and as it is written.
fn longest(text: &str) -> Option<(u32, String)> {
    let terms = figures(text).into_iter().filter_map(|(value, unit)| {
        let (_, days) = DAYS.iter().find(|(known, _)| *known == unit)?;
        Some((
            value.parse::<u32>().ok()?.saturating_mul(*days),
            format!("{value}{unit}"),
        ))
    });
    terms.max_by_key(|(days, _)| *days)
}
