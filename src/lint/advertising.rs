//! The law on advertising (广告法): absolute words and claims to heal.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::scene::Piece;
use super::wording::{denied, push};
use super::{Report, Rule};

/// A superlative that the law on advertising (广告法 第九条) forbids.
pub(super) const ABSOLUTE_WORD: Rule = Rule::warning("absolute-word");
/// A claim to heal, which only medicines may make (广告法 第十七条).
pub(super) const MEDICAL_CLAIM: Rule = Rule::warning("medical-claim");
/// Absolute words. Words with an everyday use (最后, 最近, 最多, 最低, 第一次, 第一时间) appear only together with what
/// makes them a boast.
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
    "top1",
    "史上最低",
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

/// Where an absolute word stands in another word.
const ABSOLUTE_ELSEWHERE: &[&str] = &[
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
    "增强免疫力",
    "提高免疫力",
    "提升免疫力",
    "增强抵抗力",
    "预防疾病",
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

/// What speaks of a treatment or claim that is not ours (请到医院治疗, 治疗期间, 不过敏的).
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
static MEDICAL_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(MEDICAL));

fn automaton<'a>(words: impl IntoIterator<Item = &'a &'a str>) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .expect("a hundred short words make an automaton")
}

/// Absolute words in a normalised text.
pub(super) fn absolute(piece: &Piece, text: &str, report: &mut Report) {
    let hit = ABSOLUTE_WORDS
        .find_iter(text)
        .find(|hit| hit.pattern().as_usize() < ABSOLUTE.len() && !denied(text, hit.start()));
    if let Some(hit) = hit {
        let message = format!(
            "\"{}\" is an absolute word, which the law on advertising forbids",
            &text[hit.range()]
        );
        push(
            report,
            &ABSOLUTE_WORD,
            piece,
            message,
            "say what can be shown: a figure, a certificate, a comparison",
        );
    }
}

/// Claims to heal in a normalised text.
pub(super) fn medical(piece: &Piece, text: &str, report: &mut Report) {
    let hit = MEDICAL_WORDS.find_iter(text).find(|hit| {
        !denied(text, hit.start())
            && !NOT_OURS
                .iter()
                .any(|word| sentence(text, hit.start()).contains(word))
    });
    if let Some(hit) = hit {
        let message = format!(
            "\"{}\" is a claim that only medicines may make",
            &text[hit.range()]
        );
        push(
            report,
            &MEDICAL_CLAIM,
            piece,
            message,
            "describe the ingredient or the use, not a cure",
        );
    }
}

/// The sentence around `at`.
fn sentence(text: &str, at: usize) -> &str {
    let stops = ['。', ';', '!', '?'];
    let start = text[..at].rfind(stops).map_or(0, |stop| {
        stop + text[stop..].chars().next().map_or(1, char::len_utf8)
    });
    let end = text[at..].find(stops).map_or(text.len(), |stop| at + stop);
    &text[start..end]
}
