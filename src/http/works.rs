//! What can be done to shops: read, build, publish, change. All of it blocks; the web runs it on threads of its own.

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
use crate::knowledge::{Finding, read_shop};
use crate::lint::remarks;
use crate::publish::amend::{Amend, AmendError, Review, Wanted, amend};
use crate::publish::causes::mark;
use crate::publish::compare::compare;
use crate::publish::gate::judge;
use crate::publish::report::{self, Report};
use crate::publish::{self, Ending};

/// Where the shops are, and how they are built.
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

/// Who wants a rebuild, and how.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RebuildOrder {
    /// Shop id.
    pub shop: String,
    /// Who, for the history.
    pub by: String,
    /// Why, for the history.
    pub message: String,
    /// Publish though the gate refuses.
    pub force: bool,
    /// Real questions of the last days, masked, that the gate asks before and after.
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

/// A change to a shop's files, tried and perhaps written.
#[derive(Debug, Clone, PartialEq)]
pub struct AmendOrder {
    /// Shop id.
    pub shop: String,
    /// What is to be changed.
    pub wanted: Wanted,
    /// The state of the file that a person looked at; `None`: whatever it is now.
    pub base: Option<String>,
    /// Write it, where the trial has nothing against it.
    pub write: bool,
}

/// Why work on a shop failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WorkError {
    /// No such snapshot.
    #[error("{0}")]
    Missing(String),
    /// What was asked for cannot be done as things are.
    #[error("{detail}")]
    Unfit {
        /// Stable code.
        code: &'static str,
        /// What is in the way and what to do.
        detail: String,
    },
    /// The work itself failed.
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

/// Told how far the work is.
pub type Tell<'a> = &'a (dyn Fn(Progress) + Send + Sync);

impl Works {
    fn catalog(&self, shop: &str) -> Catalog {
        Catalog::new(&self.index, shop)
    }

    /// Id of the snapshot that the disk names as live; `None`: nothing was built yet, or it cannot be told now.
    pub fn current(&self, shop: &str) -> Option<String> {
        self.catalog(shop).current()
    }

    /// Reads what is live of a shop; `None`: nothing was built yet.
    ///
    /// # Errors
    /// [`WorkError`] where it cannot be read.
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

    /// Checks, builds, tries and publishes.
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

    /// Reads the files only, and says what is wrong with them at a moment.
    pub fn check(&self, shop: &str, at: Timestamp) -> Vec<Finding> {
        let reading = read_shop(&self.knowledge.join(shop));
        let remarks = remarks(&reading, at);
        let mut findings = reading.findings;
        findings.extend(remarks);
        findings
    }

    /// Versions, newest first.
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

    /// Makes a version live (`None`: the one before) and gives its id.
    ///
    /// # Errors
    /// [`WorkError`] where there is none, or it cannot be read.
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

    /// What two versions answer differently: both are asked the golden questions of the later one.
    ///
    /// # Errors
    /// [`WorkError`] where one of them cannot be read.
    pub fn diff(&self, shop: &str, a: &str, b: &str, at: Timestamp) -> Result<Value, WorkError> {
        let catalog = self.catalog(shop);
        let engine = |id: &str| {
            let snapshot = catalog.open(id)?;
            Ok::<_, WorkError>(Engine::new(Arc::new(snapshot), self.encoder))
        };
        let (before, after) = (engine(a)?, engine(b)?);
        let (old, new) = (&before.snapshot.shop, &after.snapshot.shop);
        let mut answers = compare(&before, &after, at, &[]);
        mark(&before, &after, at, &mut answers);
        let changed: Vec<Value> = answers
            .shifts
            .iter()
            .map(|shift| {
                json!({"question": shift.question, "kind": shift.kind, "what": shift.kind.label(), "a": shift.before,
                       "b": shift.after, "worse": shift.is_worse()})
            })
            .collect();
        let report = Report {
            shop: shop.to_owned(),
            knowledge: publish::diff::diff(old, new),
            objections: judge(&answers, &new.settings.gate),
            answers,
            forced: false,
        };
        Ok(
            json!({"a": a, "b": b, "asked": report.answers.golden, "changed": changed, "text": report::text(&report),
                  "report": report}),
        )
    }

    /// Tries a change to the merchant's files, and writes it where that is wanted.
    ///
    /// # Errors
    /// [`WorkError::Unfit`] where it cannot be made, [`WorkError::Failed`] where the trial cannot.
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

/// What the gate measured: the report, the same as text for people, and how many golden questions there are.
fn gate(report: &Option<Box<Report>>, golden: usize) -> Value {
    let mut gate = json!({"golden": golden});
    if let Some(report) = report {
        gate = serde_json::to_value(report).unwrap_or_default();
        gate["golden"] = json!(report.answers.golden);
        gate["text"] = json!(report::text(report));
    }
    gate
}
