//! The integration tests: one file per theme.

mod bad_input;
mod connector;
mod knowledge_files;
mod lint;
mod publish;
mod size;
mod spec;
mod stories;
