//! Checks the words of a reply without the shop's rules: claims, rudeness, words the shop forbids, personal data.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Warning, facts};
use crate::knowledge::Shop;
use crate::lint;
use crate::text::normalise::{is_han, normalise};
use crate::text::pii;
use crate::text::segment::Segmenter;

/// Absolute words in addition to those of the linter (广告法 (2021) Article 9 (3)). From a person to a buyer they bind
/// more than in a description.
const ABSOLUTE: &[&str] = &[
    "百分百",
    "100%有效",
    "100%安全",
    "绝对",
    "永久",
    "包治",
    "根治",
    "全网最低",
    "史上最低",
    "国家免检",
];

/// Words that do not tell which claim they belong to.
const FUNCTION: &[&str] = &[
    "的", "地", "得", "了", "是", "在", "也", "都", "就", "和", "与", "吗", "呢", "吧", "啊", "哦",
    "呀", "哈",
];

/// An unfilled field of a script.
static FIELD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{\w+\}").expect("the built-in pattern is valid"));

/// A limit as on a label, which is no claim: 最高水温不超过30度.
static MEASURED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"最[高低](?:水温|温度|室温|气温|温|转速|承重|载重|功率|电压|音量|档|湿度|海拔)")
        .expect("the built-in pattern is valid")
});

/// Words with 最 or 第一 that are no claim.
const HARMLESS: &[&str] = &[
    "最喜欢",
    "最爱",
    "最想",
    "最在意",
    "最看重",
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
    "是不是傻",
    "你傻",
    "真傻",
    "蠢货",
    "你有毛病",
    "你有病",
    "有病吧",
    "滚蛋",
    "滚开",
    "滚吧",
    "滚远",
    "滚出",
    "滚犊子",
    "你滚",
    "给我滚",
    "让他滚",
    "死滚",
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
    "去你妈",
    "他妈的",
    "脑子有问题",
    "脑子有病",
    "脑子坏",
    "脑子进水",
];

/// Rude words that also occur in harmless ones: 去死皮, 给你妈的礼物, USB, 傻子瓜子.
static RUDE_ALONE: LazyLock<Regex> = LazyLock::new(|| {
    let innocent_mother = r"(?:^|[^给送帮替为跟和是])(?P<m>你妈的)(?:$|[^生礼衣鞋尺身码体年订])";
    let alone = r"(?:^|[^a-z0-9-])(?P<s>sb)(?:$|[^a-z0-9-])";
    Regex::new(&format!(
        r"(?P<d>去死)(?:$|[^皮角神])|(?P<f>傻子)(?:$|[^瓜])|{innocent_mother}|{alone}"
    ))
    .expect("the built-in pattern is valid")
});

/// Money for a good review, which 反不正当竞争法 Article 8 and every platform forbid.
static BOUGHT_REVIEW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:好评|五星|5星|晒图|追评|晒单)[^。!?;]{0,8}(?:返现|返[您你]?\d+|红包|[送给奖][您你]?\d+元)|返现[^。!?;]{0,6}(?:好评|五星|5星)")
        .expect("the built-in pattern is valid")
});

/// A request for the buyer's verification code, as swindlers make it.
static CODE_ASKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"验证码[^,。!?;]{0,6}(?:给|告诉|报|发)(?:一?下|给|到|过来)*(?:我|客服|过来)|(?:告诉|报给|发给|提供给|发|报)(?:一?下)?(?:我|我们|客服)[^,。!?;]{0,8}验证码")
        .expect("the built-in pattern is valid")
});

/// The warnings that the words alone give.
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
    // 第 一 is 第一: platforms see through a blank between two characters.
    let reply = &joined(reply);
    let plain = normalise(reply);
    let claims = MEASURED.replace_all(&plain, ",");
    let claims = HARMLESS
        .iter()
        .fold(claims.into_owned(), |text, word| text.replace(word, ","));
    for word in absolute(&claims) {
        let why = format!("“{word}”是广告法第九条禁止的绝对化用语，请换一种说法");
        warn("absolute", &word, why);
    }
    // 滚 is rude only by itself, not as a part of 滚筒 or 翻滚.
    let alone = plain
        .split(|c: char| !c.is_alphanumeric())
        .find(|said| *said == "滚");
    for word in rude(&plain).into_iter().chain(alone) {
        warn("rude", word, format!("“{word}”不文明，会激化矛盾"));
    }
    let blocked = |words: &str| forbidden(shop, reply).any(|word| words.contains(word));
    if let Some(words) = lint::off_platform(&plain).filter(|words| !blocked(words)) {
        let why = format!("“{words}”引导买家离开平台，会被平台处罚");
        warn("platform", words, why);
    }
    // 本店不做好评返现.
    let denied = |at: usize| {
        let mut before = plain[..at].chars().rev().take(4);
        before.any(|c| "不没别勿无禁".contains(c))
    };
    if let Some(found) = BOUGHT_REVIEW
        .find(&plain)
        .filter(|found| !denied(found.start()))
    {
        let words = found.as_str();
        let why = format!("“{words}”是用钱换好评，平台和反不正当竞争法都禁止");
        warn("platform", words, why);
    }
    let warned_off = ["不要", "别", "勿", "不会", "谨防"]
        .iter()
        .any(|word| plain.contains(word));
    if let Some(found) = CODE_ASKED.find(&plain).filter(|_| !warned_off) {
        let why = "不能向买家要验证码：这是诈骗的手法".to_owned();
        warn("platform", found.as_str(), why);
    }
    for word in forbidden(shop, reply) {
        warn(
            "sensitive",
            word,
            format!("“{word}”在本店的禁发词表里，不能发送"),
        );
    }
    for field in FIELD.find_iter(reply) {
        let field = field.as_str();
        warn(
            "field",
            field,
            format!("“{field}”还没有填，买家会看到花括号"),
        );
    }
    let public = public(shop);
    let chars: Vec<char> = reply.chars().collect();
    for found in pii::find(reply) {
        let (start, end) = (found.span.0 as usize, found.span.1 as usize);
        let written: String = chars[start..end].iter().collect();
        if !public(&written) {
            let why = "含有个人信息，请不要在对话里复述，发出时会打码".to_owned();
            warn("personal", found.kind.label(), why);
        }
    }
    warnings
}

/// Rude words in a normalised text. Overlapping ones count as one: 你有病吧.
fn rude(text: &str) -> Vec<&str> {
    let known = RUDE.iter().filter_map(|word| {
        let start = text.find(word)?;
        Some(start..start + word.len())
    });
    let hidden = RUDE_ALONE.captures(text);
    let hidden = hidden
        .iter()
        .flat_map(|found| found.iter().skip(1).flatten());
    let mut spans: Vec<Range<usize>> = known.chain(hidden.map(|found| found.range())).collect();
    spans.sort_by_key(|span| span.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart.into_iter().map(|span| &text[span]).collect()
}

/// Absolute claims in a normalised text, each once and in its longest form.
fn absolute(text: &str) -> Vec<String> {
    let firsts = superlatives(text);
    let own = ABSOLUTE.iter().copied().filter(|word| text.contains(word));
    let mut found: Vec<String> = Vec::new();
    for word in own.chain(lint::absolute_words(text)) {
        let known = found
            .iter()
            .chain(&firsts)
            .any(|claim| claim.contains(word));
        if !known {
            found.push(word.to_owned());
        }
    }
    found.extend(firsts);
    let whole = found.clone();
    found.retain(|claim| {
        let longer = |other: &&String| other.len() > claim.len() && other.contains(claim.as_str());
        !whole.iter().any(|other| longer(&other))
    });
    found
}

/// A text without the blanks between Chinese characters.
fn joined(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let han = |c: Option<&char>| c.is_some_and(|c| ('\u{3400}'..='\u{9fff}').contains(c));
    let hides = |at: usize| {
        let blank = |c: &&char| matches!(c, ' ' | '\u{3000}');
        let before = chars[..at].iter().rev().find(|c| !blank(c));
        let after = chars[at..].iter().find(|c| !blank(c));
        blank(&&chars[at]) && han(before) && han(after)
    };
    (0..chars.len())
        .filter(|at| !hides(*at))
        .map(|at| chars[at])
        .collect()
}

/// The words in a reply that the shop must never send. Blanks hide none (加 微 信, 加 W 信), but for words of Latin letters
/// alone, which meet across blanks by chance.
pub(super) fn forbidden<'a>(shop: &'a Shop, reply: &str) -> impl Iterator<Item = &'a str> {
    let unspaced = |plain: String| plain.split_whitespace().collect::<String>();
    let (plain, said) = (normalise(reply), reply.to_owned());
    let lines: Vec<String> = reply.lines().map(normalise).map(unspaced).collect();
    let words = shop.lexicon.block.iter().map(String::as_str);
    words.filter(move |word| {
        let sought = normalise(word);
        let hidden = || {
            let sought = unspaced(sought.clone());
            sought.contains(is_han) && lines.iter().any(|line| line.contains(&sought))
        };
        !word.is_empty() && (said.contains(word) || plain.contains(&sought) || hidden())
    })
}

/// Claims in a normalised text to be the most or the first, each with the word that tells in what: `最便宜`, `全网第一`.
fn superlatives(text: &str) -> Vec<String> {
    let segmenter = Segmenter::new(&[]);
    let words: Vec<&str> = segmenter.cut(text).iter().map(|token| token.text).collect();
    let telling = |at: Option<usize>| {
        let word = at.and_then(|at| words.get(at).copied());
        let word = word.filter(|word| !FUNCTION.contains(word));
        word.filter(|word| word.chars().all(char::is_alphanumeric))
            .unwrap_or_default()
    };
    let mut found: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let claim = if word.contains('最') {
            match word.chars().count() {
                0..=2 => format!("{word}{}", telling(Some(at + 1))),
                _ => (*word).to_owned(),
            }
        } else if word.contains("第一") {
            // For 第一, the word that tells in what stands before it.
            format!("{}{word}", telling(at.checked_sub(1)))
        } else {
            continue;
        };
        if !found.contains(&claim) {
            found.push(claim);
        }
    }
    found
}

/// A reply as it may be kept: personal data is masked, except what the shop's own knowledge tells everybody.
pub(super) fn masked(shop: &Shop, reply: &str) -> String {
    pii::mask_but(reply, public(shop))
}

/// Whether the shop itself tells everybody what is written so, as its telephone and its return address.
fn public(shop: &Shop) -> impl Fn(&str) -> bool {
    let facts = facts(shop);
    let scripts = &shop.settings.scripts;
    move |written: &str| {
        facts.iter().any(|fact| fact.text.contains(written))
            || scripts.values().any(|script| script.contains(written))
    }
}
