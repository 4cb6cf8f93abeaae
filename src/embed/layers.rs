//! What stands between the products of a BERT layer: attention, layer norm, GELU. Cheap, and written as plain loops
//! over lanes ([`super::simd`]).

use super::simd::{self, Arithmetic, Kernel};

/// Lanes of an inner loop: four registers of AVX2, enough to hide the latency of a multiply-add.
const LANES: usize = 32;

/// `x = normalise(x + added)` for each row of `width` numbers: mean 0, variance 1, then `gain · x + bias`
/// (Ba and others, *Layer Normalization*, 2016).
pub struct AddNorm<'a> {
    /// Rows, changed in place.
    pub x: &'a mut [f32],
    /// Rows to add, or nothing.
    pub added: &'a [f32],
    /// Multiplied in after normalising; one a column.
    pub gain: &'a [f32],
    /// Added last; one a column.
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
/// The error function is approximated within 1.5 · 10⁻⁷ (Abramowitz and Stegun, *Handbook of Mathematical
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

/// Buffers of [`Attention`], kept from layer to layer.
#[derive(Debug, Default)]
pub struct AttentionScratch {
    /// The keys of one head, a row an axis, padded to whole [`LANES`].
    keys: Vec<f32>,
    /// The weights of one token over all, padded likewise.
    weights: Vec<f32>,
}

/// Scaled dot-product attention of every token to all (Vaswani and others, *Attention Is All You Need*, 2017).
pub struct Attention<'a> {
    /// One row a token: queries, keys and values of all heads, side by side (3 · `width` numbers).
    pub qkv: &'a [f32],
    /// Heads; `width / heads` is a multiple of [`Attention::HEAD`].
    pub heads: usize,
    /// One row of `width` numbers a token: the result.
    pub context: &'a mut [f32],
    /// Numbers a row of the result.
    pub width: usize,
    /// Buffers.
    pub scratch: &'a mut AttentionScratch,
}

impl Attention<'_> {
    /// The size of a head must be a multiple of this.
    pub const HEAD: usize = LANES;
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
        let scale = 1.0 / (size as f32).sqrt();
        scratch.keys.clear();
        scratch.keys.resize(size * padded, 0.0);
        scratch.weights.clear();
        scratch.weights.resize(padded, 0.0);
        let (keys, weights) = (&mut scratch.keys[..], &mut scratch.weights[..]);
        for head in 0..heads {
            let at = head * size;
            for (token, row) in qkv.chunks_exact(3 * width).enumerate() {
                for (axis, key) in row[width + at..][..size].iter().enumerate() {
                    keys[axis * padded + token] = *key;
                }
            }
            for (row, out) in qkv
                .chunks_exact(3 * width)
                .zip(context.chunks_exact_mut(width))
            {
                weigh(arithmetic, &row[at..][..size], keys, weights, scale);
                let total = soften(arithmetic, weights, tokens);
                mix(
                    arithmetic,
                    weights,
                    1.0 / total,
                    &qkv[2 * width + at..],
                    3 * width,
                    &mut out[at..][..size],
                );
            }
        }
    }
}

/// `weights[j] = scale · query · key j`.
#[inline(always)]
fn weigh<A: Arithmetic>(
    arithmetic: A,
    query: &[f32],
    keys: &[f32],
    weights: &mut [f32],
    scale: f32,
) {
    let padded = weights.len();
    for (chunk, out) in weights.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let mut sums = [0.0; LANES];
        for (x, keys) in query.iter().zip(keys.chunks_exact(padded)) {
            let keys: &[f32; LANES] = &keys.as_chunks().0[chunk];
            for lane in 0..LANES {
                sums[lane] = arithmetic.multiply_add(*x, keys[lane], sums[lane]);
            }
        }
        *out = sums.map(|sum| sum * scale);
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

/// `out = factor · Σ weights[j] · value j`; the values start `stride` apart.
#[inline(always)]
fn mix<A: Arithmetic>(
    arithmetic: A,
    weights: &[f32],
    factor: f32,
    values: &[f32],
    stride: usize,
    out: &mut [f32],
) {
    for (chunk, out) in out.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let mut sums = [0.0; LANES];
        for (weight, row) in weights.iter().zip(values.chunks(stride)) {
            let row: &[f32; LANES] = &row.as_chunks().0[chunk];
            for lane in 0..LANES {
                sums[lane] = arithmetic.multiply_add(*weight, row[lane], sums[lane]);
            }
        }
        *out = sums.map(|sum| sum * factor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gelu_is_close() {
        // x, x · Φ(x) by the C library's erf in double precision
        for (x, want) in [
            (0.0, 0.0),
            (1.0, 0.841_344_746),
            (-1.0, -0.158_655_254),
            (0.1, 0.053_982_784),
            (-0.5, -0.154_268_770),
            (3.0, 2.995_950_306),
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
