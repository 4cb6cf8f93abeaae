//! The binary: arguments in, exit status out.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    zhike::cli::run(&zhike::cli::Args::parse())
}
