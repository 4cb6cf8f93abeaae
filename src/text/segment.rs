//! Segments normalised text into words: identifiers and the shop's mixed words first, then jieba on the Han runs
//! between.
//!
//! jieba runs without its hidden Markov model. Words that no dictionary has become single characters, which the bigrams
//! of [`super::terms`] join again. The model would join them by guess, and differently in each sentence.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use aho_corasick::{AhoCorasick, MatchKind};
use jieba_rs::Jieba;

use super::identifier;
use super::lexicon::UserWord;
use super::normalise::{is_han, normalise};
use super::runs::Runs;

/// Words of online shops that jieba's dictionary lacks or splits (包邮, 充电宝), written by us.
const BASE_WORDS: &str = include_str!("base_words.txt");

/// The most rounds of raising frequencies until every user word stays whole.
const ROUNDS: usize = 4;

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A word, in any script.
    Word,
    /// A model code, version, long number, link or address.
    Identifier,
    /// A figure, with its unit where one follows.
    Number,
    /// A mark.
    Punctuation,
    /// White space.
    Space,
}

/// A piece of segmented text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The piece itself.
    pub text: &'a str,
    /// Byte offset of its start.
    pub start: usize,
    /// Byte offset after its end.
    pub end: usize,
    /// Its kind.
    pub kind: Kind,
}

/// A token without its text, as the term stream keeps and reuses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// jieba's dictionary with the words of a shop.
#[derive(Clone)]
struct Dictionary {
    /// The shop's words as given.
    words: Vec<UserWord>,
    jieba: Jieba,
    /// Words with other characters than Han (t恤, 7天无理由, iphone 15 pro). They are found first.
    mixed: Option<AhoCorasick>,
    mixed_words: Vec<String>,
}

/// The dictionaries in use, each about 30 MB. The snapshots of a shop share theirs until its words change.
static IN_USE: Mutex<Vec<Weak<Dictionary>>> = Mutex::new(Vec::new());

/// The dictionary without a shop's words. All dictionaries of a process are copies of it, since loading takes ten times
/// as long as copying.
static BASE: LazyLock<Dictionary> = LazyLock::new(Dictionary::load);

impl Dictionary {
    /// jieba's own words and [`BASE_WORDS`].
    fn load() -> Dictionary {
        let words = BASE_WORDS.split_whitespace().map(|word| UserWord {
            word: word.to_owned(),
            frequency: None,
            tag: None,
        });
        let words: Vec<UserWord> = words.collect();
        let mut base = Dictionary {
            words: Vec::new(),
            jieba: Jieba::new(),
            mixed: None,
            mixed_words: Vec::new(),
        };
        base.add(&words);
        base
    }

    /// Adds normalised words, and raises a frequency that is too low to keep a word whole.
    fn add(&mut self, words: &[UserWord]) {
        let jieba = &mut self.jieba;
        let mut han = Vec::new();
        for word in words {
            let text = normalise(&word.word);
            if text.chars().all(is_han) {
                if text.chars().nth(1).is_some() {
                    let frequency = word.frequency.unwrap_or(0).max(jieba.suggest_freq(&text));
                    jieba.add_word(&text, Some(frequency), word.tag.as_deref());
                    han.push(text);
                }
            } else if !scans_whole(&text) {
                self.mixed_words.push(text);
            }
        }
        // A word added later may split one added earlier.
        for _ in 0..ROUNDS {
            let mut stable = true;
            for word in &han {
                let pieces = jieba.cut(word, false).len();
                if pieces > 1 {
                    let frequency = jieba.suggest_freq(word).saturating_mul(2);
                    jieba.add_word(word, Some(frequency), None);
                    stable = false;
                }
            }
            if stable {
                break;
            }
        }
        self.mixed_words.sort_unstable();
        self.mixed_words.dedup();
        let mixed = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&self.mixed_words);
        self.mixed = mixed.ok().filter(|_| !self.mixed_words.is_empty());
    }
}

/// Segments text into words. Cheap to clone; one per snapshot.
#[derive(Clone)]
pub struct Segmenter(Arc<Dictionary>);

impl std::fmt::Debug for Segmenter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Segmenter")
            .field("words", &self.0.words.len())
            .finish_non_exhaustive()
    }
}

impl Segmenter {
    /// A segmenter with `words` and the base dictionary. Reuses the dictionary in use if it has the same words.
    ///
    /// The first call in a process takes about 150 ms, in which jieba loads its dictionary.
    pub fn new(words: &[UserWord]) -> Segmenter {
        let mut in_use = IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
        let first = in_use.is_empty();
        in_use.retain(|dictionary| dictionary.strong_count() > 0);
        let mut known = in_use.iter().filter_map(Weak::upgrade);
        if let Some(dictionary) = known.find(|known| known.words == words) {
            return Segmenter(dictionary);
        }
        let mut dictionary = match first {
            true => Dictionary::load(),
            false => BASE.clone(),
        };
        dictionary.add(words);
        dictionary.words = words.to_vec();
        let dictionary = Arc::new(dictionary);
        in_use.push(Arc::downgrade(&dictionary));
        Segmenter(dictionary)
    }

    /// Segments normalised text. The tokens concatenate to the input.
    pub fn cut<'a>(&self, normalised: &'a str) -> Vec<Token<'a>> {
        let mut pieces = Vec::with_capacity(normalised.len() / 4 + 1);
        self.pieces(normalised, false, &mut pieces);
        tokens(normalised, &pieces)
    }

    /// Segments normalised text in search mode: each token of [`Segmenter::cut`], the words inside it, and the parts of
    /// identifiers; sorted by offset, then longer first.
    #[cfg(test)]
    fn cut_search<'a>(&self, normalised: &'a str) -> Vec<Token<'a>> {
        let mut pieces = Vec::with_capacity(normalised.len() / 2 + 1);
        self.pieces(normalised, true, &mut pieces);
        tokens(normalised, &pieces)
    }

    /// The words among `words`, normalised, that segmentation splits; empty if there are none.
    pub fn unsplit_words(&self, words: &[UserWord]) -> Vec<String> {
        let mut pieces = Vec::new();
        let mut torn = Vec::new();
        for word in words {
            let text = normalise(&word.word);
            pieces.clear();
            self.pieces(&text, false, &mut pieces);
            if pieces.len() > 1 {
                torn.push(text);
            }
        }
        torn
    }

    /// The common code of all cuts; `search` adds inner words and parts.
    pub(super) fn pieces(&self, text: &str, search: bool, out: &mut Vec<Piece>) {
        self.pieces_with(text, search, &mut Runs::default(), out);
    }

    /// Like [`Segmenter::pieces`], but looks into `runs` before jieba. One `runs` serves one segmenter and one mode.
    pub(super) fn pieces_with(
        &self,
        text: &str,
        search: bool,
        runs: &mut Runs,
        out: &mut Vec<Piece>,
    ) {
        let from = out.len();
        match &self.0.mixed {
            Some(mixed) if text.bytes().any(|b| b.is_ascii_graphic()) => {
                let mut at = 0;
                for found in mixed.find_iter(text) {
                    if !stands_alone(text, found.start(), found.end()) {
                        continue;
                    }
                    self.walk(text, at, found.start(), search, runs, out);
                    out.push(Piece {
                        start: found.start(),
                        end: found.end(),
                        kind: Kind::Word,
                    });
                    if search {
                        let inner = out.len();
                        self.walk(text, found.start(), found.end(), true, runs, out);
                        let whole = (found.start(), found.end());
                        let again = |piece: &mut Piece| (piece.start, piece.end) == whole;
                        out.extract_if(inner.., again).for_each(drop);
                    }
                    at = found.end();
                }
                self.walk(text, at, text.len(), search, runs, out);
            }
            _ => self.walk(text, 0, text.len(), search, runs, out),
        }
        if search {
            out[from..].sort_unstable_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
        }
    }

    /// Segments `text[from..to]`, which holds no mixed word.
    fn walk(
        &self,
        text: &str,
        from: usize,
        to: usize,
        search: bool,
        runs: &mut Runs,
        out: &mut Vec<Piece>,
    ) {
        let text = &text[..to];
        let mut at = from;
        while let Some(c) = text[at..].chars().next() {
            let (end, kind) = if c.is_ascii_alphanumeric() {
                identifier::scan(text, at)
            } else if is_han(c) {
                let end = at + run(&text[at..], is_han);
                let run = &text[at..end];
                if !runs.recall(run, at, out) {
                    let from = out.len();
                    self.han(run, at, search, out);
                    runs.note(run, at, &out[from..]);
                }
                at = end;
                continue;
            } else if c.is_alphanumeric() {
                let foreign = |c: char| c.is_alphanumeric() && !is_han(c) && !c.is_ascii();
                (at + run(&text[at..], foreign), Kind::Word)
            } else if c.is_whitespace() {
                (at + c.len_utf8(), Kind::Space)
            } else {
                (at + c.len_utf8(), Kind::Punctuation)
            };
            out.push(Piece {
                start: at,
                end,
                kind,
            });
            if search && c.is_ascii_alphanumeric() {
                identifier::parts(&text[at..end], kind, |a, b| {
                    out.push(Piece {
                        start: at + a,
                        end: at + b,
                        kind,
                    })
                });
            }
            at = end;
        }
    }

    /// Runs jieba on one run of Han characters that starts at byte `offset`.
    fn han(&self, run: &str, offset: usize, search: bool, out: &mut Vec<Piece>) {
        let words = if search {
            self.0.jieba.cut_for_search(run, false)
        } else {
            self.0.jieba.cut(run, false)
        };
        out.extend(words.iter().map(|w| Piece {
            start: offset + w.byte_start,
            end: offset + w.byte_end,
            kind: Kind::Word,
        }));
    }
}

/// The pieces with their text.
fn tokens<'a>(text: &'a str, pieces: &[Piece]) -> Vec<Token<'a>> {
    pieces
        .iter()
        .map(|p| Token {
            text: &text[p.start..p.end],
            start: p.start,
            end: p.end,
            kind: p.kind,
        })
        .collect()
}

/// The length in bytes of the longest prefix whose characters all fulfil `of`.
fn run(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.char_indices()
        .find(|&(_, c)| !of(c))
        .map_or(text.len(), |(at, _)| at)
}

/// Whether the identifier scanner keeps `text` whole.
fn scans_whole(text: &str) -> bool {
    text.is_empty()
        || text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && identifier::scan(text, 0).0 == text.len()
}

/// Whether `text[start..end]` does not cut through a run of ASCII letters and digits.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let glued = |left: Option<&u8>, right: Option<&u8>| {
        left.is_some_and(u8::is_ascii_alphanumeric) && right.is_some_and(u8::is_ascii_alphanumeric)
    };
    !(start > 0 && glued(bytes.get(start - 1), bytes.get(start))
        || glued(bytes.get(end.wrapping_sub(1)), bytes.get(end)))
}

#[cfg(test)]
mod tests;
