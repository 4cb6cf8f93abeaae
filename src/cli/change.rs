//! `zhike diff`, `zhike explain` and `zhike replay`.

use std::path::Path;
use std::sync::Arc;

use super::args::now;
use super::ask::{moment, order_state, questions, whole};
use super::setup::Setup;
use super::{CliError, encoder, engine, known, out, out_for_reading, out_json};
use crate::answer::decide::{EXPLAINED, answer_with};
use crate::answer::{Engine, Question};
use crate::index::Catalog;
use crate::publish::compare::Shift;
use crate::publish::explain::{Lost, Tried, WhyNot, why_not};
use crate::publish::html;
use crate::publish::replay::{read as read_record, replay as replay_record};
use crate::publish::report::{self, Report, said};

/// Shows what two snapshots answer differently. Fails if the gate would refuse.
pub fn diff(
    setup: &Setup,
    shop: &str,
    [before, after]: [&str; 2],
    asked: Option<&Path>,
    page: Option<&Path>,
) -> Result<bool, CliError> {
    known(setup, shop)?;
    let catalog = Catalog::new(&setup.config.index, shop);
    let encoder = encoder(setup);
    let open = |id: &str| -> Result<Engine, CliError> {
        Ok(Engine::new(Arc::new(catalog.open(id)?), encoder))
    };
    let (before, after) = (open(before)?, open(after)?);
    let real = match asked {
        Some(path) => questions(path, &after.snapshot.shop.settings)?,
        None => Vec::new(),
    };
    let report = Report::new(shop, [&before, &after], now(), &real);
    if let Some(path) = page {
        write_page(path, &report)?;
    }
    if setup.json {
        out_json(&report)?;
    } else {
        out(report::text(&report).trim_end())?;
    }
    Ok(report.objections.is_empty())
}

/// Writes a report as an HTML page.
pub(super) fn write_page(path: &Path, report: &Report) -> Result<(), CliError> {
    std::fs::write(path, html::page(report)).map_err(CliError::io("write", path))
}

/// A question as typed.
pub(super) struct Asked<'a> {
    pub(super) question: &'a str,
    pub(super) product: Option<&'a str>,
    pub(super) at: Option<&'a str>,
    pub(super) order_state: Option<&'a str>,
    pub(super) previous: &'a [String],
}

/// Explains a decision; with `expect`, why that entry did not answer.
pub fn explain(
    setup: &Setup,
    shop: &str,
    asked: &Asked<'_>,
    expect: Option<&str>,
) -> Result<bool, CliError> {
    let engine = engine(setup, shop)?;
    let question = Question {
        text: asked.question.to_owned(),
        product: asked.product.map(str::to_owned),
        at: moment(&engine.snapshot.shop.settings, asked.at)?,
        previous: asked.previous.to_vec(),
        order_state: order_state(asked.order_state)?,
        ..Question::default()
    };
    let Some(expected) = expect else {
        out_for_reading(setup, &answer_with(&engine, &question, EXPLAINED, true))?;
        return Ok(true);
    };
    let Some(why) = why_not(&engine, &question, expected)? else {
        return Err(CliError::Usage(format!(
            "{shop} has no entry {expected}; `zhike search {shop} WORDS` shows ids"
        )));
    };
    if setup.json {
        out_json(&why)?;
    } else {
        out(&readable(&why))?;
    }
    Ok(true)
}

fn readable(why: &WhyNot) -> String {
    let mut text = format!("{} ({}): {}", why.expected, why.title, why.lost);
    for tried in &why.tried {
        text += &format!("\n  {}: {}", tried.change, outcome(tried));
    }
    match why.proposal() {
        Some(tried) if tried.is_good() => text += &format!("\nproposal: {}", tried.change),
        Some(tried) => text += &format!("\nproposal, with harm: {}", tried.change),
        None if matches!(why.lost, Lost::Guard { .. }) && why.tried.is_empty() => {
            text += "\na person answers such questions; nothing is proposed";
        }
        None if why.tried.is_empty() => {}
        None => text += "\nno small change was found that mends it",
    }
    // A golden question that is taught word for word passes, but tells nothing about buyers with other wordings.
    let taught = why.proposal().map(|tried| tried.change.taught());
    let taught: Vec<String> = taught
        .unwrap_or_default()
        .into_iter()
        .filter(|text| *text != why.question.trim())
        .map(|text| format!("\"{text}\""))
        .collect();
    if !taught.is_empty() {
        text += &format!(
            "\nit teaches golden questions word for word ({}), which then prove little: ask the like of them in other \
             words before you take it",
            taught.join(", ")
        );
    }
    let relabel = why.proposal().map(|tried| tried.relabel.as_slice());
    if let Some(places @ [_, ..]) = relabel {
        text += &format!(
            "\nwith it, amend what {} expects of this question: the entry that then answers it",
            places.join(", ")
        );
    }
    text
}

fn outcome(tried: &Tried) -> String {
    let list = |shifts: &[Shift]| {
        shifts
            .iter()
            .map(|shift| {
                let (before, after) = (said(&shift.before), said(&shift.after));
                match before == after {
                    true => format!("{}（{after}，文字变了）", shift.question),
                    false => format!("{}（{before} → {after}）", shift.question),
                }
            })
            .collect::<Vec<_>>()
            .join("；")
    };
    match (tried.mends, tried.harm.is_empty(), tried.others.is_empty()) {
        (false, ..) => "does not mend it".into(),
        (true, true, true) => "mends it and changes no golden question".into(),
        (true, true, false) => format!("mends it; also changes: {}", list(&tried.others)),
        (true, false, _) => format!("mends it, but makes worse: {}", list(&tried.harm)),
    }
}

/// Makes the same answer again, with the proof. Fails if the answer differs.
pub fn replay(setup: &Setup, receipt: &Path) -> Result<bool, CliError> {
    let record = read_record(&whole(receipt)?).map_err(|error| {
        CliError::Usage(format!("{} cannot be replayed: {error}", receipt.display()))
    })?;
    known(setup, &record.shop)?;
    let catalog = Catalog::new(&setup.config.index, &record.shop);
    let replayed = replay_record(&catalog, &record, encoder(setup))?;
    if setup.json {
        out_json(&replayed)?;
    } else {
        out(&replayed.to_string())?;
    }
    Ok(replayed.agrees)
}
