//! Errors of a model or of stored vectors.

/// A model folder or a block of stored vectors that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// A file of the model folder cannot be read.
    #[error(
        "cannot read {file} of the sentence encoder: {source}; check the path and its permissions"
    )]
    Read {
        /// The file, as the merchant named its folder.
        file: String,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A JSON or TOML file of the model folder has wrong content.
    #[error("{file} of the sentence encoder cannot be understood: {what}")]
    Settings {
        /// The file's name.
        file: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// This encoder does not support the kind of model.
    #[error(
        "the sentence encoder is not supported: {what}; use a model of the plain BERT shape (model_type \"bert\")"
    )]
    Unsupported {
        /// What is different.
        what: String,
    },
    /// The weights file is damaged or has an unknown layout.
    #[error("the weights of the sentence encoder cannot be read: {what}; fetch the file again")]
    Weights {
        /// What is wrong.
        what: String,
    },
    /// A tensor that the configuration requires is missing or has another shape.
    #[error(
        "tensor {name} of the sentence encoder {what}; config.json and the weights must belong together"
    )]
    Tensor {
        /// Name, as in Hugging Face's `BertModel`.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// The tokenizer cannot be used.
    #[error("the tokenizer of the sentence encoder cannot be used: {what}")]
    Tokenizer {
        /// What is wrong.
        what: String,
    },
    /// Stored vectors are damaged or were written by another version.
    #[error(
        "the stored vectors are damaged or of another version: {what}; build the snapshot again"
    )]
    Vectors {
        /// What is wrong.
        what: String,
    },
}
