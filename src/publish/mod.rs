//! One rebuild: read → check → build → golden questions → calibrate → gate → switch.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::answer::calibration::Calibration;
use crate::answer::{Engine, decide::answer_with};
use crate::embed::Encoder;
use crate::eval::outcome::Labelled;
use crate::eval::{calibrate, golden};
use crate::index::catalog::{HistoryLine, KEEP};
use crate::index::snapshot::{self, file};
use crate::index::{Catalog, IndexError, Snapshot, build};
use crate::knowledge::{Finding, Severity, read_shop};
use crate::pack;

/// What a rebuild works with.
pub struct Rebuild<'a> {
    /// Folder of all shops.
    pub knowledge: &'a Path,
    /// Folder of all indexes.
    pub index: &'a Path,
    /// Shop id.
    pub shop: &'a str,
    /// The encoder; `None`: lexical only.
    pub encoder: Option<&'static Encoder>,
    /// Who rebuilds.
    pub by: &'a str,
    /// Why.
    pub message: &'a str,
    /// Publish although the gate refuses.
    pub force: bool,
    /// Told of each step.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

/// A step of a rebuild.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Progress {
    /// Files are read.
    Read,
    /// Texts are embedded.
    Embed {
        /// Texts done.
        done: usize,
        /// Texts in all.
        of: usize,
    },
    /// Golden questions are asked.
    Golden,
    /// The new snapshot goes live.
    Publish,
}

/// How a rebuild ended.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing changed since the live snapshot.
    Unchanged {
        /// Id of the live snapshot.
        snapshot: String,
        /// What the linter said all the same.
        findings: Vec<Finding>,
    },
    /// The knowledge has errors; the live snapshot stays.
    Faulty {
        /// All findings.
        findings: Vec<Finding>,
    },
    /// A new snapshot is live.
    Published {
        /// Its id.
        snapshot: String,
        /// Warnings and remarks.
        findings: Vec<Finding>,
        /// How the golden questions went.
        golden: Vec<Labelled>,
    },
    /// The gate refused; the live snapshot stays.
    Refused {
        /// All findings.
        findings: Vec<Finding>,
        /// Golden questions that were right with the live snapshot and are not with the candidate.
        worse: Vec<Labelled>,
    },
}

/// Rebuilds a shop. Two rebuilds of one shop wait for each other.
///
/// # Errors
/// [`IndexError`]; the live snapshot is then untouched.
pub fn rebuild(plan: &Rebuild) -> Result<Outcome, IndexError> {
    let catalog = Catalog::new(plan.index, plan.shop);
    let lock = catalog.lock()?;
    (plan.progress)(Progress::Read);
    let reading = read_shop(&plan.knowledge.join(plan.shop));
    let mut findings = reading.findings;
    if findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    {
        return Ok(Outcome::Faulty { findings });
    }
    let inputs = inputs_hash(&reading.inputs);
    let packs = pack::built_in();
    let content = build::content_hash(&inputs, packs, plan.encoder);
    let live = catalog.open_current().ok();
    if let Some(live) = live
        .as_ref()
        .filter(|live| live.manifest.content == content)
    {
        return Ok(Outcome::Unchanged {
            snapshot: live.manifest.id.clone(),
            findings,
        });
    }
    findings.extend(crate::lint::lint(&reading.shop, Timestamp::now()));
    let folder = catalog.building();
    let embed = |done, of| (plan.progress)(Progress::Embed { done, of });
    let manifest = build::write(
        &folder,
        &catalog.next_id(&content),
        &build::Plan {
            shop: &reading.shop,
            inputs: &inputs,
            packs,
            pack_vectors: plan.encoder.map(|encoder| pack::vectors(encoder, &embed)),
            encoder: plan.encoder,
            previous: live.as_ref(),
            progress: &embed,
        },
    )?;
    (plan.progress)(Progress::Golden);
    let candidate = Engine::new(
        Arc::new(Snapshot::load(&folder, manifest.clone())?),
        plan.encoder,
    );
    let now = Timestamp::now();
    let outcomes = ask_golden(&candidate, now);
    let calibration = calibrated(&candidate, &outcomes);
    snapshot::write_json(&folder.join(file::CALIBRATION), &calibration)?;
    let candidate = candidate.with_calibration(calibration);
    let outcomes = ask_golden(&candidate, now);
    let worse = match live {
        Some(live) => worse(
            &Engine::new(Arc::new(live), plan.encoder),
            &candidate,
            &outcomes,
            now,
        ),
        None => Vec::new(),
    };
    let allowed = reading.shop.settings.gate.worse as usize;
    let manifest = snapshot::seal(&folder, manifest)?;
    let line = |action: &str, forced| HistoryLine {
        at: now,
        action: action.into(),
        snapshot: manifest.id.clone(),
        before: catalog.current(),
        by: plan.by.into(),
        message: plan.message.into(),
        forced,
    };
    if worse.len() > allowed && !plan.force {
        catalog.record(&line("refused", false))?;
        return Ok(Outcome::Refused { findings, worse });
    }
    (plan.progress)(Progress::Publish);
    catalog.publish(&lock, &manifest, line("publish", worse.len() > allowed))?;
    catalog.prune(KEEP)?;
    Ok(Outcome::Published {
        snapshot: manifest.id,
        findings,
        golden: outcomes,
    })
}

/// SHA-256 (hex) over the names and hashes of the input files.
fn inputs_hash(inputs: &[crate::knowledge::InputFile]) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for input in inputs {
        hash.update(input.path.as_bytes());
        hash.update([0]);
        hash.update(input.sha256.as_bytes());
        hash.update([0]);
    }
    crate::text::hex(&hash.finalize())
}

/// Asks the candidate its own golden questions.
fn ask_golden(engine: &Engine, now: Timestamp) -> Vec<Labelled> {
    let asked = golden::asked(&engine.snapshot.shop.golden, now);
    golden::run(
        &asked,
        &|question| answer_with(engine, question, 5, false),
        &|id| category(engine, id),
    )
}

/// The budget category of an entry.
pub fn category(engine: &Engine, id: &str) -> String {
    let shop = &engine.snapshot.shop;
    engine
        .snapshot
        .entry(id)
        .map(|entry| entry.category(shop).to_owned())
        .unwrap_or_default()
}

/// Thresholds for the shop's budgets from its golden questions.
fn calibrated(engine: &Engine, outcomes: &[Labelled]) -> Calibration {
    let budgets = &engine.snapshot.shop.settings.budgets;
    let samples = calibrate::samples(outcomes, engine.calibration.curve);
    calibrate::calibrate(
        &samples,
        budgets,
        &Calibration::default(),
        calibrate::Options::default(),
    )
    .0
}

/// Golden questions that the live snapshot gets right and the candidate does not.
fn worse(
    live: &Engine,
    candidate: &Engine,
    outcomes: &[Labelled],
    now: Timestamp,
) -> Vec<Labelled> {
    use crate::eval::Verdict;
    let asked = golden::asked(&candidate.snapshot.shop.golden, now);
    let before = golden::run(
        &asked,
        &|question| answer_with(live, question, 5, false),
        &|id| category(live, id),
    );
    before
        .iter()
        .zip(outcomes)
        .filter(|(before, after)| {
            before.verdict() == Verdict::Right && after.verdict() != Verdict::Right
        })
        .map(|(_, after)| after.clone())
        .collect()
}
