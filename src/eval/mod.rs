//! Labelled questions → measures, calibration, reports.
//!
//! [`golden::run`] asks a shop's golden questions (or a file's, [`files`]) and keeps what came as [`Labelled`]
//! outcomes. From these, all of it pure: [`measures`] counts, [`calibrate`] chooses thresholds that keep the shop's
//! budgets, [`confusion`] says what to mend, [`compare`] sets two runs side by side, and [`report`] and [`html`] show
//! it to people.

pub mod binomial;
pub mod calibrate;
pub mod compare;
pub mod confusion;
pub mod figure;
pub mod files;
pub mod golden;
pub mod html;
pub mod measures;
pub mod outcome;
mod plot;
pub mod random;
pub mod report;

pub use figure::Figure;
pub use measures::{Measures, measure};
pub use outcome::{Expected, Labelled, Verdict};
