//! TOML with line numbers: `shop.toml` and the front matter of Markdown pages.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::finding::{At, Log};
use super::lists;
use super::names::nearest;

/// The most syntax errors reported per file. A forgotten quote causes many.
const MOST_FAULTS: usize = 5;

/// TOML text with its position in the file.
pub(crate) struct Source<'t> {
    /// The TOML text.
    pub(crate) text: &'t str,
    /// 1-based line of the file at which it starts.
    pub(crate) first_line: u32,
}

impl<'t> Source<'t> {
    /// The 1-based line of the file for a byte offset in the text.
    pub(crate) fn line(&self, byte: usize) -> u32 {
        let before = &self.text.as_bytes()[..byte.min(self.text.len())];
        let breaks = before.iter().filter(|byte| **byte == b'\n').count();
        self.first_line + u32::try_from(breaks).unwrap_or(0)
    }

    /// Parses as much as possible and reports errors. `true` if there are none.
    pub(crate) fn parse(&self, log: &mut Log) -> (DeTable<'t>, bool) {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let mut told = Vec::new();
        for error in &errors {
            let line = self.line(error.span().map_or(0, |span| span.start));
            if told.contains(&line) || told.len() == MOST_FAULTS {
                continue;
            }
            told.push(line);
            let content = self
                .text
                .lines()
                .nth((line - self.first_line) as usize)
                .unwrap_or_default()
                .trim();
            let (message, remedy) = explain(content, error.message());
            log.error("bad-toml", At::row(line), message, remedy);
        }
        (table.into_inner(), errors.is_empty())
    }

    /// The text of a value as written; a string without its quotes.
    pub(crate) fn written(&self, value: &Spanned<DeValue<'_>>) -> String {
        match value.get_ref() {
            DeValue::String(text) => text.trim().to_string(),
            _ => self
                .text
                .get(value.span())
                .unwrap_or_default()
                .trim()
                .to_string(),
        }
    }

    /// The keys and values of a table in the order of the file.
    pub(crate) fn items(&self, table: &DeTable<'_>) -> Vec<Item> {
        let mut items: Vec<(usize, Item)> = table
            .iter()
            .map(|(key, value)| {
                let at = key.span().start;
                (
                    at,
                    Item {
                        key: key.get_ref().to_string(),
                        line: self.line(at),
                        value: self.node(value),
                    },
                )
            })
            .collect();
        items.sort_by_key(|(at, _)| *at);
        items.into_iter().map(|(_, item)| item).collect()
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        match value.get_ref() {
            DeValue::Array(items) => Node::List(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => Node::Table(self.items(table)),
            DeValue::String(_) => Node::Text(self.written(value)),
            _ => Node::Scalar(self.written(value)),
        }
    }
}

/// A key with its value and line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    /// The key.
    pub(crate) key: String,
    /// 1-based line of the file.
    pub(crate) line: u32,
    /// The value.
    pub(crate) value: Node,
}

/// A TOML value as written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// A string.
    Text(String),
    /// A number, date or boolean, as written.
    Scalar(String),
    /// An array.
    List(Vec<Node>),
    /// A table.
    Table(Vec<Item>),
}

impl Node {
    /// The text of a string or scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Node::Text(text) | Node::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The type of the value, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Node::Text(_) => "a text",
            Node::Scalar(_) => "a number, date or boolean",
            Node::List(_) => "a list",
            Node::Table(_) => "a table",
        }
    }
}

/// The texts of a list: a TOML array, or a string split at bars.
pub(crate) fn list(item: &Item, log: &mut Log) -> Vec<String> {
    match &item.value {
        Node::Text(text) => lists::texts(text).map(str::to_string).collect(),
        Node::Scalar(text) => vec![text.clone()],
        Node::List(items) => {
            let texts: Vec<String> = items
                .iter()
                .filter_map(Node::text)
                .map(str::to_string)
                .collect();
            if texts.len() < items.len() {
                log.error(
                    "bad-value",
                    At::cell(item.line, &item.key),
                    format!("\"{}\" holds a list or table inside its list", item.key),
                    "write texts in quotes, separated by commas",
                );
            }
            texts.into_iter().filter(|text| !text.is_empty()).collect()
        }
        Node::Table(_) => {
            log.error(
                "bad-value",
                At::cell(item.line, &item.key),
                format!("\"{}\" is a table", item.key),
                "write a text in quotes or a list of texts",
            );
            Vec::new()
        }
    }
}

/// An item as (name, text, line); a table gives one for each of its keys. Arrays are joined by `、`.
pub(crate) fn flatten(item: &Item) -> Vec<(String, String, u32)> {
    match &item.value {
        Node::Table(items) => items.iter().flat_map(flatten).collect(),
        Node::List(items) => {
            let texts: Vec<&str> = items.iter().filter_map(Node::text).collect();
            vec![(item.key.clone(), texts.join("、"), item.line)]
        }
        Node::Text(text) | Node::Scalar(text) => vec![(item.key.clone(), text.clone(), item.line)],
    }
}

/// Reports a key that is not read, with the nearest one that is.
pub(crate) fn report_unknown_key(item: &Item, section: &str, known: &[&str], log: &mut Log) {
    let place = if section.is_empty() {
        String::new()
    } else {
        format!(" in [{section}]")
    };
    log.warning(
        "unknown-key",
        At::cell(item.line, &item.key),
        format!("\"{}\" is not known{place}; it is not read", item.key),
        match nearest(&item.key, known.iter().copied()) {
            Some(near) => format!("write {near} if that is meant, or remove it"),
            None => format!("remove it, or use one of {}", known.join(", ")),
        },
    );
}

/// A helpful message for a line that is not TOML.
fn explain(line: &str, message: &str) -> (String, String) {
    let key = line.split(['=', '＝']).next().unwrap_or_default().trim();
    let bare = |text: &str| !text.starts_with(['"', '\'', '[', '#']);
    if line.contains('＝') && !line.contains('=') {
        return (
            "a full-width ＝ stands between key and value".into(),
            "write a plain =".into(),
        );
    }
    if line.contains(['“', '”', '「', '」']) && !line.contains('"') {
        return (
            "the text stands in Chinese quotes".into(),
            "put it in straight quotes \"…\"".into(),
        );
    }
    if line.contains('=') && bare(key) && !key.is_ascii() {
        return (
            format!("the key {key} is Chinese and not in quotes"),
            format!("write \"{}\" = …", key.trim_matches(['“', '”'])),
        );
    }
    if line.starts_with('[') && !line.is_ascii() && !line.contains('"') {
        return (
            format!("the table name {line} is Chinese and not in quotes"),
            "put the name in quotes".into(),
        );
    }
    let value = line.split_once('=').map_or("", |(_, value)| value.trim());
    let number = value.starts_with(|c: char| c.is_ascii_digit() || "+-{".contains(c));
    if !value.is_empty()
        && bare(value)
        && (!number || message.starts_with("string values must be quoted"))
    {
        return (
            format!("the value {value} is not in quotes"),
            format!("write {key} = \"…\""),
        );
    }
    let mut message: Cow<str> = message
        .lines()
        .next()
        .unwrap_or("the line is no TOML")
        .into();
    if message == "duplicate key" {
        message = format!("the key {key} comes twice").into();
    }
    (
        format!("this is no valid TOML: {message}"),
        "mend this line; keys and texts look like name = \"text\"".into(),
    )
}
