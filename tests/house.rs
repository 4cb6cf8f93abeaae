//! Checks the order of the rooms: which room may import from which.

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

/// All source files of the program, in order.
fn all() -> Vec<PathBuf> {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    files.sort();
    files
}

/// The files of a room.
fn room(room: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = all();
    files.retain(|file| {
        file.starts_with(root.join(room)) || *file == root.join(format!("{room}.rs"))
    });
    files
}

/// The lines of code that are `faulty`, unit tests and comments left out.
fn faults(files: &[PathBuf], faulty: impl Fn(&str) -> bool) -> Vec<String> {
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

/// Whether a line of code has `name` as a word or a whole path.
fn has(line: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name)
        .any(|(at, _)| !line[..at].ends_with(part) && !line[at + name.len()..].starts_with(part))
}

#[test]
fn imports_go_one_way() {
    for (place, name) in ORDER.iter().enumerate() {
        let faults = faults(&room(name), |line| {
            let mut later = ORDER[place + 1..].iter();
            // A group at the root would hide its rooms from this test.
            line.contains("crate::{") || later.any(|later| has(line, &format!("crate::{later}")))
        });
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// `build.rs` hashes all rooms that decide an answer: none of them knows a room that is not hashed.
#[test]
fn the_rules_are_hashed_whole() {
    let build = include_str!("../build.rs");
    let (hashed, others): (Vec<&str>, Vec<&str>) = ORDER
        .iter()
        .partition(|room| build.contains(&format!("\"{room}\"")));
    assert!(hashed.contains(&"answer"));
    for name in hashed {
        let faults = faults(&room(name), |line| {
            others
                .iter()
                .any(|other| has(line, &format!("crate::{other}")))
        });
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// What only some rooms know.
#[test]
fn crates_stay_in_their_rooms() {
    for (name, homes) in [
        (
            "tantivy",
            ["src/index/", "src/text/tokenizer.rs"].as_slice(),
        ),
        ("sqlx", &["src/conversation/store/"]),
        ("axum", &["src/http/"]),
    ] {
        let mut files = all();
        files.retain(|file| {
            let path = file.display().to_string();
            !homes.iter().any(|home| path.contains(home))
        });
        let faults = faults(&files, |line| has(line, name));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// Time is a parameter below the web and the command line.
#[test]
fn the_clock_is_read_at_the_edges() {
    for name in ORDER.iter().filter(|room| !["http", "cli"].contains(room)) {
        let faults = faults(&room(name), |line| line.contains("Timestamp::now()"));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
