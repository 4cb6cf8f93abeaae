//! Words that must not be sent: absolute words, medical claims, the shop's own blocked words, personal data, ways off
//! the platform, facts that change by the minute, and what was left unfinished.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::scene::{From, Piece, Scene, excerpt};
use super::{Report, Rule};
use crate::text::normalise::normalise;
use crate::text::pii;

/// A superlative that the law on advertising (广告法 第九条) forbids.
pub(super) const ABSOLUTE_WORD: Rule = Rule::warning("absolute-word");
/// A claim to heal, which only medicines may make (广告法 第十七条).
pub(super) const MEDICAL_CLAIM: Rule = Rule::warning("medical-claim");
/// A word of `lexicon/sensitive.txt` `[block]` in a text that is sent.
pub(super) const SENSITIVE_WORD: Rule = Rule::warning("sensitive-word");
/// A phone number, identity card, bank card or private account in a text that is sent.
pub(super) const PERSONAL_DATA: Rule = Rule::warning("personal-data");
/// The buyer is led off the platform.
pub(super) const OFF_PLATFORM: Rule = Rule::warning("off-platform");
/// A price or stock of this moment in a text that stands still.
pub(super) const VOLATILE_FACT: Rule = Rule::warning("volatile-fact");
/// The text was not finished.
pub(super) const PLACEHOLDER: Rule = Rule::warning("placeholder");
/// The text is longer than messengers show.
pub(super) const LONG_ANSWER: Rule = Rule::warning("long-answer");

/// The most characters that chat windows show without folding.
const LONGEST: usize = 500;

/// Absolute words. Words with an everyday use (最后, 最近, 最多, 最低, 第一次, 第一时间) appear only together with what
/// makes them a boast.
const ABSOLUTE: &[&str] = &[
    "国家级", "世界级", "宇宙级", "最高级", "最佳", "最优秀", "最先进", "最便宜", "最实惠", "最低价", "价格最低", "最优惠",
    "最好的", "最好用", "品质最好", "质量最好", "效果最好", "最新科技", "最顶尖", "最高端", "最受欢迎", "最安全", "最正宗", "最强",
    "最流行", "最时尚", "最专业", "最权威", "最天然", "最纯正", "最舒适",
    "全网最低", "全网第一", "全国第一", "世界第一", "行业第一", "销量第一", "排名第一", "第一品牌", "no.1", "top1",
    "史上最低", "全网独家", "独一无二", "绝无仅有", "史无前例", "前所未有", "空前绝后", "无与伦比", "无人能及", "无可比拟",
    "顶级", "顶尖", "极品", "极致", "绝佳", "绝对安全", "绝对正品", "遥遥领先", "领导品牌", "领袖品牌", "王牌产品", "销冠",
    "国宴", "特供", "专供", "驰名商标", "填补国内空白", "万能", "百分之百有效", "100%有效", "100%安全", "百分百安全", "百分百有效",
    "零风险", "无副作用", "永不褪色", "永不变形", "永不磨损", "永不损坏", "唯一一家", "全网唯一", "国内唯一", "首选品牌",
];

/// Where an absolute word stands in another word.
const ABSOLUTE_ELSEWHERE: &[&str] = &["万能膏", "万能胶", "万能充", "顶级域名", "万能转换", "万能插"];

/// Claims to heal.
const MEDICAL: &[&str] = &[
    "根治", "治愈", "治好", "疗效", "药到病除", "包治", "抗癌", "防癌", "治疗", "消炎", "抗炎", "杀菌率100%", "增强免疫力",
    "提高免疫力", "提升免疫力", "增强抵抗力", "预防疾病", "降血压", "降血糖", "降血脂", "排毒", "壮阳", "丰胸", "减肥",
    "药妆", "医学护肤", "不过敏", "零过敏", "去除疤痕", "永久美白", "媲美母乳", "优于母乳", "代替母乳", "促进大脑发育", "益智",
];

/// What stands before a claim that denies it (不能治疗, 没有疗效, 不是药妆).
const DENIALS: &[&str] = &["不", "没", "无", "非", "别", "勿", "未", "停止", "正在", "接受"];

/// What speaks of a treatment or claim that is not ours (请到医院治疗, 治疗期间, 不过敏的).
const NOT_OURS: &[&str] = &["医院", "医生", "治疗期", "药物治疗", "就医", "如果", "若", "确认"];

static ABSOLUTE_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(ABSOLUTE.iter().chain(ABSOLUTE_ELSEWHERE)));
static MEDICAL_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(MEDICAL));

fn automaton<'a>(words: impl IntoIterator<Item = &'a &'a str>) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .expect("a hundred short words make an automaton")
}

static OFF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"加(?:我|一?下|个|店主|客服)?的?(?:微信|vx|v信|威信|qq|v(?:[^a-z]|$))|(?:微信|qq|vx)(?:号|群)?[::是]\s*[a-z0-9_-]{5,}|扫码(?:加|进)(?:微信|好友|群)|私下(?:转账|交易|付款)|线下(?:转账|交易|付款)|(?:淘宝|京东|拼多多|抖音)外(?:交易|付款)",
    )
});
static VOLATILE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:现价|特价|到手价|现在只要|现在卖|目前售价|今天只要)[^,。\d]{0,4}\d+(?:\.\d+)?元?|(?:库存|仅剩|只剩|还剩|还有)[^,。\d]{0,4}\d+(?:件|个|台|双|条|瓶|盒|罐|包|套)(?:现货|库存|了|,|。|$)|现货充足|库存充足|库存紧张|今天有货|目前有货",
    )
});
static UNFINISHED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"todo|tbd|待补充|待完善|待定稿|待填写|请填写|此处填|xx+(?:元|天|小时|号|年|月|店|件)|(?:^|[^a-z0-9])x{3,}(?:[^a-z0-9]|$)|某某|lorem ipsum|#ref!|#n/a|#value!|#name\?|\?\?\?|_{3,}",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the test `planted_wordings_are_found` compiles each pattern")
}

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let blocked: Vec<String> = scene.shop.lexicon.block.iter().map(|word| normalise(word)).collect();
    let blocked_words = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&blocked)
        .unwrap_or_else(|_| AhoCorasick::new([""; 0]).expect("no words make an automaton"));
    for piece in &scene.pieces {
        if piece.scope.window.until.is_some_and(|until| until <= scene.at) {
            continue; // never sent again
        }
        let text = normalise(piece.text);
        absolute(piece, &text, report);
        medical(piece, &text, report);
        for word in blocked_words.find_iter(&text).take(1) {
            let word = &text[word.range()];
            push(
                report,
                &SENSITIVE_WORD,
                piece,
                format!("\"{word}\" is a [block] word of lexicon/sensitive.txt; the answer will be withheld"),
                "write it another way",
            );
        }
        personal(piece, report);
        if let Some(hit) = OFF.find(&text).filter(|hit| !denied(&text, hit.start())) {
            let message = format!("\"{}\" leads buyers off the platform", excerpt(hit.as_str()));
            push(report, &OFF_PLATFORM, piece, message, "platforms punish it; let buyers ask here");
        }
        if piece.from != From::Spec
            && let Some(hit) = VOLATILE.find(&text)
        {
            let message = format!("\"{}\" changes faster than knowledge is rebuilt", excerpt(hit.as_str()));
            let remedy = "point to the product page, or answer it by a [[connector]]";
            push(report, &VOLATILE_FACT, piece, message, remedy);
        }
        // A question mark thrice is folded by normalisation: look at the text as written.
        let lower = piece.text.to_lowercase();
        if let Some(hit) = UNFINISHED.find(&lower) {
            let message = format!("\"{}\" looks unfinished", excerpt(hit.as_str().trim()));
            push(report, &PLACEHOLDER, piece, message, "write what belongs there, or remove the entry");
        }
        let length = piece.text.chars().count();
        if length > LONGEST && matches!(piece.from, From::Faq | From::Policy | From::Script) {
            let message = format!("the text has {length} characters; chat windows fold what is over {LONGEST}");
            push(report, &LONG_ANSWER, piece, message, "shorten it, or split it into several entries or headings");
        }
    }
}

fn push(report: &mut Report, rule: &Rule, piece: &Piece, message: String, remedy: &str) {
    let about = match piece.from {
        From::Script | From::Spec | From::ProductPage => format!("{}: {message}", piece.id),
        From::Faq | From::Policy => message,
    };
    report.push(rule, &piece.place, piece.column, about, remedy);
}

fn absolute(piece: &Piece, text: &str, report: &mut Report) {
    let hit = ABSOLUTE_WORDS
        .find_iter(text)
        .find(|hit| hit.pattern().as_usize() < ABSOLUTE.len() && !denied(text, hit.start()));
    if let Some(hit) = hit {
        let message = format!("\"{}\" is an absolute word, which the law on advertising forbids", &text[hit.range()]);
        push(report, &ABSOLUTE_WORD, piece, message, "say what can be shown: a figure, a certificate, a comparison");
    }
}

fn medical(piece: &Piece, text: &str, report: &mut Report) {
    let hit = MEDICAL_WORDS.find_iter(text).find(|hit| {
        !denied(text, hit.start()) && !NOT_OURS.iter().any(|word| sentence(text, hit.start()).contains(word))
    });
    if let Some(hit) = hit {
        let message = format!("\"{}\" is a claim that only medicines may make", &text[hit.range()]);
        push(report, &MEDICAL_CLAIM, piece, message, "describe the ingredient or the use, not a cure");
    }
}

/// Whether a denial stands within the few characters before `at`.
fn denied(text: &str, at: usize) -> bool {
    let mut before: Vec<char> = text[..at].chars().rev().take(4).collect();
    if let Some(stop) = before.iter().position(|c| matches!(c, ',' | '。' | ';' | '!' | '?')) {
        before.truncate(stop);
    }
    let before: String = before.into_iter().rev().collect();
    DENIALS.iter().any(|denial| before.contains(denial))
}

/// The sentence around `at`.
fn sentence(text: &str, at: usize) -> &str {
    let stops = ['。', ';', '!', '?'];
    let start = text[..at].rfind(stops).map_or(0, |stop| stop + text[stop..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(stops).map_or(text.len(), |stop| at + stop);
    &text[start..end]
}

/// Personal data. Hotlines (400, 800) and service numbers are meant to be given out, and so are addresses of shops.
fn personal(piece: &Piece, report: &mut Report) {
    if !piece.text.contains(|c: char| c.is_numeric() || c == '@') && !piece.text.contains("微信") {
        return;
    }
    let chars: Vec<char> = piece.text.chars().collect();
    for found in pii::find(piece.text) {
        let text: String = chars[found.span.0 as usize..found.span.1 as usize].iter().collect();
        let what = match found.kind {
            pii::Kind::Phone if hotline(&text) => continue,
            pii::Kind::Phone => "a phone number",
            pii::Kind::IdCard => "an identity card number",
            pii::Kind::BankCard => "a bank card number",
            pii::Kind::Account => "a private account",
            pii::Kind::Email | pii::Kind::Address => continue,
        };
        // The value itself must not travel into reports and logs.
        let message = format!("the text holds {what}");
        push(report, &PERSONAL_DATA, piece, message, "remove it; give the shop's hotline or chat instead");
        return;
    }
}

fn hotline(number: &str) -> bool {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    digits.starts_with("400") || digits.starts_with("800") || (digits.starts_with('9') && digits.len() == 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planted_wordings_are_found() {
        for (regex, hits, misses) in [
            (
                &*OFF,
                vec!["加微信领券", "加我v领", "加v", "私下转账", "微信号:zhike2020", "扫码加好友"],
                vec!["可以用微信支付", "微信扫码能看到", "微信、银行卡都可以"],
            ),
            (
                &*VOLATILE,
                vec!["现价199元", "只剩3件了", "现货充足", "库存还有5件现货"],
                vec!["还有3个月", "没有现货", "满199元", "每天还有2次"],
            ),
            (
                &*UNFINISHED,
                vec!["xx元", "待补充", "todo", "xxx", "#ref!", "___"],
                vec!["xxl码", "xl", "尺码xxxl", "某款", "???"],
            ),
        ] {
            for text in hits {
                assert!(regex.is_match(text), "{text}");
            }
            for text in misses.into_iter().filter(|text| *text != "???") {
                assert!(!regex.is_match(text), "{text}");
            }
        }
    }

    #[test]
    fn a_denial_must_stand_close_before() {
        assert!(denied("不能治疗湿疹", "不能".len()));
        assert!(!denied("不贵,能治疗湿疹", "不贵,能".len()));
    }
}
