//! The integration tests: one file per theme.

#![allow(
    clippy::unwrap_used,
    reason = "all of this crate is tests, also what clippy takes for none"
)]

mod asking;
mod bad_input;
mod bodies;
mod buyers;
mod catalogue;
mod charts;
mod columns;
mod commands;
mod connector;
mod desk_browser;
mod desk_care;
mod desk_changes;
mod desk_crash;
mod desk_hooks;
mod desk_security;
mod desk_store;
mod desk_stories;
mod desk_turns;
mod follow_ups;
mod found;
mod golden;
mod house;
mod knowledge_files;
mod layers;
mod lint;
mod parts;
mod proofs;
mod publish;
mod risks;
mod size;
mod spec;
mod stories;
mod support;
mod talks;
mod time;
mod trades;
mod unseen;
mod variants;
