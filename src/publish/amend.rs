//! Changes the merchant's own files on a person's order: adds a phrasing to an entry, a new entry or a golden question.
//! A change is tried before it is written: a shop with the change is built beside the live one and asked the golden
//! questions. If answers get worse, the change is refused. Going live is a rebuild, as after any edit.

mod files;
mod sheet;
mod trial;
mod wanted;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::answer::Engine;
use crate::embed::Encoder;
use crate::index::{Catalog, IndexError};
use crate::knowledge::{Finding, Shop, entries, replace};
use crate::text::hex;

pub use trial::{Trial, Tried};
pub use wanted::Wanted;

pub(crate) use files::Staged;
use files::{io_error, read};
use sheet::{Edited, add_phrasings, add_row};
use trial::{asked_live, sound, tried};
use wanted::tidy;

/// The file for drafted entries, relative to the shop's folder.
const DRAFTS: &str = "faq/新增问答.csv";

/// The file of the golden questions, relative to the shop's folder.
const GOLDEN: &str = "golden.csv";

/// The input of a change.
pub struct Amend<'a> {
    /// Folder of all shops.
    pub knowledge: &'a Path,
    /// Folder of all indexes.
    pub index: &'a Path,
    /// Shop id.
    pub shop: &'a str,
    /// The encoder; `None`: lexical only.
    pub encoder: Option<&'static Encoder>,
    /// The change.
    pub wanted: &'a Wanted,
    /// The [`Review::base`] that a person looked at; `None`: the file as it is now.
    pub base: Option<&'a str>,
    /// Whether to write the change if the trial has no objections.
    pub write: bool,
    /// The current moment.
    pub at: Timestamp,
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

/// Why a change cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AmendError {
    /// The files have no such FAQ entry.
    #[error("the files have no FAQ entry {0}; only FAQ entries take phrasings")]
    NoEntry(String),
    /// The entry is in a workbook or another kind of file.
    #[error("{file} is no CSV file; make the change there by hand, or save the sheet as CSV")]
    NotCsv {
        /// The file.
        file: String,
    },
    /// The file cannot be edited without risk to its other rows.
    #[error(
        "{file} cannot be edited safely (a quote that never closes, damaged characters or no header); mend it first"
    )]
    Unsure {
        /// The file.
        file: String,
    },
    /// The file has changed since it was read.
    #[error("{file} has changed meanwhile near row {row}; look at the change again")]
    Moved {
        /// The file.
        file: String,
        /// The row.
        row: u32,
    },
    /// The wanted text cannot be written into a sheet.
    #[error("{0}")]
    Unfit(String),
    /// The files have errors, with or without the change.
    #[error("the files have errors: {}; mend them first", first(.0))]
    Faulty(Vec<Finding>),
    /// The change makes answers to golden questions worse.
    #[error("{0}")]
    Refused(String),
    /// The file cannot be read or written.
    #[error("cannot {action} {path}: {source}; the files stand as they were")]
    Io {
        /// `read`, `write`.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The trial could not be made.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl AmendError {
    /// The stable kebab-case code.
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
    let error = findings.iter().find(|finding| finding.is_error());
    error.map(Finding::to_string).unwrap_or_default()
}

/// Tries a change and, with [`Amend::write`], writes it. Changes and rebuilds of the same shop wait for each other.
///
/// # Errors
/// [`AmendError`]; the files then stay as they were.
pub fn amend(plan: &Amend<'_>) -> Result<Review, AmendError> {
    let wanted = tidy(plan.wanted)?;
    let catalog = Catalog::new(plan.index, plan.shop);
    let _lock = catalog.lock()?;
    let folder = plan.knowledge.join(plan.shop);
    let now = sound(&folder)?;
    let place = Spot::of(&wanted, &now.shop)?;
    let path = folder.join(&place.file);
    let bytes = read(&path).map_err(io_error("read", &path))?;
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
    let files = now.inputs.iter().map(|input| input.path.as_str());
    let staged = Staged::new(&folder, files, plan.shop, (&review.file, &edited.bytes))?;
    let place = (review.file.as_str(), edited.row);
    review.trial = match &wanted {
        // A golden question does not change answers, so the live snapshot is asked.
        Wanted::AddGolden { .. } => asked_live(&wanted, &now.shop, &staged, &live, place, plan.at)?,
        _ => tried(&wanted, &now.shop, &staged, &live, place, plan.at)?,
    };
    if plan.write {
        if !review.trial.objections.is_empty() {
            return Err(AmendError::Refused(review.trial.objections.join("; ")));
        }
        write(&path, bytes.as_deref(), &edited, &review.file)?;
        review.written = true;
    }
    review.before = edited.before;
    review.after = edited.after;
    Ok(review)
}

/// Writes the edited file if it is still as it was read. The trial takes seconds, and the owner may save the file
/// meanwhile.
fn write(path: &Path, tried: Option<&[u8]>, edited: &Edited, file: &str) -> Result<(), AmendError> {
    let now = read(path).map_err(io_error("read", path))?;
    if now.as_deref() != tried {
        return Err(AmendError::Moved {
            file: file.to_owned(),
            row: edited.row,
        });
    }
    replace(path, &edited.bytes).map_err(io_error("write", path))
}

/// The place of a change in the files.
struct Spot {
    file: String,
    row: u32,
    /// The question in that row.
    question: String,
    /// Whether the new entry is there already, because the change was sent twice.
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
            Wanted::AddGolden {
                question,
                expect,
                product,
            } => {
                if !expectable(expect, shop) {
                    return Err(AmendError::Unfit(format!(
                        "the shop has no entry {expect}; expect an entry, clarify or handoff"
                    )));
                }
                let known = shop.golden.iter().find(|golden| {
                    golden.question == *question
                        && golden.product.as_deref().unwrap_or_default() == product
                        && golden.previous.is_empty()
                });
                Ok(Spot {
                    file: known.map_or(GOLDEN, |golden| &golden.place.file).to_owned(),
                    row: known.map_or(0, |golden| golden.place.row),
                    question: question.clone(),
                    written: known.is_some(),
                })
            }
        }
    }
}

/// Whether a golden question can expect this outcome.
fn expectable(expect: &str, shop: &Shop) -> bool {
    matches!(expect, "clarify" | "handoff") || entries(shop).iter().any(|entry| entry.id == expect)
}

/// The edited file; `None` if there is nothing to edit.
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
            add_row(
                &place.file,
                bytes,
                &fields,
                &["question", "answer"],
                &shop.settings,
            )
            .map(Some)
        }
        Wanted::AddGolden {
            question,
            expect,
            product,
        } => {
            let fields = [
                ("question", question.as_str()),
                ("expect", expect),
                ("product", product),
            ];
            add_row(
                &place.file,
                bytes,
                &fields,
                &["question", "expect"],
                &shop.settings,
            )
            .map(Some)
        }
    }
}
