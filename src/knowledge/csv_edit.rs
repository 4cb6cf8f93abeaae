//! A merchant's CSV file for edits that keep every other byte: the encoding, the position of each cell in the text, and
//! the meaning of each column.

use std::ops::Range;

use super::header::{ColumnDef, ColumnMap, resolve};
use super::settings::Settings;
use super::{encoding, faq, golden, product};

pub(crate) use super::encoding::Form;

/// A file's text with its cells.
pub(crate) struct Sheet {
    form: Form,
    /// The text.
    pub(crate) text: String,
    /// Its records: titles, the header, rows.
    pub(crate) records: Vec<Record>,
    /// Index of the header among the records.
    pub(crate) header: usize,
    /// Our name of each column; `None` for a spec and an unknown header.
    pub(crate) columns: Vec<Option<&'static str>>,
}

impl Sheet {
    /// The sheet of the file at `path` (relative to the shop's folder). `None` if an edit could harm other cells:
    /// damaged characters, a quote that never closes, no header, or a file that is not a sheet of entries.
    pub(crate) fn read(path: &str, bytes: &[u8], settings: &Settings) -> Option<Sheet> {
        let (form, text) = encoding::decode_form(bytes).ok()?;
        let text = text.into_owned();
        // A text that cannot be encoded back to the same bytes must not be edited.
        if form.encode(&text) != bytes {
            return None;
        }
        let records = records(&text)?;
        let defs: &'static [ColumnDef] = match path.split('/').next()? {
            "faq" => faq::COLUMNS,
            "products" => product::COLUMNS,
            "golden.csv" => golden::COLUMNS,
            _ => return None,
        };
        let map = ColumnMap::new(&settings.columns);
        let name = |cell: &Cell| Some(defs[resolve(cell.text.trim(), defs, &map)?].name);
        let names = |record: &Record| -> Vec<Option<&'static str>> {
            record.cells.iter().map(name).collect()
        };
        // Titles may stand above the header, so it is the first row with two known columns.
        let header = records
            .iter()
            .position(|record| names(record).iter().flatten().count() >= 2)?;
        Some(Sheet {
            columns: names(&records[header]),
            form,
            text,
            records,
            header,
        })
    }

    /// The separator between cells.
    pub(crate) fn separator(&self) -> char {
        let end = self.records[self.header].cells[0].raw.end;
        self.text[end..].chars().next().unwrap_or(',')
    }

    /// The line end between records.
    pub(crate) fn line_end(&self) -> &'static str {
        if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        }
    }

    /// The part `within` of the text, with the ranges in `edits` replaced. Edits are in order.
    pub(crate) fn patched(&self, within: Range<usize>, edits: &[(Range<usize>, String)]) -> String {
        let mut out = String::with_capacity(within.len() + 64);
        let mut at = within.start;
        for (range, text) in edits
            .iter()
            .filter(|(range, _)| within.start <= range.start && range.end <= within.end)
        {
            out.push_str(&self.text[at..range.start]);
            out.push_str(text);
            at = range.end;
        }
        out.push_str(&self.text[at..within.end]);
        out
    }

    /// The text in the encoding of this file.
    pub(crate) fn encode(&self, text: &str) -> Vec<u8> {
        self.form.encode(text)
    }
}

/// A cell of a record, with its position in the text.
pub(crate) struct Cell {
    /// Its range in the text, including quotes.
    pub(crate) raw: Range<usize>,
    /// Its content.
    pub(crate) text: String,
    pub(crate) quoted: bool,
}

/// A record and the line it starts on.
pub(crate) struct Record {
    pub(crate) line: u32,
    pub(crate) cells: Vec<Cell>,
}

impl Record {
    /// Its range in the text, without the line end.
    pub(crate) fn raw(&self) -> Range<usize> {
        let start = self.cells.first().map_or(0, |cell| cell.raw.start);
        start..self.cells.last().map_or(start, |cell| cell.raw.end)
    }
}

/// A cell as written to the file: quoted if it was or must be.
pub(crate) fn written(text: &str, quoted: bool) -> String {
    if quoted || text.contains(['"', ',', '\t', ';', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}

/// The records of a CSV text; `None` if a quote never closes, since nothing is certain then.
fn records(text: &str) -> Option<Vec<Record>> {
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
