//! One rebuild: read → check → build → golden questions → calibrate → gate → switch.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::probe::{probe, spread};
use super::report::Report;
use super::thresholds::{ask_golden, settled};
use crate::answer::Engine;
use crate::answer::Question;
use crate::embed::Encoder;
use crate::eval::outcome::Labelled;
use crate::index::catalog::HistoryLine;
use crate::index::snapshot::{self, Manifest, file};
use crate::index::{Catalog, IndexError, Snapshot, build};
use crate::knowledge::{Finding, Severity, Shop, hash_of, read_shop};
use crate::lint::lint;
use crate::pack;

/// The input of a rebuild.
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
    /// How many snapshots to keep.
    pub keep: usize,
    /// Real questions of the last days, masked, to ask the live snapshot and the candidate.
    pub questions: &'a [Question],
    /// The current moment.
    pub at: Timestamp,
    /// Called at each step.
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
        /// The findings of the linter.
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
        /// Warnings and infos.
        findings: Vec<Finding>,
        /// The outcomes of the golden questions.
        golden: Vec<Labelled>,
        /// The differences; `None` for the first build of a shop.
        report: Option<Box<Report>>,
    },
    /// The gate refused; the live snapshot stays.
    Refused {
        /// All findings.
        findings: Vec<Finding>,
        /// What would be different, and the objections.
        report: Box<Report>,
    },
}

/// How a rebuild ended, as a plain name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// A new snapshot is live.
    Published,
    /// Nothing changed since the live snapshot.
    Unchanged,
    /// The gate refused.
    Refused,
    /// The knowledge has errors.
    Faulty,
}

impl Ending {
    /// The name in the API, on the command line and in the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Ending::Published => "published",
            Ending::Unchanged => "unchanged",
            Ending::Refused => "refused",
            Ending::Faulty => "faulty",
        }
    }
}

impl Outcome {
    /// The plain name of this outcome.
    pub fn ending(&self) -> Ending {
        match self {
            Outcome::Published { .. } => Ending::Published,
            Outcome::Unchanged { .. } => Ending::Unchanged,
            Outcome::Refused { .. } => Ending::Refused,
            Outcome::Faulty { .. } => Ending::Faulty,
        }
    }
}

/// Rebuilds a shop. Two rebuilds of the same shop wait for each other.
///
/// # Errors
/// [`IndexError`]; the live snapshot then stays as it was. An error after the switch is only logged.
pub fn rebuild(plan: &Rebuild) -> Result<Outcome, IndexError> {
    let catalog = Catalog::new(plan.index, plan.shop);
    let lock = catalog.lock()?;
    let now = plan.at;
    (plan.progress)(Progress::Read);
    // The live snapshot is read and checked while the files are read.
    let (reading, live) = rayon::join(
        || read_shop(&plan.knowledge.join(plan.shop)),
        || catalog.open_current(),
    );
    let mut findings = reading.findings;
    let (live, incomparable) = comparable(live)?;
    if findings.iter().any(Finding::is_error) {
        return Ok(Outcome::Faulty { findings });
    }
    let inputs = hash_of(&reading.inputs);
    let content = build::content_hash(&inputs, pack::built_in(), plan.encoder);
    if let Some(live) = live
        .as_ref()
        .filter(|live| live.manifest.content == content)
    {
        findings.extend(lint(&reading.shop, now));
        return Ok(Outcome::Unchanged {
            snapshot: live.manifest.id.clone(),
            findings,
        });
    }
    let folder = catalog.building();
    // The linter takes as long as the build of a large shop and shares nothing with it, so both run in parallel.
    let ((remarks, live), built) = rayon::join(
        || {
            let engine = |live: &Arc<Snapshot>| Engine::new(live.clone(), plan.encoder);
            (lint(&reading.shop, now), live.as_ref().map(engine))
        },
        || {
            build_candidate(
                plan,
                &folder,
                &catalog.next_id(&content),
                &reading.shop,
                &inputs,
                live.as_deref(),
            )
        },
    );
    findings.extend(remarks);
    findings.extend(incomparable.as_deref().map(without_comparison));
    let manifest = built?;

    (plan.progress)(Progress::Golden);
    let candidate = Engine::new(
        Arc::new(Snapshot::load(&folder, manifest.clone())?),
        plan.encoder,
    );
    let candidate = settled(candidate, live.as_ref(), now);
    snapshot::write_json(&folder.join(file::CALIBRATION), &candidate.calibration)?;
    let manifest = snapshot::seal(&folder, manifest)?;

    let report = live.map(|live| {
        let report = Report {
            forced: plan.force,
            ..Report::new(plan.shop, [&live, &candidate], now, plan.questions)
        };
        // Freeing a large shop takes a while, and nobody has to wait for it.
        rayon::spawn(move || drop(live));
        report
    });
    findings.extend(probe_changed(
        &candidate,
        &reading.shop,
        report.as_ref(),
        now,
    ));
    rayon::spawn(move || drop(reading.shop));
    let objections = report.as_ref().map_or(0, |report| report.objections.len());
    let line = |action: &str, forced| HistoryLine {
        at: now,
        action: action.into(),
        snapshot: manifest.id.clone(),
        before: catalog.current(),
        by: plan.by.into(),
        message: match &incomparable {
            Some(why) => format!("{} (nothing to compare with: {why})", plan.message),
            None => plan.message.into(),
        },
        forced,
        changes: report
            .as_ref()
            .map(|report| report.knowledge.summary())
            .unwrap_or_default(),
    };
    if objections > 0 && !plan.force {
        catalog.record(&line("refused", false))?;
        if let Some(report) = report {
            return Ok(Outcome::Refused {
                findings,
                report: Box::new(report),
            });
        }
    }
    (plan.progress)(Progress::Publish);
    catalog.publish(&lock, &manifest, line("publish", objections > 0))?;
    if let Err(error) = catalog.prune(plan.keep) {
        tracing::warn!(%error, shop = plan.shop, "older snapshots are not pruned this time");
    }
    Ok(Outcome::Published {
        snapshot: manifest.id,
        findings,
        golden: ask_golden(&candidate, now),
        report: report.map(Box::new),
    })
}

/// The live snapshot to compare a candidate with, or why there is none. A damaged snapshot, or one of another format,
/// must not prevent a rebuild. Any other error stops it: the snapshot may be readable later, and a build that is
/// compared with nothing would pass the gate unchecked.
fn comparable(
    live: Result<Snapshot, IndexError>,
) -> Result<(Option<Arc<Snapshot>>, Option<String>), IndexError> {
    match live {
        Ok(live) => Ok((Some(Arc::new(live)), None)),
        Err(IndexError::NoSnapshot { .. }) => Ok((None, None)),
        Err(error) => match &error {
            IndexError::Damaged { .. }
            | IndexError::Format { .. }
            | IndexError::UnknownSnapshot { .. } => Ok((None, Some(error.to_string()))),
            IndexError::Io { source, .. } if source.kind() == ErrorKind::NotFound => {
                Ok((None, Some(error.to_string())))
            }
            _ => Err(error),
        },
    }
}

fn without_comparison(why: &str) -> Finding {
    Finding {
        code: "nothing-to-compare".into(),
        severity: Severity::Warning,
        file: "shop.toml".into(),
        sheet: None,
        row: None,
        column: None,
        message: format!("the gate compared nothing, for the live snapshot cannot be read: {why}"),
        remedy: "look through the golden questions by hand this once".into(),
    }
}

fn build_candidate(
    plan: &Rebuild,
    folder: &Path,
    id: &str,
    shop: &Shop,
    inputs: &str,
    previous: Option<&Snapshot>,
) -> Result<Manifest, IndexError> {
    let embed = |done, of| (plan.progress)(Progress::Embed { done, of });
    let plan = build::Plan {
        shop,
        inputs,
        packs: pack::built_in(),
        pack_vectors: plan.encoder.map(|encoder| pack::vectors(encoder, &embed)),
        encoder: plan.encoder,
        previous,
        progress: &embed,
    };
    build::write(folder, id, &plan)
}

/// Findings for new or changed entries that do not answer their own questions. In a shop's first build all entries are
/// new. If there are many, an even sample is probed.
fn probe_changed(
    candidate: &Engine,
    shop: &Shop,
    report: Option<&Report>,
    now: Timestamp,
) -> Vec<Finding> {
    let ids: Vec<&String> = match report {
        None => candidate.snapshot.entries.iter().map(|e| &e.id).collect(),
        Some(report) => {
            let added = report.knowledge.added.iter().map(|entry| &entry.id);
            let changed = &report.knowledge.changed;
            added.chain(changed.iter().map(|c| &c.entry.id)).collect()
        }
    };
    probe(candidate, shop, now, &spread(ids.into_iter()))
}
