//! Sentences → vectors, and exact search over them.
//!
//! [`Encoder`] runs a small BERT on the processor, with no network and no other program; the model travels in the
//! binary. [`Vectors`] keeps and searches many vectors, [`centre`] makes their cosines tell questions apart, and
//! [`Cache`] remembers those of repeated questions. [`token_rows`] holds texts against each other token by token.
//!
//! From text to vector: [`tokens`] cuts, [`bert`] computes on the layers of [`linear`] (products) and [`layers`] (all
//! else), whose weights [`tensors`] reads. [`simd`] is the one place that asks what the processor can do.

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

pub use cache::Cache;
pub use encoder::{Encoded, Encoder, Role};
pub use error::EmbedError;
pub use token_rows::TokenRows;
pub use vectors::Vectors;
pub(crate) use vectors::behind;
