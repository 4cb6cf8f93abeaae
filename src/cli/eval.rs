//! `zhike eval`.

use std::path::Path;

use super::args::{Args, now};
use super::{CliError, engine, note, out, out_json};
use crate::answer::decide::answer_with;
use crate::eval::confusion::{Lookup, confusions};
use crate::eval::outcome::Labelled;
use crate::eval::report::{Report, text};
use crate::eval::{files, golden, html, measure};
use crate::text::normalise::normalise;

/// Asks a shop's golden questions, or those of a file, and reports. Status 1 where the share of wrong answers is over
/// the shop's default budget.
pub fn eval(
    args: &Args,
    shop: &str,
    file: Option<&Path>,
    html_path: Option<&Path>,
) -> Result<bool, CliError> {
    let engine = engine(args, shop)?;
    let settings = &engine.snapshot.shop.settings;
    let asked = match file {
        None => golden::asked(&engine.snapshot.shop.golden, now()),
        Some(path) => {
            let (asked, findings) = files::read(path, settings, now())
                .map_err(|error| CliError::Usage(error.to_string()))?;
            findings
                .iter()
                .for_each(|finding| note(args, &finding.to_string()));
            asked
        }
    };
    if asked.is_empty() {
        return Err(CliError::Usage(format!(
            "no labelled questions: write some to {shop}/golden.csv or name a file"
        )));
    }
    let outcomes = golden::run(
        &asked,
        &|question| answer_with(&engine, question, 10, false),
        &|id| crate::publish::category(&engine, id),
    );
    let report = report(&engine, &outcomes);
    if let Some(path) = html_path {
        std::fs::write(path, html::page(&report)).map_err(|source| CliError::Io {
            what: format!("write {}", path.display()),
            source,
        })?;
        note(args, &format!("report: {}", path.display()));
    }
    if args.json {
        out_json(&report)?
    } else {
        out(&text(&report))?
    }
    let budget = settings.budgets.get("default").copied().unwrap_or(0.03);
    Ok(wrong_share(&outcomes) <= budget)
}

/// Share of wrong among answered, 0..1.
fn wrong_share(outcomes: &[Labelled]) -> f64 {
    use crate::answer::Outcome;
    use crate::eval::Verdict;
    let answered = outcomes
        .iter()
        .filter(|outcome| outcome.decision == Outcome::Answer)
        .count();
    let wrong = outcomes
        .iter()
        .filter(|outcome| outcome.verdict() == Verdict::Wrong)
        .count();
    wrong as f64 / answered.max(1) as f64
}

/// The report on outcomes.
fn report(engine: &crate::answer::Engine, outcomes: &[Labelled]) -> Report {
    let shop = &engine.snapshot.shop;
    let title = |id: &str| {
        engine
            .snapshot
            .entry(id)
            .map(|entry| entry.title(shop).into_owned())
    };
    let phrasing = |text: &str| {
        engine
            .exact(&normalise(text))
            .map(|entry| engine.snapshot.entries[entry as usize].id.clone())
    };
    let set: Vec<String> = golden::sources(outcomes)
        .into_iter()
        .map(|(file, count)| format!("{file} ({count})"))
        .collect();
    Report {
        shop: shop.id.clone(),
        snapshot: engine.snapshot.manifest.id.clone(),
        set: set.join(", "),
        measures: measure(outcomes),
        calibration: engine.calibration.clone(),
        costs: Vec::new(),
        confusions: confusions(
            outcomes,
            &Lookup {
                title: &title,
                phrasing: &phrasing,
            },
        ),
    }
}
