//! A shop as it answers at one moment. A request takes one [`Live`] at its start and uses nothing else.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::works::WorkError;
use crate::answer::decide::{self, CANDIDATES};
use crate::answer::memory::{Memory, Remembered};
use crate::answer::search::{Filter, Found, search};
use crate::answer::{Decision, Engine, Question, live as facts};
use crate::index::Snapshot;
use crate::knowledge::{Settings, Shop};
use crate::publish::replay::Proof;

/// A shop at one moment: one snapshot, and the decisions made from it before.
#[derive(Clone)]
pub struct Live {
    /// Snapshot id.
    pub snapshot: String,
    /// The shop's knowledge as built.
    pub shop: Arc<Shop>,
    engine: Arc<Engine>,
    memory: Arc<Memory>,
    /// The hash that identifies the snapshot in receipts.
    manifest: Arc<str>,
}

impl Live {
    /// Wraps an engine; no decision is remembered yet.
    pub fn new(engine: Engine) -> Live {
        Live {
            snapshot: engine.snapshot.manifest.id.clone(),
            shop: engine.snapshot.shop.clone(),
            memory: Arc::new(Memory::new(&engine.snapshot)),
            manifest: Proof::manifest_of(&engine.snapshot.manifest).into(),
            engine: Arc::new(engine),
        }
    }

    /// The shop's settings.
    pub fn settings(&self) -> &Settings {
        &self.shop.settings
    }

    /// Decides a question, with a trace if `explain` is set. Takes 1 to 10 ms of a core.
    pub fn ask(&self, question: &Question, explain: bool) -> Decision {
        let decision = decide::answer_with(&self.engine, question, CANDIDATES, explain);
        self.memory.keep(&self.engine, question, &decision);
        decision
    }

    /// The decision on a question asked before.
    pub fn recall(&self, question: &Question) -> Option<Arc<Remembered>> {
        self.memory.recall(question)
    }

    /// A remembered decision as if it were made at this moment.
    pub fn retell(&self, remembered: &Remembered, at: Timestamp) -> Decision {
        remembered.decision(&self.engine, at)
    }

    /// The proof that `decision` was given to `question`.
    pub fn prove(&self, question: &Question, decision: &Decision) -> Proof {
        Proof::of(&self.engine, &self.manifest, question, decision, CANDIDATES)
    }

    /// The facts of the minute that connectors could supply for a decision.
    pub fn wanted(&self, question: &Question, decision: &Decision) -> Vec<facts::Wanted> {
        facts::wanted(&self.engine, question, decision)
    }

    /// A decision with the connectors' replies filled in.
    pub fn settle(
        &self,
        at: Timestamp,
        decision: Decision,
        told: &[(facts::Wanted, Option<String>)],
    ) -> Decision {
        facts::settle(&self.engine, at, decision, told)
    }

    /// What an agent's search box shows; no words list all entries.
    ///
    /// # Errors
    /// [`WorkError::Failed`] where the index cannot be read.
    pub fn search(
        &self,
        words: &str,
        filter: &Filter,
        limit: usize,
        offset: usize,
    ) -> Result<Found, WorkError> {
        Ok(search(&self.engine, words, filter, limit, offset)?)
    }

    /// The entry with this id, at a moment.
    pub fn entry(&self, id: &str, at: Timestamp) -> Option<EntryView> {
        entry(&self.engine.snapshot, id, at)
    }
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

fn entry(snapshot: &Snapshot, id: &str, at: Timestamp) -> Option<EntryView> {
    let shop = &snapshot.shop;
    if let Some(name) = id.strip_prefix("script:") {
        let text = shop.settings.scripts.get(name)?;
        return Some(EntryView {
            id: id.to_owned(),
            kind: "script".into(),
            title: name.to_owned(),
            text: text.clone(),
            category: String::new(),
            layer: "shop".into(),
            file: "shop.toml".into(),
            row: 1,
            valid_until: None,
            in_force: true,
        });
    }
    let entry = snapshot.entry(id)?;
    let (place, window) = (entry.place(shop), entry.window(shop));
    let layer = serde_json::to_value(entry.layer(shop)).unwrap_or_default();
    Some(EntryView {
        id: id.to_owned(),
        kind: entry.kind().as_str().to_owned(),
        title: entry.title(shop).into_owned(),
        text: entry.text(shop).into_owned(),
        category: entry.category(shop).to_owned(),
        layer: layer.as_str().unwrap_or_default().to_owned(),
        file: place.file.clone(),
        row: place.row,
        valid_until: window.until_text.clone(),
        in_force: window.contains(at),
    })
}
