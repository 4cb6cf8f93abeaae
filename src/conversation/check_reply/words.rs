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
