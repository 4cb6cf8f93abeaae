//! Many vectors of one length, stored in 8 bits and searched exactly.
//!
//! Each row is rounded to integers in −127..=127 with a scale of its own. The query keeps 16 bits, so the score of two
//! vectors of length 1 is off by about 0.0005 (384 numbers).
//!
//! With AVX-512 a scan of all rows takes as long as reading them: 38 MB for 100,000 × 384.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::error::EmbedError;

/// Rows are padded with zeros to a multiple of this: one register of AVX2 in 16-bit lanes.
const LANES: usize = 16;
/// The longest vector. Beyond it the 32-bit sums of a scan could overflow.
const LONGEST: usize = 4096;
/// The first bytes of the stored form; the digits are its version.
const MAGIC: &[u8; 8] = b"zkvec001";
/// Bytes before the scales: magic, dimension and row count (32 bits each, little-endian).
const HEADER: usize = 16;

/// A matrix of vectors, one per row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Vectors {
    dimension: usize,
    /// Bytes per row: the dimension, padded.
    stride: usize,
    /// The factor of each row's codes.
    scales: Vec<f32>,
    /// `stride` codes per row, the bytes of an `i8` each. Codes that are part of the program are not copied.
    codes: Cow<'static, [u8]>,
}

impl Vectors {
    /// Stores `rows` in order. A row with a non-finite number, or with another length than `dimension`, is stored as
    /// zeros (it scores 0 with everything). So are all rows if `dimension` exceeds 4096.
    pub fn build<'a>(dimension: usize, rows: impl Iterator<Item = &'a [f32]>) -> Self {
        let stride = dimension.next_multiple_of(LANES);
        let (mut scales, mut codes) = (Vec::new(), Vec::new());
        for row in rows {
            let fits = row.len() == dimension && dimension <= LONGEST;
            let largest = row.iter().fold(0f32, |a, x| a.max(x.abs()));
            let sound = fits && largest.is_normal() && row.iter().all(|x| x.is_finite());
            scales.push(if sound { largest / 127.0 } else { 0.0 });
            let first = codes.len();
            if sound {
                codes.extend(
                    row.iter()
                        .map(|x| (x / largest * 127.0).round() as i8 as u8),
                );
            }
            codes.resize(first + stride, 0);
        }
        Self::from_parts(dimension, scales, codes.into())
    }

    fn from_parts(dimension: usize, scales: Vec<f32>, codes: Cow<'static, [u8]>) -> Self {
        let stride = dimension.next_multiple_of(LANES);
        Self {
            dimension,
            stride,
            scales,
            codes,
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// Numbers per row.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// The numbers of row `index`, as rounded; `None` beyond the last row.
    pub fn row(&self, index: usize) -> Option<Vec<f32>> {
        let scale = *self.scales.get(index)?;
        let start = index * self.stride;
        let codes = self.codes.get(start..start + self.dimension)?;
        let number = |code: &u8| f32::from(*code as i8) * scale;
        Some(codes.iter().map(number).collect())
    }

    /// Writes the dot product of `query` with each row to `scores`, replacing its content. A query of another length,
    /// or a non-finite one, scores 0 everywhere.
    pub fn score_all(&self, query: &[f32], scores: &mut Vec<f32>) {
        scores.clear();
        scores.resize(self.len(), 0.0);
        let Some(query) = Query::round(self, query) else {
            return;
        };
        let scan = Scan {
            codes: &self.codes,
            scales: &self.scales,
            query: &query.codes,
            scale: query.scale,
            scores,
        };
        #[cfg(target_arch = "x86_64")]
        return scan.wide();
        #[cfg(not(target_arch = "x86_64"))]
        scan.portable();
    }

    /// The `count` rows with the largest dot products, best first. Equal ones are in row order.
    pub fn search(&self, query: &[f32], count: usize) -> Vec<(u32, f32)> {
        let mut scores = Vec::new();
        self.score_all(query, &mut scores);
        top(&scores, count)
    }

    /// The stored form: header, scales, codes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + 4 * self.len() + self.codes.len());
        bytes.extend_from_slice(MAGIC);
        for number in [self.dimension, self.len()] {
            // A row takes memory, so there are never 2³² rows. A dimension beyond the limit is refused when read.
            bytes.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        }
        self.scales
            .iter()
            .for_each(|scale| bytes.extend_from_slice(&scale.to_le_bytes()));
        bytes.extend_from_slice(&self.codes);
        bytes
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// If the header, the length or a scale is not as [`Self::to_bytes`] writes it. Changed codes, and a dimension with
    /// the same padding, are not detected here; the snapshot's manifest guards them.
    pub fn from_bytes(bytes: Cow<'static, [u8]>) -> Result<Self, EmbedError> {
        let wrong = |what: &str| EmbedError::Vectors {
            what: what.to_owned(),
        };
        let (header, body) = bytes
            .split_first_chunk::<HEADER>()
            .ok_or_else(|| wrong("the header is cut short"))?;
        if !header.starts_with(MAGIC) {
            return Err(wrong("the header does not begin with zkvec001"));
        }
        let number = |at: usize| {
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
                as usize
        };
        let (dimension, count) = (number(8), number(12));
        if dimension > LONGEST {
            return Err(wrong(&format!(
                "a dimension of {dimension} is over {LONGEST}"
            )));
        }
        let stride = dimension.next_multiple_of(LANES);
        let size = count.checked_mul(4 + stride);
        if size != Some(body.len()) {
            return Err(wrong(&format!(
                "{} bytes follow where {count} rows of {dimension} numbers were written",
                body.len()
            )));
        }
        let (scales, codes) = body.split_at(4 * count);
        let scales: Vec<f32> = scales
            .as_chunks()
            .0
            .iter()
            .map(|scale| f32::from_le_bytes(*scale))
            .collect();
        if let Some(row) = scales
            .iter()
            .position(|scale| !scale.is_finite() || *scale < 0.0)
        {
            return Err(wrong(&format!(
                "the scale of row {row} is no positive number"
            )));
        }
        let start = bytes.len() - codes.len();
        Ok(Self::from_parts(dimension, scales, behind(bytes, start)))
    }
}

/// The bytes after the first `start`, in the same memory.
pub(crate) fn behind(bytes: Cow<'static, [u8]>, start: usize) -> Cow<'static, [u8]> {
    match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[start..]),
        Cow::Owned(mut bytes) => {
            bytes.drain(..start);
            Cow::Owned(bytes)
        }
    }
}

/// The `count` largest of `scores` with their indexes, best first. Equal ones are in order of index.
pub fn top(scores: &[f32], count: usize) -> Vec<(u32, f32)> {
    if count == 0 {
        return Vec::new();
    }
    // The worst of the best is on top of the heap.
    let mut kept: BinaryHeap<(Reverse<i32>, u32)> =
        BinaryHeap::with_capacity(count.min(scores.len()) + 1);
    for (place, score) in (0u32..).zip(scores) {
        let rank = rank(*score);
        if kept.len() == count {
            if kept
                .peek()
                .is_some_and(|(Reverse(worst), _)| rank <= *worst)
            {
                continue;
            }
            kept.pop();
        }
        kept.push((Reverse(rank), place));
    }
    kept.into_sorted_vec()
        .into_iter()
        .map(|(_, place)| (place, scores[place as usize]))
        .collect()
}

/// An integer with the order of [`f32::total_cmp`] (the bits of the number; for negative numbers all but the sign
/// inverted).
fn rank(score: f32) -> i32 {
    let bits = score.to_bits() as i32;
    bits ^ (((bits >> 31) as u32) >> 1) as i32
}

/// A query rounded to 16 bits and padded like the rows.
struct Query {
    codes: Vec<i16>,
    scale: f32,
}

impl Query {
    /// `None` for a query that scores 0 everywhere.
    fn round(vectors: &Vectors, query: &[f32]) -> Option<Self> {
        let largest = query.iter().fold(0f32, |a, x| a.max(x.abs()));
        let sound = largest.is_normal() && query.iter().all(|x| x.is_finite());
        if !sound || query.len() != vectors.dimension || query.len() > LONGEST {
            return None;
        }
        let full = f32::from(i16::MAX);
        let mut codes: Vec<i16> = query
            .iter()
            .map(|x| (x / largest * full).round() as i16)
            .collect();
        codes.resize(vectors.stride, 0);
        Some(Self {
            codes,
            scale: largest / full,
        })
    }
}

/// A pass over rows.
struct Scan<'a> {
    codes: &'a [u8],
    scales: &'a [f32],
    query: &'a [i16],
    scale: f32,
    scores: &'a mut [f32],
}

impl Scan<'_> {
    /// For other processors. 256 products of 127 · 32,767 fit 32 bits; their sums are added in 64 bits.
    #[cfg_attr(
        target_arch = "x86_64",
        allow(dead_code, reason = "also what tests compare with")
    )]
    fn portable(self) {
        let rows = self.codes.chunks_exact(self.query.len().max(1));
        for ((score, row), scale) in self.scores.iter_mut().zip(rows).zip(self.scales) {
            let parts = row.chunks(256).zip(self.query.chunks(256));
            let part = |(a, b): (&[u8], &[i16])| {
                a.iter()
                    .zip(b)
                    .map(|(a, b)| i32::from(*a as i8) * i32::from(*b))
                    .sum::<i32>()
            };
            let dot: i64 = parts.map(|pair| i64::from(part(pair))).sum();
            *score = dot as f32 * (scale * self.scale);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod wide;

#[cfg(test)]
mod tests;
