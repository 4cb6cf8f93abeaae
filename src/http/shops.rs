//! The shops a server answers for: what is live of each, and what can be done to it.
//!
//! This is the seam between the web and the rooms behind it: plain functions, so that a handler knows neither indexes
//! nor files. A request takes one [`Live`] at its start and uses nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::live as facts;
use crate::answer::memory::Remembered;
use crate::answer::{Decision, Question, Source};
use crate::knowledge::{Finding, Kind, Settings, Shop};
use crate::publish::amend::{Review, Wanted};

/// A shop as it answers at one moment: one snapshot, and what it can do.
#[expect(
    clippy::type_complexity,
    reason = "a seam of plain functions: each field's type is its signature"
)]
#[derive(Clone)]
pub struct Live {
    /// Snapshot id.
    pub snapshot: String,
    /// The shop's knowledge as built.
    pub shop: Arc<Shop>,
    /// Decides a question; with a trace where asked to explain. Takes 1 to 10 ms of a core.
    pub ask: Arc<dyn Fn(&Question, bool) -> Decision + Send + Sync>,
    /// What was decided on a question asked before.
    pub recall: Arc<dyn Fn(&Question) -> Option<Arc<Remembered>> + Send + Sync>,
    /// A remembered decision as if it were made at this moment.
    pub retell: Arc<dyn Fn(&Remembered, Timestamp) -> Decision + Send + Sync>,
    /// Facts of the minute that connectors could tell of a decision; the text is the order that the channel knows.
    pub wanted: Arc<dyn Fn(&Question, Option<&str>, &Decision) -> Vec<facts::Wanted> + Send + Sync>,
    /// A decision with what connectors said put in place.
    pub settle: Arc<
        dyn Fn(Timestamp, Decision, &[(facts::Wanted, Option<String>)]) -> Decision + Send + Sync,
    >,
    /// What an agent's search box shows.
    pub search: Arc<dyn Fn(&Search) -> Result<Hits, WorkError> + Send + Sync>,
    /// An entry by its id, at a moment.
    pub entry: Arc<dyn Fn(&str, Timestamp) -> Option<EntryView> + Send + Sync>,
}

impl Live {
    /// The shop's settings.
    pub fn settings(&self) -> &Settings {
        &self.shop.settings
    }
}

/// An agent's search.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Words, half words, pinyin or initials; empty lists all.
    pub words: String,
    /// Kind of entry; `None`: all.
    pub kind: Option<Kind>,
    /// Product id; `None`: all.
    pub product: Option<String>,
    /// The most hits.
    pub limit: usize,
    /// Hits passed over.
    pub offset: usize,
}

/// A found entry.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Hit {
    /// The entry, with what matched marked in the text.
    #[serde(flatten)]
    pub source: Source,
    /// Whether it may be answered at this moment; a stale rule is shown as such.
    pub in_force: bool,
    /// Ranking score; comparable only within one search.
    pub score: f64,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// Hits of this page, best first.
    pub items: Vec<Hit>,
    /// How many there are in all.
    pub total: usize,
}

/// An entry as people see it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EntryView {
    /// Entry id.
    pub id: String,
    /// `faq`, `product`, `spec`, `policy`, `size` or `script`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Its text, verbatim.
    pub text: String,
    /// FAQ category.
    pub category: String,
    /// `law`, `platform`, `shop`, `category`, `product` or `promotion`.
    pub layer: String,
    /// File relative to the shop's folder.
    pub file: String,
    /// 1-based row.
    pub row: u32,
    /// `valid_until` as written.
    pub valid_until: Option<String>,
    /// Whether it may be answered now.
    pub in_force: bool,
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
    pub history: Vec<serde_json::Value>,
}

/// How far a rebuild is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Progress {
    /// What is being done: `read`, `build`, `embed`, `golden`, `gate`, `publish`.
    pub stage: String,
    /// Steps done of this stage.
    pub done: u64,
    /// Steps of this stage; 0: unknown.
    pub total: u64,
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
    pub outcome: String,
    /// Everything found in the files.
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<Finding>,
    /// What the gate measured; null where it did not run.
    #[schema(value_type = Object)]
    pub gate: serde_json::Value,
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

/// Told how far the work is.
pub type Tell<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// What can be done to shops. All of it blocks; the web runs it on threads of its own.
#[expect(
    clippy::type_complexity,
    reason = "a seam of plain functions: each field's type is its signature"
)]
#[derive(Clone)]
pub struct Works {
    /// Reads what is live of a shop; `None`: nothing was built yet.
    pub open: Arc<dyn Fn(&str) -> Result<Option<Live>, WorkError> + Send + Sync>,
    /// Checks, builds, tries and publishes.
    pub rebuild: Arc<dyn Fn(&RebuildOrder, Tell<'_>) -> Result<Rebuilt, WorkError> + Send + Sync>,
    /// Reads the files only, and says what is wrong with them.
    pub check: Arc<dyn Fn(&str) -> Result<Vec<Finding>, WorkError> + Send + Sync>,
    /// Versions, newest first.
    pub snapshots: Arc<dyn Fn(&str) -> Vec<SnapshotView> + Send + Sync>,
    /// Makes a version live: shop, version (`None`: the one before), who, why. Gives its id.
    pub roll_back:
        Arc<dyn Fn(&str, Option<&str>, &str, &str) -> Result<String, WorkError> + Send + Sync>,
    /// What two versions answer differently: shop, a, b.
    pub diff: Arc<dyn Fn(&str, &str, &str) -> Result<serde_json::Value, WorkError> + Send + Sync>,
    /// Tries a change to the merchant's files, and writes it where that is wanted.
    pub amend: Arc<dyn Fn(&AmendOrder) -> Result<Review, WorkError> + Send + Sync>,
}

/// The live shops.
pub struct Shops {
    live: BTreeMap<String, ArcSwapOption<Live>>,
    /// What can be done to them.
    pub works: Works,
}

impl Shops {
    /// Opens every shop of `ids`. A shop without a snapshot is known but does not answer yet.
    ///
    /// # Errors
    /// The first shop whose live snapshot cannot be opened.
    pub fn open(ids: &[String], works: Works) -> Result<Shops, WorkError> {
        let live = ids
            .iter()
            .map(|id| {
                Ok((
                    id.clone(),
                    ArcSwapOption::new((works.open)(id)?.map(Arc::new)),
                ))
            })
            .collect::<Result<_, WorkError>>()?;
        Ok(Shops { live, works })
    }

    /// All shop ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.live.keys().map(String::as_str)
    }

    /// Whether there is such a shop.
    pub fn knows(&self, id: &str) -> bool {
        self.live.contains_key(id)
    }

    /// What is live of a shop.
    pub fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.live.get(id)?.load_full()
    }

    /// Whether every shop answers.
    pub fn all_live(&self) -> bool {
        self.live.values().all(|live| live.load().is_some())
    }

    /// Takes up the live snapshot of a shop from disk: behind a publish or a roll-back. Requests under way keep theirs.
    ///
    /// # Errors
    /// What opening says; the shop then goes on as it was.
    pub fn refresh(&self, id: &str) -> Result<(), WorkError> {
        if let Some(slot) = self.live.get(id) {
            slot.store((self.works.open)(id)?.map(Arc::new));
        }
        Ok(())
    }
}
