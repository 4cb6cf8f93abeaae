//! Reads a shop's folder into a [`Reading`].

mod follow_ons;

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::context::Context;
use super::files::{Kind, find_files, folder_kind, report_unreadable};
use super::finding::{At, Finding, Log};
use super::model::{Faq, Golden, Lines, Policy, Product, Shop, SizeChart};
use super::settings::Settings;
use super::table::SourceFile;
use super::{faq, golden, lexicon, policy, product, references, shop_toml, size_chart};
use crate::text::hex;

/// The largest file that is read. A hundred thousand entries have about fifty megabytes.
const MOST_BYTES: u64 = 256 << 20;

/// The result of reading a shop's folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Everything that could be read.
    pub shop: Shop,
    /// Everything that is wrong or doubtful.
    pub findings: Vec<Finding>,
    /// The files that were read, in order.
    pub inputs: Vec<InputFile>,
}

/// A file that went into a shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Path relative to the shop's folder, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

impl InputFile {
    fn new(path: &str, bytes: &[u8]) -> InputFile {
        InputFile {
            path: path.to_owned(),
            sha256: hex(&Sha256::digest(bytes)),
            bytes: bytes.len() as u64,
        }
    }
}

/// Why the knowledge folder cannot be read.
#[derive(Debug, Error)]
pub enum KnowledgeError {
    /// The folder, or something in it, cannot be read.
    #[error("cannot read {path}: {source}; check that the folder exists and may be read")]
    Unreadable {
        /// The path that cannot be read.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

/// The shops in a knowledge folder: the folders with a `shop.toml`, sorted.
///
/// # Errors
/// If the folder cannot be read.
pub fn list_shops(knowledge: &Path) -> Result<Vec<String>, KnowledgeError> {
    let unreadable = |source| KnowledgeError::Unreadable {
        path: knowledge.to_path_buf(),
        source,
    };
    let mut shops = Vec::new();
    for entry in fs::read_dir(knowledge).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && entry.path().join("shop.toml").is_file() {
            shops.push(name);
        }
    }
    shops.sort_unstable();
    Ok(shops)
}

/// Reads the shop in a folder; its id is the folder's name. Never fails: every fault is a finding, and it does not
/// prevent reading the rest.
pub fn read_shop(folder: &Path) -> Reading {
    let mut findings = Vec::new();
    let id = folder_name(folder);
    report_bad_id(&id, &mut findings);
    let mut inputs = Vec::new();
    let mut settings = Settings {
        name: id.clone(),
        ..Settings::default()
    };
    let files = find_files(folder, &mut findings);
    let mut shop = Shop {
        id: id.clone(),
        ..Shop::default()
    };
    // The settings come first, since all other files are read with their columns and time zone.
    let (named, files): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|(kind, _)| *kind == Kind::Settings);
    for (_, path) in named {
        if let Some(file) = open(folder, &path, &mut inputs, &mut findings) {
            settings = shop_toml::read(&file, &id, &mut shop.lines, &mut findings);
        }
    }
    let context = Context::new(&settings);
    // The other files are read on all cores and put together in the order of files.
    let read = |(kind, path): (Kind, String)| {
        let (mut inputs, mut findings) = (Vec::new(), Vec::new());
        let content = open(folder, &path, &mut inputs, &mut findings)
            .and_then(|file| content(kind, file, &context, &mut findings));
        follow_ons::drop_from(&mut findings);
        (kind, content, inputs, findings)
    };
    let all: Vec<_> = files.into_par_iter().map(read).collect();
    let mut broken = HashSet::new();
    for (kind, content, own_inputs, own_findings) in all {
        inputs.extend(own_inputs);
        if own_findings.iter().any(Finding::is_error) {
            broken.insert(kind);
        }
        findings.extend(own_findings);
        match content {
            Some(Content::Faqs(faqs)) => shop.faqs.extend(faqs),
            Some(Content::Products(products)) => shop.products.extend(products),
            // A chart with a missing row would cause findings everywhere.
            Some(Content::Charts(_)) if broken.contains(&Kind::Chart) => {}
            Some(Content::Charts(charts)) => shop.charts.extend(charts),
            Some(Content::Policies(policies)) => shop.policies.extend(policies),
            Some(Content::Golden(golden)) => shop.golden.extend(golden),
            // Words depend on those read before.
            Some(Content::Words(file)) => {
                lexicon::read(&file, &mut shop.lexicon, &mut shop.lines, &mut findings);
            }
            None => {}
        }
    }
    shop.lines.headers = context.into_headers();
    shop.settings = settings;
    size_chart::name_as_sold(&mut shop.charts, &shop.products);
    // A folder that is not a folder is a kind that cannot be read, too.
    broken.extend(misplaced(&findings));
    references::check(&mut shop, &broken, &mut findings);
    shop.lines.headers.translate(&mut findings);
    // In the order in which merchants fix them: file by file as read, top to bottom.
    findings.sort_by_cached_key(|finding| {
        let file = inputs.iter().position(|input| input.path == finding.file);
        (
            file.unwrap_or(usize::MAX),
            finding.file.clone(),
            finding.sheet.clone(),
            finding.row,
        )
    });
    Reading {
        shop,
        findings,
        inputs,
    }
}

/// The kinds of files whose folder cannot be read.
fn misplaced(findings: &[Finding]) -> impl Iterator<Item = Kind> {
    findings
        .iter()
        .filter(|finding| finding.code == "unreadable-file")
        .filter_map(|finding| folder_kind(&finding.file))
}

/// The content of a file.
enum Content {
    Faqs(Vec<Faq>),
    Products(Vec<Product>),
    Charts(Vec<SizeChart>),
    Policies(Vec<Policy>),
    Golden(Vec<Golden>),
    /// Not parsed yet.
    Words(SourceFile),
}

fn content(
    kind: Kind,
    file: SourceFile,
    context: &Context,
    findings: &mut Vec<Finding>,
) -> Option<Content> {
    Some(match kind {
        Kind::Settings => return None,
        Kind::Faq => Content::Faqs(faq::read(&file, context, findings)),
        Kind::Product => Content::Products(product::read(&file, context, findings)),
        Kind::Chart => Content::Charts(size_chart::read(&file, &context.columns, findings)),
        Kind::Policy => {
            Content::Policies(policy::read(&file, context, findings).into_iter().collect())
        }
        Kind::Golden => Content::Golden(golden::read(&file, context, findings)),
        Kind::Lexicon => Content::Words(file),
    })
}

/// Only the settings of a shop. [`read_shop`] reports what is wrong with `shop.toml`.
pub fn read_settings(folder: &Path) -> Settings {
    let id = folder_name(folder);
    let bytes = fs::read(folder.join("shop.toml")).unwrap_or_default();
    let file = SourceFile {
        path: "shop.toml".into(),
        stem: "shop".into(),
        bytes,
    };
    shop_toml::read(&file, &id, &mut Lines::default(), &mut Vec::new())
}

/// Reads a table of golden questions outside a shop's folder, with the shop's columns and time zone. `name` is the
/// file's name in findings and places.
pub fn read_golden(name: &str, bytes: Vec<u8>, settings: &Settings) -> (Vec<Golden>, Vec<Finding>) {
    let mut findings = Vec::new();
    let file = SourceFile {
        path: name.to_owned(),
        stem: name
            .rsplit_once('.')
            .map_or(name, |(stem, _)| stem)
            .to_owned(),
        bytes,
    };
    let golden = golden::read(&file, &Context::new(settings), &mut findings);
    (golden, findings)
}

/// A hash over the names and bytes of all files that [`read_shop`] would read. Equal hashes mean equal knowledge.
/// Modification times do not count, so a fresh checkout has the same hash.
///
/// # Errors
/// If a file cannot be read.
pub fn input_hash(folder: &Path) -> Result<String, KnowledgeError> {
    let read = |(_, path): (_, String)| {
        let full = folder.join(&path);
        let bytes =
            fs::read(&full).map_err(|source| KnowledgeError::Unreadable { path: full, source })?;
        Ok(InputFile::new(&path, &bytes))
    };
    let files = find_files(folder, &mut Vec::new()).into_iter();
    let inputs: Vec<InputFile> = files.map(read).collect::<Result<_, KnowledgeError>>()?;
    Ok(hash_of(&inputs))
}

/// SHA-256 (hex) over the names and hashes of files.
pub fn hash_of(inputs: &[InputFile]) -> String {
    let mut hash = Sha256::new();
    for input in inputs {
        hash.update(input.path.as_bytes());
        hash.update([0]);
        hash.update(input.sha256.as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize())
}

/// The folder's own name, even if the path is `.` or ends in `..`.
fn folder_name(folder: &Path) -> String {
    let named = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    named
        .or_else(|| {
            fs::canonicalize(folder)
                .ok()?
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
        })
        .unwrap_or_default()
}

fn report_bad_id(id: &str, findings: &mut Vec<Finding>) {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if id.is_empty() || !id.chars().all(fits) {
        Log::new("shop.toml", findings).error(
            "bad-shop-id",
            At::FILE,
            format!("the folder's name \"{id}\" cannot stand in an address"),
            "name it with letters, digits, - and _ only",
        );
    }
}

fn open(
    folder: &Path,
    path: &str,
    inputs: &mut Vec<InputFile>,
    findings: &mut Vec<Finding>,
) -> Option<SourceFile> {
    let full = folder.join(path);
    let length = fs::metadata(&full).map_or(0, |meta| meta.len());
    if length > MOST_BYTES {
        let message = format!(
            "the file has {} MB, and at most {} are read",
            length >> 20,
            MOST_BYTES >> 20
        );
        let remedy = "split it, or remove what does not belong in it";
        report_unreadable(path, &message, remedy, findings);
        return None;
    }
    let bytes = match fs::read(full) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("the file cannot be read: {error}");
            report_unreadable(path, &message, "make it readable or remove it", findings);
            return None;
        }
    };
    inputs.push(InputFile::new(path, &bytes));
    let stem = Path::new(path)
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    Some(SourceFile {
        path: path.to_string(),
        stem,
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample shops are read completely and without faults.
    #[test]
    fn the_sample_shops_are_clean() {
        let knowledge = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        let shops = list_shops(&knowledge).unwrap();
        assert!(shops.len() >= 4, "{shops:?}");
        for shop in shops {
            let reading = read_shop(&knowledge.join(&shop));
            let findings: Vec<String> = reading.findings.iter().map(Finding::to_string).collect();
            assert!(findings.is_empty(), "{shop}:\n{}", findings.join("\n"));
            let Shop {
                faqs,
                products,
                policies,
                golden,
                lexicon,
                ..
            } = &reading.shop;
            let counts = [
                faqs.len(),
                products.len(),
                policies.len(),
                golden.len(),
                lexicon.words.len(),
            ];
            let least = [60, 30, 6, 100, 1];
            assert!(
                counts
                    .iter()
                    .zip(least)
                    .all(|(count, least)| *count >= least),
                "{shop}: {counts:?}"
            );
            assert!(
                products.iter().all(|product| product.specs.len() >= 6),
                "{shop}"
            );
        }
    }
}
