//! Reads CSV files and workbooks as sheets of numbered rows.

use std::borrow::Cow;

use super::finding::{At, Finding, Log};
use super::model::Place;
use super::{csv, encoding, xlsx};

/// A file as it is on disk.
pub(crate) struct SourceFile {
    /// Path relative to the shop's folder, with `/`.
    pub(crate) path: String,
    /// File name without its extension.
    pub(crate) stem: String,
    /// Content.
    pub(crate) bytes: Vec<u8>,
}

/// A row that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row<'t> {
    /// 1-based number as the merchant's editor shows it.
    pub(crate) number: u32,
    /// Cells from the first column on. A short row ends early.
    pub(crate) cells: Vec<Cow<'t, str>>,
}

impl Row<'_> {
    /// The trimmed text at a 0-based column; empty beyond the row's end.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }
}

/// A sheet: a CSV file, or one sheet of a workbook.
pub(crate) struct Sheet<'t> {
    /// Name, if the workbook has several sheets.
    pub(crate) name: Option<&'t str>,
    /// Whether the file is a workbook. Then merged cells are filled and all rows have the same width.
    pub(crate) workbook: bool,
    /// Whether the sheet is hidden. Such sheets often hold only the choices of drop-down lists.
    pub(crate) hidden: bool,
    /// The rows that are not empty.
    pub(crate) rows: Vec<Row<'t>>,
}

impl Sheet<'_> {
    /// The place of a row of this sheet of `file`.
    pub(crate) fn place(&self, file: &SourceFile, row: u32) -> Place {
        Place {
            sheet: self.name.map(str::to_string),
            ..Place::in_file(&file.path, row)
        }
    }
}

/// The most characters of a cell or of a passage of a page, as in the spreadsheet programs. A longer text is a mistake,
/// and no buyer would read it.
pub(crate) const LONGEST: usize = 32_767;

/// Whether a text is too long to be read.
pub(crate) fn is_endless(text: &str) -> bool {
    text.len() > LONGEST && text.chars().nth(LONGEST).is_some()
}

/// Reports a text that is too long to be read.
pub(crate) fn report_endless(row: u32, what: &str, text: &str, log: &mut Log) {
    let length = text.chars().count();
    log.error(
        "text-too-long",
        At::row(row),
        format!("{what} has {length} characters, and at most {LONGEST} are read"),
        "shorten it; a quote that is not closed, or a whole file pasted into a cell, makes such texts",
    );
}

/// The rows without cells that are too long.
fn bounded<'t>(mut rows: Vec<Row<'t>>, log: &mut Log) -> Vec<Row<'t>> {
    rows.retain(|row| {
        let endless = (1..).zip(&row.cells).find(|(_, cell)| is_endless(cell));
        if let Some((column, cell)) = endless {
            report_endless(row.number, &format!("column {column}"), cell, log);
        }
        endless.is_none()
    });
    rows
}

/// Reads a file and passes each of its sheets to `visit`. The bytes decide the kind of file, not the extension.
pub(crate) fn each_sheet(
    file: &SourceFile,
    findings: &mut Vec<Finding>,
    mut visit: impl FnMut(&Sheet<'_>, &mut Log<'_>),
) {
    let mut log = Log::new(&file.path, findings);
    let is_xlsx = file.path.to_ascii_lowercase().ends_with(".xlsx");
    match file.bytes.as_slice() {
        [] => log.warning(
            "empty-file",
            At::FILE,
            "the file is empty",
            "fill it in or remove it",
        ),
        [b'P', b'K', 3, 4, ..] => {
            let workbook = xlsx::read(&file.bytes, &mut log);
            let several = workbook
                .iter()
                .filter(|sheet| !sheet.rows.is_empty())
                .count()
                > 1;
            if !workbook.is_empty() && workbook.iter().all(|sheet| sheet.rows.is_empty()) {
                log.warning(
                    "empty-file",
                    At::FILE,
                    "the workbook is empty",
                    "fill it in or remove it",
                );
            }
            for sheet in &workbook {
                let name = several.then_some(sheet.name.as_str());
                let rows = sheet.rows.iter().map(|(number, cells)| Row {
                    number: *number,
                    cells: cells
                        .iter()
                        .map(|cell| Cow::Borrowed(cell.as_str()))
                        .collect(),
                });
                let mut log = log.sheet(name);
                let sheet = Sheet {
                    name,
                    workbook: true,
                    hidden: sheet.hidden,
                    rows: bounded(rows.collect(), &mut log),
                };
                visit(&sheet, &mut log);
            }
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => log.error(
            "old-workbook",
            At::FILE,
            "the file is an old .xls workbook or is protected by a password",
            "save it as .xlsx without a password",
        ),
        _ if is_xlsx => log.error(
            "broken-workbook",
            At::FILE,
            "the file is named .xlsx but is no workbook",
            "save it as .xlsx from the spreadsheet program, or name it .csv if it is text",
        ),
        bytes => {
            if let Some(text) = text(bytes, &mut log) {
                let rows = bounded(csv::rows(&text, &mut log), &mut log);
                visit(
                    &Sheet {
                        name: None,
                        workbook: false,
                        hidden: false,
                        rows,
                    },
                    &mut log,
                );
            }
        }
    }
}

/// Decodes a text file, or reports that no encoding fits.
pub(crate) fn text<'b>(bytes: &'b [u8], log: &mut Log) -> Option<Cow<'b, str>> {
    match encoding::decode(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            log.error(
                "unknown-encoding",
                At::row(error.line()),
                error.to_string(),
                "save the file as UTF-8 (in Excel: CSV UTF-8) and check this row",
            );
            None
        }
    }
}
