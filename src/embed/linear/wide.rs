//! The product for AVX2 and AVX-512, with the intrinsics that pulp offers as safe functions.
//!
//! Functions with intrinsics must be inlined. A closure that is passed on may not be, so these are functions of traits.

use std::arch::x86_64::*;

use pulp::x86::{V3, V4};
use pulp::{NullaryFnOnce, cast};

use super::{BLOCK, Cell, PANEL, Product, Rounded, Rounding, Rows, next_tile};

pub struct Round<'a> {
    pub simd: V3,
    pub rows: Rows<'a>,
    pub rounded: &'a mut Vec<Rounded>,
}

impl NullaryFnOnce for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.rows.round(self.simd, self.rounded);
    }
}

impl Rounding for V3 {
    #[inline(always)]
    fn round(self, block: &[f32; BLOCK]) -> Rounded {
        round_block(self, block)
    }
}

/// The same as [`super::round_block`], bit for bit.
#[inline(always)]
fn round_block(simd: V3, block: &[f32; BLOCK]) -> Rounded {
    let x: [__m256; 4] = cast(*block);
    let sign = simd.avx._mm256_set1_ps(-0.0);
    let sizes = x.map(|x| simd.avx._mm256_andnot_ps(sign, x));
    let larger = |a, b| simd.avx._mm256_max_ps(a, b);
    let lanes: [f32; 8] = cast(larger(
        larger(sizes[0], sizes[1]),
        larger(sizes[2], sizes[3]),
    ));
    let largest = lanes
        .into_iter()
        .fold(0f32, |a, b| if b > a { b } else { a });
    let factor = simd
        .avx
        ._mm256_set1_ps(if largest > 0.0 { 127.0 / largest } else { 0.0 });
    let whole = x.map(|x| {
        simd.avx
            ._mm256_cvtps_epi32(simd.avx._mm256_mul_ps(x, factor))
    });
    // Packing works within 128 bits, so the quads come out as 0 2 4 6 1 3 5 7.
    let pairs = [(whole[0], whole[1]), (whole[2], whole[3])];
    let [low, high] = pairs.map(|(a, b)| simd.avx2._mm256_packs_epi32(a, b));
    let mixed = simd.avx2._mm256_packs_epi16(low, high);
    let order = simd.avx._mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    let codes = simd.avx2._mm256_permutevar8x32_epi32(mixed, order);
    let sums = simd
        .avx2
        ._mm256_maddubs_epi16(simd.avx._mm256_set1_epi8(1), codes);
    let sums: [[[i16; 2]; 4]; 2] = cast(sums);
    let mut total = [0i16; 2];
    for sum in sums.as_flattened() {
        total = [total[0] + sum[0], total[1] + sum[1]];
    }
    Rounded::new(cast(codes), total.map(i32::from), largest)
}

impl Product<'_> {
    /// With the widest instructions of this processor.
    pub fn wide(self) {
        match Vnni::try_new() {
            Some(simd) => simd.0.vectorize(Tiled(simd, self)),
            None => self.avx2(),
        }
    }

    /// With the instructions of most processors.
    pub fn avx2(self) {
        match V3::try_new() {
            Some(simd) => simd.vectorize(Tiled(simd, self)),
            None => self.portable(),
        }
    }
}

/// How a processor computes a tile: 16 outputs of some rows.
trait Tile: Copy {
    /// The most rows that fit the registers.
    const MOST: usize;

    /// The sums of `R` rows, whose blocks are the first of each `count` in `rounded`.
    fn sums<const R: usize>(
        self,
        cells: &[Cell],
        rounded: &[Rounded],
        count: usize,
    ) -> [[f32; PANEL]; R];
}

struct Tiled<'a, T>(T, Product<'a>);

impl<T: Tile> NullaryFnOnce for Tiled<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Tiled(tile, product) = self;
        let width = product.bias.len();
        let count = product.output.len() / width;
        let biases = product.bias.as_chunks::<PANEL>().0;
        let panels = product.cells.chunks_exact(product.blocks);
        for (panel, (cells, bias)) in panels.zip(biases).enumerate() {
            let mut first = 0;
            while first < count {
                let rows = next_tile(count - first, T::MOST);
                let rounded = &product.rounded[first..];
                let out = &mut product.output[first * width + panel * PANEL..];
                macro_rules! one_of {
                    ($($rows:literal)*) => {
                        match rows {
                            $($rows => put::<$rows>(tile.sums(cells, rounded, count), bias, out, width),)*
                            _ => unreachable!("a tile has at most {} rows", T::MOST),
                        }
                    };
                }
                one_of!(1 2 3 4 5 6 7 8 9 10 11 12 13);
                first += rows;
            }
        }
    }
}

/// Writes the sums of `R` rows, which are `width` apart in `out`.
#[inline(always)]
fn put<const R: usize>(
    sums: [[f32; PANEL]; R],
    bias: &[f32; PANEL],
    out: &mut [f32],
    width: usize,
) {
    for (r, sums) in sums.iter().enumerate() {
        for ((y, sum), bias) in out[r * width..][..PANEL].iter_mut().zip(sums).zip(bias) {
            *y = sum + bias;
        }
    }
}

/// AVX-512 with dot products of bytes (VNNI). The token proves that the processor has both.
#[derive(Clone, Copy)]
struct Vnni(V4);

impl Vnni {
    fn try_new() -> Option<Vnni> {
        let simd = V4::try_new()?;
        std::arch::is_x86_feature_detected!("avx512vnni").then_some(Vnni(simd))
    }
}

impl Tile for Vnni {
    /// 13 sums of a block, 13 of the row and 4 more registers nearly fill the 32.
    const MOST: usize = 13;

    #[inline(always)]
    fn sums<const R: usize>(
        self,
        cells: &[Cell],
        rounded: &[Rounded],
        count: usize,
    ) -> [[f32; PANEL]; R] {
        // pulp offers no such instruction. In `cargo bench --bench encoder` a question takes 2.3 ms with it, and 4.0 ms
        // with the 16-bit lanes of AVX-512. SAFETY: a `Vnni` is made only if the processor has all features that the
        // function requires.
        #[allow(unsafe_code)]
        unsafe {
            byte_sums(cells, rounded, count)
        }
    }
}

/// The sums of `R` rows by dot products of four bytes each.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
fn byte_sums<const R: usize>(
    cells: &[Cell],
    rounded: &[Rounded],
    count: usize,
) -> [[f32; PANEL]; R] {
    let mask = _mm512_set1_epi8(15);
    let mut sums = [_mm512_setzero_ps(); R];
    for (cell, rows) in cells.iter().zip(rounded.chunks(count)) {
        let rows: &[Rounded; R] = tile_of(rows);
        let mut lanes: [__m512i; R] = std::array::from_fn(|r| _mm512_set1_epi32(rows[r].surplus));
        for (pair, codes) in cell.codes.iter().enumerate() {
            let both: __m512i = cast(*codes);
            let shifted = _mm512_srli_epi16::<4>(both);
            for (half, codes) in [both, shifted].into_iter().enumerate() {
                let weights = _mm512_and_si512(codes, mask);
                for r in 0..R {
                    let x = _mm512_set1_epi32(rows[r].quads[2 * pair + half]);
                    lanes[r] = _mm512_dpbusd_epi32(lanes[r], weights, x);
                }
            }
        }
        let weight_scales: __m512 = cast(cell.scales);
        for r in 0..R {
            let scales = _mm512_mul_ps(_mm512_set1_ps(rows[r].scale), weight_scales);
            sums[r] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(lanes[r]), scales, sums[r]);
        }
    }
    sums.map(cast)
}

impl Tile for V3 {
    /// 7 sums of a block and 4 more registers at a time fit the 16.
    const MOST: usize = 7;

    /// Passes over the cells twice, for 8 outputs each: the sums of 16 would not fit the registers, and in the second
    /// pass the cells are in the level-1 cache.
    #[inline(always)]
    fn sums<const R: usize>(
        self,
        cells: &[Cell],
        rounded: &[Rounded],
        count: usize,
    ) -> [[f32; PANEL]; R] {
        let first = eight_sums::<R, 0>(self, cells, rounded, count);
        let last = eight_sums::<R, 1>(self, cells, rounded, count);
        std::array::from_fn(|r| cast([first[r], last[r]]))
    }
}

/// The first (`HALF` 0) or last 8 outputs of `R` rows.
#[inline(always)]
fn eight_sums<const R: usize, const HALF: usize>(
    simd: V3,
    cells: &[Cell],
    rounded: &[Rounded],
    count: usize,
) -> [__m256; R] {
    let (avx, avx2) = (simd.avx, simd.avx2);
    let mask = avx._mm256_set1_epi8(15);
    let ones = avx._mm256_set1_epi16(1);
    let mut sums = [avx._mm256_setzero_ps(); R];
    for (cell, rows) in cells.iter().zip(rounded.chunks(count)) {
        let rows: &[Rounded; R] = tile_of(rows);
        let mut lanes: [__m256i; R] = std::array::from_fn(|r| avx._mm256_set1_epi32(rows[r].seed));
        for (pair, codes) in cell.codes.iter().enumerate() {
            let both: __m256i = cast(codes.as_chunks::<32>().0[HALF]);
            let shifted = avx2._mm256_srli_epi16::<4>(both);
            for (nibble, codes) in [both, shifted].into_iter().enumerate() {
                let weights = avx2._mm256_and_si256(codes, mask);
                for r in 0..R {
                    let x = avx._mm256_set1_epi32(rows[r].quads[2 * pair + nibble]);
                    let products = avx2._mm256_maddubs_epi16(weights, x);
                    lanes[r] = avx2._mm256_add_epi16(lanes[r], products);
                }
            }
        }
        let weight_scales: __m256 = cast(cell.scales.as_chunks::<8>().0[HALF]);
        for r in 0..R {
            let dots = avx._mm256_cvtepi32_ps(avx2._mm256_madd_epi16(lanes[r], ones));
            let scales = avx._mm256_mul_ps(avx._mm256_set1_ps(rows[r].scale), weight_scales);
            sums[r] = simd.fma._mm256_fmadd_ps(dots, scales, sums[r]);
        }
    }
    sums
}

/// The first `R` of the rows.
#[inline(always)]
fn tile_of<const R: usize>(rows: &[Rounded]) -> &[Rounded; R] {
    rows.first_chunk().expect("a tile lies within its rows")
}
