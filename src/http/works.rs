//! Operations on shops: read, build, publish, change. All of them block, so the handlers run them on blocking threads.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::live::Live;
use crate::answer::{Engine, Question};
use crate::embed::Encoder;
use crate::index::{Catalog, IndexError};
use crate::knowledge::{Finding, KnowledgeError, list_shops, read_shop};
use crate::lint::remarks;
use crate::publish::amend::{Amend, AmendError, Review, Wanted, amend};
use crate::publish::report::{self, Report};
use crate::publish::{self, Ending};

/// Where the shops are and how they are built.
#[derive(Debug, Clone)]
pub struct Works {
    /// Folder of all shops' knowledge.
    pub knowledge: PathBuf,
    /// Folder of all built snapshots.
    pub index: PathBuf,
    /// The encoder; `None`: search by words only.
    pub encoder: Option<&'static Encoder>,
    /// How many snapshots of a shop are kept.
    pub keep: usize,
}

/// A version of a shop.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SnapshotView {
    /// Snapshot id.
    pub id: String,
    /// Whether it answers now.
    pub live: bool,
    /// What it holds: `entries`, `faq`, `products` …
    pub counts: BTreeMap<String, u64>,
    /// What was done with it: who, when, why. Newest first.
    #[schema(value_type = Vec<Object>)]
    pub history: Vec<Value>,
}

/// How far a rebuild is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Progress {
    /// What is being done: `read`, `embed`, `golden`, `publish`; empty while the rebuild waits for its turn.
    #[schema(value_type = String)]
    pub stage: Stage,
    /// Steps done of this stage.
    pub done: u64,
    /// Steps of this stage; 0: unknown.
    pub total: u64,
}

/// A stage of a rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It waits for its turn.
    #[default]
    #[serde(rename = "")]
    Waits,
    /// Files are read, words indexed.
    Read,
    /// Texts are embedded.
    Embed,
    /// Golden questions are asked.
    Golden,
    /// The new snapshot goes live.
    Publish,
}

/// An order for a rebuild.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RebuildOrder {
    /// Shop id.
    pub shop: String,
    /// Who orders it, for the history.
    pub by: String,
    /// Why, for the history.
    pub message: String,
    /// Publish although the gate refuses.
    pub force: bool,
    /// Real questions of the last days, masked. The gate asks them before and after.
    pub questions: Vec<Question>,
}

/// What a rebuild came to.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Rebuilt {
    /// The snapshot that is live now.
    pub snapshot: Option<String>,
    /// `published`, `unchanged`, `refused` (by the gate) or `faulty` (errors in the knowledge).
    #[schema(value_type = String)]
    pub outcome: Ending,
    /// Everything found in the files.
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<Finding>,
    /// What the gate measured; null where it did not run.
    #[schema(value_type = Object)]
    pub gate: Value,
}

/// An order to change a shop's files.
#[derive(Debug, Clone, PartialEq)]
pub struct AmendOrder {
    /// Shop id.
    pub shop: String,
    /// The change.
    pub wanted: Wanted,
    /// The state of the file that a person looked at; `None`: the file as it is now.
    pub base: Option<String>,
    /// Whether to write the change if the trial has no objections.
    pub write: bool,
}

/// An error of work on a shop.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WorkError {
    /// No such snapshot.
    #[error("{0}")]
    Missing(String),
    /// The order cannot be carried out as things are.
    #[error("{detail}")]
    Unfit {
        /// Stable code.
        code: &'static str,
        /// What is in the way, and what to do.
        detail: String,
    },
    /// The work failed.
    #[error("{0}")]
    Failed(String),
}

impl From<IndexError> for WorkError {
    fn from(error: IndexError) -> WorkError {
        match error {
            IndexError::UnknownSnapshot { .. } => WorkError::Missing(error.to_string()),
            error => WorkError::Failed(error.to_string()),
        }
    }
}

/// Called with the progress of the work.
pub type Tell<'a> = &'a (dyn Fn(Progress) + Send + Sync);

impl Works {
    fn catalog(&self, shop: &str) -> Catalog {
        Catalog::new(&self.index, shop)
    }

    /// Shops with files, and shops that were built elsewhere and are only in the index; sorted.
    ///
    /// # Errors
    /// If the folder of the files cannot be read.
    pub fn shops(&self) -> Result<Vec<String>, KnowledgeError> {
        let mut shops = match self.knowledge.is_dir() {
            true => list_shops(&self.knowledge)?,
            false => Vec::new(),
        };
        let built = std::fs::read_dir(&self.index);
        let built = built.into_iter().flatten().flatten();
        let built = built.filter_map(|folder| folder.file_name().into_string().ok());
        shops.extend(built.filter(|shop| self.current(shop).is_some()));
        shops.sort_unstable();
        shops.dedup();
        Ok(shops)
    }

    /// Id of the live snapshot on disk; `None` if nothing was built yet or it cannot be read now.
    pub fn current(&self, shop: &str) -> Option<String> {
        self.catalog(shop).current()
    }

    /// The hash of the files that the newest snapshot was built from, which after a roll-back is not the live one: what
    /// was taken back is not to be published again by itself. `None` if nothing was built yet.
    pub fn built_from(&self, shop: &str) -> Option<String> {
        let newest = self.catalog(shop).list().pop();
        newest.map(|manifest| manifest.inputs)
    }

    /// Opens the live snapshot of a shop; `None` if nothing was built yet.
    ///
    /// # Errors
    /// [`WorkError`] if it cannot be read.
    pub fn open(&self, shop: &str) -> Result<Option<Live>, WorkError> {
        match self.catalog(shop).open_current() {
            Ok(snapshot) => {
                let engine = Engine::new(Arc::new(snapshot), self.encoder);
                Ok(Some(Live::new(engine)))
            }
            Err(IndexError::NoSnapshot { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Checks, builds, compares and publishes a shop.
    ///
    /// # Errors
    /// [`WorkError`]; the live snapshot then stays.
    pub fn rebuild(
        &self,
        order: &RebuildOrder,
        at: Timestamp,
        tell: Tell<'_>,
    ) -> Result<Rebuilt, WorkError> {
        let progress = |step: publish::Progress| {
            let (stage, done, total) = match step {
                publish::Progress::Read => (Stage::Read, 0, 0),
                publish::Progress::Embed { done, of } => (Stage::Embed, done, of),
                publish::Progress::Golden => (Stage::Golden, 0, 0),
                publish::Progress::Publish => (Stage::Publish, 0, 0),
            };
            tell(Progress {
                stage,
                done: done as u64,
                total: total as u64,
            });
        };
        let outcome = publish::rebuild(&publish::Rebuild {
            knowledge: &self.knowledge,
            index: &self.index,
            shop: &order.shop,
            encoder: self.encoder,
            by: &order.by,
            message: &order.message,
            force: order.force,
            keep: self.keep,
            questions: &order.questions,
            at,
            progress: &progress,
        })?;
        let ending = outcome.ending();
        let (published, findings, gate) = match outcome {
            publish::Outcome::Unchanged { snapshot, findings } => {
                (Some(snapshot), findings, Value::Null)
            }
            publish::Outcome::Published {
                snapshot,
                findings,
                golden,
                report,
            } => (Some(snapshot), findings, gate(&report, golden.len())),
            publish::Outcome::Refused { findings, report } => {
                (None, findings, gate(&Some(report), 0))
            }
            publish::Outcome::Faulty { findings } => (None, findings, Value::Null),
        };
        Ok(Rebuilt {
            snapshot: published.or_else(|| self.current(&order.shop)),
            outcome: ending,
            findings,
            gate,
        })
    }

    /// Reads only the files and returns the findings at a moment.
    pub fn check(&self, shop: &str, at: Timestamp) -> Vec<Finding> {
        let reading = read_shop(&self.knowledge.join(shop));
        let remarks = remarks(&reading, at);
        let mut findings = reading.findings;
        findings.extend(remarks);
        findings
    }

    /// The versions of a shop, newest first.
    pub fn snapshots(&self, shop: &str) -> Vec<SnapshotView> {
        let catalog = self.catalog(shop);
        let (current, history) = (catalog.current(), catalog.history());
        let mut views: Vec<SnapshotView> = catalog
            .list()
            .into_iter()
            .map(|manifest| SnapshotView {
                live: current.as_ref() == Some(&manifest.id),
                history: history
                    .iter()
                    .rev()
                    .filter(|line| line.snapshot == manifest.id)
                    .filter_map(|line| serde_json::to_value(line).ok())
                    .collect(),
                counts: manifest.counts,
                id: manifest.id,
            })
            .collect();
        views.reverse();
        views
    }

    /// When a version first went live, by the history.
    pub fn went_live(&self, shop: &str, snapshot: &str) -> Option<Timestamp> {
        let history = self.catalog(shop).history();
        let first = history
            .iter()
            .find(|line| line.snapshot == snapshot && line.action == "publish");
        first.map(|line| line.at)
    }

    /// Makes a version live (`None`: the one before) and returns its id.
    ///
    /// # Errors
    /// [`WorkError`] if there is none, or it cannot be read.
    pub fn roll_back(
        &self,
        shop: &str,
        id: Option<&str>,
        by: &str,
        why: &str,
        at: Timestamp,
    ) -> Result<String, WorkError> {
        Ok(self.catalog(shop).roll_back(id, by, why, at)?)
    }

    /// What two versions answer differently. Both are asked the golden questions of `b`, and those of `a` that `b` lacks.
    ///
    /// # Errors
    /// [`WorkError`] if one of them cannot be read.
    pub fn diff(&self, shop: &str, a: &str, b: &str, at: Timestamp) -> Result<Value, WorkError> {
        let catalog = self.catalog(shop);
        let engine = |id: &str| {
            let snapshot = catalog.open(id)?;
            Ok::<_, WorkError>(Engine::new(Arc::new(snapshot), self.encoder))
        };
        let (before, after) = (engine(a)?, engine(b)?);
        let report = Report::new(shop, [&before, &after], at, &[]);
        let shifts = &report.answers.shifts;
        let changed: Vec<Value> = shifts
            .iter()
            .map(|shift| {
                json!({"question": shift.question, "kind": shift.kind, "what": shift.kind.label(), "a": shift.before,
                       "b": shift.after, "worse": shift.is_worse()})
            })
            .collect();
        Ok(
            json!({"a": a, "b": b, "asked": report.answers.golden, "changed": changed, "text": report::text(&report),
                  "report": report}),
        )
    }

    /// Tries a change to the merchant's files, and writes it if the order says so.
    ///
    /// # Errors
    /// [`WorkError::Unfit`] if it cannot be made, [`WorkError::Failed`] if the trial fails.
    pub fn amend(&self, order: &AmendOrder, at: Timestamp) -> Result<Review, WorkError> {
        let plan = Amend {
            knowledge: &self.knowledge,
            index: &self.index,
            shop: &order.shop,
            encoder: self.encoder,
            wanted: &order.wanted,
            base: order.base.as_deref(),
            write: order.write,
            at,
        };
        amend(&plan).map_err(|error| match error {
            AmendError::Index(error) => error.into(),
            AmendError::Io { .. } => WorkError::Failed(error.to_string()),
            error => WorkError::Unfit {
                code: error.code(),
                detail: error.to_string(),
            },
        })
    }
}

/// What the gate measured: the report as JSON and as text, and the number of golden questions.
fn gate(report: &Option<Box<Report>>, golden: usize) -> Value {
    let mut gate = json!({"golden": golden});
    if let Some(report) = report {
        gate = serde_json::to_value(report).unwrap_or_default();
        gate["golden"] = json!(report.answers.golden);
        gate["text"] = json!(report::text(report));
    }
    gate
}
