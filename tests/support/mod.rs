//! The test harness: real servers on real databases, and the people who use them.

use std::io::Write;

pub mod browser;
pub mod database;
pub mod hooks;
pub mod http;
pub mod process;
pub mod shop;

/// Says on the terminal that something which can be installed is missing here, and what is not tested for want of it.
/// Fails where all tests are to run (`ZHIKE_ALL_TESTS`, as `./test` sets it).
pub fn missing(what: &str) {
    assert!(std::env::var_os("ZHIKE_ALL_TESTS").is_none(), "{what}");
    wanting(what);
}

/// Says on the terminal what is not tested for want of data that no clone of the project has: what a test that passes
/// prints is captured, and this is not.
pub fn wanting(what: &str) {
    // A terminal that is gone is no fault of the test.
    let _ = writeln!(std::io::stderr(), "NOTE: {what}");
}
