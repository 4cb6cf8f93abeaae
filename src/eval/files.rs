//! Reads files of labelled questions: CSV or XLSX like `golden.csv`, or one JSON object per line.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use thiserror::Error;

use super::golden::{Asked, asked};
use super::outcome::Expected;
use crate::answer::{Question, Reason};
use crate::knowledge::{self, Finding, Settings, dates, parse_order_state};

/// Why a file of labelled questions cannot be used.
#[derive(Debug, Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("cannot read {path}: {source}; check that the file exists and may be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// A line is not a labelled question.
    #[error(
        "{path}:{line} is no labelled question: {what}; write {{\"question\": \"…\", \"expect\": \"faq:A01\"}}"
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

/// Reads a file of labelled questions. Questions without a moment are asked at `now`. Rows of a table that cannot be
/// read are skipped and reported as findings, as for `golden.csv`.
///
/// A JSON line has `question` (or `q`), then `expect` (an id, several by `|` or as a list, a list of lists for a
/// message of several questions, `clarify`, `handoff`, `handoff:<reason>`) or `gold_ids` or `gold_id` (`null`: must not
/// be answered), and optionally `product`, `at` (in the shop's time zone unless it has an offset), `previous`,
/// `order_state`.
///
/// # Errors
/// [`FileError`], which names the line.
pub fn read(
    path: &Path,
    settings: &Settings,
    now: Timestamp,
) -> Result<(Vec<Asked>, Vec<Finding>), FileError> {
    let bytes = std::fs::read(path).map_err(|source| FileError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let lines = ["jsonl", "ndjson", "json"];
    if !path
        .extension()
        .is_some_and(|ending| lines.iter().any(|line| ending.eq_ignore_ascii_case(line)))
    {
        let (golden, findings) = knowledge::read_golden(&name, bytes, settings);
        return Ok((asked(&golden, now), findings));
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut all = Vec::new();
    for (line, content) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        if content.trim().is_empty() {
            continue;
        }
        let asked = json_line(content, settings, now).map_err(|what| FileError::Line {
            path: path.to_owned(),
            line,
            what,
        })?;
        all.push(Asked {
            place: format!("{name}:{line}"),
            ..asked
        });
    }
    Ok((all, Vec::new()))
}

/// A line as written. Unknown fields are ignored.
#[derive(Deserialize)]
struct Line {
    #[serde(alias = "q")]
    question: String,
    expect: Option<Expect>,
    gold_ids: Option<Vec<String>>,
    /// Outer `None`: missing; inner `None`: `null`.
    #[serde(default, deserialize_with = "present")]
    gold_id: Option<Option<String>>,
    product: Option<String>,
    at: Option<String>,
    previous: Option<Vec<String>>,
    order_state: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Expect {
    One(String),
    Any(Vec<String>),
    Compound(Vec<Vec<String>>),
}

/// Distinguishes a field that is `null` from one that is missing.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

fn json_line(content: &str, settings: &Settings, now: Timestamp) -> Result<Asked, String> {
    let line: Line = serde_json::from_str(content).map_err(|error| error.to_string())?;
    if line.question.trim().is_empty() {
        return Err("the question is empty".into());
    }
    let expected = match (line.expect, line.gold_ids, line.gold_id) {
        (Some(Expect::One(text)), ..) => expected(&text)?,
        (Some(Expect::Any(ids)), ..) | (None, Some(ids), _) if !ids.is_empty() => {
            Expected::Entries(ids)
        }
        (Some(Expect::Compound(parts)), ..) => Expected::Compound(parts),
        (None, _, Some(Some(id))) => Expected::Entries(vec![id]),
        (None, _, Some(None)) => Expected::Handoff(None),
        _ => return Err("neither expect nor gold_id says what should come".into()),
    };
    let order_state = match line.order_state.as_deref() {
        None | Some("") => None,
        Some(word) => {
            Some(parse_order_state(word).ok_or_else(|| format!("\"{word}\" is no order state"))?)
        }
    };
    let at = match line.at.as_deref().filter(|at| !at.trim().is_empty()) {
        None => now,
        Some(text) => {
            let moment = dates::parse(text, &settings.zone())
                .map_err(|error| format!("at: {error}; {}", error.remedy()))?;
            moment.start
        }
    };
    Ok(Asked {
        question: Question {
            text: line.question,
            product: line.product.filter(|product| !product.is_empty()),
            at,
            previous: line.previous.unwrap_or_default(),
            order_state,
            chosen: None,
            order: None,
        },
        expected,
        place: String::new(),
    })
}

/// Reads `clarify`, `handoff`, `handoff:<reason>`, or ids separated by `|`.
fn expected(text: &str) -> Result<Expected, String> {
    match text.trim() {
        "" => Err("expect is empty".into()),
        "clarify" => Ok(Expected::Clarify),
        "handoff" => Ok(Expected::Handoff(None)),
        text => match text.strip_prefix("handoff:") {
            Some(reason) => match Reason::named(reason) {
                Some(reason) => Ok(Expected::Handoff(Some(reason))),
                None => Err(format!("\"{reason}\" is no reason of a handoff")),
            },
            None => Ok(Expected::Entries(
                text.split('|').map(|id| id.trim().to_owned()).collect(),
            )),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Reason;

    #[test]
    fn json_lines() {
        let entries =
            |ids: &[&str]| Expected::Entries(ids.iter().map(|id| id.to_string()).collect());
        #[rustfmt::skip]
        let rows = [
            (r#"{"q": "几天到", "gold_id": "a1"}"#, Ok(entries(&["a1"]))),
            (r#"{"q": "几天到", "gold_id": "a1", "gold_ids": ["a1", "a2"], "n": 3}"#, Ok(entries(&["a1", "a2"]))),
            (r#"{"q": "天气", "gold_id": null, "oos": "general"}"#, Ok(Expected::Handoff(None))),
            (r#"{"question": "几天到", "expect": "faq:1|policy:发货"}"#, Ok(entries(&["faq:1", "policy:发货"]))),
            (r#"{"question": "几天到", "expect": ["faq:1", "faq:2"]}"#, Ok(entries(&["faq:1", "faq:2"]))),
            (r#"{"question": "几天到 包邮吗", "expect": [["faq:1"], ["faq:2"]]}"#,
                Ok(Expected::Compound(vec![vec!["faq:1".into()], vec!["faq:2".into()]]))),
            (r#"{"question": "过敏", "expect": "handoff:risk"}"#, Ok(Expected::Handoff(Some(Reason::Risk)))),
            (r#"{"question": "退", "expect": "clarify", "at": "2026-11-11 10:00", "previous": null}"#, Ok(Expected::Clarify)),
            (r#"{"question": "退", "expect": "clarify", "at": "昨天"}"#, Err("no date")),
            (r#"{"question": "退", "expect": "handoff:bored"}"#, Err("no reason")),
            (r#"{"question": "退"}"#, Err("neither")),
            (r#"{"question": " ", "gold_id": null}"#, Err("empty")),
            (r#"{"question": "退", "gold_id": null, "order_state": "飞"}"#, Err("order state")),
            (r#"{"expect": "clarify"}"#, Err("question")),
        ];
        for (line, expected) in rows {
            match (
                json_line(line, &Settings::default(), Timestamp::UNIX_EPOCH),
                expected,
            ) {
                (Ok(found), Ok(expected)) => assert_eq!(found.expected, expected, "{line}"),
                (Err(found), Err(part)) => assert!(found.contains(part), "{line}: {found}"),
                (found, expected) => panic!("{line}: {found:?}, not {expected:?}"),
            }
        }
    }

    #[test]
    fn files_of_both_kinds() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings::default();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            path
        };
        let table = write(
            "golden.csv",
            "question,expect,note\n几天到,faq:1,\n转人工,handoff:requested,\n",
        );
        let (rows, findings) = read(&table, &settings, Timestamp::UNIX_EPOCH).expect("a table");
        assert_eq!((rows.len(), findings.len()), (2, 0));
        assert_eq!(rows[1].place, "golden.csv:3");
        assert_eq!(rows[1].expected, Expected::Handoff(Some(Reason::Requested)));

        let lines = write(
            "set.jsonl",
            "\u{feff}{\"q\": \"几天到\", \"gold_id\": \"1\"}\n\n{\"q\": 3}\n",
        );
        let error =
            read(&lines, &settings, Timestamp::UNIX_EPOCH).expect_err("line 3 is no question");
        assert!(error.to_string().contains("set.jsonl:3"), "{error}");
        assert!(
            read(
                &folder.path().join("none"),
                &settings,
                Timestamp::UNIX_EPOCH
            )
            .is_err()
        );
    }
}
