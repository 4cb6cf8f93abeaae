//! Turns sentences into vectors and searches them exactly.
//!
//! [`Encoder`] runs a small BERT on the processor, without network or other programs; the model is part of the binary.
//! [`Vectors`] stores and searches many vectors, [`centre`] makes their cosines tell questions apart, and [`Cache`]
//! keeps those of repeated questions. [`token_rows`] compares texts token by token, and
//! [`verifier`] tells whether the best of them answers.
//!
//! The modules behind the encoder: [`tokens`] splits text into tokens, and [`bert`] computes with [`linear`] (products)
//! and [`layers`] (everything else), whose weights [`tensors`] reads. [`simd`] alone asks what the processor can do.

pub mod bert;
pub mod cache;
pub mod centre;
pub mod encoder;
pub mod error;
pub mod layers;
pub mod linear;
pub mod projection;
pub mod simd;
pub mod tensors;
pub mod token_rows;
pub mod tokens;
pub mod vectors;
pub mod verifier;

pub use cache::Cache;
pub use encoder::{Encoded, Encoder, Role};
pub use error::EmbedError;
pub use token_rows::TokenRows;
pub use vectors::Vectors;
pub(crate) use vectors::behind;
pub use verifier::Verifier;
