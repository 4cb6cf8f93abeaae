//! The scan for AVX2 and AVX-512, four rows at a time.

use std::arch::x86_64::{__m256i, __m512i};

use pulp::x86::{V3, V4};
use pulp::{NullaryFnOnce, cast};

use super::{LANES, Scan};

/// Rows processed together, so that the query is read once for all of them.
const ROWS: usize = 4;

impl Scan<'_> {
    /// With the widest instructions of this processor.
    pub fn wide(self) {
        match V4::try_new() {
            Some(simd) => simd.vectorize(Wide(simd, self)),
            None => self.avx2(),
        }
    }

    /// With the instructions of most processors.
    pub fn avx2(self) {
        match V3::try_new() {
            Some(simd) => simd.vectorize(Wide(simd, self)),
            None => self.portable(),
        }
    }
}

/// How a processor multiplies rows with a query. A 32-bit lane sums at most 256 · 2 products of 127 · 32,767, which
/// stays below 2³¹ (4096 numbers per row).
trait Dots: Copy {
    /// The dot products of `R` rows, one after the other in `rows`.
    fn dots<const R: usize>(self, rows: &[[u8; LANES]], query: &[[i16; LANES]]) -> [i64; R];
}

struct Wide<'a, D>(D, Scan<'a>);

impl<D: Dots> NullaryFnOnce for Wide<'_, D> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Wide(simd, scan) = self;
        let query = scan.query.as_chunks::<LANES>().0;
        let codes = scan.codes.as_chunks::<LANES>().0;
        let (scores, scores_rest) = scan.scores.as_chunks_mut::<ROWS>();
        let (scales, scales_rest) = scan.scales.as_chunks::<ROWS>();
        let mut groups = codes.chunks_exact(ROWS * query.len().max(1));
        for ((scores, scales), rows) in scores.iter_mut().zip(scales).zip(&mut groups) {
            let dots = simd.dots::<ROWS>(rows, query);
            for ((score, dot), scale) in scores.iter_mut().zip(dots).zip(scales) {
                *score = dot as f32 * (scale * scan.scale);
            }
        }
        let rows = groups.remainder().chunks_exact(query.len().max(1));
        for ((score, scale), row) in scores_rest.iter_mut().zip(scales_rest).zip(rows) {
            *score = simd.dots::<1>(row, query)[0] as f32 * (scale * scan.scale);
        }
    }
}

impl Dots for V3 {
    #[inline(always)]
    fn dots<const R: usize>(self, rows: &[[u8; LANES]], query: &[[i16; LANES]]) -> [i64; R] {
        let mut sums: [__m256i; R] = [self.avx._mm256_setzero_si256(); R];
        let rows: [&[[u8; LANES]]; R] =
            std::array::from_fn(|r| &rows[r * query.len()..][..query.len()]);
        for (k, q) in query.iter().enumerate() {
            let q: __m256i = cast(*q);
            for r in 0..R {
                let row = self.avx2._mm256_cvtepi8_epi16(cast(rows[r][k]));
                let products = self.avx2._mm256_madd_epi16(row, q);
                sums[r] = self.avx2._mm256_add_epi32(sums[r], products);
            }
        }
        sums.map(|sum| {
            let lanes: [i32; 8] = cast(sum);
            lanes.iter().map(|lane| i64::from(*lane)).sum()
        })
    }
}

impl Dots for V4 {
    #[inline(always)]
    fn dots<const R: usize>(self, rows: &[[u8; LANES]], query: &[[i16; LANES]]) -> [i64; R] {
        let (f, bw) = (self.avx512f, self.avx512bw);
        let mut sums: [__m512i; R] = [f._mm512_setzero_si512(); R];
        let (pairs, last) = query.as_chunks::<2>();
        let rows: [&[[u8; LANES]]; R] =
            std::array::from_fn(|r| &rows[r * query.len()..][..query.len()]);
        for (k, query) in pairs.iter().enumerate() {
            let query: __m512i = cast(*query);
            for r in 0..R {
                let row = bw._mm512_cvtepi8_epi16(cast([rows[r][2 * k], rows[r][2 * k + 1]]));
                sums[r] = f._mm512_add_epi32(sums[r], bw._mm512_madd_epi16(row, query));
            }
        }
        if let [query] = last {
            let query: __m512i = cast([*query, [0; LANES]]);
            for r in 0..R {
                let row = bw._mm512_cvtepi8_epi16(cast([rows[r][2 * pairs.len()], [0; LANES]]));
                sums[r] = f._mm512_add_epi32(sums[r], bw._mm512_madd_epi16(row, query));
            }
        }
        let mut totals = [0; R];
        for r in 0..R {
            let [low, high]: [__m256i; 2] = cast(sums[r]);
            let (low, high) = (f._mm512_cvtepi32_epi64(low), f._mm512_cvtepi32_epi64(high));
            totals[r] = f._mm512_reduce_add_epi64(f._mm512_add_epi64(low, high));
        }
        totals
    }
}
