//! Merchants' files → entries and findings.

pub mod finding;
pub mod model;
pub mod settings;

pub use finding::{Finding, Severity};
pub use model::*;
pub use settings::Settings;
