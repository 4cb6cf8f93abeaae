//! Reads the keys of a section of `shop.toml` and checks their types.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};

use super::hours::read_time;
use crate::knowledge::finding::{At, Log};
use crate::knowledge::toml_doc::{self, Item, Node};

/// The keys of a section.
pub(super) struct Section<'a> {
    pub(super) name: &'a str,
    pub(super) line: u32,
    pub(super) keys: &'a [Item],
}

impl<'a> Section<'a> {
    pub(super) fn new(name: &'a str, line: u32, keys: &'a [Item]) -> Self {
        Section { name, line, keys }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Item> {
        self.keys.iter().find(|item| item.key == key)
    }

    /// The line of a key; the line of the section if it is missing.
    pub(super) fn at<'k>(&self, key: &'k str) -> At<'k> {
        At::cell(self.get(key).map_or(self.line, |item| item.line), key)
    }

    /// Reports all keys that are not in `known`.
    pub(super) fn only(&self, known: &[&str], log: &mut Log) {
        for item in self
            .keys
            .iter()
            .filter(|item| !known.contains(&item.key.as_str()))
        {
            toml_doc::report_unknown_key(item, self.name, known, log);
        }
    }

    pub(super) fn text(&self, key: &str, into: &mut String, log: &mut Log) {
        if let Some(text) = self.get(key).and_then(|item| text(item, log)) {
            *into = text;
        }
    }

    pub(super) fn whole(&self, key: &str, default: u32, least: u32, log: &mut Log) -> u32 {
        let Some(item) = self.get(key) else {
            return default;
        };
        match item
            .value
            .text()
            .and_then(|text| text.replace('_', "").parse().ok())
            .filter(|n| *n >= least)
        {
            Some(number) => number,
            None => {
                wrong(
                    item,
                    "is no whole number that fits",
                    &format!("write a whole number of at least {least}"),
                    log,
                );
                default
            }
        }
    }

    /// A required key. `example` shows how it is written.
    fn needed(&self, key: &str, example: &str, log: &mut Log) -> Option<&'a Item> {
        let found = self.get(key);
        if found.is_none() {
            let message = format!("[{}] names no \"{key}\"", self.name);
            let remedy = format!("add {key} = \"{example}\"");
            log.error("missing-key", At::row(self.line), message, remedy);
        }
        found
    }

    pub(super) fn time(&self, key: &str, log: &mut Log) -> Option<Time> {
        let item = self.needed(key, "08:30", log)?;
        let time = item.value.text().and_then(read_time);
        if time.is_none() {
            wrong(item, "is no time of day", "write it as \"08:30\"", log);
        }
        time
    }

    pub(super) fn date(&self, key: &str, log: &mut Log) -> Option<Date> {
        let item = self.needed(key, "2027-02-05", log)?;
        let whole = item.value.text().filter(|text| text.len() == 10);
        let date = whole.and_then(|text| text.parse().ok());
        if date.is_none() {
            let remedy = "write it as \"2027-02-05\"";
            wrong(item, "is no date that exists", remedy, log);
        }
        date
    }

    /// The tables of an array of tables.
    pub(super) fn tables(&self, key: &str, log: &mut Log) -> Vec<(u32, &'a [Item])> {
        let Some(item) = self.get(key) else {
            return Vec::new();
        };
        let (tables, all) = tables_of(item);
        if !all {
            wrong(
                item,
                "is no list of tables",
                &format!("write [[{}.{key}]] above each", self.name),
                log,
            );
        }
        tables
    }

    /// A table of texts, or one text for all (`default`).
    pub(super) fn by_name(&self, key: &str, log: &mut Log) -> BTreeMap<String, String> {
        match self.get(key) {
            None => BTreeMap::new(),
            Some(Item {
                value: Node::Table(items),
                ..
            }) => items
                .iter()
                .filter_map(|item| Some((item.key.clone(), text(item, log)?)))
                .collect(),
            Some(item) => text(item, log)
                .map(|text| BTreeMap::from([("default".into(), text)]))
                .unwrap_or_default(),
        }
    }
}

/// The tables of an array of tables, or one table, each with its line; and whether there is nothing else.
pub(super) fn tables_of(item: &Item) -> (Vec<(u32, &[Item])>, bool) {
    let nodes = match &item.value {
        Node::List(nodes) => nodes.as_slice(),
        one => std::slice::from_ref(one),
    };
    let tables = nodes.iter().filter_map(|node| match node {
        Node::Table(keys) => Some((
            keys.first().map_or(item.line, |key| key.line),
            keys.as_slice(),
        )),
        _ => None,
    });
    let tables: Vec<_> = tables.collect();
    let all = tables.len() == nodes.len();
    (tables, all)
}

/// A text; a number or the like is a fault.
pub(super) fn text(item: &Item, log: &mut Log) -> Option<String> {
    match &item.value {
        Node::Text(text) => Some(text.clone()),
        other => {
            let message = format!("\"{}\" is {}, not a text", item.key, other.kind());
            log.error(
                "bad-value",
                At::cell(item.line, &item.key),
                message,
                "put it in quotes",
            );
            None
        }
    }
}

/// A share: `0.03` or `"3%"`.
pub(super) fn read_share(item: &Item, log: &mut Log) -> Option<f64> {
    let share = item
        .value
        .text()
        .and_then(|text| match text.strip_suffix(['%', '％']) {
            Some(percent) => percent
                .trim()
                .parse::<f64>()
                .ok()
                .map(|percent| percent / 100.0),
            None => text.parse::<f64>().ok(),
        });
    if let Some(share) = share.filter(|share| (0.0..=1.0).contains(share)) {
        return Some(share);
    }
    wrong(
        item,
        "is no share between 0 and 1",
        "write 0.03 for three in a hundred",
        log,
    );
    None
}

pub(super) fn is_url(text: &str) -> bool {
    text.strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .is_some_and(|rest| !rest.is_empty())
}

pub(super) fn wrong(item: &Item, message: &str, remedy: &str, log: &mut Log) {
    let written = item.value.text().map_or_else(
        || item.value.kind().to_string(),
        |text| format!("\"{text}\""),
    );
    log.error(
        "bad-value",
        At::cell(item.line, &item.key),
        format!("{written} {message}"),
        remedy,
    );
}
