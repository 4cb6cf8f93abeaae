//! One question → a decision.

pub mod calibration;
pub mod connector;
pub mod goods;
pub mod layers;
pub mod product;
pub mod proposal;
pub mod size;
pub mod spec;
pub mod types;

pub use types::*;
