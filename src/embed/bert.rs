//! The forward pass of a BERT-shaped encoder: token ids → one vector (Devlin and others, *BERT*, 2019).

use std::borrow::Cow;

use rayon::prelude::*;
use serde::Deserialize;

use super::error::EmbedError;
use super::layers::{AddNorm, Attention, AttentionScratch, Gelu};
use super::linear::{Linear, Rounded};
use super::simd;
use super::tensors::{Kind, Tensor, Tensors};

/// The settings of a Hugging Face `config.json` that affect the computation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Config {
    model_type: String,
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    #[serde(default = "gelu")]
    hidden_act: String,
    max_position_embeddings: usize,
    #[serde(default = "two")]
    type_vocab_size: usize,
    #[serde(default = "epsilon")]
    layer_norm_eps: f32,
    #[serde(default = "absolute")]
    position_embedding_type: String,
}

fn gelu() -> String {
    "gelu".to_owned()
}

fn absolute() -> String {
    "absolute".to_owned()
}

fn two() -> usize {
    2
}

fn epsilon() -> f32 {
    1e-12
}

impl Config {
    /// Reads `config.json`.
    ///
    /// # Errors
    /// If it is not a BERT configuration, or one of a variant that is not supported.
    pub fn read(json: &[u8]) -> Result<Self, EmbedError> {
        let config: Self = serde_json::from_slice(json).map_err(|error| EmbedError::Settings {
            file: "config.json",
            what: error.to_string(),
        })?;
        let unsupported = |what: String| Err(EmbedError::Unsupported { what });
        if config.model_type != "bert" {
            return unsupported(format!(
                "config.json says model_type \"{}\"",
                config.model_type
            ));
        }
        if config.hidden_act != "gelu" {
            return unsupported(format!(
                "config.json says hidden_act \"{}\" where \"gelu\" is known",
                config.hidden_act
            ));
        }
        if config.position_embedding_type != "absolute" {
            let kind = &config.position_embedding_type;
            return unsupported(format!(
                "config.json says position_embedding_type \"{kind}\" where \"absolute\" is known"
            ));
        }
        let (width, heads) = (config.hidden_size, config.num_attention_heads);
        if width == 0 || heads == 0 || !width.is_multiple_of(heads * Attention::HEAD) {
            return unsupported(format!(
                "{heads} heads over a width of {width}; a head must be a multiple of 32 wide"
            ));
        }
        Ok(config)
    }

    /// The length of a vector.
    pub fn width(&self) -> usize {
        self.hidden_size
    }

    /// The most tokens of a text.
    pub fn max_tokens(&self) -> usize {
        self.max_position_embeddings
    }
}

/// How the vectors of the tokens become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// Their mean.
    #[default]
    Mean,
    /// The first token's.
    Cls,
}

/// The weights of a model.
#[derive(Debug)]
pub struct Bert {
    config: Config,
    /// One row per token of the vocabulary, as stored.
    words: Table,
    /// One row per position, with the vector of token type 0 added.
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

/// The word embeddings, expanded row by row on demand.
#[derive(Debug)]
struct Table {
    kind: Kind,
    bytes: Cow<'static, [u8]>,
}

#[derive(Debug)]
struct Norm {
    gain: Vec<f32>,
    bias: Vec<f32>,
}

#[derive(Debug)]
struct Layer {
    qkv: Linear,
    attended: Linear,
    attention_norm: Norm,
    up: Linear,
    down: Linear,
    norm: Norm,
}

impl Bert {
    /// Reads the weights. `keep` decides whether the word embeddings are borrowed or copied. `full` expands four-bit
    /// weights to single precision (three times slower, for checking the fast path).
    ///
    /// # Errors
    /// If a tensor is missing or has the wrong shape.
    pub fn read<'a>(
        config: Config,
        tensors: &Tensors<'a>,
        keep: fn(&'a [u8]) -> Cow<'static, [u8]>,
        full: bool,
    ) -> Result<Self, EmbedError> {
        let width = config.hidden_size;
        let words = tensors.get(
            "embeddings.word_embeddings.weight",
            config.vocab_size,
            width,
        )?;
        let kinds = tensors
            .get(
                "embeddings.token_type_embeddings.weight",
                config.type_vocab_size,
                width,
            )?
            .values();
        let places = tensors.get(
            "embeddings.position_embeddings.weight",
            config.max_position_embeddings,
            width,
        )?;
        let mut positions = places.values();
        for row in positions.chunks_exact_mut(width) {
            row.iter_mut().zip(&kinds).for_each(|(x, kind)| *x += kind);
        }
        let layers = (0..config.num_hidden_layers)
            .into_par_iter()
            .map(|n| read_layer(&config, tensors, n, full));
        Ok(Self {
            words: Table {
                kind: words.kind,
                bytes: keep(words.bytes),
            },
            positions,
            norm: read_norm(&config, tensors, "embeddings.LayerNorm")?,
            layers: layers.collect::<Result<_, _>>()?,
            config,
        })
    }

    /// The shape of the model.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The output of the last layer, one row per token, for a text of 1 to `max_tokens` ids. Further tokens are
    /// ignored; ids beyond the vocabulary count as zero vectors.
    pub fn states(&self, ids: &[u32]) -> Vec<f32> {
        let width = self.config.hidden_size;
        let ids = &ids[..ids.len().min(self.config.max_position_embeddings)];
        let mut x = vec![0.0; ids.len() * width];
        for ((row, id), position) in x
            .chunks_exact_mut(width)
            .zip(ids)
            .zip(self.positions.chunks_exact(width))
        {
            self.words.expand(*id as usize, row);
            row.iter_mut()
                .zip(position)
                .for_each(|(x, place)| *x += place);
        }
        self.norm.apply(&mut x, &[], self.config.layer_norm_eps);
        let mut scratch = Scratch::new(ids.len(), &self.config);
        for layer in &self.layers {
            layer.apply(&mut x, &mut scratch, &self.config);
        }
        x
    }

    /// The vector of a text, of length 1, from the output of the last layer.
    pub fn pool(&self, states: &[f32], pooling: Pooling) -> Vec<f32> {
        let width = self.config.hidden_size;
        let mut pooled = match pooling {
            Pooling::Cls => states[..width].to_vec(),
            Pooling::Mean => states
                .chunks_exact(width)
                .fold(vec![0.0; width], |mut sums, row| {
                    sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
                    sums
                }),
        };
        super::centre::normalise(&mut pooled);
        pooled
    }
}

impl Table {
    fn expand(&self, index: usize, row: &mut [f32]) {
        let size = self.kind.bytes(row.len()).unwrap_or(0);
        if let Some(bytes) = self.bytes.get(index * size..(index + 1) * size) {
            self.kind.expand(bytes, row);
        }
    }
}

impl Norm {
    fn apply(&self, x: &mut [f32], added: &[f32], epsilon: f32) {
        simd::dispatch(AddNorm {
            x,
            added,
            gain: &self.gain,
            bias: &self.bias,
            epsilon,
        });
    }
}

/// Buffers of a pass, one row per token.
struct Scratch {
    qkv: Vec<f32>,
    context: Vec<f32>,
    wide: Vec<f32>,
    result: Vec<f32>,
    rounded: Vec<Rounded>,
    attention: AttentionScratch,
}

impl Scratch {
    fn new(tokens: usize, config: &Config) -> Self {
        let width = tokens * config.hidden_size;
        Self {
            qkv: vec![0.0; 3 * width],
            context: vec![0.0; width],
            wide: vec![0.0; tokens * config.intermediate_size],
            result: vec![0.0; width],
            rounded: Vec::new(),
            attention: AttentionScratch::default(),
        }
    }
}

impl Layer {
    fn apply(&self, x: &mut [f32], scratch: &mut Scratch, config: &Config) {
        let Scratch {
            qkv,
            context,
            wide,
            result,
            rounded,
            attention,
        } = scratch;
        self.qkv.apply(x, rounded, qkv);
        let heads = config.num_attention_heads;
        simd::dispatch(Attention {
            qkv,
            heads,
            context,
            width: config.hidden_size,
            scratch: attention,
        });
        self.attended.apply(context, rounded, result);
        self.attention_norm.apply(x, result, config.layer_norm_eps);
        self.up.apply(x, rounded, wide);
        simd::dispatch(Gelu(wide));
        self.down.apply(wide, rounded, result);
        self.norm.apply(x, result, config.layer_norm_eps);
    }
}

fn read_norm(config: &Config, tensors: &Tensors<'_>, name: &str) -> Result<Norm, EmbedError> {
    let vector = |part: &str| {
        Ok(tensors
            .get(&format!("{name}.{part}"), 1, config.hidden_size)?
            .values())
    };
    Ok(Norm {
        gain: vector("weight")?,
        bias: vector("bias")?,
    })
}

fn read_layer(
    config: &Config,
    tensors: &Tensors<'_>,
    number: usize,
    full: bool,
) -> Result<Layer, EmbedError> {
    let (width, inner) = (config.hidden_size, config.intermediate_size);
    let matrix =
        |name: &str, rows: usize, width: usize| -> Result<(Tensor<'_>, Vec<f32>), EmbedError> {
            let name = format!("encoder.layer.{number}.{name}");
            let bias = tensors.get(&format!("{name}.bias"), 1, rows)?.values();
            Ok((tensors.get(&format!("{name}.weight"), rows, width)?, bias))
        };
    let norm = |name: &str| read_norm(config, tensors, &format!("encoder.layer.{number}.{name}"));
    let qkv = ["query", "key", "value"]
        .map(|name| matrix(&format!("attention.self.{name}"), width, width));
    let qkv = qkv.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Layer {
        qkv: Linear::pack(&qkv, full)?,
        attended: Linear::pack(&[matrix("attention.output.dense", width, width)?], full)?,
        attention_norm: norm("attention.output.LayerNorm")?,
        up: Linear::pack(&[matrix("intermediate.dense", inner, width)?], full)?,
        down: Linear::pack(&[matrix("output.dense", width, inner)?], full)?,
        norm: norm("output.LayerNorm")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_models_are_refused_by_name() {
        let good = r#"{"model_type": "bert", "vocab_size": 10, "hidden_size": 64, "num_hidden_layers": 1,
            "num_attention_heads": 2, "intermediate_size": 128, "max_position_embeddings": 16}"#;
        assert!(Config::read(good.as_bytes()).is_ok());
        for (from, to, want) in [
            ("\"bert\"", "\"qwen3\"", "model_type \"qwen3\""),
            ("\"vocab_size\": 10,", "", "vocab_size"),
            (
                "\"vocab_size\"",
                "\"hidden_act\": \"gelu_new\", \"vocab_size\"",
                "hidden_act \"gelu_new\"",
            ),
            (
                "\"num_attention_heads\": 2",
                "\"num_attention_heads\": 4",
                "4 heads over a width of 64",
            ),
            (
                "\"num_attention_heads\": 2",
                "\"num_attention_heads\": 0",
                "0 heads",
            ),
        ] {
            let message = Config::read(good.replace(from, to).as_bytes())
                .unwrap_err()
                .to_string();
            assert!(message.contains(want), "{message}");
        }
    }
}
