//! The tantivy tokenizer. It gives exactly the terms of [`index_terms`] for a normalised text.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::segment::Segmenter;
use super::terms::{Scratch, Term, index_terms};

/// The most runs of Han characters remembered, some megabytes per thread.
const RUNS: usize = 1 << 16;

/// Segments normalised texts and emits their terms. Buffers are reused between texts.
#[derive(Debug, Clone)]
pub struct TermTokenizer {
    segmenter: Segmenter,
    scratch: Scratch,
    terms: Vec<Term>,
    token: Token,
}

impl TermTokenizer {
    /// The name of the tokenizer in the index.
    pub const NAME: &'static str = "zhike";

    /// A tokenizer for many texts. It remembers the segmentation of runs.
    pub fn new(segmenter: Segmenter) -> TermTokenizer {
        TermTokenizer {
            segmenter,
            scratch: Scratch::remembering(RUNS),
            terms: Vec::new(),
            token: Token::default(),
        }
    }
}

impl Tokenizer for TermTokenizer {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, normalised: &'a str) -> TermStream<'a> {
        self.terms.clear();
        index_terms(
            &self.segmenter,
            normalised,
            &mut self.scratch,
            &mut self.terms,
        );
        self.token.reset();
        TermStream {
            normalised,
            terms: &self.terms,
            next: 0,
            token: &mut self.token,
        }
    }
}

/// The terms of one text.
#[derive(Debug)]
pub struct TermStream<'a> {
    normalised: &'a str,
    terms: &'a [Term],
    next: usize,
    token: &'a mut Token,
}

impl TokenStream for TermStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(term) = self.terms.get(self.next) else {
            return false;
        };
        self.token.text.clear();
        term.encode(self.normalised, &mut self.token.text);
        self.token.offset_from = term.start;
        self.token.offset_to = term.end;
        self.token.position = self.next;
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalise::normalise;

    /// A run is segmented the same the first and the tenth time.
    #[test]
    fn remembered_cuts_are_the_cuts() {
        let segmenter = Segmenter::new(&[]);
        let mut one = TermTokenizer::new(segmenter.clone());
        let mut other = TermTokenizer::new(segmenter);
        one.scratch = Scratch::default();
        other.scratch = Scratch::remembering(3);
        let tokens = |tokenizer: &mut TermTokenizer, text: &str| {
            let mut stream = tokenizer.token_stream(text);
            let mut found = Vec::new();
            while stream.advance() {
                found.push(stream.token().clone());
            }
            found
        };
        for round in 0..3 {
            for raw in [
                "付款后48小时内发出,节假日顺延",
                "节假日顺延,预售款以商品页为准",
                "七天无理由退货,节假日顺延,安装简单",
                "什么时候发货",
            ] {
                let text = normalise(raw);
                assert_eq!(
                    tokens(&mut one, &text),
                    tokens(&mut other, &text),
                    "{round} {raw}"
                );
            }
        }
    }

    #[test]
    fn emits_the_terms_of_the_normalised_text_again_and_again() {
        let segmenter = Segmenter::new(&[]);
        let mut tokenizer = TermTokenizer::new(segmenter.clone());
        for raw in [
            "退貨運費誰出？？",
            "KJ500-A2 滤芯多久換",
            "",
            "160cm 100斤穿什么码",
        ] {
            let text = normalise(raw);
            let mut expected = Vec::new();
            index_terms(&segmenter, &text, &mut Scratch::default(), &mut expected);
            let mut stream = tokenizer.token_stream(&text);
            let mut found = Vec::new();
            while stream.advance() {
                let token = stream.token();
                assert_eq!(token.position, found.len(), "{raw}");
                found.push(token.text.clone());
            }
            let expected: Vec<String> = expected.iter().map(|t| t.encoded(&text)).collect();
            assert_eq!(found, expected, "{raw}");
        }
    }
}
