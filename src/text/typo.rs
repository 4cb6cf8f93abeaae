//! Slips of the keyboard in a question: same sound (运废 → 运费) or same shape (发贷 → 发货), one character a word.
//!
//! Conservative by construction: only a piece that is itself no known word, and that no cut explains, is changed, only
//! to a known word of the shop or the packs, and only where one correction fits. Text made of known words stays.

use std::collections::{HashMap, HashSet};

use super::normalise::is_han;
use super::pinyin::{reading, sounds_like};
use super::segment::{Kind, Segmenter};

/// Characters that look alike enough to be mistaken, in groups.
const SHAPES: &[&str] = &[
    "货贷",
    "未末",
    "己已巳",
    "士土",
    "日曰",
    "人入",
    "千干于",
    "天夭",
    "刀力",
    "戊戌戍",
    "侯候",
    "辨辩辫",
    "衣农",
    "治冶",
    "晴睛",
    "析折拆",
    "兔免",
    "鸟乌",
    "拔拨",
    "崇祟",
    "籍藉",
    "沽沾",
    "料科",
    "买卖",
    "尺尽",
    "码玛",
    "洗冼",
    "洁沽",
    "抵低",
    "换唤",
    "裤库",
    "袜抹",
    "签鉴",
    "券卷",
    "收牧",
    "改攻",
    "返反",
    "退腿",
    "迟退",
    "查杳",
    "质贡",
    "材村",
    "祛怯",
    "肤扶",
    "霜箱",
    "膏高",
    "味昧",
    "眉盾",
    "孕孚",
    "瓶饼",
    "续绩",
    "线钱",
    "电申",
    "功攻",
    "插擂",
    "漏露",
    "滤虑",
    "芯蕊",
    "锁琐",
];

/// Longest known word that is looked for, in characters.
const LONGEST: usize = 6;

/// A changed piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// As written.
    pub from: String,
    /// As meant.
    pub to: String,
    /// Character index in the text.
    pub at: usize,
}

/// The known words that a question is corrected towards: build it once per snapshot.
#[derive(Debug, Clone, Default)]
pub struct KnownWords {
    words: HashSet<String>,
    /// Keys of the words, so that a piece of a question is looked up without a string.
    whole: HashSet<u64>,
    /// Key of each word with one place open (退□) → the characters that fill it.
    open: HashMap<u64, Vec<char>>,
    /// Look-alikes of a character.
    shapes: HashMap<char, Vec<char>>,
}

impl KnownWords {
    /// Prepares normalised words; those with characters other than Han, or longer than six, or of one character, are
    /// left out.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> KnownWords {
        let mut known = KnownWords::default();
        for word in words {
            let chars: Vec<char> = word.chars().collect();
            let fits = (2..=LONGEST).contains(&chars.len()) && chars.iter().copied().all(is_han);
            if !fits || !known.words.insert(word.to_owned()) {
                continue;
            }
            known.whole.insert(key(&chars, None));
            for at in 0..chars.len() {
                known
                    .open
                    .entry(key(&chars, Some(at)))
                    .or_default()
                    .push(chars[at]);
            }
        }
        for group in SHAPES {
            for c in group.chars() {
                known
                    .shapes
                    .entry(c)
                    .or_default()
                    .extend(group.chars().filter(|d| *d != c));
            }
        }
        known
    }

    /// The number of words.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether two characters look alike, or sound alike with their tones.
    fn close(&self, a: char, b: char) -> bool {
        sounds_like(a, b, true)
            || self
                .shapes
                .get(&a)
                .is_some_and(|shapes| shapes.contains(&b))
    }

    /// The one known word that `piece` is a slip of: the place and the right character.
    fn meant(&self, piece: &[char]) -> Option<(usize, char)> {
        let mut found = None;
        for at in 0..piece.len() {
            let Some(fills) = self.open.get(&key(piece, Some(at))) else {
                continue;
            };
            for &fill in fills {
                // Two characters are little to go by: there the tone must agree as well.
                let alike = || {
                    self.close(piece[at], fill)
                        || piece.len() > 2 && sounds_like(piece[at], fill, false)
                };
                let word = || {
                    piece
                        .iter()
                        .enumerate()
                        .map(|(i, &c)| if i == at { fill } else { c })
                        .collect::<String>()
                };
                if fill != piece[at] && alike() && self.words.contains(&word()) {
                    if found.is_some() {
                        return None;
                    }
                    found = Some((at, fill));
                }
            }
        }
        found
    }
}

/// A number for a piece, with one place open where `open` says so (FNV-1a over the characters).
fn key(chars: &[char], open: Option<usize>) -> u64 {
    chars
        .iter()
        .enumerate()
        .fold(0xcbf2_9ce4_8422_2325, |hash, (at, &c)| {
            let code = if Some(at) == open {
                0
            } else {
                u64::from(u32::from(c))
            };
            (hash ^ code).wrapping_mul(0x0100_0000_01b3)
        })
}

/// Mends slips in normalised text towards `known` words; the text and what was changed, in order.
pub fn correct(
    segmenter: &Segmenter,
    known: &KnownWords,
    normalised: &str,
) -> (String, Vec<Correction>) {
    let mut corrections = Vec::new();
    if known.is_empty() {
        return (normalised.to_owned(), corrections);
    }
    // Characters that stand alone in the cut are what no word explains: slips are looked for there only.
    let mut lone: Vec<bool> = Vec::with_capacity(normalised.len() / 3 + 1);
    for token in segmenter.cut(normalised) {
        let len = token.text.chars().count();
        let alone = token.kind == Kind::Word
            && len == 1
            && token
                .text
                .chars()
                .all(|c| is_han(c) && reading(c).is_some());
        lone.extend(std::iter::repeat_n(alone, len));
    }
    if !lone.contains(&true) {
        return (normalised.to_owned(), corrections);
    }
    let mut chars: Vec<char> = normalised.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        at += mend(segmenter, known, &mut chars, &lone, at, &mut corrections).unwrap_or(1);
    }
    (chars.into_iter().collect(), corrections)
}

/// Mends the longest slip that starts at `at`; the characters to pass over.
fn mend(
    segmenter: &Segmenter,
    known: &KnownWords,
    chars: &mut [char],
    lone: &[bool],
    at: usize,
    corrections: &mut Vec<Correction>,
) -> Option<usize> {
    for len in (2..=LONGEST.min(chars.len() - at)).rev() {
        let piece = &chars[at..at + len];
        if !piece.iter().copied().all(is_han) || !lone[at..at + len].contains(&true) {
            continue;
        }
        if known.whole.contains(&key(piece, None)) {
            return Some(len);
        }
        // A two-character piece must stand apart wholly: half of a good word is no slip.
        if len == 2 && lone[at..at + 2] != [true, true] {
            continue;
        }
        let Some((place, fill)) = known.meant(piece) else {
            continue;
        };
        let text: String = piece.iter().collect();
        if segmenter.knows(&text) {
            continue;
        }
        // The character to be changed must be one that no word explains; 退或 is a slip, 退或换 is not.
        let changed = chars[at + place];
        let links = LINKS.contains(changed)
            && chars
                .get(at + place + 1)
                .is_some_and(|&c| is_han(c) && !"吗呢吧啊运".contains(c));
        // 运费先 holds a good word and one character more, 会原 in 会原路 no word at all.
        let edge = place == 0 || place + 1 == len;
        let rest_is_good = len > 2 && edge && (0..len).all(|i| i == place || !lone[at + i]);
        let weak = rest_is_good && !known.close(changed, fill);
        let grammar = len == 2 && GRAMMAR.contains(chars[at + 1 - place]);
        if !lone[at + place]
            || GRAMMAR.contains(changed)
            || VERBS.contains(changed)
            || links
            || weak
            || grammar
        {
            continue;
        }
        chars[at + place] = fill;
        corrections.push(Correction {
            from: text,
            to: chars[at..at + len].iter().collect(),
            at,
        });
        return Some(len);
    }
    None
}

/// Characters that link two words, and are slips only where nothing follows to be linked.
const LINKS: &str = "或和与及";

/// Characters of grammar, which stand alone in every sentence and are hardly ever slips or halves of a word.
const GRAMMAR: &str = "的了吗呢吧啊呀我你他她它们人是有在不没就都也还很太要会能可想到给把被让从对为这那哪几多少个一二三四五六七八九十";

/// Verbs that stand alone as often: no slips, but often halves of words (退或).
const VERBS: &str = "好大小来去说看用买穿发退换";

#[cfg(test)]
mod tests;
