//! A verifier: whether an entry answers a question or is only near it, told from the vectors of their tokens.
//!
//! The cosine of two sentences, and the match of each token with its best partner, are high for whatever speaks of the
//! same thing. What a question asks of the thing (起球吗 against 可以拆吗) stands in few tokens. So each token is set beside the mix
//! of tokens that it agrees with on the other side, and a small network learned which differences matter:
//! *decomposable attention* (Parikh et al., "A decomposable attention model for natural language inference", 2016).
//! A model folder may contain `verifier.safetensors`.

use super::error::EmbedError;
use super::projection;
use super::simd::{self, Arithmetic, Kernel, dispatch};
use super::tensors::Tensors;

/// Outputs that are computed together.
const LANES: usize = 16;

/// An affine map, followed by the greater of it and 0.
#[derive(Debug)]
struct Dense {
    /// One row per input, one column per output; the outputs are a multiple of [`LANES`].
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// What is made of the tokens of one side.
#[derive(Debug)]
struct Reading {
    /// A token and its partners → what they amount to.
    compare: Dense,
    /// How much each of these says.
    attention: Vec<f32>,
}

/// The network.
#[derive(Debug)]
pub struct Verifier {
    width: usize,
    /// The factor on cosines before the softmax over partners.
    sharpness: f32,
    /// Reads the question's tokens beside those of title and body.
    asked: Reading,
    /// Reads the title's tokens beside those of the question.
    titled: Reading,
    pooled: Dense,
    out: Vec<f32>,
    /// Offset, weight of the mean of the question tokens' best cosines, weight of that of the title's.
    plain: [f32; 3],
}

/// The sides that are compared, each the codes of its tokens, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// The question's, as in [`Encoded`](super::Encoded).
    pub question: &'a [i8],
    /// Those of the phrasing or heading nearest to it, as read from [`TokenRows`](super::TokenRows); may be empty.
    pub title: &'a [u8],
    /// Those of the answer or passage; may be empty.
    pub body: &'a [u8],
    /// The centred cosine of question and title, 0 without a title.
    pub title_cosine: f32,
    /// That of question and body, 0 without a body.
    pub body_cosine: f32,
}

impl Verifier {
    /// Reads the `verifier.safetensors` of a model with token vectors of `width` numbers.
    ///
    /// # Errors
    /// If the file is damaged or belongs to another model.
    pub fn read(file: &[u8], width: usize) -> Result<Self, EmbedError> {
        let tensors = Tensors::from_safetensors(file, "verifier.safetensors")?;
        let size = |name: &str| tensors.width(name).unwrap_or(0);
        let (hidden, pooled) = (size("asked.bias"), size("pooled.bias"));
        let vector = |name: &str, count: usize| -> Result<Vec<f32>, EmbedError> {
            Ok(tensors.get(name, 1, count)?.values())
        };
        let dense = |name: &str, inputs: usize, outputs: usize| -> Result<Dense, EmbedError> {
            let weight = tensors.get(&format!("{name}.weight"), inputs, outputs)?;
            Ok(Dense {
                weight: weight.values(),
                bias: vector(&format!("{name}.bias"), outputs)?,
            })
        };
        let reading = |name: &str, inputs: usize| -> Result<Reading, EmbedError> {
            Ok(Reading {
                compare: dense(name, inputs, hidden)?,
                attention: vector(&format!("{name}.attention"), hidden)?,
            })
        };
        let plain = vector("plain", 4)?;
        Ok(Self {
            width,
            sharpness: plain[3],
            asked: reading("asked", 5 * width + 2)?,
            titled: reading("titled", 3 * width + 1)?,
            pooled: dense("pooled", 2 * hidden + 2, pooled)?,
            out: vector("out", pooled)?,
            plain: [plain[0], plain[1], plain[2]],
        })
    }

    /// The logit that an entry answers a question; it is calibrated elsewhere. 0 without tokens of the question.
    pub fn logit(&self, sides: Sides<'_>) -> f32 {
        let mut logit = 0.0;
        dispatch(Read {
            network: self,
            sides,
            logit: &mut logit,
        });
        logit
    }
}

/// The computation of [`Verifier::logit`].
struct Read<'a> {
    network: &'a Verifier,
    sides: Sides<'a>,
    logit: &'a mut f32,
}

impl Kernel for Read<'_> {
    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) {
        let Self {
            network,
            sides,
            logit,
        } = self;
        let width = network.width;
        let question = projection::values(sides.question.iter().copied());
        let [title, body] = [sides.title, sides.body]
            .map(|codes| projection::values(codes.iter().map(|code| *code as i8)));
        let asked = question.len() / width;
        if asked == 0 {
            return;
        }
        let titled = title.len() / width;
        let mut inputs = vec![0.0; 5 * width + 2];
        let mut pooled = Vec::with_capacity(2 * network.asked.attention.len() + 2);

        // The question's tokens.
        let mut pool = Pool::new(&network.asked);
        let mut best = 0.0;
        for token in question.chunks_exact(width) {
            let mut most = f32::MIN;
            inputs[..width].copy_from_slice(token);
            for (at, other) in [&title, &body].into_iter().enumerate() {
                let own = &mut inputs[(1 + 2 * at) * width..];
                let cosine = partner(arithmetic, network, token, other, own);
                if !other.is_empty() {
                    most = most.max(cosine);
                }
                inputs[5 * width + at] = cosine;
            }
            best += if most > f32::MIN { most } else { -1.0 };
            pool.add(arithmetic, &inputs);
        }
        pool.take(arithmetic, &mut pooled);

        // The title's.
        let mut pool = Pool::new(&network.titled);
        let mut covered = 0.0;
        for token in title.chunks_exact(width) {
            inputs[..width].copy_from_slice(token);
            let own = &mut inputs[width..];
            let cosine = partner(arithmetic, network, token, &question, own);
            inputs[3 * width] = cosine;
            covered += cosine;
            pool.add(arithmetic, &inputs[..3 * width + 1]);
        }
        pool.take(arithmetic, &mut pooled);

        pooled.extend([2.0 * sides.title_cosine, 2.0 * sides.body_cosine]);
        let mut hidden = vec![0.0; network.pooled.bias.len()];
        network.pooled.apply(arithmetic, &pooled, &mut hidden);
        let [offset, on_best, on_covered] = network.plain;
        *logit = offset
            + on_best * best / asked as f32
            + on_covered * covered / titled.max(1) as f32
            + dot(&hidden, &network.out);
    }
}

/// Writes the mix of `others` that agree with `token`, and its product with the token, to `out`; returns the best
/// cosine. Zeros without others.
#[inline(always)]
fn partner<A: Arithmetic>(
    arithmetic: A,
    network: &Verifier,
    token: &[f32],
    others: &[f32],
    out: &mut [f32],
) -> f32 {
    let width = network.width;
    let (mix, product) = out[..2 * width].split_at_mut(width);
    mix.fill(0.0);
    product.fill(0.0);
    if others.is_empty() {
        return 0.0;
    }
    let cosines: Vec<f32> = others
        .chunks_exact(width)
        .map(|other| dot(token, other))
        .collect();
    let best = cosines.iter().copied().fold(f32::MIN, f32::max);
    let mut total = 0.0;
    for (other, cosine) in others.chunks_exact(width).zip(&cosines) {
        let weight = simd::exp(arithmetic, network.sharpness * (cosine - best));
        total += weight;
        for (sum, x) in mix.iter_mut().zip(other) {
            *sum = arithmetic.multiply_add(weight, *x, *sum);
        }
    }
    for ((mixed, product), own) in mix.iter_mut().zip(product).zip(token) {
        *mixed /= total;
        *product = *mixed * own;
    }
    best
}

#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    let (a, b) = (a.as_chunks::<LANES>().0, b.as_chunks::<LANES>().0);
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

impl Dense {
    /// The greater of 0 and the map of `inputs`.
    #[inline(always)]
    fn apply<A: Arithmetic>(&self, arithmetic: A, inputs: &[f32], out: &mut [f32]) {
        let outputs = self.bias.len();
        for (at, out) in out.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut sums = self.bias.as_chunks::<LANES>().0[at];
            for (x, row) in inputs.iter().zip(self.weight.chunks_exact(outputs)) {
                let row = row.as_chunks::<LANES>().0[at];
                for lane in 0..LANES {
                    sums[lane] = arithmetic.multiply_add(*x, row[lane], sums[lane]);
                }
            }
            *out = sums.map(|x| x.max(0.0));
        }
    }
}

/// The mean of what the tokens of one side amount to, weighted by a softmax of what each says.
struct Pool<'a> {
    reading: &'a Reading,
    tokens: Vec<Vec<f32>>,
}

impl<'a> Pool<'a> {
    #[inline(always)]
    fn new(reading: &'a Reading) -> Self {
        Self {
            reading,
            tokens: Vec::new(),
        }
    }

    #[inline(always)]
    fn add<A: Arithmetic>(&mut self, arithmetic: A, inputs: &[f32]) {
        let mut token = vec![0.0; self.reading.attention.len()];
        self.reading.compare.apply(arithmetic, inputs, &mut token);
        self.tokens.push(token);
    }

    /// Appends the mean to `out`; zeros without tokens.
    #[inline(always)]
    fn take<A: Arithmetic>(self, arithmetic: A, out: &mut Vec<f32>) {
        let said: Vec<f32> = self
            .tokens
            .iter()
            .map(|token| dot(token, &self.reading.attention))
            .collect();
        let most = said.iter().copied().fold(f32::MIN, f32::max);
        let start = out.len();
        out.resize(start + self.reading.attention.len(), 0.0);
        let mut total = 0.0;
        for (token, said) in self.tokens.iter().zip(said) {
            let weight = simd::exp(arithmetic, said - most);
            total += weight;
            for (sum, x) in out[start..].iter_mut().zip(token) {
                *sum = arithmetic.multiply_add(weight, *x, *sum);
            }
        }
        if total > 0.0 {
            out[start..].iter_mut().for_each(|sum| *sum /= total);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embed::{Encoder, Role};

    fn built_in() -> &'static Encoder {
        Encoder::built_in().expect("the built-in model loads")
    }

    /// Codes that `models/…/verify.py` was given too.
    fn codes(tokens: i64, seed: i64) -> Vec<i8> {
        (0..tokens * 128)
            .map(|at| ((at * (37 + seed) + 11 * seed).rem_euclid(91) - 45) as i8)
            .collect()
    }

    #[test]
    fn it_computes_what_was_learned() {
        let verifier = built_in().verifier().expect("the model has one");
        // Tokens of question, title and body; both cosines; the logit that JAX gives.
        for (counts, cosines, logit) in [
            ([5, 4, 9], [0.6, 0.4], -5.3652),
            ([3, 6, 0], [0.7, 0.0], -5.6434),
            ([4, 0, 7], [0.0, 0.5], -5.4401),
            ([1, 1, 1], [1.0, 1.0], -11.6325),
        ] {
            let of = |side: usize| codes(counts[side], side as i64 + 1);
            let bytes = |side: usize| -> Vec<u8> { of(side).iter().map(|c| *c as u8).collect() };
            let got = verifier.logit(Sides {
                question: &of(0),
                title: &bytes(1),
                body: &bytes(2),
                title_cosine: cosines[0],
                body_cosine: cosines[1],
            });
            assert!((got - logit).abs() < 2e-3, "{counts:?}: {got}, not {logit}");
        }
        let nothing = Sides {
            question: &[],
            title: &[],
            body: &[],
            title_cosine: 0.0,
            body_cosine: 0.0,
        };
        assert_eq!(verifier.logit(nothing), 0.0);
    }

    #[test]
    fn an_entry_that_is_only_near_gets_less() {
        let encoder = built_in();
        let verifier = encoder.verifier().expect("the model has one");
        let encode = |text: &str, role| encoder.encode_tokens(text, role);
        let bytes = |codes: &[i8]| -> Vec<u8> { codes.iter().map(|c| *c as u8).collect() };
        // Title, answer, a question that it answers, one that it does not.
        for (title, answer, right, near) in [
            (
                "地毯掉毛怎么办",
                "新地毯前两周会掉浮毛，每天吸一次即可，两周后基本不掉。",
                "刚铺上去一走一脚的毛",
                "地毯沾了咖啡怎么洗",
            ),
            (
                "窗帘多久发货",
                "窗帘是按尺寸裁的，付款后5天内发出。",
                "裁好到寄出得等几天",
                "窗帘挂钩要另外买吗",
            ),
            (
                "书架承重多少",
                "每层均匀摆放可承重25公斤。",
                "一格能放多沉的书",
                "书架能不能贴墙固定",
            ),
        ] {
            let (head, body) = (encode(title, Role::Query), encode(answer, Role::Passage));
            let (title, answer) = (bytes(&head.tokens), bytes(&body.tokens));
            let logit = |question: &str| {
                verifier.logit(Sides {
                    question: &encode(question, Role::Query).tokens,
                    title: &title,
                    body: &answer,
                    title_cosine: 0.4,
                    body_cosine: 0.3,
                })
            };
            assert!(logit(right) > logit(near) + 0.5, "{right} {near}");
        }
    }

    #[test]
    fn another_models_file_is_refused() {
        assert!(Verifier::read(b"no tensors", 128).is_err());
        let file = include_bytes!("../../models/multilingual-e5-small-zh/projection.safetensors");
        assert!(Verifier::read(file, 128).is_err());
    }
}
