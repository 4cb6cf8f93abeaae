//! The house: which room may know which.

use std::fs;
use std::path::{Path, PathBuf};

/// Each room knows those before it.
const ORDER: &[&str] = &[
    "text",
    "knowledge",
    "lint",
    "embed",
    "pack",
    "index",
    "answer",
    "eval",
    "publish",
    "conversation",
    "http",
    "cli",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a room") {
        let path = entry.expect("a file").path();
        match path.is_dir() {
            true => sources(&path, found),
            false => found.push(path),
        }
    }
}

/// The lines of code of a room that are `faulty`, unit tests and comments left out.
fn faults(room: &str, faulty: impl Fn(&str) -> bool) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![root.join(format!("{room}.rs"))];
    files.retain(|file| file.exists());
    sources(&root.join(room), &mut files);
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let text = fs::read_to_string(file).expect("a source file");
        // Unit tests stand last in a file.
        let code = text.split("\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().map(str::trim);
        let code = lines.filter(|line| !line.starts_with("//") && faulty(line));
        faults.extend(code.map(|line| format!("{}: {line}", file.display())));
    }
    faults
}

#[test]
fn imports_go_one_way() {
    for (place, room) in ORDER.iter().enumerate() {
        let faults = faults(room, |line| {
            let mut later = ORDER[place + 1..].iter();
            later.any(|later| line.contains(&format!("crate::{later}::")))
        });
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// Time is a parameter below the web and the command line.
#[test]
fn the_clock_is_read_at_the_edges() {
    for room in ORDER.iter().filter(|room| !["http", "cli"].contains(room)) {
        let faults = faults(room, |line| line.contains("Timestamp::now()"));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
