//! `zhike index`, `zhike check` and `zhike packs`.

use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::desk::{Desk, NO_AUDIT, NO_QUESTIONS};
use super::setup::Setup;
use super::{CliError, chosen, encoder, golden, note, out, out_json, with_bar};
use crate::embed::Encoder;
use crate::index::Catalog;
use crate::knowledge::{Finding, read_settings, read_shop};
use crate::lint::{Change, fix::fix_shop, remarks, timeline};
use crate::pack::{PackVectors, built_in};
use crate::publish::probe::probe_knowledge;
use crate::publish::report::{self, Report};
use crate::publish::{Outcome, Progress, Rebuild, rebuild};

/// The options of a rebuild.
pub(super) struct How<'a> {
    /// Publish although the gate refuses.
    pub(super) force: bool,
    /// The reason, for the history.
    pub(super) message: &'a str,
    /// A file of real questions.
    pub(super) questions: Option<&'a Path>,
    /// Where to write the HTML page.
    pub(super) html: Option<&'a Path>,
}

/// Rebuilds shops.
pub fn index(setup: &Setup, shops: &[String], how: &How<'_>) -> Result<bool, CliError> {
    let encoder = encoder(setup);
    let mut fine = true;
    for shop in chosen(setup, shops)? {
        fine &= index_one(setup, &shop, encoder, how)?;
    }
    Ok(fine)
}

/// Rebuilds one shop, with a progress bar on a terminal.
pub(super) fn index_one(
    setup: &Setup,
    shop: &str,
    encoder: Option<&'static Encoder>,
    how: &How<'_>,
) -> Result<bool, CliError> {
    let start = Instant::now();
    let bar = bar(setup, shop);
    let progress = |step: Progress| {
        if let Progress::Embed { done, of } = step {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
    };
    let by = super::who();
    // For a shop that was never published there is nothing to compare.
    let settings = Catalog::new(&setup.config.index, shop)
        .current()
        .map(|_| read_settings(&setup.config.knowledge.join(shop)));
    let desk = Desk::open(setup, false, NO_QUESTIONS)?;
    let questions = match (&settings, how.questions, &desk) {
        (Some(settings), Some(path), _) => super::ask::questions(path, settings)?,
        (Some(settings), None, Some(desk)) => {
            desk.questions(setup, shop, settings.gate.replay_days)
        }
        _ => Vec::new(),
    };
    let outcome = rebuild(&Rebuild {
        knowledge: &setup.config.knowledge,
        index: &setup.config.index,
        shop,
        encoder,
        by: &by,
        message: how.message,
        force: how.force,
        keep: setup.config.keep_snapshots,
        at: super::args::now(),
        questions: &questions,
        progress: &progress,
    })?;
    bar.finish_and_clear();
    audit(setup, shop, &by, how, desk, &outcome)?;
    tell(setup, shop, &outcome, how.html, start.elapsed())
}

/// A progress bar on a terminal.
fn bar(setup: &Setup, shop: &str) -> ProgressBar {
    let bar = if setup.quiet {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(0)
    };
    if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar.set_prefix(shop.to_owned());
    bar
}

/// Reports the result of a rebuild. `false` if nothing went live.
fn tell(
    setup: &Setup,
    shop: &str,
    outcome: &Outcome,
    html: Option<&Path>,
    took: Duration,
) -> Result<bool, CliError> {
    let seconds = took.as_secs_f64();
    let mut result = json!({"shop": shop, "seconds": seconds});
    let mut put = |snapshot: Option<&String>, findings: &[Finding]| {
        result["status"] = json!(outcome.ending());
        result["snapshot"] = json!(snapshot);
        result["findings"] = json!(findings);
    };
    let fine = match outcome {
        Outcome::Unchanged { snapshot, findings } => {
            note(
                setup,
                &format!("{shop}: nothing changed, {snapshot} stays live ({seconds:.1} s)"),
            );
            put(Some(snapshot), findings);
            true
        }
        Outcome::Published {
            snapshot,
            findings,
            golden,
            report,
        } => {
            show(setup, shop, findings);
            put(Some(snapshot), findings);
            result["golden"] = golden::summary(golden);
            match report {
                Some(report) => {
                    changes(setup, report, html)?;
                    result["report"] = json!(report);
                }
                // A first build is compared with the merchant's expectations.
                None => golden::failing(golden).for_each(|line| note(setup, &line)),
            }
            note(
                setup,
                &format!(
                    "{shop}: {snapshot} is live ({seconds:.1} s); {}",
                    golden::tally(golden)
                ),
            );
            true
        }
        Outcome::Faulty { findings } => {
            // A failure is printed even with `--quiet`: the exit status does not tell the cause.
            for finding in findings
                .iter()
                .filter(|finding| !setup.quiet || finding.is_error())
            {
                eprintln!("{shop}/{finding}");
            }
            put(None, findings);
            eprintln!("{shop}: not built, the live snapshot stays; mend the errors above");
            false
        }
        Outcome::Refused { findings, report } => {
            show(setup, shop, findings);
            put(None, findings);
            changes(setup, report, html)?;
            result["report"] = json!(report);
            if setup.quiet {
                for objection in &report.objections {
                    eprintln!("{shop}: refused: {objection}");
                }
            }
            eprintln!("{shop}: the live snapshot stays (mend the above, or publish with --force)");
            false
        }
    };
    if setup.json {
        out_json(&result)?;
    }
    Ok(fine)
}

/// Shows the changes, and writes the page.
fn changes(setup: &Setup, report: &Report, html: Option<&Path>) -> Result<(), CliError> {
    note(setup, report::text(report).trim_end());
    match html {
        Some(path) => super::change::write_page(path, report),
        None => Ok(()),
    }
}

/// Writes a publish or a refusal into the audit log. An overridden gate is logged even if no server has created the log
/// yet.
fn audit(
    setup: &Setup,
    shop: &str,
    by: &str,
    how: &How<'_>,
    desk: Option<Desk>,
    outcome: &Outcome,
) -> Result<(), CliError> {
    let (target, overruled) = match outcome {
        Outcome::Published {
            snapshot, report, ..
        } => {
            let against = |report: &Report| report.forced && !report.objections.is_empty();
            let report = report.as_deref();
            (snapshot.as_str(), report.is_some_and(against))
        }
        Outcome::Refused { .. } => ("", false),
        Outcome::Unchanged { .. } | Outcome::Faulty { .. } => return Ok(()),
    };
    let desk = match desk {
        None if overruled => Desk::open(setup, true, NO_AUDIT)?,
        desk => desk,
    };
    if let Some(desk) = desk {
        let said = outcome.ending().as_str();
        let forced = if overruled { " (forced)" } else { "" };
        let detail = format!("{said}{forced} {}", how.message);
        desk.audit(setup, by, "rebuild", [shop, target, detail.trim()]);
    }
    Ok(())
}

/// Lints shops, and lists what starts and ends in the coming days.
pub fn check(setup: &Setup, shops: &[String], fix: bool, days: u32) -> Result<bool, CliError> {
    let mut fine = true;
    let at = super::args::now();
    for shop in chosen(setup, shops)? {
        let folder = setup.config.knowledge.join(&shop);
        let mends = match fix {
            true => fix_shop(&folder, false)?,
            false => Vec::new(),
        };
        let reading = read_shop(&folder);
        let remarks = remarks(&reading, at);
        let mut findings = reading.findings;
        findings.extend(remarks);
        // Files with errors cannot be built and asked.
        if !findings.iter().any(Finding::is_error) {
            findings.extend(probe_knowledge(&reading.shop, at)?);
        }
        let events = timeline(&reading.shop, at, days);
        fine &= !findings.iter().any(Finding::is_error);
        if setup.json {
            out_json(
                &json!({"shop": shop, "findings": findings, "timeline": events, "mended": mends}),
            )?;
            continue;
        }
        for mend in &mends {
            note(
                setup,
                &format!(
                    "{shop}/{}:{} \"{}\": mended {}",
                    mend.file, mend.row, mend.column, mend.code
                ),
            );
        }
        for finding in &findings {
            out(&format!("{shop}/{finding}"))?;
        }
        let zone = reading.shop.settings.zone();
        for event in &events {
            let when = event.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M");
            let what = match event.change {
                Change::Starts => "starts",
                Change::Ends => "ends",
                Change::Gap => "ends, and nothing takes its place",
            };
            out(&format!(
                "{shop}: {when} {} {what} ({})",
                event.id, event.title
            ))?;
        }
        note(setup, &format!("{shop}: {} findings", findings.len()));
    }
    Ok(fine)
}

fn show(setup: &Setup, shop: &str, findings: &[Finding]) {
    for finding in findings {
        note(setup, &format!("{shop}/{finding}"));
    }
}

/// Recomputes the vectors of the packs.
pub fn packs(path: &Path) -> Result<bool, CliError> {
    let encoder = Encoder::built_in().map_err(|error| CliError::Usage(error.to_string()))?;
    let packs = built_in();
    let vectors = with_bar(|tell| PackVectors::compute(packs, encoder, tell));
    std::fs::write(path, vectors.to_bytes(packs, encoder)).map_err(CliError::io("write", path))?;
    Ok(true)
}
