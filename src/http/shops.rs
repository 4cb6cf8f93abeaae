//! The shops a server answers for: what is live of each, and what can be done to it.
//!
//! This is the seam between the web and the rooms behind it: plain functions, so that a handler knows neither indexes
//! nor files. A request takes one [`Live`] at its start and uses nothing else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::OwnedMutexGuard;
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
    /// Id of the snapshot that the disk names as live; `None`: nothing was built yet, or it cannot be told now.
    pub current: Arc<dyn Fn(&str) -> Option<String> + Send + Sync>,
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
    slots: BTreeMap<String, Slot>,
    /// What can be done to them.
    pub works: Works,
}

/// A shop's place.
#[derive(Default)]
struct Slot {
    live: ArcSwapOption<Live>,
    /// Held from reading which snapshot is live to taking it up, so that of two nobody stores the older one last.
    refreshing: Mutex<()>,
    /// Held by who works on the shop's files or snapshots.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Shops {
    /// Opens every shop of `ids`. A shop without a snapshot, or whose snapshot cannot be opened, is known but does not
    /// answer yet: it is no reason to leave the others' buyers alone.
    pub fn open(ids: &[String], works: Works) -> Shops {
        let slots = ids.iter().map(|id| (id.clone(), Slot::default()));
        let shops = Shops {
            slots: slots.collect(),
            works,
        };
        for id in ids {
            if let Err(error) = shops.refresh(id) {
                tracing::error!(%error, shop = id, "the shop does not answer");
            }
        }
        shops
    }

    /// All shop ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.slots.keys().map(String::as_str)
    }

    /// Whether there is such a shop.
    pub fn knows(&self, id: &str) -> bool {
        self.slots.contains_key(id)
    }

    /// What is live of a shop.
    pub fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.slots.get(id)?.live.load_full()
    }

    /// Whether every shop answers.
    pub fn all_live(&self) -> bool {
        self.slots.values().all(|slot| slot.live.load().is_some())
    }

    /// The snapshot that the disk names as live where the shop answers from another.
    pub fn overtaken(&self, id: &str) -> Option<String> {
        let live = self.live(id);
        let answering = live.as_ref().map(|live| live.snapshot.as_str());
        (self.works.current)(id).filter(|current| answering != Some(current))
    }

    /// Takes up the live snapshot of a shop from disk: behind a publish or a roll-back. Requests under way keep theirs,
    /// and where nothing changed the shop keeps what it remembers.
    ///
    /// # Errors
    /// What opening says; the shop then goes on as it was.
    pub fn refresh(&self, id: &str) -> Result<(), WorkError> {
        let Some(slot) = self.slots.get(id) else {
            return Ok(());
        };
        // It guards no data: what a panicking holder left is whole.
        let _alone = slot
            .refreshing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if self.overtaken(id).is_some() {
            slot.live.store((self.works.open)(id)?.map(Arc::new));
        }
        Ok(())
    }

    /// Waits for the turn to work on a shop. The catalogue's lock, which other processes hold too, is waited for on a
    /// thread, and threads are few: only one of this process stands there for each shop.
    pub async fn turn(&self, id: &str) -> Option<OwnedMutexGuard<()>> {
        let turn = self.slots.get(id)?.turn.clone();
        Some(turn.lock_owned().await)
    }
}
