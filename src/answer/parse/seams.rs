//! Where a message without marks may go on to another question: 几天到|送上楼吗, 雪豹多重|几速|什么刹车. A seam is a guess; what
//! both sides come to decides whether there is one (`decide::run_on`).

use super::{says_a_question_word, says_either};
use crate::text::normalise::{is_alphanumeric, is_han};

/// The fewest characters on either side of a seam.
const LEAST: usize = 2;

/// The most characters behind a word that asks which still belong to it: 什么面料, 多少个小时.
const BELONGS: usize = 4;

/// What asks and is complete by itself, behind the thing asked about.
const COMPLETE: &[&str] = &[
    "多重",
    "多高",
    "多宽",
    "多长",
    "多厚",
    "多深",
    "多粗",
    "多远",
    "多亮",
    "多大",
    "哪里",
    "哪儿",
    "怎么样",
    "谁出",
    "多少",
    "多久",
];

/// What asks together with the word behind it.
const OPEN: &[&str] = &[
    "什么时候",
    "多久",
    "多少",
    "什么",
    "怎么",
    "如何",
    "几",
    "哪",
    "咋",
    "谁",
];

/// What makes the words before it the case that is asked about: 多少钱以上|包邮.
const CONDITIONS: &[&str] = &[
    "以", "以上", "以下", "以内", "以后", "以前", "之后", "之前", "的话", "时候", "后", "前", "时",
    "内", "满", "够", "买",
];

/// How another question begins behind one that ends in a noun or a verb.
const BEGINS: &[&str] = &[
    "支持",
    "能",
    "可以",
    "可不可以",
    "是不是",
    "是否",
    "有",
    "会",
    "送",
    "包",
    "怎么",
    "咋",
    "如何",
    "什么",
    "几",
    "多",
    "哪",
    "要",
    "需要",
    "适合",
    "发",
    "一",
    "谁",
    "用",
];

/// What goes on with the same question.
const GOES_ON: &[char] = &[
    '的', '呢', '啊', '呀', '吧', '吗', '么', '嘛', '才', '就', '以', '时', '后', '前', '了', '和',
    '跟', '或', '还', '不', '没', '好', '算', '都', '也',
];

/// Characters of the words that ask; a text with one of them alone asks one thing.
const ASKING: &str = "吗嘛么多几哪怎咋谁什不没邮";

/// Whether a normalised text asks so much that it may be two questions.
pub fn may_run_on(text: &str) -> bool {
    text.chars()
        .filter(|c| ASKING.contains(*c))
        .nth(1)
        .is_some()
}

/// Places in a normalised text, as byte offsets and in order, at which a question may end and another one begin. `ends` tells
/// the ends of words.
pub fn seams(text: &str, ends: &[usize]) -> Vec<usize> {
    ends.iter()
        .copied()
        .filter(|&at| at < text.len() && text.is_char_boundary(at))
        .filter(|&at| parts(&text[..at], &text[at..]))
        .collect()
}

/// Whether `left` is a question that is complete, and `right` another one.
fn parts(left: &str, right: &str) -> bool {
    let long = |text: &str| text.chars().filter(|c| is_alphanumeric(*c)).count() >= LEAST;
    let asks = says_a_question_word(right)
        || says_either(right)
        || right
            .trim_end_matches(['?', '!', ' '])
            .ends_with(['吗', '么', '嘛']);
    // 保修|几年 is one question.
    let bare = |text: &str| {
        text.strip_prefix('几')
            .is_some_and(|unit| unit.chars().all(is_counter))
    };
    let parted = !right.starts_with(GOES_ON) && !bare(right.trim_end_matches(['?', '!', ' ']));
    long(left) && long(right) && asks && parted && closes(left, right)
}

/// Whether the last word of `left` that asks has all that belongs to it, so that `right` is none of it.
fn closes(left: &str, right: &str) -> bool {
    let begins = BEGINS.iter().any(|word| right.starts_with(word));
    if CONDITIONS.iter().any(|word| left.ends_with(word)) {
        return false;
    }
    if let Some(word) = COMPLETE.iter().find(|word| left.ends_with(**word)) {
        // 保修多久|能开发票吗 and 多重|什么材质, but 多久能到 and 多大码.
        let told = left[..left.len() - word.len()].chars().next_back();
        let alone = !["多大", "多长", "多少", "多久"].contains(word);
        return (alone || told.is_some_and(is_han)) && !right.starts_with(is_counter);
    }
    if let Some(closed) = either(left) {
        return closed && begins;
    }
    // 什么时候 ends behind 什么, and begins with it.
    let open = OPEN
        .iter()
        .filter_map(|word| Some((left.rfind(word)?, *word)));
    let Some((at, word)) = open.max_by_key(|(at, word)| (at + word.len(), word.len())) else {
        return false;
    };
    // 春节那几天 and 过几天 ask for no number.
    if word == "几" && left[..at].ends_with(['那', '这', '前', '后', '过', '好', '十', '没', '第'])
    {
        return false;
    }
    let said = left[at + word.len()..].trim_start_matches('个');
    let tail = left[at + word.len()..].chars().count();
    let has_tail = (1..=BELONGS).contains(&tail);
    // 多少瓦|多重, but 多少瓦|线多长: what stands behind the unit is what is measured.
    let measured = COMPLETE.iter().any(|word| right.starts_with(word));
    if matches!(word, "几" | "多少") && measured && said.chars().count() > 1 {
        return false;
    }
    match word {
        // 送什么|能开发票吗, but 为什么|不能用.
        "什么" if tail == 0 => {
            begins && left[..at].ends_with(['送', '发', '用', '是', '带', '配', '含'])
        }
        "什么" => has_tail,
        "几" | "多少" => has_tail && (begins || tail <= 2),
        _ => has_tail && begins,
    }
}

/// For a text that ends in a word and its denial (软不软, 包不包邮, 能不能开票), whether all is said that belongs to it; what
/// only asks (能不能) wants a verb.
fn either(left: &str) -> Option<bool> {
    let chars: Vec<char> = left.chars().collect();
    let denied = |three: &[char]| three[0] == three[2] && matches!(three[1], '不' | '没');
    let at = chars.windows(3).rposition(denied)?;
    let tail = chars.len() - at - 3;
    match "是能会可要有想该".contains(chars[at]) {
        true => (tail <= BELONGS + 1).then_some(tail >= 2),
        false => (tail <= 2).then_some(true),
    }
}

/// Whether a character counts or measures, so that 多少 and 多大 before it ask for that: 多少天, 多大码.
fn is_counter(c: char) -> bool {
    "天钱元块个件条双只支台瓶码号度瓦米斤克公人岁寸升平年月时分钟小".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All ends of characters: the words of a shop only make it fewer.
    fn found(text: &str) -> Vec<String> {
        let ends: Vec<usize> = text
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .collect();
        let seams = seams(text, &ends).into_iter();
        seams
            .map(|at| format!("{}|{}", &text[..at], &text[at..]))
            .collect()
    }

    #[test]
    fn run_on_questions_have_seams() {
        for wanted in [
            "几天到|送上楼吗",
            "送什么赠品|支持花呗吗",
            "瞳距怎么量|一副是几片啊",
            "送什么|能开发票吗",
            "几天到|送运费险吗",
            "保修多久|能开发票吗",
            "雪豹多重|几速什么刹车",
            "几速|什么刹车",
            "落日灯多高|多少瓦线多长",
            "多少瓦|线多长",
            "什么材质|适合什么脸",
            "适合多少度|产地哪里",
            "猫眼镜面多宽|镜腿多长多重",
            "发什么快递|几天到",
            "多高|什么材质软不软",
            "会起球吗包不包邮|能开票吗",
            "能不能开票|几天到",
        ] {
            let text = wanted.replace('|', "");
            let found = found(&text);
            assert!(
                found.iter().any(|seam| seam == wanted),
                "{wanted}: {found:?}"
            );
        }
    }

    #[test]
    fn one_question_has_none() {
        for text in [
            "什么时候能到",
            "多久能到",
            "为什么不能用",
            "为什么会起球",
            "多少钱以上包邮",
            "1.5米的床用多大的被子",
            "客厅30平买多大的灯",
            "多大码合适",
            "可以退吗",
            "怎么用",
            "发什么快递",
            "几天能到",
            "多少度的水泡",
            "运费谁出",
            "有没有黑色",
            "是不是防水吗",
            "春节那几天寄不寄",
            "过几天能不能发",
            "能不能用几次",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
