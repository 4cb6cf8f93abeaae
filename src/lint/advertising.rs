//! Rules of the advertising law (广告法): absolute words and claims to heal.

mod words;

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::scene::Piece;
use super::wording::{denied, push, sentence};
use super::{Report, Rule, finder};
use words::{
    ABSOLUTE, ABSOLUTE_ELSEWHERE, ADVICE, BOASTING, COMPARING, EVERYDAY, MEDICAL,
    MEDICAL_ELSEWHERE, NOT_OURS,
};

/// A superlative that the law on advertising (广告法 第九条) forbids.
pub(super) const ABSOLUTE_WORD: Rule = Rule::warning("absolute-word");
/// A claim to heal. 广告法 第十七条 allows it only for medicines.
pub(super) const MEDICAL_CLAIM: Rule = Rule::warning("medical-claim");

static ABSOLUTE_WORDS: LazyLock<AhoCorasick> =
    LazyLock::new(|| finder(ABSOLUTE.iter().chain(ABSOLUTE_ELSEWHERE)));
static MEDICAL_WORDS: LazyLock<AhoCorasick> =
    LazyLock::new(|| finder(MEDICAL.iter().chain(MEDICAL_ELSEWHERE)));

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

/// Whether the absolute word at `range` is in everyday use.
fn everyday(text: &str, range: Range<usize>) -> bool {
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
