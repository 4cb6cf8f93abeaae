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

#[test]
fn imports_go_one_way() {
    let mut faults = Vec::new();
    for (place, room) in ORDER.iter().enumerate() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = vec![root.join(format!("{room}.rs"))];
        files.retain(|file| file.exists());
        sources(&root.join(room), &mut files);
        for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
            let text = fs::read_to_string(file).expect("a source file");
            // Unit tests stand last in a file.
            let code = text.split("\nmod tests {").next().unwrap_or_default();
            for line in code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
            {
                for later in &ORDER[place + 1..] {
                    if line.contains(&format!("crate::{later}::")) {
                        faults.push(format!("{}: {}", file.display(), line.trim()));
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
