//! Names the rules by which this program answers by a hash of the source files that can change an answer. After an
//! upgrade with another hash, shops are built anew, and a replay can say that the rules differ.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The rooms between a merchant's file and a decision; of the linter an answer reads the floors. They import only from
/// each other (`tests/house.rs`).
const ROOMS: &[&str] = &[
    "text",
    "knowledge",
    "lint",
    "embed",
    "pack",
    "index",
    "answer",
];

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    for room in ROOMS {
        let folder = Path::new("src").join(room);
        println!("cargo:rerun-if-changed={}", folder.display());
        list(&folder, &mut files)?;
    }
    // The words of jieba and the table of simplified characters come with their crates.
    println!("cargo:rerun-if-changed=Cargo.lock");
    files.push("Cargo.lock".into());
    files.sort();
    let mut hash = DefaultHasher::new();
    for file in files {
        hash.write(&fs::read(file)?);
    }
    println!("cargo:rustc-env=ZHIKE_RULES={:016x}", hash.finish());
    Ok(())
}

/// All files below a folder but unit tests, which change no answer.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    Ok(())
}
