//! The shop's words.

use serde::{Deserialize, Serialize};

/// A word of `lexicon/words.txt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserWord {
    /// The word.
    pub word: String,
    /// jieba frequency; absent: suggested so that the word survives a cut.
    pub frequency: Option<usize>,
    /// Part-of-speech tag.
    pub tag: Option<String>,
}

/// Words, synonyms, stop words and sensitive words of a shop, as its `lexicon/` files say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lexicon {
    /// `words.txt`.
    pub words: Vec<UserWord>,
    /// `synonyms.txt`: groups of words that mean the same.
    pub synonyms: Vec<Vec<String>>,
    /// `stopwords.txt`.
    pub stopwords: Vec<String>,
    /// `sensitive.txt` `[block]`: words that must never be sent.
    pub block: Vec<String>,
    /// `sensitive.txt` `[handoff]`: words in a question that force a handoff.
    pub handoff: Vec<String>,
}
