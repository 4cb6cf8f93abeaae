//! Text → token ids.
//!
//! `tokenizers` reads any `tokenizer.json`, but takes .28 s and 86 MB for the 101,631 pieces of the built-in Unigram
//! model, because it builds a tree of hash maps. [`Unigram`] keeps the pieces in one hash map instead. Normalisation
//! and pre-tokenisation stay with the library, and tests compare the ids of both.

use std::collections::HashMap;

use serde::Deserialize;
use tokenizers::{
    NormalizedString, Normalizer, NormalizerWrapper, OffsetReferential, OffsetType,
    PreTokenizedString, PreTokenizer, PreTokenizerWrapper, Tokenizer,
};

use super::error::EmbedError;

/// Splits texts into tokens as in the training of the model.
#[derive(Debug)]
pub enum Cutter {
    /// A Unigram model, split here.
    Unigram(Box<Unigram>),
    /// Any other model, split by the library.
    Library(Box<Tokenizer>),
}

impl Cutter {
    /// Reads `tokenizer.json`.
    ///
    /// # Errors
    /// If neither this module nor the library can read it.
    pub fn read(json: &[u8]) -> Result<Self, EmbedError> {
        let wrong = |what: String| EmbedError::Tokenizer { what };
        let head: Head = serde_json::from_slice(json).map_err(|error| wrong(error.to_string()))?;
        if head.model.kind.as_deref() == Some("Unigram")
            && let Ok(file) = serde_json::from_slice::<UnigramFile>(json)
            && let Some(unigram) = Unigram::build(file)
        {
            return Ok(Self::Unigram(Box::new(unigram)));
        }
        let mut library = Tokenizer::from_bytes(json).map_err(|error| wrong(error.to_string()))?;
        library.with_padding(None);
        library
            .encode("试", true)
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Self::Library(Box::new(library)))
    }

    /// The ids of `text` with the start and end marks, at most `most` in all. The end of a longer text is ignored.
    pub fn ids(&self, text: &str, most: usize) -> Vec<u32> {
        match self {
            Self::Unigram(unigram) => unigram.ids(text, most),
            Self::Library(library) => {
                // This fails only for a tokenizer that cannot split at all, and `read` has tried it.
                let mut ids = library
                    .encode_fast(text, true)
                    .map_or_else(|_| Vec::new(), |cut| cut.get_ids().to_vec());
                if ids.len() > most
                    && let Some(last) = ids.pop()
                {
                    ids.truncate(most.saturating_sub(1));
                    ids.push(last);
                }
                ids
            }
        }
    }
}

/// The part of `tokenizer.json` that tells the kind of model.
#[derive(Deserialize)]
struct Head {
    model: HeadModel,
}

#[derive(Deserialize)]
struct HeadModel {
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// A `tokenizer.json` of a Unigram model.
#[derive(Deserialize)]
struct UnigramFile {
    added_tokens: Vec<AddedToken>,
    normalizer: Option<NormalizerWrapper>,
    pre_tokenizer: Option<PreTokenizerWrapper>,
    post_processor: Template,
    model: UnigramModel,
}

#[derive(Deserialize)]
struct AddedToken {
    content: String,
    special: bool,
}

#[derive(Deserialize)]
struct UnigramModel {
    unk_id: usize,
    vocab: Vec<(String, f64)>,
    #[serde(default)]
    byte_fallback: bool,
}

/// The template of the marks around a text.
#[derive(Deserialize)]
struct Template {
    single: Vec<TemplatePart>,
    special_tokens: HashMap<String, SpecialToken>,
}

#[derive(Deserialize)]
enum TemplatePart {
    SpecialToken { id: String },
    Sequence {},
}

#[derive(Deserialize)]
struct SpecialToken {
    ids: Vec<u32>,
}

/// A Unigram model: splits a word into the most likely pieces (Kudo, *Subword Regularization*, 2018).
#[derive(Debug)]
pub struct Unigram {
    normalizer: Option<NormalizerWrapper>,
    pre_tokenizer: Option<PreTokenizerWrapper>,
    /// Id and log probability of each piece. Special tokens are left out: a buyer who types `</s>` gets its characters.
    pieces: HashMap<Box<str>, (u32, f64)>,
    /// Length of the longest piece, in bytes.
    longest: usize,
    unknown: u32,
    /// Log probability of a character with which no piece begins.
    unknown_score: f64,
    before: Vec<u32>,
    after: Vec<u32>,
}

/// What `tokenizers` and SentencePiece subtract from the least score for an unknown character.
const UNKNOWN_PENALTY: f64 = 10.0;

impl Unigram {
    /// `None` if the file uses a feature that is left to the library.
    fn build(file: UnigramFile) -> Option<Self> {
        if file.model.byte_fallback || file.added_tokens.iter().any(|token| !token.special) {
            return None;
        }
        let Template {
            single,
            special_tokens,
        } = file.post_processor;
        let split = single
            .iter()
            .position(|part| matches!(part, TemplatePart::Sequence {}))?;
        let marks = |parts: &[TemplatePart]| {
            let ids = parts.iter().map(|part| match part {
                TemplatePart::SpecialToken { id } => {
                    special_tokens.get(id).map(|token| token.ids.clone())
                }
                TemplatePart::Sequence {} => None,
            });
            ids.collect::<Option<Vec<_>>>().map(|ids| ids.concat())
        };
        let least = file
            .model
            .vocab
            .iter()
            .map(|(_, score)| *score)
            .fold(f64::INFINITY, f64::min);
        let mut pieces = HashMap::with_capacity(file.model.vocab.len());
        for (id, (piece, score)) in file.model.vocab.into_iter().enumerate() {
            pieces.insert(piece.into_boxed_str(), (u32::try_from(id).ok()?, score));
        }
        for token in &file.added_tokens {
            pieces.remove(token.content.as_str());
        }
        Some(Self {
            normalizer: file.normalizer,
            pre_tokenizer: file.pre_tokenizer,
            longest: pieces.keys().map(|piece| piece.len()).max()?,
            pieces,
            unknown: u32::try_from(file.model.unk_id).ok()?,
            unknown_score: least - UNKNOWN_PENALTY,
            before: marks(&single[..split])?,
            after: marks(&single[split + 1..])?,
        })
    }

    fn ids(&self, text: &str, most: usize) -> Vec<u32> {
        let mut normalized = NormalizedString::from(text);
        if let Some(normalizer) = &self.normalizer {
            // The normalisers of such files replace characters by tables and never fail.
            let _ = normalizer.normalize(&mut normalized);
        }
        let mut words = PreTokenizedString::from(normalized);
        if let Some(pre_tokenizer) = &self.pre_tokenizer {
            let _ = pre_tokenizer.pre_tokenize(&mut words); // likewise
        }
        let mut ids = self.before.clone();
        for (word, _, _) in words.get_splits(OffsetReferential::Original, OffsetType::None) {
            self.cut(word, &mut ids);
        }
        ids.truncate(most.saturating_sub(self.after.len()));
        ids.extend(&self.after);
        ids
    }

    /// Appends the ids of the most likely split of `word` (Viterbi's algorithm over byte positions). Of equal splits
    /// the one with the longest first piece wins, as in the library. Neighbouring unknown characters become one token.
    fn cut(&self, word: &str, ids: &mut Vec<u32>) {
        #[derive(Clone, Copy)]
        struct Step {
            score: f64,
            start: usize,
            id: u32,
        }
        let unreached = Step {
            score: f64::NEG_INFINITY,
            start: usize::MAX,
            id: 0,
        };
        let mut best = vec![unreached; word.len() + 1];
        best[0].score = 0.0;
        let ends: Vec<usize> = word
            .char_indices()
            .map(|(start, c)| start + c.len_utf8())
            .collect();
        let mut start = 0;
        for (index, next) in ends.iter().enumerate() {
            let score = best[start].score;
            let mut single = false;
            for end in ends[index..]
                .iter()
                .take_while(|end| **end - start <= self.longest)
            {
                if let Some((id, own)) = self.pieces.get(&word[start..*end]) {
                    if score + own > best[*end].score {
                        best[*end] = Step {
                            score: score + own,
                            start,
                            id: *id,
                        };
                    }
                    single |= end == next;
                }
            }
            if !single && score + self.unknown_score > best[*next].score {
                best[*next] = Step {
                    score: score + self.unknown_score,
                    start,
                    id: self.unknown,
                };
            }
            start = *next;
        }
        let first = ids.len();
        let mut end = word.len();
        while end > 0 {
            let step = best[end];
            if step.id != self.unknown || ids.len() == first || ids.last() != Some(&self.unknown) {
                ids.push(step.id);
            }
            end = step.start;
        }
        ids[first..].reverse();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use proptest::prelude::*;

    use super::*;

    const FILE: &[u8] = include_bytes!("../../models/multilingual-e5-small-zh/tokenizer.json");

    fn both() -> &'static (Cutter, Tokenizer) {
        static BOTH: OnceLock<(Cutter, Tokenizer)> = OnceLock::new();
        BOTH.get_or_init(|| {
            (
                Cutter::read(FILE).unwrap(),
                Tokenizer::from_bytes(FILE).unwrap(),
            )
        })
    }

    fn check(text: &str) {
        let (ours, library) = both();
        let want = library.encode(text, true).unwrap();
        assert_eq!(
            ours.ids(text, 512),
            want.get_ids(),
            "{text:?} is cut {:?} by the library",
            want.get_tokens()
        );
    }

    #[test]
    fn cuts_as_the_library_does() {
        assert!(matches!(both().0, Cutter::Unigram(_)));
        for text in [
            "",
            " ",
            "query: 160cm 100斤穿什么码?",
            "query: 这件衣服什么时候能发货？",
            "ＡＢＣ　１２３，ｱｲｳ",
            "XL码175/92A，5折💰💰 ㊙️ ①②③ ℃ ㎡",
            "한국어 ひらがな العربية 混在一起 🧑‍🤝‍🧑 é e\u{301}",
            "a  b   c\t\n d",
            "▁▁ 已 有 标 记▁",
            "\u{200b}\u{feff}零宽\u{200d}字符\0控制\u{7f}",
            "………………！！！！？？",
        ] {
            check(text);
        }
        check(&"这件衣服什么时候能发货？XL ".repeat(100));
    }

    #[test]
    fn marks_in_a_text_are_text() {
        let ids = both().0.ids("</s><pad>", 512);
        assert_eq!((ids.first(), ids.last()), (Some(&0), Some(&2)));
        assert!(ids[1..ids.len() - 1].iter().all(|id| *id > 2), "{ids:?}");
    }

    #[test]
    fn long_texts_are_cut_off() {
        for most in [2, 3, 10] {
            let ids = both()
                .0
                .ids("这件衣服什么时候能发货？这件衣服什么时候能发货？", most);
            assert_eq!((ids.len(), ids[0], ids[most - 1]), (most, 0, 2));
        }
    }

    #[test]
    fn what_is_no_tokenizer_is_an_error() {
        for json in [
            "",
            "{}",
            "[1]",
            r#"{"model": {"type": "Unigram"}}"#,
            r#"{"model": {"type": "Novel"}}"#,
        ] {
            assert!(Cutter::read(json.as_bytes()).is_err(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_cut_alike(text in "[一-龥a-zA-Z0-9 ，。？！…%/+.:ａ-ｚ０-９가-힣あ-ん\u{300}-\u{304}😀-😏]{0,40}") {
            check(&text);
        }

        #[test]
        fn any_characters_are_cut_alike(text in "\\PC{0,30}") {
            // The library reads `<s>` as a mark.
            check(&text.replace('<', ""));
        }
    }
}
