//! zhike (知客) answers buyers' questions for Chinese online shops from the merchant's own files, word for word, or hands
//! them over to a person.

pub mod answer;
pub mod cli;
pub mod config;
pub mod conversation;
pub mod embed;
pub mod eval;
pub mod http;
pub mod index;
pub mod knowledge;
pub mod lint;
pub mod pack;
pub mod publish;
pub mod text;

/// The name of the rules by which this program answers: a hash of the sources that can change an answer (`build.rs`).
pub const RULES: &str = env!("ZHIKE_RULES");
