//! The parts of a BERT layer besides the matrix products: attention, layer norm, GELU. They are cheap and written as
//! plain loops over lanes ([`super::simd`]).

use super::simd::{self, Arithmetic, Kernel};

/// Lanes of an inner loop: two registers of AVX2.
const LANES: usize = 16;
/// Tokens whose attention is computed together: 2 × 4 running sums hide the latency of a multiply-add.
const GROUP: usize = 4;

/// `x = normalise(x + added)` for each row of `width` numbers: mean 0, variance 1, then `gain · x + bias`
/// (Ba and others, *Layer Normalization*, 2016).
pub struct AddNorm<'a> {
    /// Rows, changed in place.
    pub x: &'a mut [f32],
    /// Rows to add; may be empty.
    pub added: &'a [f32],
    /// Factor after normalising, one per column.
    pub gain: &'a [f32],
    /// Added last, one per column.
    pub bias: &'a [f32],
    /// Added to the variance.
    pub epsilon: f32,
}

impl Kernel for AddNorm<'_> {
    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) {
        let width = self.gain.len();
        for (x, added) in self.x.iter_mut().zip(self.added) {
            *x += added;
        }
        for row in self.x.chunks_exact_mut(width) {
            let mean = simd::sum(row, |x| x) / width as f32;
            let variance = simd::sum(row, |x| (x - mean) * (x - mean)) / width as f32;
            let factor = 1.0 / (variance + self.epsilon).sqrt();
            for ((x, gain), bias) in row.iter_mut().zip(self.gain).zip(self.bias) {
                *x = arithmetic.multiply_add((*x - mean) * factor, *gain, *bias);
            }
        }
    }
}

/// `x · Φ(x)` in place, Φ by the error function (Hendrycks and Gimpel, *Gaussian Error Linear Units*, 2016).
///
/// The error function is approximated to within 1.5 · 10⁻⁷ (Abramowitz and Stegun, *Handbook of Mathematical
/// Functions*, 1964, formula 7.1.26).
pub struct Gelu<'a>(pub &'a mut [f32]);

impl Kernel for Gelu<'_> {
    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) {
        for x in self.0 {
            let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
            let t = 1.0 / arithmetic.multiply_add(z, 0.327_591_1, 1.0);
            let mut sum = 1.061_405_4;
            for coefficient in [-1.453_152, 1.421_413_8, -0.284_496_74, 0.254_829_6] {
                sum = arithmetic.multiply_add(sum, t, coefficient);
            }
            let tail = sum * t * simd::exp(arithmetic, -z * z); // 1 − erf z
            let doubled = if *x > 0.0 { 2.0 - tail } else { tail }; // 2 Φ(x)
            *x *= 0.5 * doubled;
        }
    }
}

/// Buffers of [`Attention`], reused from layer to layer.
#[derive(Debug, Default)]
pub struct AttentionScratch {
    /// The keys of one head, one row per axis, padded to whole [`LANES`].
    keys: Vec<f32>,
    /// The values of one head, one row per token, contiguous for the level-1 cache.
    values: Vec<f32>,
    /// The weights of [`GROUP`] tokens over all tokens, padded like the keys.
    weights: Vec<f32>,
}

/// Scaled dot-product attention of every token over all tokens (Vaswani and others, *Attention Is All You Need*, 2017).
pub struct Attention<'a> {
    /// One row per token: queries, keys and values of all heads, side by side (3 · `width` numbers).
    pub qkv: &'a [f32],
    /// The number of heads. `width / heads` is a multiple of [`Attention::HEAD`].
    pub heads: usize,
    /// The result, one row of `width` numbers per token.
    pub context: &'a mut [f32],
    /// The length of a row of the result.
    pub width: usize,
    /// Buffers.
    pub scratch: &'a mut AttentionScratch,
}

impl Attention<'_> {
    /// The size of a head must be a multiple of this.
    pub const HEAD: usize = 2 * LANES;
}

impl Kernel for Attention<'_> {
    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) {
        let Self {
            qkv,
            heads,
            context,
            width,
            scratch,
        } = self;
        let tokens = context.len() / width;
        let padded = tokens.next_multiple_of(LANES);
        let size = width / heads;
        let AttentionScratch {
            keys,
            values,
            weights,
        } = scratch;
        keys.resize(size * padded, 0.0);
        values.resize(tokens * size, 0.0);
        weights.resize(GROUP * padded, 0.0);
        for at in (0..width).step_by(size) {
            for (token, row) in qkv.chunks_exact(3 * width).enumerate() {
                for (axis, key) in row[width + at..][..size].iter().enumerate() {
                    keys[axis * padded + token] = *key;
                }
                values[token * size..][..size].copy_from_slice(&row[2 * width + at..][..size]);
            }
            let head = Head {
                keys,
                values,
                tokens,
                size,
            };
            let mut queries = qkv.chunks_exact(GROUP * 3 * width);
            let mut results = context.chunks_exact_mut(GROUP * width);
            for (queries, results) in (&mut queries).zip(&mut results) {
                let queries = std::array::from_fn(|r| &queries[r * 3 * width + at..][..size]);
                attend::<GROUP, A>(
                    arithmetic,
                    &head,
                    queries,
                    weights,
                    &mut results[at..],
                    width,
                );
            }
            let queries = queries.remainder().chunks_exact(3 * width);
            for (query, result) in queries.zip(results.into_remainder().chunks_exact_mut(width)) {
                attend::<1, A>(
                    arithmetic,
                    &head,
                    [&query[at..][..size]],
                    weights,
                    &mut result[at..],
                    width,
                );
            }
        }
    }
}

/// Keys and values of one head.
struct Head<'a> {
    keys: &'a [f32],
    values: &'a [f32],
    tokens: usize,
    size: usize,
}

/// The results of `R` queries, which are `width` apart in `out`.
#[inline(always)]
fn attend<const R: usize, A: Arithmetic>(
    arithmetic: A,
    head: &Head<'_>,
    queries: [&[f32]; R],
    weights: &mut [f32],
    out: &mut [f32],
    width: usize,
) {
    let padded = head.keys.len() / head.size;
    let scale = 1.0 / (head.size as f32).sqrt();
    for chunk in 0..padded / LANES {
        let mut sums = [[0.0; LANES]; R];
        for (axis, keys) in head.keys.chunks_exact(padded).enumerate() {
            let keys: &[f32; LANES] = &keys.as_chunks().0[chunk];
            for r in 0..R {
                let x = queries[r][axis];
                for lane in 0..LANES {
                    sums[r][lane] = arithmetic.multiply_add(x, keys[lane], sums[r][lane]);
                }
            }
        }
        for r in 0..R {
            let out = &mut weights[r * padded + chunk * LANES..][..LANES];
            out.copy_from_slice(&sums[r].map(|sum| sum * scale));
        }
    }
    let mut factors = [0.0; R];
    for r in 0..R {
        factors[r] = 1.0
            / soften(
                arithmetic,
                &mut weights[r * padded..][..padded],
                head.tokens,
            );
    }
    let rows: [&[f32]; R] = std::array::from_fn(|r| &weights[r * padded..][..head.tokens]);
    for chunk in 0..head.size / LANES {
        let mut sums = [[0.0; LANES]; R];
        for (token, values) in head.values.chunks_exact(head.size).enumerate() {
            let values: &[f32; LANES] = &values.as_chunks().0[chunk];
            for r in 0..R {
                let weight = rows[r][token];
                for lane in 0..LANES {
                    sums[r][lane] = arithmetic.multiply_add(weight, values[lane], sums[r][lane]);
                }
            }
        }
        for r in 0..R {
            let out = &mut out[r * width + chunk * LANES..][..LANES];
            out.copy_from_slice(&sums[r].map(|sum| sum * factors[r]));
        }
    }
}

/// `weights[j] = e^(weights[j] − largest)`, 0 from `tokens` on; returns their sum.
#[inline(always)]
fn soften<A: Arithmetic>(arithmetic: A, weights: &mut [f32], tokens: usize) -> f32 {
    let largest = weights[..tokens]
        .iter()
        .fold(f32::MIN, |a, b| if *b > a { *b } else { a });
    for weight in weights.iter_mut() {
        *weight = simd::exp(arithmetic, *weight - largest);
    }
    weights[tokens..].fill(0.0);
    simd::sum(weights, |x| x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gelu_is_close() {
        // x, x · Φ(x) by the C library's erf in double precision
        for (x, want) in [
            (0.0, 0.0),
            (1.0, 0.841_344_8),
            (-1.0, -0.158_655_26),
            (0.1, 0.053_982_784),
            (-0.5, -0.154_268_77),
            (3.0, 2.995_950_3),
            (-3.0, -0.004_049_694),
            (-6.0, -5.919e-9),
            (20.0, 20.0),
            (-40.0, 0.0),
        ] {
            let mut got = [x];
            simd::dispatch(Gelu(&mut got));
            assert!(
                (got[0] - want).abs() < 1e-6,
                "gelu({x}) = {} for {want}",
                got[0]
            );
        }
    }

    #[test]
    fn rows_are_normalised() {
        let mut x: Vec<f32> = (0..40u8).map(f32::from).collect();
        let added: Vec<f32> = (0..40u8).map(|i| f32::from(i % 3)).collect();
        let before: Vec<f64> = x
            .iter()
            .zip(&added)
            .map(|(a, b)| f64::from(a + b))
            .collect();
        simd::dispatch(AddNorm {
            x: &mut x,
            added: &added,
            gain: &[2.0; 20],
            bias: &[0.5; 20],
            epsilon: 1e-12,
        });
        for (row, before) in x.chunks(20).zip(before.chunks(20)) {
            let mean = before.iter().sum::<f64>() / 20.0;
            let deviation = (before.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 20.0).sqrt();
            for (got, v) in row.iter().zip(before) {
                assert!((f64::from(*got) - (2.0 * (v - mean) / deviation + 0.5)).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn attention_agrees_with_a_plain_sum() {
        for (tokens, heads, size) in [(1, 2, 32), (5, 3, 32), (33, 2, 64), (70, 1, 32)] {
            let width = heads * size;
            let qkv: Vec<f32> = (0..tokens * 3 * width)
                .map(|i| ((i * 7919 % 613) as f32 - 306.0) / 200.0)
                .collect();
            let mut context = vec![0.0; tokens * width];
            let mut scratch = AttentionScratch::default();
            simd::dispatch(Attention {
                qkv: &qkv,
                heads,
                context: &mut context,
                width,
                scratch: &mut scratch,
            });
            let row = |token: usize, part: usize, head: usize| {
                &qkv[token * 3 * width + part * width + head * size..][..size]
            };
            for (i, head) in (0..tokens).flat_map(|i| (0..heads).map(move |h| (i, h))) {
                let weights: Vec<f64> = (0..tokens)
                    .map(|j| {
                        row(i, 0, head)
                            .iter()
                            .zip(row(j, 1, head))
                            .map(|(a, b)| f64::from(a * b))
                            .sum::<f64>()
                    })
                    .map(|dot| (dot / (size as f64).sqrt()).exp())
                    .collect();
                let total: f64 = weights.iter().sum();
                for axis in 0..size {
                    let want: f64 = (0..tokens)
                        .map(|j| weights[j] * f64::from(row(j, 2, head)[axis]))
                        .sum::<f64>()
                        / total;
                    let got = context[i * width + head * size + axis];
                    assert!(
                        (f64::from(got) - want).abs() < 1e-4,
                        "{tokens} tokens: {got} for {want}"
                    );
                }
            }
        }
    }
}
