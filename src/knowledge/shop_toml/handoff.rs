//! `[handoff]`: what calls a person, and which.

use std::collections::BTreeMap;

use super::section::{Section, wrong};
use crate::knowledge::finding::{At, Log};
use crate::knowledge::golden::REASONS;
use crate::knowledge::names::nearest;
use crate::knowledge::settings::HandoffRules;
use crate::knowledge::toml_doc::{self, Item, Node};
use crate::text::normalise::normalise;

/// Reads the section into the rules.
pub(super) fn read(section: &Section, rules: &mut HandoffRules, log: &mut Log) {
    section.only(
        &[
            "words",
            "topics",
            "after_misses",
            "resume_after_hours",
            "skills",
        ],
        log,
    );
    let words = section
        .get("words")
        .map_or_else(Vec::new, |key| toml_doc::list(key, log));
    // They are looked for in normalised messages.
    rules.words = words.iter().map(|word| normalise(word)).collect();
    rules.after_misses = section.whole("after_misses", rules.after_misses, 1, log);
    if let Some(key) = section.get("resume_after_hours") {
        match key
            .value
            .text()
            .and_then(|text| text.parse::<f64>().ok())
            .filter(|hours| *hours > 0.0)
        {
            Some(hours) => rules.resume_after_hours = hours,
            None => wrong(
                key,
                "is no number of hours",
                "write a number such as 12",
                log,
            ),
        }
    }
    if let Some(key) = section.get("topics") {
        let remedy = "write topics as [handoff.topics] with reason = [\"word\", …]";
        rules.topics = lists(key, remedy, log);
        check_reasons(key, log);
    }
    if let Some(key) = section.get("skills") {
        let remedy = "write groups as [handoff.skills] with \"售后\" = [\"complaint\", …]";
        rules.skills = lists(key, remedy, log);
    }
}

/// Reports each topic whose key is not a handoff reason.
fn check_reasons(topics: &Item, log: &mut Log) {
    let Node::Table(rows) = &topics.value else {
        return;
    };
    for row in rows {
        if REASONS.contains(&row.key.as_str()) {
            continue;
        }
        let remedy = match nearest(&row.key, REASONS.iter().copied()) {
            Some(near) => format!("write {near}"),
            None => format!("write one of {}", REASONS.join(", ")),
        };
        let message = format!("\"{}\" is no reason of a handoff", row.key);
        log.error("bad-value", At::cell(row.line, &row.key), message, remedy);
    }
}

/// A table of lists.
fn lists(key: &Item, remedy: &str, log: &mut Log) -> BTreeMap<String, Vec<String>> {
    match &key.value {
        Node::Table(rows) => rows
            .iter()
            .map(|row| (row.key.clone(), toml_doc::list(row, log)))
            .collect(),
        _ => {
            wrong(key, "is no table", remedy, log);
            BTreeMap::new()
        }
    }
}
