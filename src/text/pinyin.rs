//! Pinyin without tones, for search-as-you-type (`thyf` finds 退货运费) and for words that sound alike.
//!
//! Sound is weak evidence: 景点 sounds nearly like 经典. Callers use it only as the last, labelled tier.

use pinyin::{ToPinyin, ToPinyinMulti};

/// The characters as they are spoken, each syllable behind a mark of its own; `None` where one has no sound.
pub fn spoken(chars: impl IntoIterator<Item = char>) -> Option<String> {
    let mut key = String::new();
    for c in chars {
        key.push_str(c.to_pinyin()?.plain());
        key.push(' ');
    }
    Some(key)
}

/// How the typed text matches a target, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Match {
    /// The text starts with it.
    Prefix,
    /// The text contains it.
    Part,
    /// Syllables at the start of the text: whole ones, beginnings or first letters, mixed (`tuihyf`).
    PinyinPrefix,
    /// Syllables from a later character on.
    PinyinPart,
    /// All typed characters occur in order (half words: 退运费).
    Scattered,
}

/// A text prepared for [`Query::matches`]. Keep one per title.
#[derive(Debug, Clone)]
pub struct Target {
    text: String,
    /// The readings of each character. A character without a reading stands for itself.
    syllables: Vec<Vec<String>>,
}

impl Target {
    /// Prepares normalised text.
    pub fn new(normalised: &str) -> Target {
        let text: String = normalised.chars().filter(|c| !c.is_whitespace()).collect();
        let syllables = text
            .chars()
            .map(|c| match c.to_pinyin_multi() {
                Some(readings) => {
                    let mut syllables: Vec<String> = readings
                        .into_iter()
                        .map(|pinyin| pinyin.plain().to_owned())
                        .collect();
                    syllables.dedup();
                    syllables
                }
                None => vec![c.to_string()],
            })
            .collect();
        Target { text, syllables }
    }
}

/// What an agent has typed so far.
#[derive(Debug, Clone)]
pub struct Query {
    text: String,
}

impl Query {
    /// Prepares normalised text. Spaces do not count.
    pub fn new(normalised: &str) -> Query {
        Query {
            text: normalised
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '\'')
                .collect(),
        }
    }

    /// How the query matches `target`; `None` if it does not.
    pub fn matches(&self, target: &Target) -> Option<Match> {
        if self.text.is_empty() {
            return None;
        }
        match target.text.find(&self.text) {
            Some(0) => return Some(Match::Prefix),
            Some(_) => return Some(Match::Part),
            None => {}
        }
        // A single Latin letter as pinyin would match everything.
        if self.text.chars().nth(1).is_some() {
            if let Some(start) =
                (0..target.syllables.len()).find(|&at| spells(&self.text, &target.syllables[at..]))
            {
                return Some(if start == 0 {
                    Match::PinyinPrefix
                } else {
                    Match::PinyinPart
                });
            }
            let mut rest = target.text.chars();
            if !self.text.is_ascii() && self.text.chars().all(|c| rest.any(|d| d == c)) {
                return Some(Match::Scattered);
            }
        }
        None
    }
}

/// Whether `typed` runs through the syllables. Each syllable contributes its first letter, `zh ch sh` or the whole; the
/// last one may be cut off.
fn spells(typed: &str, syllables: &[Vec<String>]) -> bool {
    if typed.is_empty() {
        return true;
    }
    let Some((readings, rest)) = syllables.split_first() else {
        return false;
    };
    readings.iter().any(|syllable| {
        let shared = typed
            .bytes()
            .zip(syllable.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        if shared == 0 {
            return false;
        }
        // The typed text ends inside this syllable.
        if shared == typed.len() {
            return true;
        }
        if shared == syllable.len()
            && typed.is_char_boundary(shared)
            && spells(&typed[shared..], rest)
        {
            return true;
        }
        let first = syllable.chars().next().map_or(1, char::len_utf8);
        let double = matches!(syllable.as_bytes(), [b'z' | b'c' | b's', b'h', ..]) && shared >= 2;
        first <= shared && spells(&typed[first..], rest) || double && spells(&typed[2..], rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::normalise;

    #[test]
    fn typing_finds() {
        let rows = [
            ("退货", "退货运费谁出", Some(Match::Prefix)),
            ("运费", "退货运费谁出", Some(Match::Part)),
            ("thyf", "退货运费谁出", Some(Match::PinyinPrefix)),
            ("TH", "退货运费谁出", Some(Match::PinyinPrefix)),
            ("tuihuo", "退货运费谁出", Some(Match::PinyinPrefix)),
            ("tuihyf", "退货运费谁出", Some(Match::PinyinPrefix)),
            ("tui huo yun", "退货运费谁出", Some(Match::PinyinPrefix)),
            ("tuihuoyunf", "退货运费谁出", Some(Match::PinyinPrefix)),
            ("yf", "退货运费谁出", Some(Match::PinyinPart)),
            ("yunfei", "退货运费谁出", Some(Match::PinyinPart)),
            ("shchu", "谁出", Some(Match::PinyinPrefix)),
            ("txds", "T恤掉色吗", Some(Match::PinyinPrefix)),
            ("退运费", "退货运费谁出", Some(Match::Scattered)),
            ("kj500", "KJ500-A2滤芯", Some(Match::Prefix)),
            ("chongfa", "重发", Some(Match::PinyinPrefix)),
            ("fapiao", "退货运费谁出", None),
            ("费运", "退货运费谁出", None),
            ("ty", "退货运费谁出", None),
            ("", "退货", None),
        ];
        for (typed, text, expected) in rows {
            let target = Target::new(&normalise(text));
            assert_eq!(
                Query::new(&normalise(typed)).matches(&target),
                expected,
                "{typed} in {text}"
            );
        }
    }
}
