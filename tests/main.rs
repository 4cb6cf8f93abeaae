//! The integration tests: one file per theme.

mod bad_input;
mod desk_browser;
mod desk_changes;
mod desk_crash;
mod desk_security;
mod desk_store;
mod desk_stories;
mod knowledge_files;
mod lint;
mod support;
