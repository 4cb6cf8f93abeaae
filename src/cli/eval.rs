//! `zhike eval`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::args::now;
use super::setup::Setup;
use super::{CliError, engine, note, out, out_json};
use crate::answer::Engine;
use crate::answer::decide::{EXPLAINED, answer_with};
use crate::eval::compare::compare;
use crate::eval::confusion::{Lookup, confusions};
use crate::eval::outcome::{Labelled, Verdict};
use crate::eval::report::{Report, comparison_text, text};
use crate::eval::{calibrate, files, golden, html, measure};
use crate::index::Catalog;
use crate::knowledge::settings::default_budget;
use crate::text::normalise::normalise;

/// What to evaluate, and where to write the page.
pub struct Wanted<'a> {
    /// A file of labelled questions; `None`: the shop's golden questions.
    pub file: Option<&'a Path>,
    /// Where to write the HTML page.
    pub html: Option<&'a Path>,
    /// An older snapshot to compare with.
    pub against: Option<&'a str>,
}

/// Asks a shop's golden questions, or those of a file, and reports the result, or compares it with an older snapshot.
/// Exit status 1 if the share of wrong answers is above a budget of the shop.
pub fn eval(setup: &Setup, shop: &str, wanted: &Wanted<'_>) -> Result<bool, CliError> {
    let engine = engine(setup, shop)?;
    let settings = &engine.snapshot.shop.settings;
    let asked = match wanted.file {
        None => golden::asked(&engine.snapshot.shop.golden, now()),
        Some(path) => {
            let (asked, findings) = files::read(path, settings, now())
                .map_err(|error| CliError::Usage(error.to_string()))?;
            findings
                .iter()
                .for_each(|finding| note(setup, &finding.to_string()));
            asked
        }
    };
    if asked.is_empty() {
        return Err(CliError::Usage(format!(
            "no labelled questions: write some to {shop}/golden.csv or name a file"
        )));
    }
    let outcomes = outcomes(&engine, &asked);
    match wanted.against {
        None => {
            let report = report(&engine, &outcomes);
            let page = || html::page(&report);
            show(setup, wanted, page, &report, || text(&report))?;
        }
        Some(older) => {
            let snapshot = Catalog::new(&setup.config.index, shop).open(older)?;
            let before = Engine::new(Arc::new(snapshot), engine.encoder);
            let before = self::outcomes(&before, &asked);
            let live = &engine.snapshot.manifest.id;
            let comparison = compare(older, &before, live, &outcomes);
            let page = || html::comparison_page(shop, &comparison);
            let text = || comparison_text(&comparison);
            show(setup, wanted, page, &comparison, text)?;
        }
    }
    Ok(keeps_budgets(&outcomes, &settings.budgets))
}

/// The outcomes of labelled questions.
fn outcomes(engine: &Engine, asked: &[golden::Asked]) -> Vec<Labelled> {
    golden::run(
        asked,
        &|question| answer_with(engine, question, EXPLAINED, false),
        &|id| crate::publish::category(engine, id),
    )
}

/// Writes the page, if one is wanted, and the result.
fn show(
    setup: &Setup,
    wanted: &Wanted<'_>,
    page: impl FnOnce() -> String,
    result: &impl serde::Serialize,
    text: impl FnOnce() -> String,
) -> Result<(), CliError> {
    if let Some(path) = wanted.html {
        std::fs::write(path, page()).map_err(CliError::io("write", path))?;
        note(setup, &format!("report: {}", path.display()));
    }
    match setup.json {
        true => out_json(result),
        false => out(&text()),
    }
}

/// Whether the share of wrong answers keeps the default budget over all answers, and each category's own budget over the
/// answers of that category.
fn keeps_budgets(outcomes: &[Labelled], budgets: &BTreeMap<String, f64>) -> bool {
    let keeps = |budget: f64, counts: &dyn Fn(&Labelled) -> bool| {
        let answered = outcomes
            .iter()
            .filter(|outcome| outcome.answered().next().is_some() && counts(outcome));
        let (answered, wrong) = answered.fold((0.0, 0.0), |(answered, wrong), outcome| {
            let amiss = outcome.verdict() == Verdict::Wrong;
            (answered + 1.0, wrong + f64::from(u8::from(amiss)))
        });
        wrong <= budget * answered
    };
    let mut own = budgets
        .iter()
        .filter(|(category, _)| *category != "default");
    keeps(default_budget(budgets), &|_| true)
        && own.all(|(category, budget)| keeps(*budget, &|outcome| outcome.category == *category))
}

/// The report on outcomes.
fn report(engine: &Engine, outcomes: &[Labelled]) -> Report {
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
            .first()
            .map(|&entry| engine.snapshot.entries[entry as usize].id.clone())
    };
    let set: Vec<String> = golden::sources(outcomes)
        .into_iter()
        .map(|(file, count)| format!("{file} ({count})"))
        .collect();
    // The thresholds that publishing would choose from these labels for the shop's budgets.
    let samples = calibrate::samples(outcomes, engine.calibration.curve);
    let options = calibrate::Options::default();
    let costs = calibrate::calibrate(&samples, &shop.settings.budgets, options).1;
    Report {
        shop: shop.id.clone(),
        snapshot: engine.snapshot.manifest.id.clone(),
        set: set.join(", "),
        measures: measure(outcomes),
        calibration: engine.calibration.clone(),
        costs,
        confusions: confusions(
            outcomes,
            &Lookup {
                title: &title,
                phrasing: &phrasing,
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Outcome;
    use crate::eval::outcome::Expected;
    use crate::eval::outcome::tests::labelled;

    /// A wrong answer went out, whether or not the rest of the message was handed off.
    #[test]
    fn what_went_out_before_a_handoff_counts() {
        for (decision, parts, keeps) in [
            (Outcome::Answer, &["answer:faq:A"][..], true),
            (Outcome::Answer, &["answer:faq:B"][..], false),
            (Outcome::Handoff, &["answer:faq:A", "handoff:"][..], true),
            (Outcome::Handoff, &["answer:faq:B", "handoff:"][..], false),
            (Outcome::Handoff, &["handoff:"][..], true),
        ] {
            let expected = Expected::Entries(vec!["faq:A".into()]);
            let outcomes = [labelled(expected, decision, parts, &[])];
            assert_eq!(
                keeps_budgets(&outcomes, &BTreeMap::new()),
                keeps,
                "{parts:?}"
            );
        }
    }
}
