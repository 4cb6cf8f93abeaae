//! One question → a decision, in this order:
//!
//! ```text
//! parse              one message → the questions it holds, each read with the talk before
//! product            the goods that are meant
//! guard              a person asked for, anger, danger, own orders, facts of the minute, small talk
//! retrieve, reword   entries by words, meaning and intent, with features; also in the shop's own words, by the
//!                    merchant's synonyms
//! conditions, rank   which entries apply; features → order and confidence
//! layers             one rule for each topic
//! spec, size, goods  structured knowledge, read verbatim
//! decide             answer, clarify or hand off, by thresholds
//! reply              scripts, sources, the whole text
//! ```
//!
//! Then, in a server, [`live`]: facts of the minute from the shop's connectors.

pub mod calibration;
pub mod conditions;
pub mod connector;
pub mod contrast;
pub mod decide;
pub mod engine;
pub mod goods;
pub mod guard;
pub mod layers;
pub mod lexical;
pub mod link;
pub mod live;
pub mod memory;
pub mod parse;
pub mod product;
pub mod proposal;
pub mod rank;
pub mod reply;
pub mod retrieve;
pub mod reword;
pub mod rule;
pub mod search;
pub mod size;
pub mod spec;
pub mod types;
mod unnamed;

pub use decide::answer;
pub use engine::Engine;
pub use types::*;

/// Compiles the expressions that the guards try on every question, and loads the tables of normalisation, at start-up: the
/// first question of a process does not wait for them.
pub fn prepare() {
    let text = crate::text::normalise::normalise("準備");
    guard::guards(&text, &[]);
    guard::small_talk(&text);
}
