//! The integration tests: one file per theme.

mod bad_input;
mod knowledge_files;
mod lint;
