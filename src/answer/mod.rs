//! One question → a decision.

pub mod calibration;
pub mod types;

pub use types::*;
