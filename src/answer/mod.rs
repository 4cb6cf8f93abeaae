//! One question → a decision.

pub mod types;

pub use types::*;
