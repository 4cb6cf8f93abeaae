//! Change without fear: nothing goes live that answers worse, and everything can be taken back, replayed and explained.
//!
//! ```text
//! rebuild     read → lint → build → calibrate → compare → gate → switch
//! compare     two snapshots asked the same golden and real questions; diff: what changed in the knowledge
//! thresholds  those a candidate goes live with, in regard to the live ones
//! causes      of what came out worse, what did it before what follows from it
//! gate        may it go live, by the merchant's own limits; report, html: the same for people
//! probe       rules of the linter that need the built snapshot
//! replay      the same answer again from a receipt, with the proof
//! explain     why not that entry, and the smallest change that mends it, tried on a variant of the shop
//! watch       follows the folder
//! amend       a phrasing or an entry more, written into the merchant's own file once it was tried
//! ```

pub mod amend;
pub mod causes;
pub mod change;
pub mod compare;
pub mod diff;
mod excerpt;
pub mod explain;
pub mod gate;
pub mod html;
pub mod probe;
pub mod rebuild;
pub mod replay;
pub mod report;
pub mod thresholds;
pub mod variant;
pub mod watch;

pub use rebuild::{Ending, Outcome, Progress, Rebuild, rebuild};
pub use thresholds::category;
