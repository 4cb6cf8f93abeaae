//! The upper four bits of 8-bit rows: half the memory to scan, and a bound of what the scan may be off.

use pulp::cast;

/// Numbers in 32 bytes: the first 32 in the low, the next 32 in the high nibbles.
const CHUNK: usize = 64;
/// What a nibble `h` stands for is `16 · h − MIDDLE`: the middle of the 16 codes (each + 128) that share it.
const MIDDLE: f32 = 120.5;
/// What the arithmetic of singles may add to a score of vectors of length 1.
const SINGLES: f32 = 1e-5;

/// Nibbles of rows, and how far each row is from what its nibbles say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coarse {
    /// Chunks a row.
    chunks: usize,
    nibbles: Vec<[u8; 32]>,
    /// What `16 · h − MIDDLE` is multiplied by.
    scales: Vec<f32>,
    /// The length of each row less what its nibbles say.
    rests: Vec<f32>,
    /// No row is longer, nor longer as its nibbles say.
    longest: f32,
}

/// How far the scores of a query may be off: `rest` of the row times `by_rest`, and `fixed` beside.
#[derive(Debug, Clone, Copy)]
pub struct Blur {
    by_rest: f32,
    fixed: f32,
}

impl Coarse {
    /// The upper halves of `codes`, `stride` a row.
    pub fn build(stride: usize, scales: &[f32], codes: &[i8]) -> Self {
        let chunks = stride.div_ceil(CHUNK);
        let mut coarse = Self {
            chunks,
            nibbles: Vec::with_capacity(chunks * scales.len()),
            scales: scales.to_vec(),
            rests: Vec::with_capacity(scales.len()),
            longest: 0.0,
        };
        for (row, scale) in codes.chunks_exact(stride.max(1)).zip(scales) {
            // In halves of a code, so that all is whole.
            let (mut rest, mut length) = (0i64, 0i64);
            for chunk in row.chunks(CHUNK) {
                let mut nibbles = [0x88; 32]; // zeros: (0 + 128) / 16
                let (mut chunk_rest, mut chunk_length) = (0, 0);
                for (place, code) in chunk.iter().enumerate() {
                    let nibble = (i16::from(*code) + 128) as u8 >> 4;
                    let shift = place / 32 * 4;
                    nibbles[place % 32] =
                        (nibbles[place % 32] & !(15 << shift)) | (nibble << shift);
                    let said = 32 * i32::from(nibble) - (2.0 * MIDDLE) as i32;
                    let off = 2 * i32::from(*code) - said;
                    chunk_rest += off * off;
                    chunk_length += said * said;
                }
                rest += i64::from(chunk_rest);
                length += i64::from(chunk_length);
                coarse.nibbles.push(nibbles);
            }
            let rest = scale * 0.5 * (rest as f32).sqrt();
            coarse.rests.push(rest);
            coarse.longest = coarse
                .longest
                .max(scale * 0.5 * (length as f32).sqrt() + rest);
        }
        coarse
    }

    /// Writes to `scores` what the nibbles say of the product of `query` with each row.
    pub fn score_all(&self, query: &[f32], scores: &mut Vec<f32>) -> Blur {
        scores.clear();
        scores.resize(self.scales.len(), 0.0);
        let largest = query.iter().fold(0f32, |a, x| a.max(x.abs()));
        let scale = largest / 127.0;
        let mut codes: Vec<i8> = query.iter().map(|x| (x / scale).round() as i8).collect();
        let own = length(query.iter().copied());
        let rounding = query
            .iter()
            .zip(&codes)
            .map(|(x, code)| x - f32::from(*code) * scale);
        // The true scan rounds the query too, to 16 bits.
        let finer = (query.len() as f32).sqrt() * largest / (2.0 * f32::from(i16::MAX));
        let blur = Blur {
            by_rest: own,
            fixed: self.longest * (length(rounding) + finer + SINGLES * own),
        };
        codes.resize(self.chunks * CHUNK, 0);
        let total: i32 = codes.iter().map(|code| i32::from(*code)).sum();
        let scan = Scan {
            nibbles: &self.nibbles,
            scales: &self.scales,
            query: codes.as_chunks().0,
            offset: MIDDLE * total as f32,
            scale,
            scores,
        };
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            simd.vectorize(wide::Wide { simd, scan });
            return blur;
        }
        scan.portable();
        blur
    }

    /// How far above its score the true product of row `row` may lie.
    #[inline]
    pub fn reach(&self, row: usize, blur: Blur) -> f32 {
        self.rests[row] * blur.by_rest + blur.fixed
    }
}

fn length(numbers: impl Iterator<Item = f32>) -> f32 {
    numbers.map(|x| x * x).sum::<f32>().sqrt()
}

/// A pass over all rows.
struct Scan<'a> {
    nibbles: &'a [[u8; 32]],
    scales: &'a [f32],
    /// A chunk of the query; the same places as in a chunk of a row.
    query: &'a [[i8; CHUNK]],
    /// Taken off each sum of `16 · h · query`.
    offset: f32,
    scale: f32,
    scores: &'a mut [f32],
}

impl Scan<'_> {
    /// For processors without AVX2.
    fn portable(self) {
        let rows = self.nibbles.chunks_exact(self.query.len().max(1));
        for ((score, row), scale) in self.scores.iter_mut().zip(rows).zip(self.scales) {
            let mut dot = 0i32;
            for (bytes, query) in row.iter().zip(self.query) {
                let (low, high) = query.split_at(32);
                for ((byte, a), b) in bytes.iter().zip(low).zip(high) {
                    dot +=
                        i32::from(byte & 15) * i32::from(*a) + i32::from(byte >> 4) * i32::from(*b);
                }
            }
            *score = (16.0 * dot as f32 - self.offset) * (scale * self.scale);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    //! The scan for AVX2.

    use std::arch::x86_64::__m256i;

    use pulp::{NullaryFnOnce, x86::V3};

    use super::{Scan, cast};

    /// Chunks whose products are added in 16 bits: 4 · 2 registers of sums of 2 products of at most 15 · 127 stay
    /// below 2¹⁵.
    const NARROW: usize = 4;

    pub struct Wide<'a> {
        pub simd: V3,
        pub scan: Scan<'a>,
    }

    impl NullaryFnOnce for Wide<'_> {
        type Output = ();

        #[inline(always)]
        fn call(self) {
            let Self { simd, scan } = self;
            let mask = simd.avx._mm256_set1_epi8(15);
            let ones = simd.avx._mm256_set1_epi16(1);
            let rows = scan.nibbles.chunks_exact(scan.query.len().max(1));
            for ((score, row), scale) in scan.scores.iter_mut().zip(rows).zip(scan.scales) {
                let mut sum = simd.avx._mm256_setzero_si256();
                for (row, query) in row.chunks(NARROW).zip(scan.query.chunks(NARROW)) {
                    let mut narrow = simd.avx._mm256_setzero_si256();
                    for (bytes, query) in row.iter().zip(query) {
                        let both: __m256i = cast(*bytes);
                        let [first, second]: [__m256i; 2] = cast(*query);
                        let low = simd.avx2._mm256_and_si256(both, mask);
                        let high = simd
                            .avx2
                            ._mm256_and_si256(simd.avx2._mm256_srli_epi16::<4>(both), mask);
                        let low = simd.avx2._mm256_maddubs_epi16(low, first);
                        let high = simd.avx2._mm256_maddubs_epi16(high, second);
                        narrow = simd
                            .avx2
                            ._mm256_add_epi16(narrow, simd.avx2._mm256_add_epi16(low, high));
                    }
                    sum = simd
                        .avx2
                        ._mm256_add_epi32(sum, simd.avx2._mm256_madd_epi16(narrow, ones));
                }
                let dot: i32 = cast::<__m256i, [i32; 8]>(sum).iter().sum();
                *score = (16.0 * dot as f32 - scan.offset) * (scale * scan.scale);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_scans_agree_and_no_row_is_farther_off_than_told() {
        for (dimension, count) in [(384, 50), (64, 7), (20, 3), (1000, 9)] {
            let stride = usize::next_multiple_of(dimension, 16);
            let code = |i: usize| (i * 7919 % 255) as i32 - 127;
            let codes: Vec<i8> = (0..count * stride)
                .map(|i| {
                    if i % stride < dimension {
                        code(i) as i8
                    } else {
                        0
                    }
                })
                .collect();
            let scales: Vec<f32> = (0..count).map(|i| 0.001 * (i + 1) as f32).collect();
            let coarse = Coarse::build(stride, &scales, &codes);
            let query: Vec<f32> = (0..dimension)
                .map(|i| code(i * i + 3) as f32 / 300.0 + 0.01)
                .collect();
            let mut scores = Vec::new();
            let blur = coarse.score_all(&query, &mut scores);
            for (row, score) in scores.iter().enumerate() {
                let truth: f32 = query
                    .iter()
                    .zip(&codes[row * stride..])
                    .map(|(x, code)| x * f32::from(*code) * scales[row])
                    .sum();
                let reach = coarse.reach(row, blur);
                assert!(
                    (truth - score).abs() <= reach,
                    "row {row}: {score} ± {reach} for {truth}"
                );
            }
            let largest = query.iter().fold(0f32, |a, x| a.max(x.abs()));
            let mut rounded: Vec<i8> = query
                .iter()
                .map(|x| (x / (largest / 127.0)).round() as i8)
                .collect();
            rounded.resize(coarse.chunks * CHUNK, 0);
            let total: i32 = rounded.iter().map(|code| i32::from(*code)).sum();
            let mut portable = vec![0.0; count];
            Scan {
                nibbles: &coarse.nibbles,
                scales: &coarse.scales,
                query: rounded.as_chunks().0,
                offset: MIDDLE * total as f32,
                scale: largest / 127.0,
                scores: &mut portable,
            }
            .portable();
            assert_eq!(scores, portable);
        }
    }
}
