//! Guesses which column of another tool's sheet is which of ours, from the headers and from the cells below them.
//!
//! A merchant who comes from another tool has sheets with that tool's headers. The guess is shown to the merchant
//! before it is written to `[columns]` in `shop.toml`; nothing is taken over without that.

mod cells;
mod tables;

use std::cmp::Reverse;
use std::collections::HashSet;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::finding::{At, Finding};
use super::header::{ColumnMap, HEADER_WITHIN, nearest_column, resolve};
use super::names::fold;
use super::settings::Settings;
use super::table::{Row, Sheet, SourceFile, each_sheet};
use cells::Cells;
use tables::{FAQ, PRODUCTS, Table};

/// The number of rows below the header that are examined.
const LOOKED_AT: usize = 200;
/// Least evidence for a guess: a hint in the header, or cells that all look right.
const ENOUGH: f64 = 0.5;

/// The guess for a sheet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mapping {
    /// The folder where it belongs: `faq` or `products`.
    pub folder: &'static str,
    /// Name of the sheet, if the workbook has several.
    pub sheet: Option<String>,
    /// 1-based row of the header.
    pub row: u32,
    /// The number of rows below it.
    pub rows: usize,
    /// Its columns from left to right.
    pub columns: Vec<Guess>,
    /// Required columns that none of them seems to be.
    pub missing: Vec<&'static str>,
    /// Whether the column of ids only counts the rows: 1, 2, 3.
    pub ids_count_rows: bool,
}

/// The guess for a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Guess {
    /// The header as written.
    pub header: String,
    /// Our column; `None` if it is not read (in a product sheet: a spec).
    pub column: Option<&'static str>,
    /// The evidence for it.
    pub why: Why,
    /// The first cell that is not empty.
    pub sample: String,
}

/// The evidence for a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The header is known as it is, or mapped already.
    Known,
    /// The header means it in other words.
    Header,
    /// The cells look like it.
    Cells,
    /// No evidence.
    Nothing,
}

impl Guess {
    /// The header, if it is rather a question or an answer itself: only the cells speak for the column, and the header
    /// looks like them.
    fn is_text(&self) -> Option<&str> {
        // A text of this length is a sentence.
        const SENTENCE: usize = 12;
        let header = self.header.as_str();
        let reads_so = match self.column {
            Some("question") => cells::is_question(header),
            Some("answer") => {
                header.chars().count() >= SENTENCE || header.contains(['，', '。', '；'])
            }
            _ => false,
        };
        (self.why == Why::Cells && reads_so).then_some(header)
    }
}

impl Mapping {
    /// The lines to add under `[columns]`: headers that would not be read without them, with our columns.
    pub fn to_note(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.columns
            .iter()
            .filter(|guess| matches!(guess.why, Why::Header | Why::Cells))
            .filter_map(|guess| Some((guess.header.as_str(), guess.column?)))
            // A header that occurs twice names one column of ours, and a key must not be written twice.
            .filter({
                let mut noted = HashSet::new();
                move |(header, _)| noted.insert(fold(header))
            })
    }
}

/// Guesses the columns of the best sheet of a file. `None` if no sheet has a header with rows below it; the findings
/// then tell why.
pub fn guess(path: &str, bytes: Vec<u8>, settings: &Settings) -> (Option<Mapping>, Vec<Finding>) {
    let mut findings = Vec::new();
    let file = SourceFile {
        path: path.to_owned(),
        stem: String::new(),
        bytes,
    };
    let map = ColumnMap::new(&settings.columns);
    let zone = settings.zone();
    let mut best: Option<(f64, Mapping)> = None;
    each_sheet(&file, &mut findings, |sheet, log| {
        let judged = [&FAQ, &PRODUCTS].map(|table| judge(sheet, table, &map, &zone));
        // If the first question were taken for a header, it would be lost silently.
        if let Some((_, faq)) = &judged[0]
            && let Some(text) = faq.columns.iter().find_map(Guess::is_text)
        {
            log.error(
                "missing-header",
                At::row(faq.row),
                format!("the sheet has no header: \"{text}\" looks like a question or an answer"),
                "put a row such as 标准问题,答案 on top",
            );
            return;
        }
        for (score, mapping) in judged.into_iter().flatten() {
            if best.as_ref().is_none_or(|(top, _)| score > *top) {
                best = Some((score, mapping));
            }
        }
    });
    (best.map(|(_, mapping)| mapping), findings)
}

/// The columns of a sheet read as one of the tables, and how much evidence there is.
fn judge(
    sheet: &Sheet<'_>,
    table: &Table,
    map: &ColumnMap,
    zone: &TimeZone,
) -> Option<(f64, Mapping)> {
    let at = header_row(sheet, table, map)?;
    let (header, body) = (&sheet.rows[at], &sheet.rows[at + 1..]);
    if body.is_empty() {
        return None;
    }
    let looked_at = &body[..body.len().min(LOOKED_AT)];
    let headers: Vec<&str> = (0..header.cells.len()).map(|i| header.cell(i)).collect();
    let cells: Vec<Cells> = (0..headers.len())
        .map(|column| Cells::new(looked_at, column, zone))
        .collect();
    // All evidence, strongest first. Each column takes the best meaning that is still free.
    let mut evidence: Vec<(f64, usize, usize, Why)> = Vec::new();
    for (column, name) in headers
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty())
    {
        for (def, known) in table.defs.iter().enumerate() {
            let look = cells[column].looks_like(known.name);
            let (weight, why) = if resolve(name, table.defs, map) == Some(def) {
                (4.0, Why::Known)
            } else {
                match hinted(name, known.name, table) {
                    0.0 => (0.0, Why::Cells),
                    hint => (hint, Why::Header),
                }
            };
            let score = weight + look;
            if score >= ENOUGH && (weight > 0.0 || look >= 0.8) {
                evidence.push((score, column, def, why));
            }
        }
    }
    evidence.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut taken: Vec<Option<(usize, Why)>> = vec![None; headers.len()];
    let mut used = HashSet::new();
    let mut total = 0.0;
    for (score, column, def, why) in evidence {
        let free = taken[column].is_none() && (table.defs[def].list || !used.contains(&def));
        // Several columns of one list need evidence from their headers. Cells alone make only one.
        if free && (why != Why::Cells || !used.contains(&def)) {
            taken[column] = Some((def, why));
            used.insert(def);
            total += score;
        }
    }
    if table.folder == FAQ.folder {
        for name in by_content(&headers, &cells, &mut taken, table) {
            used.insert(name);
        }
    }
    let counts_rows = |column: usize| {
        let mut rows = (1..).zip(body);
        body.len() > 1 && rows.all(|(at, row)| row.cell(column).parse() == Ok(at))
    };
    let id = table.defs.iter().position(|def| def.name == "id");
    let ids = taken
        .iter()
        .position(|taken| taken.is_some_and(|(def, _)| Some(def) == id));
    let mut ids_count_rows = ids.is_some_and(counts_rows);
    // An id moves with its row. A column that counts rows is an id only if its header says so explicitly.
    if let Some(column) = ids.filter(|_| ids_count_rows && table.folder == FAQ.folder)
        && taken[column].is_some_and(|(_, why)| why != Why::Known)
    {
        taken[column] = None;
        ids_count_rows = false;
    }
    let has = |name: &&str| used.iter().any(|&def| table.defs[def].name == *name);
    let missing: Vec<&str> = table
        .required
        .iter()
        .copied()
        .filter(|name| !has(name))
        .collect();
    total -= 5.0 * missing.len() as f64;
    let columns = headers
        .iter()
        .zip(&taken)
        .zip(&cells)
        .filter(|((name, _), _)| !name.is_empty())
        .map(|((name, taken), cells)| Guess {
            header: (*name).to_owned(),
            column: taken.map(|(def, _)| table.defs[def].name),
            why: taken.map_or(Why::Nothing, |(_, why)| why),
            sample: cells.sample.clone(),
        })
        .collect();
    let mapping = Mapping {
        ids_count_rows,
        folder: table.folder,
        sheet: sheet.name.map(str::to_owned),
        row: header.number,
        rows: body.len(),
        columns,
        missing,
    };
    Some((total, mapping))
}

/// The header row among the top rows: the one with the most meaningful headers, then with the most different ones (a
/// title above a header fills one cell, or many with the same text if they were merged), then the first.
fn header_row(sheet: &Sheet<'_>, table: &Table, map: &ColumnMap) -> Option<usize> {
    // A longer cell is a text, in which any word may occur.
    const LONGEST: usize = 10;
    let telling = |text: &str| {
        text.chars().count() <= LONGEST
            && table.defs.iter().enumerate().any(|(at, def)| {
                resolve(text, table.defs, map) == Some(at) || hinted(text, def.name, table) > 0.0
            })
    };
    let judged = |row: &Row| {
        let texts: HashSet<&str> = (0..row.cells.len())
            .map(|column| row.cell(column))
            .filter(|text| !text.is_empty())
            .collect();
        let told = texts.iter().filter(|text| telling(text)).count();
        (texts.len() >= 2).then_some((told, texts.len()))
    };
    let top = sheet.rows.iter().take(HEADER_WITHIN).enumerate();
    let judged = top.filter_map(|(at, row)| Some((judged(row)?, Reverse(at))));
    judged.max().map(|(_, Reverse(at))| at)
}

/// The columns of questions and answers, if neither headers nor single cells tell: the column of short texts, some of
/// which ask, and the column of the longest texts. Returns our columns that were found.
fn by_content(
    headers: &[&str],
    cells: &[Cells],
    taken: &mut [Option<(usize, Why)>],
    table: &Table,
) -> Vec<usize> {
    let def = |name: &str| table.defs.iter().position(|def| def.name == name);
    let mut found = Vec::new();
    for (name, fitness) in [
        (
            "question",
            Cells::asks_somewhat as fn(&Cells) -> Option<f64>,
        ),
        ("answer", Cells::tells_at_length),
    ] {
        let Some(def) = def(name) else { continue };
        if taken.iter().flatten().any(|(taken, _)| *taken == def) {
            continue;
        }
        let free = (0..headers.len()).filter(|&at| taken[at].is_none() && !headers[at].is_empty());
        // Of equal ones the first, since questions stand before their answers.
        let best = free
            .rev()
            .filter_map(|at| Some((at, fitness(&cells[at])?)))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((at, _)) = best {
            taken[at] = Some((def, Why::Cells));
            found.push(def);
        }
    }
    found
}

/// How much a header speaks for a column of ours, 0..2: because of a word in it, or because it is a misspelling of the
/// name.
fn hinted(header: &str, column: &str, table: &Table) -> f64 {
    let folded = fold(header);
    let whole = |(_, words): &&(&str, &[&str])| words.contains(&folded.as_str());
    if let Some((name, _)) = table.short.iter().find(whole) {
        // Weaker than the evidence of the cells: A and B may be only letters.
        return if *name == column { 0.75 } else { 0.0 };
    }
    // The order of the lists decides between words of several lists: 相似问题 is not a question column.
    let first = table
        .hints
        .iter()
        .find(|(_, words)| words.iter().any(|word| folded.contains(&fold(word))));
    match first {
        Some((name, _)) if *name == column => 2.0,
        Some(_) => 0.0,
        None if nearest_column(header, table.defs).map(|(_, ours)| ours) == Some(column) => 1.5,
        None => 0.0,
    }
}

#[cfg(test)]
mod tests;
