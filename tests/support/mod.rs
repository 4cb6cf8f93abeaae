//! The test harness: real servers on real databases, and the people who use them.

pub mod browser;
pub mod database;
pub mod http;
pub mod process;
pub mod shop;
