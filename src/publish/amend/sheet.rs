//! Edits a merchant's CSV file: adds a cell text or a row. Every other byte stays: encoding, byte-order mark, line
//! ends, quotes, order.

use std::ops::Range;

use super::AmendError;
use crate::knowledge::Settings;
use crate::knowledge::csv_edit::{Form, Sheet, written};

/// An edited file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edited {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// 1-based line where the edited record starts.
    pub(super) row: u32,
    /// The record before the edit; empty for a new one.
    pub(super) before: String,
    /// The record after the edit.
    pub(super) after: String,
}

/// Opens a file as a sheet that can be edited.
fn open(path: &str, bytes: &[u8], settings: &Settings) -> Result<Sheet, AmendError> {
    if !path.to_lowercase().ends_with(".csv") {
        return Err(AmendError::NotCsv {
            file: path.to_owned(),
        });
    }
    Sheet::read(path, bytes, settings).ok_or_else(|| AmendError::Unsure {
        file: path.to_owned(),
    })
}

/// The file with the ranges in `edits` replaced. Edits are in order; `at` is the record that the edit is about.
fn edited(sheet: &Sheet, at: usize, edits: &[(Range<usize>, String)]) -> Edited {
    let record = &sheet.records[at];
    let raw = record.raw();
    Edited {
        bytes: sheet.encode(&sheet.patched(0..sheet.text.len(), edits)),
        row: record.line,
        before: sheet.text[raw.clone()].to_owned(),
        after: sheet.patched(raw, edits),
    }
}

/// Adds phrasings to the entry whose record starts at line `row`; `None` if it has them all already.
///
/// A sheet without a column for phrasings gets one at its right edge, with an empty cell in every other row.
pub(super) fn add_phrasings(
    path: &str,
    bytes: &[u8],
    row: u32,
    question: &str,
    phrasings: &[String],
    settings: &Settings,
) -> Result<Option<Edited>, AmendError> {
    let sheet = open(path, bytes, settings)?;
    let moved = || AmendError::Moved {
        file: path.to_owned(),
        row,
    };
    let at = sheet
        .records
        .iter()
        .position(|record| record.line == row)
        .filter(|at| *at > sheet.header)
        .ok_or_else(moved)?;
    let record = &sheet.records[at];
    let texts = |name: &'static str| {
        sheet
            .columns
            .iter()
            .enumerate()
            .filter(move |(_, column)| **column == Some(name))
            .map(|(column, _)| column)
    };
    let cell = |column: usize| record.cells.get(column).map_or("", |cell| cell.text.trim());
    if !texts("question").any(|column| cell(column) == question) {
        return Err(moved());
    }
    let known: Vec<&str> = texts("question")
        .map(cell)
        .chain(texts("similar").flat_map(|column| crate::knowledge::lists::texts(cell(column))))
        .collect();
    let fresh: Vec<&str> = phrasings
        .iter()
        .map(String::as_str)
        .filter(|phrasing| !known.contains(phrasing))
        .collect();
    if fresh.is_empty() {
        return Ok(None);
    }
    let similar: Vec<usize> = texts("similar").collect();
    let free = similar
        .iter()
        .find(|column| cell(**column).is_empty())
        .or(similar.last());
    let Some(&column) = free else {
        let edits = wider(&sheet, at, &fresh.join("|"));
        return Ok(Some(edited(&sheet, at, &edits)));
    };
    let Some(target) = record.cells.get(column) else {
        // The row ends before the column, so its missing cells are added.
        let end = record.raw().end;
        let gap = sheet
            .separator()
            .to_string()
            .repeat(column + 1 - record.cells.len());
        let text = format!("{gap}{}", written(&fresh.join("|"), false));
        return Ok(Some(edited(&sheet, at, &[(end..end, text)])));
    };
    let kept = target.text.trim_end();
    let between = if target.text.trim().contains('\n') {
        "\n"
    } else {
        "|"
    };
    let mut parts: Vec<&str> = Vec::new();
    if !kept.is_empty() {
        parts.push(kept.trim_end_matches(['|', '｜']));
    }
    parts.extend(fresh);
    let text = written(&parts.join(between), target.quoted);
    Ok(Some(edited(&sheet, at, &[(target.raw.clone(), text)])))
}

/// The edits that add a column for phrasings at the right edge, with `cell` in the record `at`.
fn wider(sheet: &Sheet, at: usize, cell: &str) -> Vec<(Range<usize>, String)> {
    let header = &sheet.records[sheet.header];
    let name = match header.cells.iter().any(|cell| !cell.text.is_ascii()) {
        true => "相似问题",
        false => "similar",
    };
    let separator = sheet.separator();
    let below = sheet.records.iter().enumerate().skip(sheet.header);
    below
        .filter(|(_, record)| record.cells.iter().any(|cell| !cell.text.trim().is_empty()))
        .map(|(index, record)| {
            let end = record.raw().end;
            let gap = header.cells.len().saturating_sub(record.cells.len()) + 1;
            let text = match index {
                index if index == sheet.header => name.to_owned(),
                index if index == at => written(cell, false),
                _ => String::new(),
            };
            (
                end..end,
                format!("{}{text}", separator.to_string().repeat(gap)),
            )
        })
        .collect()
}

/// The cells of a row, by our names of the columns.
pub(super) type Fields<'a> = [(&'static str, &'a str)];

/// Adds a row at the end of a file. Without `bytes` it begins a file as a spreadsheet program saves it. Fails if the
/// sheet lacks one of the columns `needed`.
pub(super) fn add_row(
    path: &str,
    bytes: Option<&[u8]>,
    fields: &Fields<'_>,
    needed: &[&'static str],
    settings: &Settings,
) -> Result<Edited, AmendError> {
    let Some(bytes) = bytes else {
        let form = Form::Utf8 { marked: true };
        let cells: Vec<String> = fields
            .iter()
            .map(|(_, text)| written(text, false))
            .collect();
        let after = cells.join(",");
        let header: Vec<&str> = fields.iter().map(|(name, _)| chinese(name)).collect();
        return Ok(Edited {
            bytes: form.encode(&format!("{}\r\n{after}\r\n", header.join(","))),
            row: 2,
            before: String::new(),
            after,
        });
    };
    let sheet = open(path, bytes, settings)?;
    for name in needed {
        if !sheet.columns.contains(&Some(*name)) {
            return Err(AmendError::Unsure {
                file: path.to_owned(),
            });
        }
    }
    let mut left: Vec<&(&str, &str)> = fields.iter().collect();
    let cells: Vec<String> = sheet
        .columns
        .iter()
        .map(|column| {
            let field = left.iter().position(|(name, _)| Some(*name) == *column);
            field.map_or_else(String::new, |field| written(left.remove(field).1, false))
        })
        .collect();
    let after = cells.join(&sheet.separator().to_string());
    let end = sheet.line_end();
    let gap = if sheet.text.ends_with(['\n', '\r']) {
        ""
    } else {
        end
    };
    let text = format!("{}{gap}{after}{end}", sheet.text);
    let lines = sheet.text.matches('\n').count() + usize::from(!gap.is_empty()) + 1;
    Ok(Edited {
        bytes: sheet.encode(&text),
        row: u32::try_from(lines).unwrap_or(u32::MAX),
        before: String::new(),
        after,
    })
}

/// The name that Chinese merchants give to a column of ours.
fn chinese(name: &'static str) -> &'static str {
    match name {
        "question" => "问题",
        "similar" => "相似问题",
        "answer" => "答案",
        "category" => "分类",
        "expect" => "期望",
        "product" => "商品",
        other => other,
    }
}

#[cfg(test)]
mod tests;
