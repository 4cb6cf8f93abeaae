//! `[[connector]]`: sources of facts that change by the minute.

use super::section::{Section, is_url, tables_of, wrong};
use crate::knowledge::finding::Log;
use crate::knowledge::settings::Connector;
use crate::knowledge::toml_doc::Item;

/// The facts that a connector can tell.
const FACTS: &[&str] = &["price", "stock", "parcel", "refund", "order"];

/// The connectors that can be used.
pub(super) fn read(item: &Item, log: &mut Log) -> Vec<Connector> {
    let (tables, all) = tables_of(item);
    if !all {
        let remedy = "write [[connector]] above each";
        wrong(item, "is no list of tables", remedy, log);
    }
    tables
        .into_iter()
        .filter_map(|(line, keys)| read_one(&Section::new("connector", line, keys), log))
        .collect()
}

fn read_one(section: &Section, log: &mut Log) -> Option<Connector> {
    let known = [
        "fact",
        "url",
        "template",
        "timeout_ms",
        "cache_seconds",
        "breaker_failures",
        "breaker_seconds",
    ];
    section.only(&known, log);
    let (mut fact, mut url, mut template) = (String::new(), String::new(), String::new());
    section.text("fact", &mut fact, log);
    section.text("url", &mut url, log);
    section.text("template", &mut template, log);
    let mut sound = true;
    let mut check = |holds: bool, key: &str, message: &str, remedy: &str| {
        if !holds {
            sound = false;
            log.error("bad-connector", section.at(key), message, remedy);
        }
    };
    check(
        FACTS.contains(&fact.as_str()),
        "fact",
        &format!("\"{fact}\" is no fact a connector can tell"),
        &format!("write one of {}", FACTS.join(", ")),
    );
    check(
        is_url(&url),
        "url",
        "the connector has no valid url",
        "write it, starting with http:// or https://",
    );
    check(
        !template.is_empty(),
        "template",
        "the connector has no template",
        "write the reply with {fields} in braces",
    );
    let connector = Connector {
        fact,
        url,
        template,
        timeout_ms: section.whole("timeout_ms", 800, 1, log).into(),
        cache_seconds: section.whole("cache_seconds", 5, 0, log).into(),
        breaker_failures: section.whole("breaker_failures", 3, 1, log),
        breaker_seconds: section.whole("breaker_seconds", 30, 0, log).into(),
    };
    sound.then_some(connector)
}
