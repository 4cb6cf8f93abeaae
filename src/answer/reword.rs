//! A question told in the words of the shop's own texts: the merchant's synonyms (`lexicon/synonyms.txt`) put to use.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::knowledge::units::Units;
use crate::text::lexicon::Synonyms;
use crate::text::segment::Segmenter;

/// Word of a group of synonyms that none of the shop's texts use → the word of the group that most of them do. All
/// normalised. A word that they use is found as it is, and told otherwise it would be nearer to other entries.
#[derive(Debug, Default)]
pub struct Wording {
    usual: HashMap<String, String>,
}

impl Wording {
    /// Counts which word of each group the shop's texts use. A group of which they use none is left out.
    pub fn new(synonyms: &Synonyms, units: &Units) -> Wording {
        let groups: Vec<&[String]> = synonyms.groups().collect();
        let words: Vec<&String> = groups.iter().copied().flatten().collect();
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&words);
        let Ok(finder) = finder else {
            return Wording::default();
        };
        let mut counts = vec![0_u32; words.len()];
        if !words.is_empty() {
            for text in &units.texts {
                for hit in finder.find_iter(&**text) {
                    counts[hit.pattern().as_usize()] += 1;
                }
            }
        }
        let mut usual = HashMap::new();
        let mut at = 0;
        for group in groups {
            let own = &counts[at..at + group.len()];
            at += group.len();
            let most = own.iter().max().copied().unwrap_or(0);
            let Some(first) = own
                .iter()
                .position(|&count| count == most)
                .filter(|_| most > 0)
            else {
                continue;
            };
            for (word, _) in group.iter().zip(own).filter(|(_, count)| **count == 0) {
                usual.insert(word.clone(), group[first].clone());
            }
        }
        Wording { usual }
    }

    /// A normalised question with the usual words in the place of their synonyms; `None` where it has none of these.
    pub fn reword(&self, segmenter: &Segmenter, normalised: &str) -> Option<String> {
        if self.usual.is_empty() {
            return None;
        }
        let tokens = segmenter.cut(normalised);
        let usual = |word: &str| self.usual.get(word).map(String::as_str);
        tokens
            .iter()
            .any(|token| usual(token.text).is_some())
            .then(|| {
                let words = tokens
                    .iter()
                    .map(|token| usual(token.text).unwrap_or(token.text));
                words.collect()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::units::UnitKind;

    #[test]
    fn a_word_that_the_shop_does_not_use_is_told_in_its_own() {
        let groups = [
            ["合页", "铰链", "门轴"],
            ["红包", "优惠券", "券"],
            ["包邮", "免邮", "免运费"],
        ];
        let groups = groups.map(|group| group.map(str::to_owned).to_vec());
        let units = Units {
            texts: [
                "铰链是什么牌子",
                "写好评给红包吗",
                "优惠券怎么领",
                "优惠券能叠加吗",
            ]
            .map(Into::into)
            .to_vec(),
            kinds: vec![UnitKind::Question; 4],
            ..Units::default()
        };
        let wording = Wording::new(&Synonyms::new(&groups), &units);
        let user_words = ["合页", "门轴"].map(|word| crate::text::lexicon::UserWord {
            word: word.to_owned(),
            frequency: None,
            tag: None,
        });
        let segmenter = Segmenter::new(&user_words);
        let rows = [
            ("柜门合页啥牌子", Some("柜门铰链啥牌子")),
            ("门轴响怎么办", Some("铰链响怎么办")),
            // Words of the shop stay.
            ("铰链响", None),
            ("有红包吗", None),
            // Neither of these is in any text.
            ("包邮吗", None),
        ];
        for (question, expected) in rows {
            let reworded = wording.reword(&segmenter, question);
            assert_eq!(reworded.as_deref(), expected, "{question}");
        }
    }
}
