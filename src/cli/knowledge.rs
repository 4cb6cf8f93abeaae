//! `zhike index`, `zhike check` and `zhike packs`.

use std::path::Path;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::args::Args;
use super::{CliError, chosen, encoder, note, out, out_json};
use crate::embed::Encoder;
use crate::eval::{Verdict, outcome::Labelled};
use crate::knowledge::{Finding, Severity, read_shop};
use crate::pack::{PackVectors, built_in};
use crate::publish::{Outcome, Progress, Rebuild, rebuild};

/// Rebuilds shops.
pub fn index(args: &Args, shops: &[String], force: bool, message: &str) -> Result<bool, CliError> {
    let encoder = encoder(args);
    let mut fine = true;
    for shop in chosen(args, shops)? {
        fine &= index_one(args, &shop, encoder, force, message)?;
    }
    Ok(fine)
}

/// Rebuilds one shop, with a progress bar on a terminal.
pub(super) fn index_one(
    args: &Args,
    shop: &str,
    encoder: Option<&'static Encoder>,
    force: bool,
    message: &str,
) -> Result<bool, CliError> {
    let start = Instant::now();
    let bar = if args.quiet {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(0)
    };
    if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar.set_prefix(shop.to_owned());
    let progress = |step: Progress| {
        if let Progress::Embed { done, of } = step {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
    };
    let by = std::env::var("USER").unwrap_or_default();
    let outcome = rebuild(&Rebuild {
        knowledge: &args.knowledge,
        index: &args.index,
        shop,
        encoder,
        by: &by,
        message,
        force,
        progress: &progress,
    })?;
    bar.finish_and_clear();
    let seconds = start.elapsed().as_secs_f64();
    let (fine, status, snapshot, findings) = match &outcome {
        Outcome::Unchanged { snapshot, findings } => {
            note(
                args,
                &format!("{shop}: nothing changed, {snapshot} stays live ({seconds:.1} s)"),
            );
            (true, "unchanged", Some(snapshot), findings)
        }
        Outcome::Published {
            snapshot,
            findings,
            golden,
        } => {
            show(args, shop, findings);
            note(
                args,
                &format!(
                    "{shop}: {snapshot} is live ({seconds:.1} s); {}",
                    tally(golden)
                ),
            );
            (true, "published", Some(snapshot), findings)
        }
        Outcome::Faulty { findings } => {
            show(args, shop, findings);
            note(
                args,
                &format!("{shop}: not built, the live snapshot stays; mend the errors above"),
            );
            (false, "faulty", None, findings)
        }
        Outcome::Refused { findings, worse } => {
            show(args, shop, findings);
            for outcome in worse {
                note(
                    args,
                    &format!("{shop}: worse: {} ({})", outcome.question, outcome.place),
                );
            }
            note(
                args,
                &format!(
                    "{shop}: refused, {} golden questions would be answered worse; the live snapshot stays \
                     (mend them, or publish with --force)",
                    worse.len()
                ),
            );
            (false, "refused", None, findings)
        }
    };
    if args.json {
        out_json(
            &json!({"shop": shop, "status": status, "snapshot": snapshot, "seconds": seconds, "findings": findings}),
        )?;
    }
    Ok(fine)
}

/// `110 golden questions: 98 正确, …`.
fn tally(golden: &[Labelled]) -> String {
    let counts: Vec<String> = Verdict::ALL
        .into_iter()
        .map(|verdict| {
            (
                verdict,
                golden
                    .iter()
                    .filter(|outcome| outcome.verdict() == verdict)
                    .count(),
            )
        })
        .filter(|(_, count)| *count > 0)
        .map(|(verdict, count)| format!("{} {count}", verdict.label()))
        .collect();
    format!("{} golden questions: {}", golden.len(), counts.join(", "))
}

/// Lints shops.
pub fn check(args: &Args, shops: &[String]) -> Result<bool, CliError> {
    let mut fine = true;
    for shop in chosen(args, shops)? {
        let reading = read_shop(&args.knowledge.join(&shop));
        let mut findings = reading.findings;
        findings.extend(crate::lint::lint(&reading.shop, super::args::now()));
        fine &= findings
            .iter()
            .all(|finding| finding.severity != Severity::Error);
        if args.json {
            out_json(&json!({"shop": shop, "findings": findings}))?;
            continue;
        }
        for finding in &findings {
            out(&format!("{shop}/{finding}"))?;
        }
        note(args, &format!("{shop}: {} findings", findings.len()));
    }
    Ok(fine)
}

fn show(args: &Args, shop: &str, findings: &[Finding]) {
    for finding in findings {
        note(args, &format!("{shop}/{finding}"));
    }
}

/// Recomputes the vectors of the packs.
pub fn packs(path: &Path) -> Result<bool, CliError> {
    let encoder = Encoder::built_in().map_err(|error| CliError::Usage(error.to_string()))?;
    let packs = built_in();
    let bar = ProgressBar::new(0);
    let vectors = PackVectors::compute(packs, encoder, &|done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    std::fs::write(path, vectors.to_bytes(packs, encoder)).map_err(|source| CliError::Io {
        what: format!("write {}", path.display()),
        source,
    })?;
    Ok(true)
}
