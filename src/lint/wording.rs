//! Rules about texts that must not be sent as they are: the shop's own blocked words, ways off the platform, facts that
//! change by the minute, unfinished texts, and ([`personal`]) personal data.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use regex::Regex;

use super::scene::{From, Piece, Scene, excerpt};
use super::{Report, Rule, advertising, finder, pattern, personal};
use crate::text::normalise::normalise;

/// A word of `lexicon/sensitive.txt` `[block]` in a text that is sent.
pub(super) const SENSITIVE_WORD: Rule = Rule::warning("sensitive-word");
/// The buyer is led off the platform.
pub(super) const OFF_PLATFORM: Rule = Rule::warning("off-platform");
/// A price or stock that changes by the minute, in a fixed text.
pub(super) const VOLATILE_FACT: Rule = Rule::warning("volatile-fact");
/// The text is not finished.
pub(super) const PLACEHOLDER: Rule = Rule::warning("placeholder");
/// The text is longer than chat windows show.
pub(super) const LONG_ANSWER: Rule = Rule::warning("long-answer");

/// The most characters that chat windows show without folding.
const LONGEST: usize = 500;

static OFF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"加(?:我|一?下|个|店主|客服)?的?(?:支付宝|微信|薇信|徽信|vx|v信|威信|qq|v(?:[^a-z]|$))|(?:微信|qq|vx)(?:号|群)?[::是]\s*[a-z0-9_-]{5,}|扫码(?:加|进)(?:微信|好友|群)|私下(?:转账|交易|付款)|线下(?:转账|交易|付款)|(?:淘宝|京东|拼多多|抖音)外(?:交易|付款)|(?:微信|支付宝)转(?:账|钱|我|给我)|(?:私人|个人|老板)(?:账户|账号|微信|收款码)|(?:淘宝|京东|拼多多|抖音|闲鱼)(?:店|上|那边)?[^,。]{0,4}更便宜|去(?:淘宝|京东|拼多多|抖音|闲鱼|那边)(?:店|上)?(?:拍|买|下单)|(?:转账|打款|打钱|转钱)给(?:老板|店主|掌柜|我)|(?:到|去|来|在)(?:我们|咱们?|本店|我家)?的?微店(?:里|上)?(?:拍|买|下单|更|有|领)|搜(?:索|一下)?公众号|关注(?:我们|本店)的?公众号",
    )
});
static VOLATILE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:现价|特价|到手价|现在只要|现在卖|目前售价|今天只要)[^,。\d]{0,4}\d+(?:\.\d+)?(?:元|块|起|,|。|;|!|$)|(?:库存|仅剩|只剩|还剩|还有)[^,。\d]{0,4}\d+(?:件|个|台|双|条|瓶|盒|罐|包|套)(?:现货|库存|了|,|。|$)|现货充足|库存充足|库存紧张|今天有货|目前有货",
    )
});
static UNFINISHED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"todo|tbd|待补充|待完善|待定稿|(?:答案|内容|回复|话术|文案)待定|^待定[。.]?$|待填写|^请填写[。.]?$|此处填|xx+(?:元|天|小时|号|年|月|店|件)|(?:^|[^a-z0-9])x{3,}(?:[^a-z0-9]|$)|某某|lorem ipsum|\{\{|\}\}|\$\{|【(?:此处|请填|待)|#ref!|#n/a|#value!|#name\?|\?\?\?|_{3,}",
    )
});

pub(super) fn check(scene: &Scene, report: &mut Report) {
    let blocked: Vec<String> = scene
        .shop
        .lexicon
        .block
        .iter()
        .map(|word| normalise(word))
        .collect();
    let blocked_words = finder(&blocked);
    // The patterns cost microseconds per text, so a large shop is shared by all cores.
    let texts = scene.pieces.par_iter().chain(scene.titles.par_iter());
    let found = texts.flat_map_iter(|piece| {
        let mut report = Report::default();
        match piece.from {
            From::Title => check_title(scene, piece, &blocked_words, &mut report),
            _ => check_piece(scene, piece, &blocked_words, &mut report),
        }
        report.findings
    });
    report.findings.extend(found.collect::<Vec<_>>());
}

/// The rules about the titles offered as options. A question claims nothing: 是全网最低价吗 are a buyer's words.
fn check_title(scene: &Scene, title: &Piece, blocked_words: &AhoCorasick, report: &mut Report) {
    const ASKING: &[&str] = &[
        "吗",
        "么",
        "呢",
        "?",
        "怎",
        "咋",
        "啥",
        "能不能",
        "可不可",
        "是不是",
        "有没有",
        "会不会",
        "多少",
        "多久",
        "几",
        "哪",
        "如何",
        "能否",
        "可否",
        "是否",
        "为何",
    ];
    if title.is_over(scene.at) {
        return;
    }
    let text = title.plain.as_str();
    let told = ("it is never offered as an option", "word it another way");
    check_blocked(title, blocked_words, told, report);
    personal::check(title, report);
    if ASKING.iter().any(|word| text.contains(word)) {
        return;
    }
    advertising::absolute(title, text, report);
    advertising::medical(title, text, report);
    check_off_platform(title, report);
}

/// Reports the first of the shop's blocked words in a text, with what comes of it.
fn check_blocked(
    piece: &Piece,
    words: &AhoCorasick,
    (effect, remedy): (&str, &str),
    report: &mut Report,
) {
    if let Some(hit) = words.find(&piece.plain) {
        let word = &piece.plain[hit.range()];
        let message = format!("\"{word}\" is a [block] word of lexicon/sensitive.txt; {effect}");
        push(report, &SENSITIVE_WORD, piece, message, remedy);
    }
}

/// The words of a normalised text that lead buyers off the platform.
pub fn off_platform(text: &str) -> Option<&str> {
    // Who warns of a way off the platform names it.
    const WARNED: &[&str] = &[
        "骗子",
        "诈骗",
        "被骗",
        "受骗",
        "谨防",
        "警惕",
        "冒充",
        "勿相信",
        "勿轻信",
        "勿私下",
        "勿添加",
        "勿加",
    ];
    let warns = |at| {
        let said = sentence(text, at);
        WARNED.iter().any(|word| said.contains(word))
    };
    let hit = OFF
        .find_iter(text)
        .find(|hit| !denied(text, hit.start()) && !warns(hit.start()))?;
    Some(hit.as_str())
}

/// Reports ways off the platform.
fn check_off_platform(piece: &Piece, report: &mut Report) {
    let Some(words) = off_platform(piece.plain.as_str()) else {
        return;
    };
    let message = format!("\"{}\" leads buyers off the platform", excerpt(words));
    push(
        report,
        &OFF_PLATFORM,
        piece,
        message,
        "platforms punish it; let buyers ask here",
    );
}

/// The rules on one text.
fn check_piece(scene: &Scene, piece: &Piece, blocked_words: &AhoCorasick, report: &mut Report) {
    if piece.is_over(scene.at) {
        return;
    }
    let text = piece.plain.as_str();
    advertising::absolute(piece, text, report);
    advertising::medical(piece, text, report);
    let told = ("the answer will be withheld", "write it another way");
    check_blocked(piece, blocked_words, told, report);
    personal::check(piece, report);
    check_off_platform(piece, report);
    if piece.from != From::Spec
        && let Some(hit) = VOLATILE.find(text)
    {
        let message = format!(
            "\"{}\" changes faster than knowledge is rebuilt",
            excerpt(hit.as_str())
        );
        let remedy = "point to the product page, or answer it by a [[connector]]";
        push(report, &VOLATILE_FACT, piece, message, remedy);
    }
    // Normalisation reduces three question marks to one, so the text as written is examined.
    let lower = piece.text.to_lowercase();
    if let Some(hit) = UNFINISHED.find(&lower) {
        let message = format!("\"{}\" looks unfinished", excerpt(hit.as_str().trim()));
        push(
            report,
            &PLACEHOLDER,
            piece,
            message,
            "write what belongs there, or remove the entry",
        );
    }
    // The number of bytes is known and is never smaller than that of characters.
    let long = piece.text.len() > LONGEST && piece.text.chars().nth(LONGEST).is_some();
    if long && matches!(piece.from, From::Faq | From::Policy | From::Script) {
        let length = piece.text.chars().count();
        let message =
            format!("the text has {length} characters; chat windows fold what is over {LONGEST}");
        push(
            report,
            &LONG_ANSWER,
            piece,
            message,
            "shorten it, or split it into several entries or headings",
        );
    }
}

pub(super) fn push(report: &mut Report, rule: &Rule, piece: &Piece, message: String, remedy: &str) {
    let about = match piece.from {
        From::Script | From::Spec | From::ProductPage => format!("{}: {message}", piece.id),
        From::Faq | From::Policy | From::Title => message,
    };
    report.push(rule, &piece.place, piece.column, about, remedy);
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
/// Words before a claim that deny it (不能治疗, 没有疗效, 不是药妆).
const DENIALS: &[&str] = &[
    "不", "没", "无", "非", "别", "勿", "未", "停止", "正在", "接受",
];

/// Whether a denial stands within the few characters before `at`.
pub(super) fn denied(text: &str, at: usize) -> bool {
    let mut before: Vec<char> = text[..at].chars().rev().take(4).collect();
    if let Some(stop) = before
        .iter()
        .position(|c| matches!(c, ',' | '。' | ';' | '!' | '?'))
    {
        before.truncate(stop);
    }
    let before: String = before.into_iter().rev().collect();
    DENIALS.iter().any(|denial| before.contains(denial))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_warns_of_a_way_off_the_platform_may_name_it() {
        for (text, found) in [
            ("私下转账更优惠", true),
            ("谨防骗子。加微信领券", true),
            ("优惠切勿错过,加微信领券", true),
            ("本店从不骗人,加微信给您返现", true),
            ("凡是要求加微信或私下转账的都是骗子", false),
            ("请勿相信任何要求私下转账的电话", false),
            ("谨防有人冒充客服让您加微信", false),
        ] {
            assert_eq!(off_platform(text).is_some(), found, "{text}");
        }
    }

    #[test]
    fn planted_wordings_are_found() {
        for (regex, hits, misses) in [
            (
                &*OFF,
                vec![
                    "加微信领券",
                    "加我v领",
                    "加v",
                    "私下转账",
                    "微信号:zhike2020",
                    "扫码加好友",
                    "加薇信聊",
                    "支付宝转我私人账户",
                    "微信转账给我们",
                    "拼多多店更便宜",
                    "去闲鱼拍",
                    "直接转账给老板",
                    "到我们微店下单",
                    "搜公众号山里人",
                ],
                vec![
                    "可以用微信支付",
                    "微信扫码能看到",
                    "微信、银行卡都可以",
                    "退到您的支付宝账户",
                    "平台转账给商家账户",
                    "微店的订单请在微店问",
                ],
            ),
            (
                &*VOLATILE,
                vec![
                    "现价199元",
                    "特价99,今天止",
                    "只剩3件了",
                    "现货充足",
                    "库存还有5件现货",
                ],
                vec![
                    "还有3个月",
                    "没有现货",
                    "满199元",
                    "每天还有2次",
                    "特价商品7天内可退",
                    "特价商品48小时内发货",
                    "特价区满3件包邮",
                ],
            ),
            (
                &*UNFINISHED,
                vec![
                    "xx元",
                    "待补充",
                    "todo",
                    "xxx",
                    "#ref!",
                    "___",
                    "{{answer}}",
                    "【此处填写电话】",
                    "答案待定",
                ],
                vec![
                    "xxl码",
                    "xl",
                    "尺码xxxl",
                    "某款",
                    "上新时间待定",
                    "开票请填写抬头和税号",
                    "???",
                ],
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
