//! The product for AVX2, in the intrinsics that pulp hands out safely.

use std::arch::x86_64::{__m256, __m256i};

use pulp::{NullaryFnOnce, cast, x86::V3};

use super::{BLOCK, Cell, PANEL, Product, Rounded, TILE, next_tile};

pub struct Round<'a> {
    pub simd: V3,
    pub blocks: &'a [[f32; BLOCK]],
    pub rounded: &'a mut Vec<Rounded>,
}

impl NullaryFnOnce for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for block in self.blocks {
            self.rounded.push(round_block(self.simd, block));
        }
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
    // Packing works within 128 bits, so that quads come out as 0 2 4 6 1 3 5 7.
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
    Rounded {
        quads: cast(codes),
        seed: cast(total.map(|sum| -8 * sum)),
        scale: largest / 127.0,
    }
}

pub struct Wide<'a> {
    pub simd: V3,
    pub product: Product<'a>,
}

impl NullaryFnOnce for Wide<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self {
            simd,
            product:
                Product {
                    cells,
                    rows,
                    blocks,
                    bias,
                    output,
                },
        } = self;
        let width = bias.len();
        let biases = bias.as_chunks::<PANEL>().0;
        for (panel, (cells, bias)) in cells.chunks_exact(blocks).zip(biases).enumerate() {
            let (mut rows, mut output) = (rows, &mut *output);
            while !rows.is_empty() {
                let count = next_tile(rows.len() / blocks, TILE);
                let (these, later) = rows.split_at(count * blocks);
                let (out, out_later) = output.split_at_mut(count * width);
                match count {
                    1 => tile::<1>(simd, cells, these, bias, &mut out[panel * PANEL..], width),
                    2 => tile::<2>(simd, cells, these, bias, &mut out[panel * PANEL..], width),
                    3 => tile::<3>(simd, cells, these, bias, &mut out[panel * PANEL..], width),
                    4 => tile::<4>(simd, cells, these, bias, &mut out[panel * PANEL..], width),
                    5 => tile::<5>(simd, cells, these, bias, &mut out[panel * PANEL..], width),
                    6 => tile::<6>(simd, cells, these, bias, &mut out[panel * PANEL..], width),
                    _ => tile::<TILE>(simd, cells, these, bias, &mut out[panel * PANEL..], width),
                }
                (rows, output) = (later, out_later);
            }
        }
    }
}

/// 16 outputs of `R` rows. `out` starts at the first row's first output; the rows lie `width` apart.
///
/// The cells are gone through twice, once a nibble: `R` sums of a block and `R` of the row fit the registers,
/// twice as many would not, and the second time the cells are in the nearest cache.
#[inline(always)]
fn tile<const R: usize>(
    simd: V3,
    cells: &[Cell],
    rows: &[Rounded],
    bias: &[f32; PANEL],
    out: &mut [f32],
    width: usize,
) {
    let rows: [&[Rounded]; R] = std::array::from_fn(|r| &rows[r * cells.len()..][..cells.len()]);
    let low = half_tile::<R, 0>(simd, cells, rows);
    let high = half_tile::<R, 1>(simd, cells, rows);
    for r in 0..R {
        let sums: [f32; PANEL] = cast([low[r], high[r]]);
        for ((y, sum), bias) in out[r * width..][..PANEL].iter_mut().zip(sums).zip(bias) {
            *y = sum + bias;
        }
    }
}

/// 8 outputs of `R` rows: those of the low nibbles (`HALF` 0) or of the high ones (1).
#[inline(always)]
fn half_tile<const R: usize, const HALF: usize>(
    simd: V3,
    cells: &[Cell],
    rows: [&[Rounded]; R],
) -> [__m256; R] {
    let mask = simd.avx._mm256_set1_epi8(15);
    let ones = simd.avx._mm256_set1_epi16(1);
    let mut sums = [simd.avx._mm256_setzero_ps(); R];
    for (b, cell) in cells.iter().enumerate() {
        let mut lanes: [__m256i; R] = rows.map(|row| simd.avx._mm256_set1_epi32(row[b].seed));
        for (quad, codes) in cell.codes.iter().enumerate() {
            let both: __m256i = cast(*codes);
            let half = if HALF == 0 {
                both
            } else {
                simd.avx2._mm256_srli_epi16::<4>(both)
            };
            let weights = simd.avx2._mm256_and_si256(half, mask);
            for r in 0..R {
                let x = simd.avx._mm256_set1_epi32(rows[r][b].quads[quad]);
                let products = simd.avx2._mm256_maddubs_epi16(weights, x);
                lanes[r] = simd.avx2._mm256_add_epi16(lanes[r], products);
            }
        }
        let weight_scale: __m256 = cast(cell.scales[HALF]);
        for r in 0..R {
            let dots = simd
                .avx
                ._mm256_cvtepi32_ps(simd.avx2._mm256_madd_epi16(lanes[r], ones));
            let scale = simd
                .avx
                ._mm256_mul_ps(simd.avx._mm256_set1_ps(rows[r][b].scale), weight_scale);
            sums[r] = simd.fma._mm256_fmadd_ps(dots, scale, sums[r]);
        }
    }
    sums
}
