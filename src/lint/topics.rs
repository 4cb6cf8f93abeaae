//! The matters in which shops commit themselves with figures, and the patterns of such commitments.
//!
//! Patterns are regular expressions over one normalised sentence (see [`super::commitments`]), with `{T}` for a time
//! (`7天`, `1-5个工作日`), `{D}` for a deadline (`48小时内`) and `{N}` for a bare figure. The groups `n` and `m` hold
//! figures, `u` the unit of time, `k` a word that tells matters apart (银卡, 金卡).

mod benefits;
mod grants;
mod parcels;
mod services;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use benefits::BENEFITS;
use grants::GRANTS;
use parcels::PARCELS;
use services::SERVICES;

use crate::text::reckon::TIME;

/// Which figure is better for the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Better {
    More,
    Less,
    /// Neither can be said to be better.
    Neither,
}

/// A matter.
pub(super) struct Topic {
    /// The meaning of the figure, for messages.
    pub(super) name: &'static str,
    /// One of these words must be in the sentence or in a title above it.
    about: &'static [&'static str],
    patterns: &'static [&'static str],
    /// Wordings that tell a figure without writing it, with that figure: 不赔 is 0.
    fixed: &'static [(&'static str, f64)],
    /// Words in the clause that make it a different matter.
    pub(super) not: &'static [&'static str],
    pub(super) better: Better,
    /// Names of circumstances that do not tell two commitments apart here.
    pub(super) blind: &'static [&'static str],
    /// Whether the text before the figure in its clause tells the subject (车架质保5年, 轮胎质保1年).
    pub(super) parts: bool,
    /// What the law grants at least, in the unit of [`crate::text::reckon::value`], and where it says so.
    pub(super) floor: Option<(f64, &'static str)>,
    /// Whether a claim is only held against floors, and not against others of its layer.
    pub(super) floors_only: bool,
}

const PLAIN: Topic = Topic {
    name: "",
    about: &[],
    patterns: &[],
    fixed: &[],
    not: &[],
    better: Better::Neither,
    blind: &[],
    parts: false,
    floor: None,
    floors_only: false,
};

const GRANT: Topic = Topic {
    floors_only: true,
    ..PLAIN
};

/// A topic whose patterns are compiled.
pub(super) struct Compiled {
    pub(super) topic: &'static Topic,
    /// The topic's index, which keeps its keys apart from those of other topics.
    pub(super) index: usize,
    pub(super) patterns: Vec<Regex>,
    pub(super) fixed: Vec<(Regex, f64)>,
}

struct Table {
    topics: Vec<Compiled>,
    /// The words of all `about` lists; `owners` has the topics of each word.
    words: AhoCorasick,
    owners: Vec<Vec<usize>>,
}

/// Compiled once per process.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // All matters. Commitments of different matters are never compared.
    let all = || [PARCELS, BENEFITS, SERVICES, GRANTS].into_iter().flatten();
    let fixed = |(wording, figure): &(&str, f64)| (compile(wording), *figure);
    let topics: Vec<Compiled> = all()
        .enumerate()
        .map(|(index, topic)| Compiled {
            topic,
            index,
            patterns: topic.patterns.iter().map(|p| compile(p)).collect(),
            fixed: topic.fixed.iter().map(fixed).collect(),
        })
        .collect();
    let mut words: Vec<&str> = all().flat_map(|topic| topic.about).copied().collect();
    words.sort_unstable();
    words.dedup();
    let owners = words
        .iter()
        .map(|word| {
            let about = |topic: &&Compiled| topic.topic.about.contains(word);
            topics
                .iter()
                .filter(about)
                .map(|topic| topic.index)
                .collect()
        })
        .collect();
    let words = AhoCorasick::new(&words).expect("a hundred short words make an automaton");
    Table {
        topics,
        words,
        owners,
    }
});

fn compile(pattern: &str) -> Regex {
    const FREE: &str = "(?:包邮|免邮|免运费|免快递费|免收运费|免收邮费|不收运费|不收邮费)";
    let pattern = pattern
        .replace("{FREE}", FREE)
        .replace("{D}", "{T}[之以]?内?")
        .replace("{T}", TIME)
        .replace("{N}", r"(?P<n>\d+(?:\.\d+)?)");
    Regex::new(&pattern).expect("the test `every_pattern_compiles` compiles each pattern")
}

/// Whether a text may grant or refuse something without a figure.
pub(super) fn told_in_words(text: &str) -> bool {
    let words = GRANTS.iter().filter(|topic| !topic.fixed.is_empty());
    words
        .flat_map(|topic| topic.about)
        .any(|word| text.contains(word))
}

/// The topics that `sentence`, or the `titles` above it, may be about.
pub(super) fn topics_of(sentence: &str, titles: &str) -> Vec<&'static Compiled> {
    let table = &*TABLE;
    let mut found = vec![false; table.topics.len()];
    for text in [sentence, titles] {
        for hit in table.words.find_overlapping_iter(text) {
            for &topic in &table.owners[hit.pattern().as_usize()] {
                found[topic] = true;
            }
        }
    }
    table
        .topics
        .iter()
        .filter(|compiled| found[compiled.index])
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_pattern_compiles() {
        assert!(super::TABLE.topics.len() > 30);
    }
}
