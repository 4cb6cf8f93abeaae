//! Finds the files of a shop.

use std::fs;
use std::io;
use std::path::Path;

use super::finding::{At, Finding, Log};
use super::lexicon;
use super::names::nearest;

/// The folders of a shop, and the kind and extensions of their files.
const FOLDERS: &[(&str, Kind, &[&str])] = &[
    ("faq", Kind::Faq, &["csv", "xlsx"]),
    ("lexicon", Kind::Lexicon, &["txt"]),
    ("policies", Kind::Policy, &["md"]),
    ("products", Kind::Product, &["csv", "md", "xlsx"]),
    ("sizes", Kind::Chart, &["csv", "xlsx"]),
];

/// The files outside these folders.
const TABLES: &[&str] = &["shop.toml", "golden.csv", "golden.xlsx"];

/// What a file tells; by its order the files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Settings,
    Faq,
    Product,
    Chart,
    Policy,
    Lexicon,
    Golden,
}

/// The shop's files: settings first, then kind by kind, sorted by name. Files that do not belong are reported.
pub(crate) fn find_files(folder: &Path, findings: &mut Vec<Finding>) -> Vec<(Kind, String)> {
    let mut files = Vec::new();
    let Ok(names) = names_in(folder) else {
        Log::new("shop.toml", findings).error(
            "missing-shop",
            At::FILE,
            "the shop's folder does not exist or cannot be read",
            "create it with a shop.toml in it",
        );
        return files;
    };
    let root = fs::canonicalize(folder).ok();
    for (name, nature) in names {
        let lower = name.to_lowercase();
        if nature.is_strange() {
            report_irregular(&name, nature, findings);
            continue;
        }
        if leads_out(root.as_deref(), &folder.join(&name)) {
            report_outside(&name, findings);
            continue;
        }
        if nature == Nature::Folder && TABLES.contains(&lower.as_str()) {
            let message = "a folder stands where a file is read";
            let remedy = "move the folder away and put the file back";
            report_unreadable(&name, message, remedy, findings);
            continue;
        }
        if nature == Nature::File && folder_kind(&name).is_some() {
            let message = "a file stands where a folder is read";
            let remedy = format!("move the file away and put the folder {lower} back");
            report_unreadable(&name, message, &remedy, findings);
            continue;
        }
        if nature == Nature::Folder {
            match FOLDERS.iter().find(|(known, ..)| *known == name) {
                Some(&(_, kind, endings)) => {
                    let within = (folder, root.as_deref());
                    find_in_folder(within, &name, (kind, endings), &mut files, findings);
                }
                None => report_stray(&name, FOLDERS.iter().map(|(known, ..)| *known), findings),
            }
            continue;
        }
        match lower.as_str() {
            "shop.toml" => files.push((Kind::Settings, name)),
            "golden.csv" | "golden.xlsx" => files.push((Kind::Golden, name)),
            "readme.md" | "readme.txt" => {}
            _ => report_stray(&name, TABLES.iter().copied(), findings),
        }
    }
    if !files.iter().any(|(kind, _)| *kind == Kind::Settings) {
        Log::new("shop.toml", findings).error(
            "missing-shop",
            At::FILE,
            "the shop has no shop.toml",
            "add one with [shop] and name = \"…\" in it",
        );
    }
    files.sort();
    files
}

/// The kind of the files in a folder; `None` if it is not one of ours.
pub(crate) fn folder_kind(name: &str) -> Option<Kind> {
    let name = name.to_lowercase();
    let known = FOLDERS.iter().find(|(known, ..)| *known == name);
    known.map(|(_, kind, _)| *kind)
}

/// Reports what should be read and cannot be.
pub(crate) fn report_unreadable(
    path: &str,
    message: &str,
    remedy: &str,
    findings: &mut Vec<Finding>,
) {
    Log::new(path, findings).error("unreadable-file", At::FILE, message, remedy);
}

fn find_in_folder(
    (folder, root): (&Path, Option<&Path>),
    name: &str,
    (kind, endings): (Kind, &[&str]),
    files: &mut Vec<(Kind, String)>,
    findings: &mut Vec<Finding>,
) {
    let inside = match names_in(&folder.join(name)) {
        Ok(inside) => inside,
        Err(error) => {
            let remedy = "make the folder readable";
            return report_unreadable(name, &error.to_string(), remedy, findings);
        }
    };
    for (file, nature) in inside {
        let path = format!("{name}/{file}");
        let mut log = Log::new(&path, findings);
        let ending = Path::new(&file)
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        if nature.is_strange() {
            report_irregular(&path, nature, findings);
        } else if leads_out(root, &folder.join(&path)) {
            report_outside(&path, findings);
        } else if nature == Nature::Folder {
            log.warning(
                "unread-file",
                At::FILE,
                "folders inside are not read",
                format!("move its files up to {name}/"),
            );
        } else if kind == Kind::Lexicon && !lexicon::FILES.contains(&file.to_lowercase().as_str()) {
            report_stray(&path, lexicon::FILES.iter().copied(), findings);
        } else if ending
            .as_deref()
            .is_some_and(|ending| endings.contains(&ending))
        {
            files.push((kind, path));
        } else if file.to_lowercase() != "readme.md" {
            log.warning(
                "unread-file",
                At::FILE,
                format!("files of this kind are not read in {name}/"),
                format!("save it as .{}, or remove it", endings.join(" or .")),
            );
        }
    }
}

/// Reports a file or folder that is not read, with the nearest name that is, as a hint.
fn report_stray<'a>(
    path: &str,
    known: impl IntoIterator<Item = &'a str>,
    findings: &mut Vec<Finding>,
) {
    let name = path.rsplit('/').next().unwrap_or(path);
    let remedy = match nearest(name, known) {
        Some(near) => format!("rename it to {near} if that is meant, or remove it"),
        None => "remove it, or move it where it belongs".to_string(),
    };
    Log::new(path, findings).warning(
        "unread-file",
        At::FILE,
        "nothing of this name is read",
        remedy,
    );
}

/// Reports a pipe or a device, which could block the reader, or a name that is not text, which cannot be opened.
fn report_irregular(path: &str, nature: Nature, findings: &mut Vec<Finding>) {
    if nature == Nature::Nameless {
        let message =
            "the file's name is in another encoding than UTF-8, and nothing of it is read";
        return report_unreadable(path, message, "rename it", findings);
    }
    Log::new(path, findings).warning(
        "unread-file",
        At::FILE,
        "it is no regular file but a pipe or a device, and is not read",
        "remove it, or put a file in its place",
    );
}

/// Whether a link leads out of the shop's folder. Shops may belong to different people, and findings must not show them
/// files of others or of the machine.
fn leads_out(root: Option<&Path>, path: &Path) -> bool {
    match (root, fs::canonicalize(path)) {
        (Some(root), Ok(real)) => !real.starts_with(root),
        // If it cannot be examined, opening it will report that.
        _ => false,
    }
}

fn report_outside(path: &str, findings: &mut Vec<Finding>) {
    let message = "it is a link that leads out of the shop's folder, and is not followed";
    report_unreadable(path, message, "put the file itself in its place", findings);
}

/// The nature of a directory entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nature {
    File,
    Folder,
    /// A pipe, a socket, a device.
    Other,
    /// The name is not text.
    Nameless,
}

impl Nature {
    fn is_strange(self) -> bool {
        matches!(self, Nature::Other | Nature::Nameless)
    }
}

/// The names in a folder with their nature, sorted. Hidden files and the lock files of office programs are left out.
fn names_in(folder: &Path) -> io::Result<Vec<(String, Nature)>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let raw = entry.file_name();
        let name = raw.to_string_lossy().into_owned();
        let ignored = name.starts_with(['.', '~'])
            || name.ends_with('~')
            || name == "Thumbs.db"
            || name == "desktop.ini";
        if !ignored {
            // If it cannot be examined, opening it will report that.
            let nature = fs::metadata(entry.path()).map_or(Nature::File, |meta| {
                match (meta.is_dir(), meta.is_file()) {
                    (true, _) => Nature::Folder,
                    (_, true) => Nature::File,
                    _ => Nature::Other,
                }
            });
            let nature = match raw.to_str() {
                Some(_) => nature,
                None => Nature::Nameless,
            };
            names.push((name, nature));
        }
    }
    names.sort_unstable();
    Ok(names)
}
