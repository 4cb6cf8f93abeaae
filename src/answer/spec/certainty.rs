//! The confidence of a reading, from the words that ask and from how much of the question they leave unexplained.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::names::Topic;
use super::words::Strength;
use crate::answer::product::Plain;

/// Words that ask, point or are polite. They carry no topic.
const FILLERS: &str = "的 是 什么 多少 多大 多长 多久 多高 多 吗 呢 啊 呀 哦 么 吧 嘛 呗 哈 了 请问 一下 问一下 问下 想问 我想 想 知道 想知道 \
    这款 这个 这件 这条 这双 这瓶 这支 这台 这种 这 那款 那个 那件 那条 那 它 该 此 你们 你家 你 您 我 我们 咱 店里 家 有 没有 有没有 没 是多少 \
    是什么 怎么样 怎样 如何 怎么 咋 哪 哪里 哪个 哪些 哪种 几 能 可以 可不可以 能不能 会 会不会 不会 不 是不是 是否 亲 您好 你好 告诉 \
    介绍 麻烦 帮 看看 查 了解 商品 产品 宝贝 东西 里 里面 上 大概 到底 具体 还是 或者 都 说 写 款 个 件 条 双 只 支 台 瓶 要 用 给 \
    情况 信息 参数 方面 问题 谢谢 在吗 咨询 请 到 得 着 就 也 和 跟 与 吃 穿 大 高 长 呐 噢 嗯 哪儿 适合 属于 标注 采用 使用 是指 为 一共 总共 分别 大小";

/// Topics that other knowledge answers. If one of them is unexplained, the question is hardly about a spec.
const ELSEWHERE: &[&str] = &[
    "退货",
    "退款",
    "退换",
    "换货",
    "能换",
    "可以换",
    "换码",
    "换个",
    "换一",
    "换大",
    "换小",
    "调换",
    "退回",
    "能退",
    "可以退",
    "发货",
    "快递",
    "物流",
    "运费",
    "邮费",
    "包邮",
    "发票",
    "开票",
    "优惠",
    "活动",
    "满减",
    "券",
    "打折",
    "便宜",
    "保价",
    "价保",
    "补差",
    "投诉",
    "差评",
    "订单",
    "地址",
    "取消",
    "付款",
    "支付",
    "分期",
    "会员",
    "积分",
    "赠品",
    "送货",
    "上门",
    "师傅",
    "坏了",
    "破了",
    "裂",
    "漏发",
    "少发",
    "发错",
    "假货",
    "正品",
    "催",
    "签收",
    "补发",
    "报修",
    "维修",
    "客服",
    "区别",
];

static FILLER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(FILLERS.split_whitespace())
        .expect("the built-in list is small and valid")
});

/// A mask of the characters that are explained or carry no meaning.
fn settled(plain: &Plain, explained: &[bool]) -> Vec<bool> {
    let mut rest: Vec<bool> = explained.to_vec();
    for filler in FILLER.find_iter(&plain.text) {
        let (from, to) = (plain.char_at(filler.start()), plain.char_at(filler.end()));
        rest[from..to].fill(true);
    }
    rest
}

/// Whether the character at `at` is unexplained.
pub(super) fn is_bare(plain: &Plain, explained: &[bool], at: usize) -> bool {
    !settled(plain, explained)[at]
}

/// The number of unexplained characters in a text. A code or figure counts as one.
pub(in crate::answer) fn residue(plain: &Plain, explained: &[bool]) -> usize {
    let rest = settled(plain, explained);
    (0..plain.len())
        .filter(|&at| {
            let inner = at > 0
                && plain.chars[at].is_ascii_alphanumeric()
                && plain.chars[at - 1].is_ascii_alphanumeric();
            !rest[at] && (!inner || rest[at - 1])
        })
        .count()
}

/// Whether a text asks how to do something that none of `topics` is about: 怎么保养, but not 怎么样, nor 怎么供电 if that is a
/// topic.
pub(super) fn asks_how(plain: &Plain, explained: &[bool], topics: &[&Topic]) -> bool {
    ["怎么", "怎样", "如何", "咋"].iter().any(|how| {
        plain.text.match_indices(how).any(|(at, _)| {
            let (from, to) = (plain.char_at(at), plain.char_at(at + how.len()));
            let within = |topic: &&Topic| topic.from <= from && to <= topic.to;
            let done = (to..plain.len()).find(|&next| is_bare(plain, explained, next));
            done == Some(to) && plain.chars[to] != '样' && !topics.iter().any(within)
        })
    })
}

/// Whether a text asks for something else that is unexplained: 什么夹头 in 多重什么夹头.
pub(super) fn asks_more(plain: &Plain, explained: &[bool]) -> bool {
    const WHAT: &[&str] = &["什么", "几个", "多少个", "哪种"];
    let rest = settled(plain, explained);
    WHAT.iter().any(|what| {
        plain.text.match_indices(what).any(|(at, _)| {
            let (from, to) = (plain.char_at(at), plain.char_at(at + what.len()));
            let bare = |at: usize| at < plain.len() && !rest[at];
            let asked = explained[from..to].iter().any(|&known| known);
            !asked && bare(to) && bare(to + 1) && !plain.slice(to, plain.len()).starts_with("时候")
        })
    })
}

/// Whether a text asks for an amount or a kind outside the characters `from..to`: 多少瓦 beside 5米的.
pub(super) fn asks_amount(plain: &Plain, from: usize, to: usize) -> bool {
    const ASKS: &[&str] = &[
        "多少",
        "多重",
        "多高",
        "多长",
        "多宽",
        "多厚",
        "多深",
        "多亮",
        "几斤",
        "几瓦",
        "几克",
        "什么材质",
        "什么料",
    ];
    ASKS.iter().any(|word| {
        let mut places = plain
            .text
            .match_indices(word)
            .map(|(at, _)| plain.char_at(at));
        places.any(|at| !(from..to).contains(&at))
    })
}

/// Whether the unexplained part of a text speaks of a topic that other knowledge answers.
pub fn speaks_elsewhere(plain: &Plain, explained: &[bool]) -> bool {
    says_beside(plain, explained, ELSEWHERE)
}

/// Whether a text contains one of `words`, at least partly outside the explained characters.
pub fn says_beside(plain: &Plain, explained: &[bool], words: &[&str]) -> bool {
    words.iter().any(|word| {
        plain.text.match_indices(word).any(|(at, _)| {
            let (from, to) = (plain.char_at(at), plain.char_at(at + word.len()));
            !explained[from..to].iter().all(|&known| known)
        })
    })
}

/// The confidence of a reading, 0..1.
pub fn confidence(strength: Strength, plain: &Plain, explained: &[bool], certainty: f64) -> f64 {
    let base = match strength {
        Strength::Name => 0.97,
        Strength::Wording => 0.94,
        Strength::Loose => 0.82,
    };
    // Chosen so that a fully explained question stays above the threshold of any budget, and a question with six
    // characters unexplained falls below a good FAQ entry.
    let penalty = match residue(plain, explained) {
        0 | 1 => 0.0,
        2 => 0.03,
        3 => 0.06,
        4 => 0.10,
        5 => 0.15,
        6 => 0.20,
        more => (0.20 + 0.05 * (more - 6) as f64).min(0.5),
    };
    let elsewhere = if speaks_elsewhere(plain, explained) {
        0.35
    } else {
        0.0
    };
    ((base - penalty - elsewhere) * certainty).max(0.0)
}
