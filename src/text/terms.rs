//! The terms of the index and of questions, made in one place so that they agree.
//!
//! One index field holds three families, told apart by one leading character: words (search mode) as they are, single
//! Han characters after `\u{1}`, pairs of adjacent Han characters after `\u{2}`. Words alone do not find 简单 inside
//! 安装简单; pairs do.

use super::normalise::is_han;
use super::runs::Runs;
use super::segment::{Kind, Piece, Segmenter};

/// The family of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// A word, an identifier, a figure, or a part of one. Single Han characters belong to [`Family::Char`].
    Word,
    /// One Han character.
    Char,
    /// Two adjacent Han characters.
    Bigram,
}

impl Family {
    /// The prefix of the family in the merged field.
    pub fn prefix(self) -> Option<char> {
        match self {
            Family::Word => None,
            Family::Char => Some('\u{1}'),
            Family::Bigram => Some('\u{2}'),
        }
    }
}

/// A term, by its place in the normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Its family.
    pub family: Family,
    /// Byte offset of its start.
    pub start: usize,
    /// Byte offset after its end.
    pub end: usize,
}

impl Term {
    /// The text without the family's prefix.
    pub fn text(self, normalised: &str) -> &str {
        &normalised[self.start..self.end]
    }

    /// Appends the term in its index form: the family's prefix, then the text.
    pub fn encode(self, normalised: &str, out: &mut String) {
        out.extend(self.family.prefix());
        out.push_str(self.text(normalised));
    }

    /// The term in its index form.
    pub fn encoded(self, normalised: &str) -> String {
        let mut out = String::with_capacity(self.end - self.start + 1);
        self.encode(normalised, &mut out);
        out
    }
}

/// Buffers that are reused between calls of [`terms`].
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    pieces: Vec<Piece>,
    runs: Runs,
}

impl Scratch {
    /// Buffers that also remember the segmentation of up to `runs` runs of Han characters, for many texts with one
    /// segmenter.
    pub fn remembering(runs: usize) -> Scratch {
        Scratch {
            runs: Runs::remembering(runs),
            ..Scratch::default()
        }
    }
}

/// Appends the terms of normalised text: the words by offset, then characters and pairs by offset. It segments the text
/// once. Stop words are up to the caller.
pub fn terms(segmenter: &Segmenter, normalised: &str, scratch: &mut Scratch, out: &mut Vec<Term>) {
    let Scratch { pieces, runs } = scratch;
    pieces.clear();
    segmenter.pieces_with(normalised, true, runs, pieces);
    for piece in pieces.iter() {
        let text = &normalised[piece.start..piece.end];
        let lone_han = text.len() <= 4
            && text
                .chars()
                .next()
                .is_some_and(|c| is_han(c) && c.len_utf8() == text.len());
        if !lone_han && !matches!(piece.kind, Kind::Punctuation | Kind::Space) {
            out.push(Term {
                family: Family::Word,
                start: piece.start,
                end: piece.end,
            });
        }
    }
    let mut before: Option<usize> = None;
    for (start, c) in normalised.char_indices() {
        if !is_han(c) {
            before = None;
            continue;
        }
        let end = start + c.len_utf8();
        out.push(Term {
            family: Family::Char,
            start,
            end,
        });
        if let Some(first) = before {
            out.push(Term {
                family: Family::Bigram,
                start: first,
                end,
            });
        }
        before = Some(start);
    }
}

/// Like [`terms`], without the words of two Han characters. Each of them is also a pair, so the index need not hold it
/// twice.
pub fn index_terms(
    segmenter: &Segmenter,
    normalised: &str,
    scratch: &mut Scratch,
    out: &mut Vec<Term>,
) {
    let from = out.len();
    terms(segmenter, normalised, scratch, out);
    let pair = |term: &mut Term| {
        let mut chars = term.text(normalised).chars();
        term.family == Family::Word
            && chars.next().is_some_and(is_han)
            && chars.next().is_some_and(is_han)
            && chars.next().is_none()
    };
    out.extract_if(from.., pair).for_each(drop);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::normalise;

    #[test]
    fn families_of_one_sentence() {
        let segmenter = Segmenter::new(&[]);
        let rows = [
            (
                "安装简单吗",
                "安装简单 安装 简单 |安装简单吗|安装 装简 简单 单吗",
            ),
            ("KJ500-A2滤芯", "kj500-a2 kj500 kj 500 a2 滤芯 |滤芯|滤芯"),
            (
                "七天无理由",
                "7天无理由 7天 7 无理由 无理 理由 |天无理由|天无 无理 理由",
            ),
            ("裙 子", "|裙子|"),
            ("", "||"),
        ];
        for (text, expected) in rows {
            let text = normalise(text);
            let mut found = Vec::new();
            terms(&segmenter, &text, &mut Scratch::default(), &mut found);
            let of = |family, between: &str| {
                found
                    .iter()
                    .filter(|t| t.family == family)
                    .map(|t| format!("{}{between}", t.text(&text)))
                    .collect::<String>()
            };
            let got = format!(
                "{}|{}|{}",
                of(Family::Word, " "),
                of(Family::Char, ""),
                of(Family::Bigram, " ").trim_end()
            );
            assert_eq!(got, expected, "{text}");
        }
    }
}
