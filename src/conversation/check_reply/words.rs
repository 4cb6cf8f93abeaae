//! What a reply's words alone tell, whatever the shop's rules say: claims, rudeness, words the shop forbids, personal
//! data.

use super::{Warning, facts};
use crate::knowledge::Shop;
use crate::text::pii;

/// 广告法 (2021) Article 9 (3) forbids 国家级, 最高级, 最佳 and the like; these are the wordings that shops are fined for.
const ABSOLUTE: &[&str] = &[
    "国家级",
    "世界级",
    "最高级",
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

/// Letters that make a claim of the word they begin or end: 最便宜, 全网第一.
const SUPERLATIVE: [&str; 2] = ["最", "第一"];

/// Letters of a claim that are shown beside the superlative itself.
const SHOWN: usize = 3;

/// Words that hold 最 or 第一 without a claim.
const HARMLESS: &[&str] = &[
    "您最好",
    "你最好",
    "最好先",
    "最好不",
    "最好别",
    "最好是",
    "最大码",
    "最小码",
    "最大号",
    "最小号",
    "最长",
    "最短",
    "最大",
    "最小",
    "最下面",
    "最上面",
    "最右",
    "最左",
    "最外",
    "最里",
    "最底",
    "最快",
    "最慢",
    "最初",
    "最低消费",
    "第一个",
    "第一件",
    "第一双",
    "第一张",
    "第一条",
    "第一页",
    "第一栏",
    "第一行",
    "第一单",
    "第一天",
    "第一款",
    "第一位",
    "第一人",
    "第一项",
    "第一种",
    "第一批",
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

/// What the words alone tell.
pub(super) fn warnings(shop: &Shop, reply: &str) -> Vec<Warning> {
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
    let listed = ABSOLUTE.iter().filter(|word| claims.contains(**word));
    for word in listed
        .map(|word| (*word).to_owned())
        .chain(superlatives(&claims))
    {
        let why = format!("“{word}”是广告法第九条禁止的绝对化用语，请换一种说法");
        warn("absolute", &word, why);
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
                "含有个人信息，请不要在对话里复述，发出时会打码".into(),
            );
        }
    }
    warnings
}

/// Claims of being the most or the first, each with the letters that tell which: `最便宜`, `全网第一`.
fn superlatives(text: &str) -> Vec<String> {
    let plain = |c: &char| c.is_alphanumeric();
    let mut found: Vec<String> = Vec::new();
    for word in SUPERLATIVE {
        for (at, _) in text.match_indices(word) {
            let behind = &text[at + word.len()..];
            let claim: String = match word {
                // What is the first of its kind stands before it.
                "第一" => {
                    let before: Vec<char> = text[..at].chars().rev().take_while(plain).collect();
                    let before: String = before.into_iter().take(2).rev().collect();
                    format!("{before}{word}")
                }
                _ => {
                    let letters = behind.chars().take_while(plain);
                    word.chars().chain(letters.take(SHOWN - 1)).collect()
                }
            };
            if !found.contains(&claim) {
                found.push(claim);
            }
        }
    }
    found
}

/// A reply as it may be kept: personal data is masked, but for what the shop's own knowledge tells everybody.
pub(super) fn masked(shop: &Shop, reply: &str) -> String {
    let chars: Vec<char> = reply.chars().collect();
    let facts = facts(shop);
    let mut out = String::with_capacity(reply.len());
    let mut at = 0;
    for found in pii::find(reply) {
        let (start, end) = (
            (found.span.0 as usize).min(chars.len()),
            (found.span.1 as usize).min(chars.len()),
        );
        let written: String = chars[start..end].iter().collect();
        let public = facts.iter().any(|fact| fact.text.contains(&written))
            || shop
                .settings
                .scripts
                .values()
                .any(|script| script.contains(&written));
        if public {
            continue;
        }
        out.extend(&chars[at..start]);
        out.push_str(&pii::mask(&written));
        at = end;
    }
    out.extend(&chars[at..]);
    out
}
