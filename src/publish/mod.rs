//! Changes that are safe to make: nothing with worse answers goes live, and everything can be rolled back, replayed and
//! explained.
//!
//! ```text
//! rebuild     read → build, with lint beside it → calibrate → compare → probe → gate → switch
//! compare     asks two snapshots the same golden and real questions; diff: the changes in the knowledge
//! thresholds  chooses the thresholds of a candidate, compared with the live ones
//! causes      puts the cause of worse answers before its consequences
//! gate        may the candidate go live, by the merchant's limits; report, html: the result for people
//! probe       linter rules that need the built snapshot
//! replay      makes the same answer again from a receipt, with the proof
//! explain     why an entry lost, and the smallest change that fixes it, tried on a variant of the shop
//! watch       watches the folder
//! amend       writes a phrasing, an entry or a golden question into the merchant's own file, after trying it
//! ```

pub mod amend;
mod causes;
mod change;
pub mod compare;
mod diff;
mod excerpt;
pub mod explain;
pub mod gate;
pub mod html;
pub mod probe;
pub mod rebuild;
pub mod replay;
pub mod report;
mod thresholds;
pub mod variant;
pub mod watch;

pub use rebuild::{Ending, Outcome, Progress, Rebuild, rebuild};
pub use thresholds::category;
