//! The sentence encoder that the other rooms use: text → vector.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use rayon::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::bert::{Bert, Config, Pooling};
use super::error::EmbedError;
use super::projection::Projection;
use super::tensors::Tensors;
use super::tokens::Cutter;
use super::verifier::Verifier;
use crate::text::hex;

/// Part of every [`Encoder::id`]. Raise it when the computation changes so that stored vectors no longer fit.
const ARITHMETIC: &str = "1";

/// The role of a text in a search. Models trained with prefixes tell the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A buyer's question, or a phrasing that questions are compared with.
    Query,
    /// A text to be found by questions.
    Passage,
}

/// A loaded sentence encoder.
#[derive(Debug)]
pub struct Encoder {
    bert: Bert,
    cutter: Cutter,
    settings: Settings,
    /// `None`: texts have no token vectors.
    projection: Option<Projection>,
    /// `None`: nothing tells whether a candidate answers or is only near.
    verifier: Option<Verifier>,
    id: String,
}

/// The encoding of a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Encoded {
    /// The vector of the whole text, of length 1.
    pub sentence: Vec<f32>,
    /// The vectors of its tokens (without prefix and marks), one after the other, in 8 bits; empty if the model has no
    /// projection.
    pub tokens: Vec<i8>,
}

/// `zhike.toml` in a model's folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Prefix of questions.
    #[serde(default)]
    query_prefix: String,
    /// Prefix of passages.
    #[serde(default)]
    passage_prefix: String,
    /// How the vectors of the tokens become one vector.
    #[serde(default)]
    pooling: Pooling,
}

/// The files of the built-in model.
mod built_in {
    pub const NAME: &str = "multilingual-e5-small-zh";
    pub static WEIGHTS: &[u8] = include_bytes!("../../models/multilingual-e5-small-zh/model.gguf");
    pub static TOKENIZER: &[u8] =
        include_bytes!("../../models/multilingual-e5-small-zh/tokenizer.json");
    pub static CONFIG: &[u8] = include_bytes!("../../models/multilingual-e5-small-zh/config.json");
    pub static PROJECTION: &[u8] =
        include_bytes!("../../models/multilingual-e5-small-zh/projection.safetensors");
    pub static VERIFIER: &[u8] =
        include_bytes!("../../models/multilingual-e5-small-zh/verifier.safetensors");
    pub static SETTINGS: &str = include_str!("../../models/multilingual-e5-small-zh/zhike.toml");
    /// Names the bytes of all of them, so that they need not be hashed at each start. A test checks it.
    pub static SUMS: &str = include_str!("../../models/multilingual-e5-small-zh/SHA256SUMS");
}

impl Encoder {
    /// The model that is built into the program. Loaded at the first call.
    ///
    /// # Errors
    /// None in a program whose tests passed. The signature lets the caller go on without an encoder.
    pub fn built_in() -> Result<&'static Self, EmbedError> {
        static BUILT_IN: OnceLock<Result<Encoder, EmbedError>> = OnceLock::new();
        BUILT_IN
            .get_or_init(|| load_built_in(false))
            .as_ref()
            .map_err(|error| EmbedError::Weights {
                what: error.to_string(),
            })
    }

    /// Loads a sentence-transformers model of the BERT shape from `folder`: `config.json`, `tokenizer.json` and
    /// `model.safetensors` or `model.gguf`. Prefixes and pooling come from `zhike.toml` (`query_prefix`,
    /// `passage_prefix`, `pooling = "mean"` or `"cls"`) if it exists, else from `config_sentence_transformers.json` and
    /// `1_Pooling/config.json`; the defaults are no prefixes and the mean. With `projection.safetensors`
    /// ([`Projection`]) texts have token vectors too, and with `verifier.safetensors` ([`Verifier`]) the
    /// best candidates are verified.
    ///
    /// # Errors
    /// If a file is missing or damaged, or the model has another shape.
    pub fn load(folder: &Path) -> Result<Self, EmbedError> {
        let config = read(folder, "config.json")?;
        let tokenizer = read(folder, "tokenizer.json")?;
        let settings = read_settings(folder)?;
        let gguf = folder.join("model.gguf").exists();
        let weights = match gguf {
            true => read(folder, "model.gguf"),
            false => read(folder, "model.safetensors"),
        }?;
        let tensors = match gguf {
            true => Tensors::from_gguf(&weights),
            false => Tensors::from_safetensors(&weights, "model.safetensors"),
        }?;
        let projection = read_optional(folder, "projection.safetensors")?;
        let verifier = read_optional(folder, "verifier.safetensors")?;
        let pooling: &[u8] = match settings.pooling {
            Pooling::Mean => b"mean",
            Pooling::Cls => b"cls",
        };
        let digest = [
            &config[..],
            &tokenizer,
            &weights,
            settings.query_prefix.as_bytes(),
            settings.passage_prefix.as_bytes(),
            pooling,
            projection.as_deref().unwrap_or_default(),
            verifier.as_deref().unwrap_or_default(),
        ]
        .iter()
        .fold(Sha256::new(), |hash, part| {
            hash.chain_update(Sha256::digest(part))
        });
        let name = folder
            .file_name()
            .map_or(Cow::Borrowed("model"), |name| name.to_string_lossy());
        let config = Config::read(&config)?;
        let projection = projection
            .map(|file| Projection::read(&file, config.width()))
            .transpose()?;
        let verifier = projection.as_ref().zip(verifier);
        let verifier = verifier
            .map(|(projection, file)| Verifier::read(&file, projection.width()))
            .transpose()?;
        Ok(Self {
            id: id(&name, digest),
            cutter: Cutter::read(&tokenizer)?,
            bert: Bert::read(config, &tensors, |bytes| Cow::Owned(bytes.to_vec()), false)?,
            settings,
            projection,
            verifier,
        })
    }

    /// The vector of `text`, of length 1. Text beyond the model's window (usually 512 tokens) is ignored.
    pub fn encode(&self, text: &str, role: Role) -> Vec<f32> {
        let states = self.bert.states(&self.ids(text, role));
        self.bert.pool(&states, self.settings.pooling)
    }

    /// Like [`Self::encode`], with the vectors of the tokens.
    pub fn encode_tokens(&self, text: &str, role: Role) -> Encoded {
        let states = self.bert.states(&self.ids(text, role));
        let width = self.dimension();
        // The start mark with the prefix, and the end mark.
        let before = self
            .cutter
            .ids(self.prefix(role).trim_end(), usize::MAX)
            .len()
            - 1;
        let own = (before * width).min(states.len())..states.len().saturating_sub(width);
        Encoded {
            sentence: self.bert.pool(&states, self.settings.pooling),
            tokens: match &self.projection {
                Some(projection) => projection.apply(states.get(own).unwrap_or_default()),
                None => Vec::new(),
            },
        }
    }

    /// The vectors of many texts, in order, computed on all cores. Each equals that of [`Self::encode`].
    pub fn encode_many<T: AsRef<str> + Sync>(&self, texts: &[T], role: Role) -> Vec<Vec<f32>> {
        texts
            .par_iter()
            .map(|text| self.encode(text.as_ref(), role))
            .collect()
    }

    /// The number of tokens of `text`, including prefix and marks.
    pub fn tokens(&self, text: &str, role: Role) -> usize {
        self.ids(text, role).len()
    }

    /// Identifies the model and the computation. Vectors with different ids must not be compared.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The length of a vector.
    pub fn dimension(&self) -> usize {
        self.bert.config().width()
    }

    /// The length of a token's vector; 0 if the model has no projection.
    pub fn token_width(&self) -> usize {
        self.projection.as_ref().map_or(0, Projection::width)
    }

    /// What tells whether an entry answers a question or is only near it.
    pub fn verifier(&self) -> Option<&Verifier> {
        self.verifier.as_ref()
    }

    fn prefix(&self, role: Role) -> &str {
        match role {
            Role::Query => &self.settings.query_prefix,
            Role::Passage => &self.settings.passage_prefix,
        }
    }

    fn ids(&self, text: &str, role: Role) -> Vec<u32> {
        let most = self.bert.config().max_tokens();
        self.cutter
            .ids(&format!("{}{text}", self.prefix(role)), most)
    }
}

fn load_built_in(full: bool) -> Result<Encoder, EmbedError> {
    let (cutter, bert) = rayon::join(
        || Cutter::read(built_in::TOKENIZER),
        || {
            let tensors = Tensors::from_gguf(built_in::WEIGHTS)?;
            Bert::read(
                Config::read(built_in::CONFIG)?,
                &tensors,
                Cow::Borrowed,
                full,
            )
        },
    );
    let bert = bert?;
    let projection = Projection::read(built_in::PROJECTION, bert.config().width())?;
    Ok(Encoder {
        bert,
        cutter: cutter?,
        verifier: Some(Verifier::read(built_in::VERIFIER, projection.width())?),
        projection: Some(projection),
        settings: parse_settings(built_in::SETTINGS)?,
        id: id(built_in::NAME, Sha256::new_with_prefix(built_in::SUMS)),
    })
}

fn id(name: &str, digest: Sha256) -> String {
    let hash = digest.chain_update(ARITHMETIC).finalize();
    format!("{name}-{}", hex(&hash[..6]))
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>, EmbedError> {
    let file = folder.join(name);
    std::fs::read(&file).map_err(|source| EmbedError::Read {
        file: file.display().to_string(),
        source,
    })
}

/// Reads a file that may be missing.
fn read_optional(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, EmbedError> {
    match read(folder, name) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(EmbedError::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn parse_settings(text: &str) -> Result<Settings, EmbedError> {
    toml::from_str(text).map_err(|error| EmbedError::Settings {
        file: "zhike.toml",
        what: error.message().to_owned(),
    })
}

fn parse_json<T: for<'a> Deserialize<'a>>(
    file: &'static str,
    json: &[u8],
) -> Result<T, EmbedError> {
    serde_json::from_slice(json).map_err(|error| EmbedError::Settings {
        file,
        what: error.to_string(),
    })
}

fn read_settings(folder: &Path) -> Result<Settings, EmbedError> {
    /// `config_sentence_transformers.json`.
    #[derive(Deserialize)]
    struct Prompts {
        #[serde(default)]
        prompts: HashMap<String, String>,
    }
    /// `1_Pooling/config.json`.
    #[derive(Deserialize)]
    struct Pools {
        #[serde(default)]
        pooling_mode_cls_token: bool,
        #[serde(default)]
        pooling_mode_mean_tokens: bool,
    }
    /// An element of `modules.json`.
    #[derive(Deserialize)]
    struct Module {
        #[serde(rename = "type")]
        kind: String,
    }
    if let Some(json) = read_optional(folder, "modules.json")? {
        let modules: Vec<Module> = parse_json("modules.json", &json)?;
        let known = |kind: &str| {
            ["Transformer", "Pooling", "Normalize"]
                .iter()
                .any(|known| kind.ends_with(known))
        };
        if let Some(other) = modules.iter().find(|module| !known(&module.kind)) {
            return Err(EmbedError::Unsupported {
                what: format!("modules.json lists {}", other.kind),
            });
        }
    }
    if let Some(text) = read_optional(folder, "zhike.toml")? {
        return parse_settings(&String::from_utf8_lossy(&text));
    }
    let mut settings = Settings::default();
    if let Some(json) = read_optional(folder, "config_sentence_transformers.json")? {
        let mut prompts =
            parse_json::<Prompts>("config_sentence_transformers.json", &json)?.prompts;
        settings.query_prefix = prompts.remove("query").unwrap_or_default();
        settings.passage_prefix = prompts
            .remove("passage")
            .or_else(|| prompts.remove("document"))
            .unwrap_or_default();
    }
    if let Some(json) = read_optional(folder, "1_Pooling/config.json")? {
        settings.pooling = match parse_json("1_Pooling/config.json", &json)? {
            Pools {
                pooling_mode_mean_tokens: true,
                pooling_mode_cls_token: false,
            } => Pooling::Mean,
            Pools {
                pooling_mode_cls_token: true,
                pooling_mode_mean_tokens: false,
            } => Pooling::Cls,
            Pools { .. } => {
                return Err(EmbedError::Unsupported {
                    what: "1_Pooling/config.json asks for neither mean nor cls".to_owned(),
                });
            }
        };
    }
    Ok(settings)
}

#[cfg(test)]
mod tests;
