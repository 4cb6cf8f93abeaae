//! Finds promises that go beyond the shop's rules: more days than a rule gives, or costs that a rule leaves to the
//! buyer.

use std::sync::LazyLock;

use regex::Regex;

use super::{Fact, Warning, figures, sentences, warning};
use crate::text::normalise::normalise;

/// The matter of a term, in the words of rules and of agents.
const MATTERS: &[&[&str]] = &[
    &["无理由", "不喜欢", "不想要", "随便退", "都能退", "都可以退"],
    &["保修", "质保", "免费维修"],
    &["换货", "换新"],
];

/// Units of a term, each with its number of days.
const DAYS: &[(&str, u32)] = &[("天", 1), ("日", 1), ("周", 7), ("个月", 30), ("年", 365)];

const FREIGHT: &[&str] = &["运费", "邮费", "快递费"];
const SHOP_PAYS: &[&str] = &[
    "我们出",
    "我们承担",
    "我们付",
    "我们来出",
    "我们报销",
    "我们包",
    "我们全包",
    "我们全出",
    "我们负责",
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
    "买家先付",
    "买家付",
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

/// Faults for which the shop is responsible.
const FAULT: &[&str] = &["质量问题", "破损", "发错", "错发", "漏发", "瑕疵"];

/// Words that deny a fault: 非质量问题.
const NO_FAULT: &[&str] = &["非质量", "不是质量", "不属于质量", "没有质量", "无质量"];

/// Words that say that the buyer does not pay: 不用您承担.
const NOT_PAID: &[&str] = &["不用", "无需", "不需", "不会", "不要", "不由", "不是"];

/// Far regions that free shipping often excludes.
const FAR: &[&str] = &[
    "新疆",
    "西藏",
    "内蒙古",
    "青海",
    "宁夏",
    "甘肃",
    "海南",
    "港澳台",
    "偏远",
];

/// A region costs more, needs a larger order or is not served.
static COSTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"加收|另加|另收|收\d+元|补差|补运费|不包邮|除外|不含|不发|暂不|满\d+元?包邮")
});

/// Damages as a multiple of the price.
static TIMES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:[两二三四五六七八九十双加]|\d+)倍赔|退[一1]赔(?:[一二三四五六七八九十]|\d)|赔(?:您|你|偿|付)?(?:[两二三四五六七八九十]|\d+)倍",
    )
});

/// A discount given by the agent.
static DISCOUNT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:打|给您?|帮您?)[^,。]{0,4}?(?P<k>(?:[一二三四五六七八九]+|\d+(?:\.\d+)?)折)")
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the built-in pattern is valid")
}

/// Warns about damages or a discount that no rule in force gives.
pub(super) fn concession(sentence: &str, in_force: &[&Fact<'_>]) -> Option<Warning> {
    let said = normalise(sentence);
    let damages = TIMES.find(&said).map(|found| found.as_str());
    let discount = || Some(DISCOUNT.captures(&said)?.name("k")?.as_str());
    let words = damages.or_else(discount)?;
    let backed = |fact: &&Fact<'_>| normalise(fact.text).contains(words);
    if in_force.iter().any(backed) {
        return None;
    }
    let why = format!("“{words}”是有约束力的承诺，知识库里没有这样的规则");
    Some(Warning {
        code: "promise".into(),
        words: words.into(),
        why,
        entry: None,
        place: None,
    })
}

/// Warns about free shipping to a region for which a rule in force charges.
pub(super) fn far_shipping(sentence: &str, in_force: &[&Fact<'_>]) -> Option<Warning> {
    let said = normalise(sentence);
    if !holds(&said, &["包邮", "免邮", "免运费"]) || COSTS.is_match(&said) {
        return None;
    }
    let everywhere = said.contains("全国");
    let named: Vec<&str> = FAR
        .iter()
        .copied()
        .filter(|region| everywhere || said.contains(region))
        .collect();
    in_force.iter().find_map(|fact| {
        let line = sentences(fact.text).find(|line| {
            let line = normalise(line);
            holds(&line, &named) && COSTS.is_match(&line)
        })?;
        let why = format!("现行规则写的是：{line}");
        Some(warning("contradiction", "包邮", why, fact))
    })
}

/// Warns if the buyer is to pay freight for the shop's own fault, against the rule in force or the law.
pub(super) fn fault_freight(sentence: &str, in_force: &[&Fact<'_>]) -> Option<Warning> {
    const SHOP: &[&str] = &["本店承担", "商家承担", "卖家承担", "我们承担", "店铺承担"];
    let said = normalise(sentence);
    let faulty = holds(&said, FAULT) && holds(&said, FREIGHT) && !holds(&said, NO_FAULT);
    if !faulty || holds(&said, NOT_PAID) {
        return None;
    }
    let charged = BUYER_PAYS.iter().find(|words| said.contains(**words))?;
    let ruled = in_force.iter().find_map(|fact| {
        let line = sentences(fact.text).find(|line| {
            let line = normalise(line);
            holds(&line, FAULT) && holds(&line, FREIGHT) && holds(&line, SHOP)
        })?;
        let why = format!("现行规则写的是：{line}");
        Some(warning("contradiction", charged, why, fact))
    });
    ruled.or_else(|| {
        Some(Warning {
            code: "contradiction".into(),
            words: (*charged).into(),
            why: "质量问题的退换运费依法由商家承担（消费者权益保护法第二十四条）".into(),
            entry: None,
            place: None,
        })
    })
}

/// Warns about a term that is longer than any rule in force on the same matter gives.
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

/// Warns if freight is promised that a rule in force leaves to the buyer.
pub(super) fn freight(sentence: &str, in_force: &[&Fact<'_>]) -> Option<Warning> {
    let said = normalise(sentence);
    // The shop pays freight for its own fault.
    let faulty = holds(&said, FAULT) && !holds(&said, NO_FAULT);
    if faulty || !holds(&said, FREIGHT) {
        return None;
    }
    let promised = SHOP_PAYS.iter().find(|words| said.contains(**words))?;
    // Of several such rules, the one on the same matter counts. If the sentence names none, it means returns, not
    // repairs.
    const MATTERS: &[&str] = &["退", "换", "修", "寄样", "安装"];
    let nearness = |line: &str| {
        let same = |word: &&&str| said.contains(**word) && line.contains(**word);
        2 * MATTERS.iter().filter(same).count()
            + usize::from(holds(line, &["无理由", "退货", "退换"]))
    };
    let mut best: Option<(usize, &str, &Fact<'_>)> = None;
    for fact in in_force.iter().copied() {
        for line in sentences(fact.text) {
            let plain = normalise(line);
            if !holds(&plain, FREIGHT) || !holds(&plain, BUYER_PAYS) {
                continue;
            }
            let near = nearness(&plain);
            if best.as_ref().is_none_or(|(known, ..)| near > *known) {
                best = Some((near, line, fact));
            }
        }
    }
    let (_, line, fact) = best?;
    let why = format!("规则里有由买家承担的情况，请先核对：{line}");
    Some(warning("promise", promised, why, fact))
}

fn holds(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// The longest term in a text: in days, and as written.
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
