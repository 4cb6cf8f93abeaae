//! CSV files as they lie on disk: the form of their bytes, and where each cell stands in the text.

use std::ops::Range;

use encoding_rs::GB18030;

/// How a text is kept in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Utf8 { marked: bool },
    Utf16 { little: bool, marked: bool },
    Gb18030,
}

impl Form {
    pub(crate) fn of(bytes: &[u8]) -> Option<Form> {
        Some(match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Form::Utf8 { marked: true },
            [0xFF, 0xFE, ..] => Form::Utf16 {
                little: true,
                marked: true,
            },
            [0xFE, 0xFF, ..] => Form::Utf16 {
                little: false,
                marked: true,
            },
            _ if bytes.contains(&0) => {
                let odd = bytes
                    .iter()
                    .skip(1)
                    .step_by(2)
                    .filter(|byte| **byte == 0)
                    .count();
                let even = bytes.iter().step_by(2).filter(|byte| **byte == 0).count();
                Form::Utf16 {
                    little: odd >= even,
                    marked: false,
                }
            }
            _ if std::str::from_utf8(bytes).is_ok() => Form::Utf8 { marked: false },
            [] => return None,
            _ => Form::Gb18030,
        })
    }

    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Form::Utf8 { marked: false } => text.as_bytes().to_vec(),
            Form::Utf8 { marked: true } => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            Form::Utf16 { little, marked } => {
                let pair = |unit: u16| {
                    if little {
                        unit.to_le_bytes()
                    } else {
                        unit.to_be_bytes()
                    }
                };
                let mark = marked.then_some(0xFEFF);
                mark.into_iter()
                    .chain(text.encode_utf16())
                    .flat_map(pair)
                    .collect()
            }
            Form::Gb18030 => GB18030.encode(text).0.into_owned(),
        }
    }
}

/// A cell of a record, as it stands in the text.
pub(crate) struct Cell {
    /// Where it stands, quotes and all.
    pub(crate) raw: Range<usize>,
    /// What it says.
    pub(crate) text: String,
    pub(crate) quoted: bool,
}

/// A record and the line it starts on.
pub(crate) struct Record {
    pub(crate) line: u32,
    pub(crate) cells: Vec<Cell>,
}

/// A cell as it is written: in quotes where it was or must be.
pub(crate) fn written(text: &str, quoted: bool) -> String {
    if quoted || text.contains(['"', ',', '\t', ';', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}

/// The records of a CSV text; `None` where a quote is never closed, so that nothing there is sure.
pub(crate) fn records(text: &str) -> Option<Vec<Record>> {
    let separator = separator(text);
    let bytes = text.as_bytes();
    let (mut at, mut line) = (0, 1);
    let mut records = Vec::new();
    while at < bytes.len() {
        let mut record = Record {
            line,
            cells: Vec::new(),
        };
        loop {
            let start = at;
            let quoted = bytes.get(at) == Some(&b'"');
            let mut content = String::new();
            if quoted {
                at += 1;
                loop {
                    let close = at + text[at..].find('"')?;
                    content.push_str(&text[at..close]);
                    at = close + 1;
                    if bytes.get(at) != Some(&b'"') {
                        break;
                    }
                    content.push('"');
                    at += 1;
                }
                line += u32::try_from(content.matches('\n').count()).unwrap_or(0);
            }
            let ends = |byte: &u8| *byte == separator || *byte == b'\n' || *byte == b'\r';
            let rest = bytes[at..]
                .iter()
                .position(ends)
                .map_or(bytes.len(), |stop| at + stop);
            if quoted && rest > at && !text[at..rest].trim().is_empty() {
                return None; // text behind a closing quote: whoever wrote it meant something else
            }
            if !quoted {
                content.push_str(&text[at..rest]);
            }
            at = rest;
            record.cells.push(Cell {
                raw: start..at,
                text: content,
                quoted,
            });
            if bytes.get(at) == Some(&separator) {
                at += 1;
                continue;
            }
            break;
        }
        if bytes.get(at) == Some(&b'\r') {
            at += 1;
        }
        if bytes.get(at) == Some(&b'\n') {
            at += 1;
        }
        line += 1;
        records.push(record);
    }
    Some(records)
}

/// Comma, tab or semicolon: the most frequent in the first line.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: u8| first.bytes().filter(|byte| *byte == separator).count();
    [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|separator| count(*separator))
        .unwrap_or(b',')
}
