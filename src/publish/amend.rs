//! Changes to the merchant's own files, made for a person who asked for them: a phrasing more for an entry, or a new
//! entry. Tried before they are written: a shop with the change is built beside the live one and asked the golden
//! questions, and what comes out worse is refused. Going live is a rebuild, as after any edit.

mod sheet;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::compare::{Said, Shift, compare};
use super::diff::diff;
use super::gate::judge;
use super::variant::variant;
use crate::answer::decide::answer_with;
use crate::answer::{Engine, Question};
use crate::embed::Encoder;
use crate::eval::golden;
use crate::index::{Catalog, IndexError};
use crate::knowledge::{Finding, Reading, Severity, Shop, read_shop};
use crate::lint::lint;
use crate::text::{hex, pii};

use sheet::{Edited, add_phrasings, add_row};

/// Where drafted entries go, relative to the shop's folder.
pub const DRAFTS: &str = "faq/新增问答.csv";

/// The most characters of a question, and of an answer.
const LONGEST: (usize, usize) = (200, 4000);

/// The most phrasings of one change.
const MOST: usize = 50;

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Wanted {
    /// Adds phrasings to an FAQ entry, in its own row.
    AddPhrasing {
        /// Entry id, `faq:…`.
        entry: String,
        /// Phrasings; those that the entry has already are passed over.
        phrasings: Vec<String>,
    },
    /// Adds an FAQ entry, in a file for such entries.
    AddEntry {
        /// The question.
        question: String,
        /// Further phrasings.
        #[serde(default)]
        phrasings: Vec<String>,
        /// The answer.
        answer: String,
        /// Category; may be empty.
        #[serde(default)]
        category: String,
    },
}

/// What a change works with.
pub struct Amend<'a> {
    /// Folder of all shops.
    pub knowledge: &'a Path,
    /// Folder of all indexes.
    pub index: &'a Path,
    /// Shop id.
    pub shop: &'a str,
    /// The encoder; `None`: lexical only.
    pub encoder: Option<&'static Encoder>,
    /// What is to be changed.
    pub wanted: &'a Wanted,
    /// [`Review::base`] that a person looked at; `None`: whatever the file is now.
    pub base: Option<&'a str>,
    /// Write it, where the trial has nothing against it.
    pub write: bool,
}

/// A change as a person reviews it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Review {
    /// The file, relative to the shop's folder.
    pub file: String,
    /// 1-based row.
    pub row: u32,
    /// The row as it stands; empty for a new one.
    pub before: String,
    /// The row with the change.
    pub after: String,
    /// SHA-256 of the file before the change; empty where there is none yet.
    pub base: String,
    /// Whether the entry has all of it already: there is nothing to write then.
    pub unchanged: bool,
    /// Whether the file was written.
    pub written: bool,
    /// What the trial found.
    pub trial: Trial,
}

/// What came of trying a change.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
pub struct Trial {
    /// Golden questions asked.
    pub golden: usize,
    /// Golden questions that are answered differently, those that came out worse first.
    #[schema(value_type = Vec<Object>)]
    pub shifts: Vec<Shift>,
    /// Why the change is refused; empty: it is not.
    pub objections: Vec<String>,
    /// What each question of the change is answered with.
    pub answers: Vec<Tried>,
    /// What is doubtful about the changed row.
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<Finding>,
}

/// A question of the change, asked of the changed shop.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Tried {
    /// The question.
    pub question: String,
    /// Whether it is answered from the changed entry.
    pub mended: bool,
    /// What is said.
    #[schema(value_type = Object)]
    pub said: Said,
}

/// Why a change cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AmendError {
    /// No such FAQ entry in the files.
    #[error("the files have no FAQ entry {0}; only FAQ entries take phrasings")]
    NoEntry(String),
    /// The entry stands in a workbook or another kind of file.
    #[error("{file} is no CSV file; make the change there by hand, or save the sheet as CSV")]
    NotCsv {
        /// The file.
        file: String,
    },
    /// The file cannot be edited without a risk to its other rows.
    #[error(
        "{file} cannot be edited safely (a quote that never closes, damaged characters or no header); mend it first"
    )]
    Unsure {
        /// The file.
        file: String,
    },
    /// The file is not as it was.
    #[error("{file} has changed meanwhile near row {row}; look at the change again")]
    Moved {
        /// The file.
        file: String,
        /// The row.
        row: u32,
    },
    /// What was wanted cannot be written.
    #[error("{0}")]
    Unfit(String),
    /// The files have errors, with or by the change.
    #[error("the files have errors: {}; mend them first", first(.0))]
    Faulty(Vec<Finding>),
    /// The change makes golden questions come out worse.
    #[error("{0}")]
    Refused(String),
    /// The file cannot be read or written.
    #[error("cannot {action} {path}: {source}; the files stand as they were")]
    Io {
        /// `read`, `write`.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// The trial could not be made.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl AmendError {
    /// A stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            AmendError::NoEntry(_) => "not-found",
            AmendError::NotCsv { .. } => "not-csv",
            AmendError::Unsure { .. } => "not-editable",
            AmendError::Moved { .. } => "file-changed",
            AmendError::Unfit(_) => "bad-change",
            AmendError::Faulty(_) => "faulty-files",
            AmendError::Refused(_) => "gate-refused",
            AmendError::Io { .. } | AmendError::Index(_) => "internal",
        }
    }
}

fn first(findings: &[Finding]) -> String {
    findings
        .iter()
        .find(|finding| finding.severity == Severity::Error)
        .map(Finding::to_string)
        .unwrap_or_default()
}

/// Tries a change, and with [`Amend::write`] writes it. Changes and rebuilds of one shop wait for each other.
///
/// # Errors
/// [`AmendError`]; the files then stand as they were.
pub fn amend(plan: &Amend<'_>) -> Result<Review, AmendError> {
    let wanted = tidy(plan.wanted)?;
    let catalog = Catalog::new(plan.index, plan.shop);
    let _lock = catalog.lock()?;
    let folder = plan.knowledge.join(plan.shop);
    let now = read_shop(&folder);
    if has_errors(&now) {
        return Err(AmendError::Faulty(now.findings));
    }
    let place = Spot::of(&wanted, &now.shop)?;
    let path = folder.join(&place.file);
    let bytes = match fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(source) => return Err(io_error("read", &path)(source)),
    };
    let base = bytes
        .as_deref()
        .map(|bytes| hex(&Sha256::digest(bytes)))
        .unwrap_or_default();
    if plan.base.is_some_and(|seen| seen != base) {
        return Err(AmendError::Moved {
            file: place.file,
            row: place.row,
        });
    }
    let edited = match place.written {
        true => None,
        false => edit(&wanted, &place, bytes.as_deref(), &now.shop)?,
    };
    let mut review = Review {
        file: place.file,
        row: edited.as_ref().map_or(place.row, |edited| edited.row),
        before: String::new(),
        after: String::new(),
        base,
        unchanged: edited.is_none(),
        written: false,
        trial: Trial::default(),
    };
    let Some(edited) = edited else {
        return Ok(review);
    };
    let live = Engine::new(Arc::new(catalog.open_current()?), plan.encoder);
    let staged = Staged::new(&folder, plan.shop, &review.file, &edited.bytes)?;
    review.trial = tried(&wanted, &now.shop, &staged, &live, &review.file, edited.row)?;
    if plan.write {
        if !review.trial.objections.is_empty() {
            return Err(AmendError::Refused(review.trial.objections.join("; ")));
        }
        replace(&path, &edited.bytes).map_err(io_error("write", &path))?;
        review.written = true;
    }
    review.before = edited.before;
    review.after = edited.after;
    Ok(review)
}

/// Where a change goes.
struct Spot {
    file: String,
    row: u32,
    /// The question that stands in the row.
    question: String,
    /// Whether the new entry stands there already: it was sent twice.
    written: bool,
}

impl Spot {
    fn of(wanted: &Wanted, shop: &Shop) -> Result<Spot, AmendError> {
        match wanted {
            Wanted::AddPhrasing { entry, .. } => {
                let faq = entry
                    .strip_prefix("faq:")
                    .and_then(|id| shop.faqs.iter().find(|faq| faq.id == id))
                    .ok_or_else(|| AmendError::NoEntry(entry.clone()))?;
                Ok(Spot {
                    file: faq.place.file.clone(),
                    row: faq.place.row,
                    question: faq.question.clone(),
                    written: false,
                })
            }
            Wanted::AddEntry {
                question, answer, ..
            } => match shop.faqs.iter().find(|faq| faq.question == *question) {
                Some(faq) if faq.answer != *answer => Err(AmendError::Unfit(format!(
                    "{}:{} answers this question already; change the answer there",
                    faq.place.file, faq.place.row
                ))),
                faq => Ok(Spot {
                    file: faq.map_or(DRAFTS, |faq| &faq.place.file).to_owned(),
                    row: faq.map_or(0, |faq| faq.place.row),
                    question: question.clone(),
                    written: faq.is_some(),
                }),
            },
        }
    }
}

/// The edited file; `None` where there is nothing to edit.
fn edit(
    wanted: &Wanted,
    place: &Spot,
    bytes: Option<&[u8]>,
    shop: &Shop,
) -> Result<Option<Edited>, AmendError> {
    match wanted {
        Wanted::AddPhrasing { phrasings, .. } => {
            let bytes = bytes.ok_or_else(|| AmendError::Moved {
                file: place.file.clone(),
                row: place.row,
            })?;
            add_phrasings(
                &place.file,
                bytes,
                place.row,
                &place.question,
                phrasings,
                &shop.settings,
            )
        }
        Wanted::AddEntry {
            question,
            phrasings,
            answer,
            category,
        } => {
            let similar = phrasings.join("|");
            let fields = [
                ("question", question.as_str()),
                ("similar", &similar),
                ("answer", answer),
                ("category", category),
            ];
            add_row(&place.file, bytes, &fields, &shop.settings).map(Some)
        }
    }
}

/// Reads the changed files, makes sure that only what was wanted is different, builds them and asks.
fn tried(
    wanted: &Wanted,
    before: &Shop,
    staged: &Staged,
    live: &Engine,
    file: &str,
    row: u32,
) -> Result<Trial, AmendError> {
    let reading = read_shop(&staged.shop);
    if has_errors(&reading) {
        return Err(AmendError::Faulty(reading.findings));
    }
    let change = diff(before, &reading.shop);
    let (added, changed) = (change.added.len(), change.changed.len());
    let entry = match (wanted, added, changed, change.removed.len()) {
        (Wanted::AddPhrasing { entry, .. }, 0, 1, 0) if change.changed[0].entry.id == *entry => {
            entry
        }
        (Wanted::AddEntry { .. }, 1, 0, 0) => &change.added[0].id,
        // A sheet that means more than its cells say: left to its owner.
        _ => {
            return Err(AmendError::Unsure {
                file: file.to_owned(),
            });
        }
    };
    let now = Timestamp::now();
    let candidate = variant(live, &reading.shop)?;
    let golden = golden::asked(&reading.shop.golden, now);
    let comparison = compare(live, &candidate.engine, &golden, &[]);
    let objections = judge(&comparison, &reading.shop.settings.gate);
    let answers = questions(wanted)
        .map(|question| {
            let asked = Question {
                text: question.to_owned(),
                at: now,
                ..Question::default()
            };
            let said = Said::of(&answer_with(&candidate.engine, &asked, 1, false));
            Tried {
                question: question.to_owned(),
                mended: said.entries.contains(entry),
                said,
            }
        })
        .collect();
    let mut findings = reading.findings;
    findings.extend(lint(&reading.shop, now));
    findings.retain(|finding| finding.file == file && finding.row == Some(row));
    Ok(Trial {
        golden: comparison.golden,
        shifts: comparison.shifts,
        objections: objections.iter().map(ToString::to_string).collect(),
        answers,
        findings,
    })
}

fn questions(wanted: &Wanted) -> impl Iterator<Item = &str> {
    let (first, rest) = match wanted {
        Wanted::AddPhrasing { phrasings, .. } => (None, phrasings),
        Wanted::AddEntry {
            question,
            phrasings,
            ..
        } => (Some(question), phrasings),
    };
    first.into_iter().chain(rest).map(String::as_str)
}

fn has_errors(reading: &Reading) -> bool {
    let error = |finding: &Finding| finding.severity == Severity::Error;
    reading.findings.iter().any(error)
}

/// What is wanted as it can stand in a sheet.
fn tidy(wanted: &Wanted) -> Result<Wanted, AmendError> {
    let unfit = |what: String| Err(AmendError::Unfit(what));
    let mut tidy = match wanted {
        Wanted::AddPhrasing { entry, phrasings } => Wanted::AddPhrasing {
            entry: entry.clone(),
            phrasings: cells(phrasings),
        },
        Wanted::AddEntry {
            question,
            phrasings,
            answer,
            category,
        } => Wanted::AddEntry {
            question: cell(question),
            phrasings: cells(phrasings),
            answer: answer.trim().to_owned(),
            category: cell(category),
        },
    };
    if let Wanted::AddEntry {
        question,
        phrasings,
        answer,
        ..
    } = &mut tidy
    {
        phrasings.retain(|phrasing| phrasing != question);
        if answer.is_empty() {
            return unfit("the answer is empty; write what buyers are to be told".into());
        }
        if answer.chars().count() > LONGEST.1 {
            return unfit(format!("the answer has more than {} characters", LONGEST.1));
        }
    }
    let asked: Vec<&str> = questions(&tidy).collect();
    if asked.is_empty() || asked.contains(&"") {
        return unfit("a question is empty; write one".into());
    }
    if asked.len() > MOST {
        return unfit(format!("more than {MOST} phrasings; add the rest by hand"));
    }
    for question in asked {
        if question.chars().count() > LONGEST.0 {
            return unfit(format!(
                "a question has more than {} characters; shorten it",
                LONGEST.0
            ));
        }
        if pii::mask(question) != question {
            return unfit("a question holds personal data; take it out".into());
        }
    }
    Ok(tidy)
}

fn cells(texts: &[String]) -> Vec<String> {
    let mut cells: Vec<String> = Vec::new();
    for text in texts {
        let cell = cell(text);
        if !cell.is_empty() && !cells.contains(&cell) {
            cells.push(cell);
        }
    }
    cells
}

/// A question as one item of a cell: one line, no bars, and nothing that a spreadsheet program takes for a formula:
/// buyers wrote it, and a merchant opens it.
fn cell(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '|' | '｜' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    let formula = |c: char| {
        c.is_whitespace() || matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
    };
    plain
        .trim_start_matches(formula)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A copy of a shop's folder with one file changed. It goes with its value.
struct Staged {
    root: PathBuf,
    shop: PathBuf,
}

impl Staged {
    fn new(folder: &Path, shop: &str, file: &str, bytes: &[u8]) -> Result<Staged, AmendError> {
        let root = std::env::temp_dir().join(format!("zhike-amend-{}", uuid::Uuid::new_v4()));
        // The shop's id is its folder's name.
        let staged = Staged {
            shop: root.join(shop),
            root,
        };
        copy(folder, &staged.shop)?;
        let path = staged.shop.join(file);
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(&staged.shop))?;
            fs::write(&path, bytes)
        };
        write().map_err(io_error("write", &path))?;
        Ok(staged)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // It lies in the system's temporary folder, which is swept anyway.
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), AmendError> {
    fs::create_dir_all(to).map_err(io_error("write", to))?;
    for entry in fs::read_dir(from).map_err(io_error("read", from))? {
        let entry = entry.map_err(io_error("read", from))?;
        let (path, name) = (entry.path(), entry.file_name());
        // What reading passes over need not be copied.
        if name.to_string_lossy().starts_with(['.', '~']) {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(&name))?;
        } else {
            fs::copy(&path, to.join(&name)).map_err(io_error("read", &path))?;
        }
    }
    Ok(())
}

/// Replaces or begins a file in one step: a reader sees the old or the new one, never half.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let temporary = path.with_file_name(format!(".{name}.new"));
    let write = || {
        let mut file = fs::File::create(&temporary)?;
        file.write_all(bytes)?;
        if let Ok(meta) = fs::metadata(path) {
            file.set_permissions(meta.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().inspect_err(|_| {
        // The old file stands; a leftover beside it helps nobody.
        let _ = fs::remove_file(&temporary);
    })
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> AmendError {
    let path = path.to_owned();
    move |source| AmendError::Io {
        action,
        path,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_buyers_become_plain_cells() {
        for (text, plain) in [
            ("啥时候 发货", "啥时候 发货"),
            ("=HYPERLINK(\"http://x\")", "HYPERLINK(\"http://x\")"),
            (" @+-=cmd|' /C calc'!A0", "cmd ' /C calc'!A0"),
            ("一行\n两行|三", "一行 两行 三"),
            ("5-6天到吗", "5-6天到吗"),
        ] {
            assert_eq!(cell(text), plain);
        }
        let wanted = |phrasing: &str| Wanted::AddPhrasing {
            entry: "faq:a".into(),
            phrasings: vec![phrasing.into()],
        };
        assert!(tidy(&wanted("打我电话13812345678")).is_err());
        assert!(tidy(&wanted(" ")).is_err());
        assert!(tidy(&wanted("包邮吗")).is_ok());
    }
}
