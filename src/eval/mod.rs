//! Evaluates labelled questions: measures, calibration, reports.
//!
//! [`golden::run`] asks the golden questions of a shop (or of a file, [`files`]) and keeps the results as [`Labelled`]
//! outcomes. The other modules are pure functions of these: [`measures`] computes figures, [`calibrate`] chooses
//! thresholds that keep the shop's budgets, [`confusion`] says what to fix, [`compare`] compares two runs, and
//! [`report`] and [`html`] present the results.

mod binomial;
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
