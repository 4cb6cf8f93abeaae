//! 质检: an agent's reply is read before it is sent. Warnings with the reason, never a ban. Pure.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::unanswered::bigrams;
use crate::knowledge::{Phase, Place, Shop, Window, ids};
use crate::text::numeral;
use crate::text::pii;

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

/// 广告法 (2021) Article 9 (3) forbids 国家级, 最高级, 最佳 and the like; these are the wordings that shops are fined for.
const ABSOLUTE: &[&str] = &[
    "国家级",
    "世界级",
    "最高级",
    "最佳",
    "最好",
    "最优",
    "最低价",
    "最便宜",
    "最先进",
    "最安全",
    "最有效",
    "第一品牌",
    "全网第一",
    "销量第一",
    "全国第一",
    "世界第一",
    "全球第一",
    "排名第一",
    "独一无二",
    "绝无仅有",
    "史无前例",
    "顶级",
    "极致",
    "百分百",
    "100%有效",
    "100%安全",
    "绝对",
    "万能",
    "永久",
    "包治",
    "根治",
    "零风险",
    "无副作用",
    "全网最低",
    "史上最低",
    "国家免检",
];

/// Words that hold 最 or 第一 without a claim.
const HARMLESS: &[&str] = &[
    "最近",
    "最后",
    "最新",
    "最终",
    "最晚",
    "最迟",
    "最早",
    "最多",
    "最少",
    "第一时间",
    "第一次",
    "第一步",
    "绝对值",
];

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

const RUDE: &[&str] = &[
    "傻逼",
    "傻b",
    "煞笔",
    "脑残",
    "智障",
    "有病",
    "滚",
    "闭嘴",
    "爱买不买",
    "买不起",
    "关我什么事",
    "关我屁事",
    "自己不会看",
    "你瞎",
    "神经病",
    "垃圾人",
    "废话",
    "烦死",
    "活该",
    "随便你告",
    "爱投诉投诉",
];

/// Share of a sentence's bigrams that an entry must hold to be its source.
const QUOTED: f64 = 0.8;

/// Share of a sentence's bigrams (figures left out) that an entry must hold to be about the same.
const ABOUT: f64 = 0.5;

/// Reads a reply against the shop's knowledge at a moment.
pub fn check_reply(shop: &Shop, reply: &str, at: Timestamp) -> Vec<Warning> {
    let mut warnings = words(shop, reply);
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

/// What the words alone tell.
fn words(shop: &Shop, reply: &str) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |code: &str, words: &str, why: String| {
        warnings.push(Warning {
            code: code.into(),
            words: words.into(),
            why,
            entry: None,
            place: None,
        });
    };
    let claims = HARMLESS
        .iter()
        .fold(reply.to_owned(), |text, word| text.replace(word, "，"));
    for word in ABSOLUTE.iter().filter(|word| claims.contains(**word)) {
        warn(
            "absolute",
            word,
            format!("“{word}”是广告法第九条禁止的绝对化用语，请换一种说法"),
        );
    }
    for word in RUDE.iter().filter(|word| reply.contains(**word)) {
        warn("rude", word, format!("“{word}”不文明，会激化矛盾"));
    }
    for word in shop
        .lexicon
        .block
        .iter()
        .filter(|word| !word.is_empty() && reply.contains(word.as_str()))
    {
        warn("sensitive", word, format!("“{word}”在本店的禁发词表里"));
    }
    let chars: Vec<char> = reply.chars().collect();
    for found in pii::find(reply) {
        let (start, end) = (
            found.span.0 as usize,
            (found.span.1 as usize).min(chars.len()),
        );
        let written: String = chars[start.min(end)..end].iter().collect();
        // The shop's own telephone and return address stand in its knowledge and may be told.
        if !facts(shop).iter().any(|fact| fact.text.contains(&written)) {
            warn(
                "personal",
                &pii::mask(&written),
                "含有个人信息，请不要在对话里复述".into(),
            );
        }
    }
    warnings
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
mod tests {
    use super::*;
    use crate::knowledge::{Conditions, Faq, Layer, Settings};
    use crate::text::lexicon::Lexicon;

    fn faq(id: &str, answer: &str, until: Option<&str>) -> Faq {
        let until = until.map(|text| text.parse::<Timestamp>().expect("a time"));
        Faq {
            id: id.into(),
            question: String::new(),
            similar: vec![],
            negative: vec![],
            answer: answer.into(),
            category: String::new(),
            conditions: Conditions::default(),
            layer: Layer::Shop,
            window: Window {
                from: None,
                until,
                until_text: until.map(|_| "2026-06-30".into()),
            },
            clarify: false,
            related: vec![],
            place: Place {
                file: "faq/a.csv".into(),
                row: 2,
                sheet: None,
            },
            ..blank()
        }
    }

    fn blank() -> Faq {
        serde_json::from_value(serde_json::json!({
            "id": "", "question": "", "answer": "", "place": {"file": "", "row": 1}
        }))
        .expect("a row with defaults")
    }

    fn shop() -> Shop {
        Shop {
            id: "s".into(),
            settings: Settings::default(),
            faqs: vec![
                faq(
                    "return",
                    "签收后7天内支持无理由退货，商品需保持完好。",
                    None,
                ),
                faq(
                    "old",
                    "会员生日当月可以领取50元无门槛优惠券一张",
                    Some("2026-06-30T16:00:00Z"),
                ),
                faq("phone", "售后电话 0571-88886666，早九点到晚六点。", None),
                faq("real", "本店商品假一赔十。", None),
            ],
            products: vec![],
            charts: vec![],
            policies: vec![],
            lexicon: Lexicon {
                block: vec!["加微信".into()],
                ..Lexicon::default()
            },
            golden: vec![],
        }
    }

    #[test]
    fn warns_with_the_reason() {
        let at: Timestamp = "2026-11-22T00:00:00Z".parse().expect("a time");
        let rows: &[(&str, &[&str])] = &[
            ("您好，签收后7天内支持无理由退货哦", &[]),
            ("签收后15天内支持无理由退货", &["contradiction 15天"]),
            ("签收后十五天内支持无理由退货", &["contradiction 15天"]),
            (
                "会员生日当月可以领取50元无门槛优惠券",
                &["expired 会员生日当月可以领取50元无门槛优惠券"],
            ),
            (
                "我们是全网最低价",
                &["absolute 最低价", "absolute 全网最低"],
            ),
            ("最近在做活动，我们第一时间给您处理", &[]),
            ("一定会在明天到", &["promise 一定会"]),
            ("本店假一赔十请放心", &[]),
            ("你自己不会看吗", &["rude 自己不会看"]),
            ("请加微信聊", &["sensitive 加微信"]),
            ("您的手机13812345678对吗", &["personal [手机号]"]),
            ("售后电话是0571-88886666", &[]),
            ("好的，马上帮您查", &[]),
        ];
        for (reply, expected) in rows {
            let got: Vec<String> = check_reply(&shop(), reply, at)
                .iter()
                .map(|w| format!("{} {}", w.code, w.words))
                .collect();
            assert_eq!(got, *expected, "{reply}");
        }
    }
}
