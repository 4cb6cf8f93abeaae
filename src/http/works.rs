//! The real [`Works`]: shops from their folders, answered by the engine.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::shops::{
    AmendOrder, EntryView, Hit, Hits, Live, Progress, RebuildOrder, Rebuilt, Search, SnapshotView,
    WorkError, Works,
};
use crate::answer::memory::Memory;
use crate::answer::search::{Filter, search};
use crate::answer::{Engine, decide, live as facts};
use crate::embed::Encoder;
use crate::index::{Catalog, IndexError, Snapshot};
use crate::knowledge::read_shop;
use crate::lint::lint;
use crate::publish;
use crate::publish::amend::{Amend, AmendError, Review, amend};
use crate::publish::compare::compare;
use crate::publish::gate::judge;
use crate::publish::report::{self, Report};

/// Candidates that a decision lists.
const CANDIDATES: usize = 5;

/// Where the shops are.
#[derive(Clone)]
pub struct Place {
    /// Folder of all shops' knowledge.
    pub knowledge: PathBuf,
    /// Folder of all built snapshots.
    pub index: PathBuf,
    /// The encoder; `None`: search by words only.
    pub encoder: Option<&'static Encoder>,
    /// How many snapshots of a shop are kept.
    pub keep: usize,
}

/// What can be done to the shops of a place.
pub fn works(place: Place) -> Works {
    let (open, looked_at) = (place.clone(), place.clone());
    let built = place.clone();
    let checked = place.clone();
    let listed = place.clone();
    let rolled = place.clone();
    let amended = place.clone();
    Works {
        current: Arc::new(move |shop| Catalog::new(&looked_at.index, shop).current()),
        open: Arc::new(move |shop| open_live(&open, shop)),
        rebuild: Arc::new(move |order, tell| rebuild(&built, order, tell)),
        check: Arc::new(move |shop| {
            let reading = read_shop(&checked.knowledge.join(shop));
            let mut findings = reading.findings;
            findings.extend(lint(&reading.shop, Timestamp::now()));
            Ok(findings)
        }),
        snapshots: Arc::new(move |shop| snapshots(&listed, shop)),
        roll_back: Arc::new(move |shop, id, by, why| {
            Catalog::new(&rolled.index, shop)
                .roll_back(id, by, why, Timestamp::now())
                .map_err(fault)
        }),
        diff: Arc::new(move |shop, a, b| diff(&place, shop, a, b)),
        amend: Arc::new(move |order| amend_files(&amended, order)),
    }
}

fn fault(error: IndexError) -> WorkError {
    match error {
        IndexError::UnknownSnapshot { .. } => WorkError::Missing(error.to_string()),
        error => WorkError::Failed(error.to_string()),
    }
}

fn open_live(place: &Place, shop: &str) -> Result<Option<Live>, WorkError> {
    match Catalog::new(&place.index, shop).open_current() {
        Ok(snapshot) => Ok(Some(live(Engine::new(Arc::new(snapshot), place.encoder)))),
        Err(IndexError::NoSnapshot { .. }) => Ok(None),
        Err(error) => Err(fault(error)),
    }
}

/// An engine as the web sees it.
fn live(engine: Engine) -> Live {
    let engine = Arc::new(engine);
    let (asked, searched, looked_up) = (engine.clone(), engine.clone(), engine.clone());
    let (wanting, settling) = (engine.clone(), engine.clone());
    let memory = Arc::new(Memory::new(&engine.snapshot));
    let (recalled, retelling) = (memory.clone(), engine.clone());
    Live {
        snapshot: engine.snapshot.manifest.id.clone(),
        shop: engine.snapshot.shop.clone(),
        ask: Arc::new(move |question, explain| {
            let decision = decide::answer_with(&asked, question, CANDIDATES, explain);
            memory.keep(&asked, question, &decision);
            decision
        }),
        recall: Arc::new(move |question| recalled.recall(question)),
        retell: Arc::new(move |remembered, at| remembered.decision(&retelling, at)),
        wanted: Arc::new(move |question, order, decision| {
            facts::wanted(&wanting, question, order, decision)
        }),
        settle: Arc::new(move |at, decision, told| facts::settle(&settling, at, decision, told)),
        search: Arc::new(move |wanted| hits(&searched, wanted)),
        entry: Arc::new(move |id, at| entry(&looked_up.snapshot, id, at)),
    }
}

fn hits(engine: &Engine, wanted: &Search) -> Result<Hits, WorkError> {
    let filter = Filter {
        kind: wanted.kind,
        product: wanted.product.clone(),
        at: Timestamp::now(),
    };
    let page =
        search(engine, &wanted.words, &filter, wanted.limit, wanted.offset).map_err(fault)?;
    let items = page.items.into_iter().map(|item| Hit {
        source: item.source,
        in_force: item.in_force,
        score: item.score,
    });
    Ok(Hits {
        total: page.total,
        items: items.collect(),
    })
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

fn rebuild(
    place: &Place,
    order: &RebuildOrder,
    tell: super::shops::Tell<'_>,
) -> Result<Rebuilt, WorkError> {
    let progress = |step: publish::Progress| {
        let (stage, done, total) = match step {
            publish::Progress::Read => ("read", 0, 0),
            publish::Progress::Embed { done, of } => ("embed", done, of),
            publish::Progress::Golden => ("golden", 0, 0),
            publish::Progress::Publish => ("publish", 0, 0),
        };
        tell(Progress {
            stage: stage.into(),
            done: done as u64,
            total: total as u64,
        });
    };
    let outcome = publish::rebuild(&publish::Rebuild {
        knowledge: &place.knowledge,
        index: &place.index,
        shop: &order.shop,
        encoder: place.encoder,
        by: &order.by,
        message: &order.message,
        force: order.force,
        keep: place.keep,
        questions: &order.questions,
        progress: &progress,
    })
    .map_err(fault)?;
    let live = || Catalog::new(&place.index, &order.shop).current();
    Ok(match outcome {
        publish::Outcome::Unchanged { snapshot, findings } => Rebuilt {
            snapshot: Some(snapshot),
            outcome: "unchanged".into(),
            findings,
            gate: Value::Null,
        },
        publish::Outcome::Published {
            snapshot,
            findings,
            golden,
            report,
        } => Rebuilt {
            snapshot: Some(snapshot),
            outcome: "published".into(),
            findings,
            gate: gate(&report, golden.len()),
        },
        publish::Outcome::Refused { findings, report } => Rebuilt {
            snapshot: live(),
            outcome: "refused".into(),
            findings,
            gate: gate(&Some(report), 0),
        },
        publish::Outcome::Faulty { findings } => Rebuilt {
            snapshot: live(),
            outcome: "faulty".into(),
            findings,
            gate: Value::Null,
        },
    })
}

fn amend_files(place: &Place, order: &AmendOrder) -> Result<Review, WorkError> {
    let plan = Amend {
        knowledge: &place.knowledge,
        index: &place.index,
        shop: &order.shop,
        encoder: place.encoder,
        wanted: &order.wanted,
        base: order.base.as_deref(),
        write: order.write,
    };
    amend(&plan).map_err(|error| match error {
        AmendError::Index(error) => fault(error),
        AmendError::Io { .. } => WorkError::Failed(error.to_string()),
        error => WorkError::Unfit {
            code: error.code(),
            detail: error.to_string(),
        },
    })
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

fn snapshots(place: &Place, shop: &str) -> Vec<SnapshotView> {
    let catalog = Catalog::new(&place.index, shop);
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

/// Asks both versions the golden questions of the later one.
fn diff(place: &Place, shop: &str, a: &str, b: &str) -> Result<Value, WorkError> {
    let catalog = Catalog::new(&place.index, shop);
    let engine = |id: &str| {
        let snapshot = catalog.open(id).map_err(fault)?;
        Ok::<_, WorkError>(Engine::new(Arc::new(snapshot), place.encoder))
    };
    let (before, after) = (engine(a)?, engine(b)?);
    let (old, new) = (&before.snapshot.shop, &after.snapshot.shop);
    let answers = compare(&before, &after, Timestamp::now(), &[]);
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
