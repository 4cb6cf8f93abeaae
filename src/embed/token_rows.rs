//! The token vectors of many texts, and how well they answer to those of a question.

use std::ops::{Deref, Range};

use super::error::EmbedError;
use super::projection::cosine;
use super::simd::{Arithmetic, Kernel, dispatch};

/// The first bytes of the stored form; the digits are its version.
const MAGIC: &[u8; 8] = b"zktok001";

/// Most tokens kept of a text: what a long one says further on, its pieces tell.
const MOST: usize = 96;

/// Token vectors of texts, over the bytes of their stored form: a file that is mapped, so that only what is looked at
/// takes memory.
#[derive(Debug)]
pub struct TokenRows<B> {
    width: usize,
    /// Where each text's tokens begin; one more than there are texts.
    starts: Vec<u32>,
    bytes: B,
    /// Where the codes begin.
    codes: usize,
}

/// The stored form: magic, width and number of texts (32 bits each, little-endian), where each text's tokens end, codes.
pub fn to_bytes<'a>(width: usize, texts: impl Iterator<Item = &'a [i8]>) -> Vec<u8> {
    let (mut ends, mut codes, mut count) = (Vec::new(), Vec::new(), 0u32);
    for text in texts {
        let kept = &text[..text.len().min(MOST * width)];
        codes.extend(kept.iter().map(|code| *code as u8));
        count += 1;
        ends.extend_from_slice(&((codes.len() / width.max(1)) as u32).to_le_bytes());
    }
    let mut bytes = MAGIC.to_vec();
    for number in [width as u32, count] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend(ends);
    bytes.extend(codes);
    bytes
}

impl<B: Deref<Target = [u8]>> TokenRows<B> {
    /// Reads the stored form.
    ///
    /// # Errors
    /// Where it is not as [`to_bytes`] writes it. Changed codes are not noticed here: the snapshot's manifest guards them.
    pub fn from_bytes(bytes: B) -> Result<Self, EmbedError> {
        let read = |bytes: &[u8]| {
            let rest = bytes.strip_prefix(MAGIC)?;
            let (head, rest) = rest.split_first_chunk::<8>()?;
            let number = |at: usize| {
                u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize
            };
            let (width, count) = (number(0), number(4));
            let (ends, codes) = rest.split_at_checked(count.checked_mul(4)?)?;
            let ends = ends
                .as_chunks()
                .0
                .iter()
                .map(|end| u32::from_le_bytes(*end));
            let starts: Vec<u32> = std::iter::once(0).chain(ends).collect();
            let all = *starts.last()? as usize;
            let sound = starts.is_sorted() && all.checked_mul(width)? == codes.len();
            sound.then_some((width, starts, bytes.len() - codes.len()))
        };
        let (width, starts, codes) = read(&bytes).ok_or_else(|| EmbedError::Vectors {
            what: "the token vectors are cut short or of another version".to_owned(),
        })?;
        Ok(Self {
            width,
            starts,
            bytes,
            codes,
        })
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The codes of a text's tokens; none of one beyond the last.
    pub fn of(&self, text: usize) -> &[u8] {
        match self.starts.get(text..text + 2) {
            Some(&[start, end]) => &self.bytes[self.range(start as usize..end as usize)],
            _ => &[],
        }
    }

    fn range(&self, tokens: Range<usize>) -> Range<usize> {
        self.codes + tokens.start * self.width..self.codes + tokens.end * self.width
    }
}

/// A question's tokens, held against those of an entry's texts: each looks for its best partner in any of them.
#[derive(Debug)]
pub struct Partners<'a> {
    question: &'a [i8],
    width: usize,
    /// The product of codes with the best partner so far, a token.
    best: Vec<i32>,
}

impl<'a> Partners<'a> {
    /// The tokens of a question, each of `width` codes.
    pub fn new(question: &'a [i8], width: usize) -> Self {
        let tokens = question.len().checked_div(width).unwrap_or(0);
        Self {
            question,
            width,
            best: vec![i32::MIN; tokens],
        }
    }

    /// Looks for partners among the tokens of a text.
    pub fn look(&mut self, text: &[u8]) {
        if !self.best.is_empty() {
            dispatch(Look {
                question: self.question,
                text,
                width: self.width,
                best: &mut self.best,
            });
        }
    }

    /// The mean over the question's tokens of the cosine with the best partner, −1..1, and a new start; 0 where there
    /// was no token on either side.
    pub fn take(&mut self) -> f32 {
        let found = self.best.iter().filter(|best| **best > i32::MIN);
        let sum: f32 = found.map(|best| cosine(*best)).sum();
        let mean = sum / self.best.len().max(1) as f32;
        self.best.fill(i32::MIN);
        mean
    }
}

/// The loop of [`Partners::look`].
struct Look<'a> {
    question: &'a [i8],
    text: &'a [u8],
    width: usize,
    best: &'a mut [i32],
}

impl Kernel for Look<'_> {
    #[inline(always)]
    fn run<A: Arithmetic>(self, _: A) {
        for token in self.text.chunks_exact(self.width) {
            for (own, best) in self
                .question
                .chunks_exact(self.width)
                .zip(self.best.iter_mut())
            {
                let products = own.iter().zip(token);
                let product =
                    products.fold(0, |sum, (a, b)| sum + i32::from(*a) * i32::from(*b as i8));
                *best = product.max(*best);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_finds_its_best_partner() {
        let texts: [&[i8]; 3] = [&[127, 0, 0, 127], &[], &[-127, 0]];
        let rows = TokenRows::from_bytes(to_bytes(2, texts.into_iter())).unwrap();
        assert_eq!(rows.len(), 3);
        let question = [127, 0, 127, 127];
        let mut partners = Partners::new(&question, 2);
        for (text, want) in [(0, 0.25), (1, 0.0), (2, -0.25), (9, 0.0)] {
            partners.look(rows.of(text));
            assert!((partners.take() - want).abs() < 1e-2, "text {text}");
        }
        partners.look(rows.of(2));
        partners.look(rows.of(0));
        assert!(
            (partners.take() - 0.25).abs() < 1e-2,
            "the best of all texts"
        );
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let good = to_bytes(2, [&[1i8, 2, 3, 4][..], &[5, 6]].into_iter());
        assert!(TokenRows::from_bytes(good.clone()).is_ok());
        for length in 0..good.len() {
            assert!(
                TokenRows::from_bytes(good[..length].to_vec()).is_err(),
                "{length} bytes"
            );
        }
        let mut unsorted = good.clone();
        unsorted[16] = 9;
        assert!(TokenRows::from_bytes(unsorted).is_err());
    }
}
