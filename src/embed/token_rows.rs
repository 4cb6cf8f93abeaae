//! The token vectors of many texts, and how well they match those of a question.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use super::error::EmbedError;
use super::projection::cosine;
use super::simd::{Arithmetic, Kernel, dispatch};

/// The first bytes of the stored form; the digits are its version.
const MAGIC: &[u8; 8] = b"zktok001";

/// The most tokens kept of a text. The pieces of a long text cover the rest.
const MOST: usize = 96;

/// Token vectors of texts, kept in a file. A question reads only the few that it needs: for a large shop they are ten
/// times as large as the rest of the snapshot.
#[derive(Debug)]
pub struct TokenRows {
    width: usize,
    /// The first token of each text, and the number of tokens at the end.
    starts: Vec<u32>,
    file: File,
    /// Offset of the codes.
    codes: usize,
}

/// The stored form: magic, width and number of texts (32 bits each, little-endian), the end of each text's tokens,
/// codes.
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

impl TokenRows {
    /// Reads the positions of each text's tokens from a file written by [`to_bytes`].
    ///
    /// # Errors
    /// [`EmbedError::Vectors`] if it is another file. Changed codes are not detected here; the snapshot's manifest
    /// guards them.
    pub fn open(file: File) -> Result<Self, EmbedError> {
        let length = file.metadata().map_or(0, |about| about.len() as usize);
        let read = || -> Option<(usize, Vec<u32>)> {
            let mut head = [0; 16];
            file.read_exact_at(&mut head, 0).ok()?;
            let head = head.strip_prefix(MAGIC)?;
            let number = |at: usize| {
                head[at..]
                    .first_chunk()
                    .map(|four| u32::from_le_bytes(*four))
            };
            let (width, count) = (number(0)? as usize, number(4)? as usize);
            let ends = count.checked_mul(4).filter(|size| *size <= length)?;
            let mut ends = vec![0; ends];
            file.read_exact_at(&mut ends, 16).ok()?;
            let ends = ends.as_chunks().0.iter();
            let ends = ends.map(|end| u32::from_le_bytes(*end));
            let starts: Vec<u32> = std::iter::once(0).chain(ends).collect();
            let codes = (*starts.last()? as usize).checked_mul(width)?;
            let sound = starts.is_sorted() && 16 + 4 * count + codes == length;
            sound.then_some((width, starts))
        };
        let (width, starts) = read().ok_or_else(|| EmbedError::Vectors {
            what: "the token vectors are cut short or of another version".to_owned(),
        })?;
        Ok(Self {
            width,
            codes: 16 + 4 * (starts.len() - 1),
            starts,
            file,
        })
    }

    /// The number of texts.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are no texts.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads the codes of the tokens of successive texts into `buffer`.
    ///
    /// # Errors
    /// Errors of the file.
    pub fn read(&self, texts: Range<usize>, buffer: &mut Vec<u8>) -> io::Result<()> {
        let bytes = self.bytes(texts);
        buffer.resize(bytes.len(), 0);
        self.file
            .read_exact_at(buffer, (self.codes + bytes.start) as u64)
    }

    /// The range of a text's codes in a buffer that begins with those of the text `first`.
    pub fn within(&self, first: usize, text: usize) -> Range<usize> {
        let before = self.bytes(first..first).start;
        let bytes = self.bytes(text..text + 1);
        bytes.start - before..bytes.end - before
    }

    /// The range in the file of the codes of successive texts.
    fn bytes(&self, texts: Range<usize>) -> Range<usize> {
        let at = |text: usize| self.starts[text] as usize * self.width;
        at(texts.start)..at(texts.end)
    }
}

/// A question's tokens, matched with those of an entry's texts. Each token keeps its best partner in any of them.
#[derive(Debug)]
pub struct Partners<'a> {
    question: &'a [i8],
    width: usize,
    /// The best dot product of each token so far.
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

    /// Compares the question's tokens with those of a text.
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

    /// Returns the mean over the question's tokens of the cosine with the best partner, −1..1, and resets; 0 if either
    /// side has no tokens.
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
    use std::io::Write as _;

    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn each_token_finds_its_best_partner() {
        let texts: [&[i8]; 3] = [&[127, 0, 0, 127], &[], &[-127, 0]];
        let rows = TokenRows::open(file(&to_bytes(2, texts.into_iter()))).unwrap();
        assert_eq!(rows.len(), 3);
        let mut codes = Vec::new();
        rows.read(0..3, &mut codes).unwrap();
        let of = |text| &codes[rows.within(0, text)];
        let question = [127, 0, 127, 127];
        let mut partners = Partners::new(&question, 2);
        for (text, want) in [(0, 0.25), (1, 0.0), (2, -0.25)] {
            partners.look(of(text));
            assert!((partners.take() - want).abs() < 1e-2, "text {text}");
        }
        let mut last = Vec::new();
        rows.read(1..3, &mut last).unwrap();
        assert_eq!(&last[rows.within(1, 2)], of(2));
        partners.look(of(2));
        partners.look(of(0));
        assert!(
            (partners.take() - 0.25).abs() < 1e-2,
            "the best of all texts"
        );
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let good = to_bytes(2, [&[1i8, 2, 3, 4][..], &[5, 6]].into_iter());
        assert!(TokenRows::open(file(&good)).is_ok());
        for length in 0..good.len() {
            assert!(
                TokenRows::open(file(&good[..length])).is_err(),
                "{length} bytes"
            );
        }
        let mut unsorted = good.clone();
        unsorted[16] = 9;
        assert!(TokenRows::open(file(&unsorted)).is_err());
    }
}
