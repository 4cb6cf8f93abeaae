//! Rules of the advertising law (广告法): absolute words and claims to heal.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::scene::Piece;
use super::wording::{denied, push};
use super::{Report, Rule};

/// A superlative that the law on advertising (广告法 第九条) forbids.
pub(super) const ABSOLUTE_WORD: Rule = Rule::warning("absolute-word");
/// A claim to heal. 广告法 第十七条 allows it only for medicines.
pub(super) const MEDICAL_CLAIM: Rule = Rule::warning("medical-claim");
/// Absolute words. Words with an everyday use (最后, 最近, 最多, 最低, 第一次, 第一时间) are listed only in combinations that are a
/// boast.
const ABSOLUTE: &[&str] = &[
    "国家级",
    "世界级",
    "宇宙级",
    "最高级",
    "最佳",
    "最优秀",
    "最先进",
    "最便宜",
    "最实惠",
    "最低价",
    "价格最低",
    "最优惠",
    "最好的",
    "最好用",
    "最好喝",
    "最好吃",
    "最好看",
    "最好穿",
    "最好玩",
    "最棒",
    "品质最好",
    "质量最好",
    "效果最好",
    "最新科技",
    "最顶尖",
    "最高端",
    "最受欢迎",
    "最安全",
    "最正宗",
    "最强",
    "最流行",
    "最时尚",
    "最专业",
    "最权威",
    "最天然",
    "最纯正",
    "最舒适",
    "全网最低",
    "全网第一",
    "全国第一",
    "世界第一",
    "行业第一",
    "销量第一",
    "排名第一",
    "第一品牌",
    "no.1",
    "no. 1",
    "top1",
    "top 1",
    "独家定制",
    "独家秘方",
    "中国驰名",
    "史上最",
    "业界第一",
    "口碑第一",
    "全球首款",
    "全国首款",
    "国内首款",
    "行业首款",
    "全球首创",
    "全国首创",
    "国内首创",
    "行业首创",
    "全球首发",
    "全网首发",
    "业界领先",
    "行业领先",
    "全网独家",
    "独一无二",
    "绝无仅有",
    "史无前例",
    "前所未有",
    "空前绝后",
    "无与伦比",
    "无人能及",
    "无可比拟",
    "顶级",
    "顶尖",
    "极品",
    "极致",
    "绝佳",
    "绝对安全",
    "绝对正品",
    "遥遥领先",
    "世界领先",
    "全球领先",
    "国际领先",
    "领先全球",
    "领先世界",
    "全国首家",
    "全球首家",
    "国内首家",
    "国家免检",
    "领导品牌",
    "领袖品牌",
    "王牌产品",
    "销冠",
    "国宴",
    "特供",
    "专供",
    "驰名商标",
    "填补国内空白",
    "万能",
    "百分之百有效",
    "100%有效",
    "100%纯天然",
    "百分之百纯天然",
    "百分百纯天然",
    "100%安全",
    "百分百安全",
    "百分百有效",
    "零风险",
    "无副作用",
    "永不褪色",
    "永不变形",
    "永不磨损",
    "永不损坏",
    "唯一一家",
    "全网唯一",
    "国内唯一",
    "首选品牌",
];

/// Absolute words as everyday advice: the word, what stands before it, what stands after it.
const EVERYDAY: &[(&str, &[&str], &[&str])] = &[
    (
        "最佳",
        &[
            "左右", "℃", "度", "小时", "分钟", "天", "内", "时", "后", "间",
        ],
        &[
            "赏味",
            "食用",
            "饮用",
            "品尝",
            "品饮",
            "观赏",
            "使用",
            "时间",
            "期",
            "温度",
            "时机",
            "状态",
            "保存",
            "距离",
            "角度",
            "位置",
            "浸泡",
            "冲泡",
            "水温",
            "室温",
            "体验温度",
        ],
    ),
    (
        "最好的",
        &[],
        &["办法", "方法", "方式", "时间", "时机", "状态", "保存"],
    ),
    ("最强", &[], &["档", "风", "力档", "挡"]),
    ("最高级", &[], &["别"]),
];

/// Words of advice (最好用温水洗), unless they end the clause or stand before 的 (最好用的).
const ADVICE: &[&str] = &["最好用", "最好喝", "最好吃", "最好看", "最好穿", "最好玩"];

/// Words that compare kinds of goods (丝圈脚垫价格最低), unless the sentence speaks of the shop or the market.
const COMPARING: &[&str] = &["价格最低", "最便宜", "最实惠"];

/// Words that turn a comparison into a boast.
const BOASTING: &[&str] = &[
    "本店", "我们", "我家", "咱家", "咱们", "全网", "全国", "同行", "业内", "行业", "市场", "平台",
    "保证", "承诺", "全城",
];

/// Whether the absolute word at `range` is in everyday use.
fn everyday(text: &str, range: std::ops::Range<usize>) -> bool {
    let (word, before, after) = (
        &text[range.clone()],
        &text[..range.start],
        &text[range.end..],
    );
    if ADVICE.contains(&word) {
        const ENDS: &[char] = &[
            '的', '了', '哦', '呀', '啊', ',', '。', ';', '!', '?', ' ', '、',
        ];
        return !(after.is_empty() || after.starts_with(ENDS));
    }
    if COMPARING.contains(&word) {
        let said = sentence(text, range.start);
        return !BOASTING.iter().any(|boast| said.contains(boast));
    }
    EVERYDAY.iter().any(|(known, ahead, behind)| {
        *known == word
            && (ahead.iter().any(|words| before.ends_with(words))
                || behind.iter().any(|words| after.starts_with(words)))
    })
}

/// Longer words that contain an absolute word.
const ABSOLUTE_ELSEWHERE: &[&str] = &[
    "万能遥控",
    "万能扳手",
    "万能工具",
    "万能支架",
    "万能接头",
    "万能表",
    "万能油",
    "最好的朋友",
    "万能膏",
    "万能胶",
    "万能充",
    "顶级域名",
    "万能转换",
    "万能插",
];

/// Claims to heal.
const MEDICAL: &[&str] = &[
    "根治",
    "治愈",
    "治好",
    "疗效",
    "药到病除",
    "包治",
    "抗癌",
    "防癌",
    "治疗",
    "消炎",
    "抗炎",
    "杀菌率100%",
    "增强免疫",
    "提高免疫",
    "提升免疫",
    "增强抵抗力",
    "提高抵抗力",
    "提升抵抗力",
    "预防疾病",
    "预防癌",
    "预防感冒",
    "预防近视",
    "清热解毒",
    "活血化瘀",
    "瘦身减",
    "能瘦身",
    "可瘦身",
    "帮助瘦身",
    "瘦身效果",
    "燃脂",
    "降血压",
    "降血糖",
    "降血脂",
    "排毒",
    "壮阳",
    "丰胸",
    "减肥",
    "药妆",
    "医学护肤",
    "不过敏",
    "零过敏",
    "去除疤痕",
    "永久美白",
    "媲美母乳",
    "优于母乳",
    "代替母乳",
    "促进大脑发育",
    "益智",
];

/// Words that hold a medical claim and make none.
const MEDICAL_ELSEWHERE: &[&str] = &[
    "益智玩具",
    "益智积木",
    "益智拼图",
    "益智游戏",
    "益智类",
    "减肥期",
];

/// Words for a treatment or a claim that is not the shop's (请到医院治疗, 治疗期间, 不过敏的).
const NOT_OURS: &[&str] = &[
    "医院",
    "医生",
    "治疗期",
    "药物治疗",
    "就医",
    "如果",
    "若",
    "确认",
];

static ABSOLUTE_WORDS: LazyLock<AhoCorasick> =
    LazyLock::new(|| automaton(ABSOLUTE.iter().chain(ABSOLUTE_ELSEWHERE)));
static MEDICAL_WORDS: LazyLock<AhoCorasick> =
    LazyLock::new(|| automaton(MEDICAL.iter().chain(MEDICAL_ELSEWHERE)));

fn automaton<'a>(words: impl IntoIterator<Item = &'a &'a str>) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .expect("a hundred short words make an automaton")
}

/// The absolute words in a normalised text that are boasts; not those that are denied or everyday advice.
pub fn absolute_words(text: &str) -> impl Iterator<Item = &str> {
    let hits = ABSOLUTE_WORDS.find_iter(text).filter(|hit| {
        hit.pattern().as_usize() < ABSOLUTE.len()
            && !denied(text, hit.start())
            && !everyday(text, hit.range())
    });
    hits.map(|hit| &text[hit.range()])
}

/// Reports absolute words in a normalised text.
pub(super) fn absolute(piece: &Piece, text: &str, report: &mut Report) {
    if let Some(word) = absolute_words(text).next() {
        let message =
            format!("\"{word}\" is an absolute word, which the law on advertising forbids");
        push(
            report,
            &ABSOLUTE_WORD,
            piece,
            message,
            "say what can be shown: a figure, a certificate, a comparison",
        );
    }
}

/// Reports claims to heal in a normalised text.
pub(super) fn medical(piece: &Piece, text: &str, report: &mut Report) {
    if let Some(words) = medical_claim(text) {
        let message = format!("\"{words}\" is a claim that only medicines may make");
        push(
            report,
            &MEDICAL_CLAIM,
            piece,
            message,
            "describe the ingredient or the use, not a cure",
        );
    }
}

/// The words of a normalised text that claim what only medicines may.
fn medical_claim(text: &str) -> Option<&str> {
    let hit = MEDICAL_WORDS.find_iter(text).find(|hit| {
        hit.pattern().as_usize() < MEDICAL.len()
            && !denied(text, hit.start())
            && !NOT_OURS
                .iter()
                .any(|word| sentence(text, hit.start()).contains(word))
    });
    hit.map(|hit| &text[hit.range()])
}

/// The sentence around `at`.
pub(super) fn sentence(text: &str, at: usize) -> &str {
    let stops = ['。', ';', '!', '?'];
    let start = text[..at].rfind(stops).map_or(0, |stop| {
        stop + text[stop..].chars().next().map_or(1, char::len_utf8)
    });
    let end = text[at..].find(stops).map_or(text.len(), |stop| at + stop);
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boasts_are_told_from_advice() {
        let boasts = |text: &str| absolute_words(text).next().is_some();
        for text in [
            "口感最佳的红茶",
            "最好喝的茶",
            "全店最好用",
            "我们家价格最低",
            "全网最便宜",
            "史上最轻的车",
            "全球首款气动头盔",
            "百分之百纯天然",
            "质量最棒",
            "中国驰名品牌",
            "销量top 1",
        ] {
            assert!(boasts(text), "{text}");
        }
        for text in [
            "室温20℃左右最佳",
            "最佳赏味期7天",
            "最好用40℃的水洗",
            "最好看一下吊牌",
            "最好的保存方法是冷藏",
            "TPE脚垫耐脏,丝圈脚垫价格最低",
            "开最强档10分钟",
            "不是最便宜的",
        ] {
            assert!(!boasts(text), "{text}");
        }
    }

    #[test]
    fn claims_of_medicine_are_told_from_toys_and_advice() {
        for (text, claim) in [
            ("能益智", true),
            ("喝了减肥", true),
            ("木制益智玩具", false),
            ("益智积木100块", false),
            ("减肥期间少量食用", false),
        ] {
            assert_eq!(medical_claim(text).is_some(), claim, "{text}");
        }
    }
}
