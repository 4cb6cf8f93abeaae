//! Makes the same answer again, months later, and proves it.
//!
//! A [`Record`] holds a question and its decision, sealed by a hash. A replay takes the archived snapshot that the
//! receipt names, checks its files against the manifest, asks again and compares byte by byte. A reply of the HTTP API
//! is a record too: its body holds the decision, and its [`Proof`] holds the rest.

mod printed;
mod proof;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::RULES;
use crate::answer::decide::answer_with;
use crate::answer::live::{ends, order_of};
use crate::answer::{Decision, Engine, Outcome, Question, rule};
use crate::embed::Encoder;
use crate::index::catalog::HistoryLine;
use crate::index::{Catalog, IndexError};
use crate::knowledge::OrderState;
use crate::text::pii;

pub use proof::{Proof, Unreadable, read};

/// A question as the engine was asked it, masked so that it may be kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskedAs {
    /// The buyer's words.
    pub text: String,
    /// Product of the channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The moment; of a reply that was asked for before, to the minute.
    pub at: Timestamp,
    /// The buyer's earlier messages, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<String>,
    /// State of the buyer's order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_state: Option<OrderState>,
    /// An entry chosen by a click.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
    /// The ends of the order's number, where one was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

impl From<&Question> for AskedAs {
    fn from(question: &Question) -> AskedAs {
        AskedAs {
            text: question.text.clone(),
            product: question.product.clone(),
            at: question.at,
            previous: question.previous.clone(),
            order_state: question.order_state,
            chosen: question.chosen.clone(),
            order: order_of(question).map(|order| ends(&order)),
        }
    }
}

impl AskedAs {
    /// The question with personal data masked. Ids that the shop of `engine` knows stay, even if they look like a phone
    /// number: the decision was made on them, and they tell nothing about the buyer.
    fn masked(&self, engine: &Engine) -> AskedAs {
        let unless = |known: bool, id: &str| match known {
            true => id.to_owned(),
            false => pii::mask(id),
        };
        let product = |id: &str| {
            let known = engine.catalogue.by_id(id).is_some();
            unless(known, id)
        };
        let entry = |id: &str| {
            let known = engine.snapshot.entry(id).is_some();
            unless(known, id)
        };
        AskedAs {
            text: pii::mask(&self.text),
            product: self.product.as_deref().map(product),
            previous: self.previous.iter().map(|text| pii::mask(text)).collect(),
            chosen: self.chosen.as_deref().map(entry),
            ..self.clone()
        }
    }
}

impl From<&AskedAs> for Question {
    fn from(asked: &AskedAs) -> Question {
        Question {
            text: asked.text.clone(),
            product: asked.product.clone(),
            at: asked.at,
            previous: asked.previous.clone(),
            order_state: asked.order_state,
            chosen: asked.chosen.clone(),
            order: asked.order.clone(),
        }
    }
}

/// A decision with everything that is needed to make it again. `zhike replay` reads it as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Shop id.
    pub shop: String,
    /// The question.
    pub question: AskedAs,
    /// The decision, without time taken, trace and ticket.
    pub decision: Decision,
    /// How many candidates were asked for.
    pub candidates: usize,
    /// SHA-256 (hex) of the snapshot's manifest.
    pub manifest: String,
    /// Version of zhike that made the decision.
    pub version: String,
    /// Version of its rules.
    pub rules: String,
    /// SHA-256 (hex) of all of the above as JSON.
    pub seal: String,
}

/// Why a record cannot be replayed.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The record was changed after it was written.
    #[error(
        "the receipt was changed after it was written: its seal does not fit; nothing can be proved from it"
    )]
    Tampered,
    /// The snapshot is gone.
    #[error(
        "snapshot {snapshot} of shop {shop} was pruned; keep more snapshots or restore it from a backup to replay"
    )]
    Pruned {
        /// Shop id.
        shop: String,
        /// Snapshot id.
        snapshot: String,
    },
    /// The snapshot has the name but not the content.
    #[error(
        "snapshot {snapshot} is not the one that answered: its manifest was changed; restore it from a backup"
    )]
    OtherSnapshot {
        /// Snapshot id.
        snapshot: String,
    },
    /// The answer came from a live source, not from the snapshot.
    #[error(
        "the answer came from a live source ({rule}), which no snapshot holds; only the record itself shows it"
    )]
    Live {
        /// The rule that decided.
        rule: String,
    },
    /// The snapshot cannot be read, or its files are not those of its manifest.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// The result of a replay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replay {
    /// The record that was replayed.
    pub record: Record,
    /// Whether the new decision is the same byte for byte.
    pub identical: bool,
    /// Whether the parts that the snapshot determines are the same: decision, answers, sources, options and rule. The
    /// waiting time in a handoff depends on the queue.
    pub agrees: bool,
    /// The new decision.
    pub again: Decision,
    /// When the snapshot went live, from the history.
    pub published: Option<HistoryLine>,
    /// The shop's time zone.
    pub timezone: String,
    /// The question as it may be printed. Receipts of older versions may hold unmasked personal data.
    #[serde(skip)]
    asked: AskedAs,
}

impl Record {
    /// Records the decision that `engine` made on `question` with `candidates` candidates, with personal data masked.
    ///
    /// Anybody may see a receipt, so it keeps the buyer's words masked. The decision was made on the masked words too, so
    /// a replay makes it again byte for byte.
    pub fn new(
        engine: &Engine,
        question: &Question,
        decision: &Decision,
        candidates: usize,
    ) -> Record {
        let manifest = &engine.snapshot.manifest;
        let mut record = Record {
            shop: manifest.shop.clone(),
            question: AskedAs::from(question).masked(engine),
            decision: plain(decision),
            candidates,
            manifest: hash(manifest),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: RULES.to_owned(),
            seal: String::new(),
        };
        record.seal = record.computed_seal();
        record
    }

    /// Whether the record is unchanged since it was written.
    pub fn is_sealed(&self) -> bool {
        self.seal == self.computed_seal()
    }

    fn computed_seal(&self) -> String {
        hash(&Record {
            seal: String::new(),
            ..self.clone()
        })
    }
}

/// A decision without what differs from one time to the next. Figures are cut to six decimals, which JSON keeps
/// exactly.
fn plain(decision: &Decision) -> Decision {
    let cut = |figure: &mut f64| *figure = (*figure * 1e6).round() / 1e6;
    let mut plain = Decision {
        took_us: 0,
        trace: None,
        ..decision.clone()
    };
    if let Some(handoff) = &mut plain.handoff {
        handoff.ticket.clear();
    }
    cut(&mut plain.confidence);
    plain
        .parts
        .iter_mut()
        .for_each(|part| cut(&mut part.confidence));
    for candidate in &mut plain.candidates {
        cut(&mut candidate.confidence);
        cut(&mut candidate.score);
    }
    plain
}

/// The parts of a decision that the snapshot alone determines.
fn stands(decision: &Decision) -> impl PartialEq + use<> {
    let person = decision.handoff.as_ref().map(|handoff| handoff.reason);
    let parts: Vec<_> = decision
        .parts
        .iter()
        .map(|part| {
            let told = (part.decision != Outcome::Handoff).then(|| part.reply.clone());
            (
                pii::mask(&part.question),
                part.decision,
                told,
                part.reason,
                part.sources.clone(),
            )
        })
        .collect();
    (
        decision.decision,
        person,
        person.is_none().then(|| decision.reply.clone()),
        parts,
        decision.options.clone(),
        decision.receipt.clone(),
    )
}

/// SHA-256 (hex) of a value as JSON. The type determines the order of fields, so equal values have equal hashes.
fn hash<T: Serialize>(value: &T) -> String {
    let json = serde_json::to_vec(value).unwrap_or_default();
    crate::text::hex(&Sha256::digest(json))
}

/// Makes the recorded decision again from the archived snapshot.
///
/// # Errors
/// [`ReplayError`] if the record or the snapshot was changed, the snapshot was pruned, or the answer came from a live
/// source.
pub fn replay(
    catalog: &Catalog,
    record: &Record,
    encoder: Option<&'static Encoder>,
) -> Result<Replay, ReplayError> {
    if !record.is_sealed() {
        return Err(ReplayError::Tampered);
    }
    let receipt = &record.decision.receipt;
    let live = |name: &String| rule::is_live(name);
    if live(&receipt.rule) || receipt.entries.iter().any(live) {
        return Err(ReplayError::Live {
            rule: record.decision.receipt.rule.clone(),
        });
    }
    let id = &record.decision.receipt.snapshot;
    let snapshot = catalog.open(id).map_err(|error| match error {
        IndexError::UnknownSnapshot { shop, id } => ReplayError::Pruned { shop, snapshot: id },
        other => ReplayError::Index(other),
    })?;
    if hash(&snapshot.manifest) != record.manifest {
        return Err(ReplayError::OtherSnapshot {
            snapshot: id.clone(),
        });
    }
    let engine = Engine::new(std::sync::Arc::new(snapshot), encoder);
    Ok(replay_on(&engine, catalog, record))
}

/// Like [`replay`], with an engine that is already open and verified.
pub fn replay_on(engine: &Engine, catalog: &Catalog, record: &Record) -> Replay {
    let again = plain(&answer_with(
        engine,
        &Question::from(&record.question),
        record.candidates,
        false,
    ));
    let went_live =
        |line: &HistoryLine| line.snapshot == again.receipt.snapshot && line.action == "publish";
    Replay {
        identical: again == record.decision && hash(&again) == hash(&record.decision),
        agrees: stands(&again) == stands(&record.decision),
        published: catalog.history().into_iter().find(went_live),
        timezone: engine.snapshot.shop.settings.timezone.clone(),
        asked: record.question.masked(engine),
        record: record.clone(),
        again,
    }
}
