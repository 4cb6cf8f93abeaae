//! Reads workbooks as the text that the merchant sees: merged cells filled, formulas by their stored value, dates as
//! ISO 8601, numbers in the cell's format if that changes their meaning (`95%`, `12.50`).

mod shown;

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::finding::{At, Log};
use shown::{Format, render};

/// From here on a sheet's numbers are rounded, so an id or a bar code would become another one.
const EXACT: f64 = 1e15;
/// The most columns read. A stray cell far to the right must not make every row that wide.
const MOST_COLUMNS: u32 = 512;

/// A sheet as text.
pub(crate) struct WorkbookSheet {
    /// Its name.
    pub(crate) name: String,
    /// Whether it is hidden.
    pub(crate) hidden: bool,
    /// The rows that are not empty: 1-based number and cells, all with the width of the sheet.
    pub(crate) rows: Vec<(u32, Vec<String>)>,
}

/// Reads all sheets and reports what cannot be read.
pub(crate) fn read(bytes: &[u8], log: &mut Log) -> Vec<WorkbookSheet> {
    let mut workbook = match Xlsx::new(Cursor::new(bytes)) {
        Ok(workbook) => workbook,
        Err(error) => {
            report(&error, log);
            return Vec::new();
        }
    };
    let sheets: Vec<_> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect();
    let several = sheets.len() > 1;
    let mut read = Vec::new();
    for (name, hidden) in sheets {
        let mut log = log.sheet(several.then_some(name.as_str()));
        match read_sheet(&mut workbook, &name, &mut log) {
            Ok(rows) => read.push(WorkbookSheet { name, hidden, rows }),
            Err(error) => report(&error, &mut log),
        }
    }
    read
}

fn report(error: &XlsxError, log: &mut Log) {
    let (message, remedy) = match error {
        XlsxError::Password => (
            "the workbook is protected by a password".to_string(),
            "save it without one",
        ),
        // Other packed files start like a workbook: a document, an archive, an incomplete download.
        XlsxError::Zip(_) | XlsxError::FileNotFound(_) => (
            "the file is packed as a workbook is, and holds none that can be read".to_string(),
            "open it in the spreadsheet program and save it again, or as CSV; a document or an archive is not read",
        ),
        other => (
            format!("the workbook cannot be read: {other}"),
            "open it in the spreadsheet program and save it again",
        ),
    };
    log.error("broken-workbook", At::FILE, message, remedy);
}

type Grid = BTreeMap<u32, BTreeMap<u32, String>>;

fn read_sheet(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    log: &mut Log,
) -> Result<Vec<(u32, Vec<String>)>, XlsxError> {
    let merged = workbook.merge_cells_by_sheet_name(name)?;
    let mut grid = Grid::new();
    let mut blanks = false;
    {
        let mut cells = workbook.worksheet_cells_reader(name)?;
        while let Some((cell, style)) = cells.next_cell_with_style_id()? {
            let (row, column) = cell.get_position();
            if column >= MOST_COLUMNS {
                continue;
            }
            let format = cells
                .styles()
                .get(style)
                .and_then(|style| style.number_format.as_ref());
            let format = format.map_or(Format::default(), |format| Format {
                code: &format.format_code,
                id: format.format_id,
            });
            if let DataRef::Float(number) = cell.get_value()
                && number.abs() >= EXACT
            {
                report_cell(
                    "cell-error",
                    (row, column),
                    "holds a number of more than 15 digits, of which a sheet keeps the first 15",
                    "format the column as text and write the number again",
                    log,
                );
                continue;
            }
            match render(cell.get_value(), format) {
                Ok(text) if text.trim().is_empty() => {
                    blanks |= matches!(cell.get_value(), DataRef::Empty)
                }
                Ok(text) => {
                    grid.entry(row).or_default().insert(column, text);
                }
                Err(error) => report_cell(
                    "cell-error",
                    (row, column),
                    &format!("shows {error}"),
                    "mend the formula or write the value",
                    log,
                ),
            }
        }
    }
    if blanks {
        report_missing_values(workbook, name, log)?;
    }
    let last = grid.keys().next_back().copied().unwrap_or(0);
    for area in merged {
        let (top, left) = area.start;
        let Some(text) = grid.get(&top).and_then(|row| row.get(&left)).cloned() else {
            continue;
        };
        for row in top..=area.end.0.min(last) {
            // A row without a cell of its own would only say again what the row above it says.
            let Some(cells) = grid.get_mut(&row) else {
                continue;
            };
            for column in left..=area.end.1.min(MOST_COLUMNS - 1) {
                cells.entry(column).or_insert_with(|| text.clone());
            }
        }
    }
    let width = grid
        .values()
        .filter_map(|row| row.keys().next_back())
        .max()
        .map_or(0, |last| last + 1);
    Ok(grid
        .into_iter()
        .map(|(row, mut cells)| {
            (
                row + 1,
                (0..width)
                    .map(|c| cells.remove(&c).unwrap_or_default())
                    .collect(),
            )
        })
        .collect())
}

/// Reports formulas without a stored value. Their cells look empty to every reader.
fn report_missing_values(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    log: &mut Log,
) -> Result<(), XlsxError> {
    let mut cells = workbook.worksheet_cells_reader(name)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        if cell.formula.is_some() && matches!(cell.value, DataRef::Empty) {
            report_cell(
                "formula-without-value",
                cell.pos,
                "holds a formula whose value is not stored",
                "open the file in the spreadsheet program and save it, or write the value",
                log,
            );
        }
    }
    Ok(())
}

/// Reports a cell by its 0-based row and column. `what` continues the words "cell B3".
fn report_cell(code: &str, (row, column): (u32, u32), what: &str, remedy: &str, log: &mut Log) {
    let (row, column) = (row + 1, column_name(column));
    let message = format!("cell {column}{row} {what}");
    log.error(code, At::cell(row, &column), message, remedy);
}

/// `A`, `B`, … `AA` for a 0-based column.
fn column_name(column: u32) -> String {
    let mut name = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = ((rest - 1) % 26) as u8;
        name.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    name
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_have_letters() {
        let names = [0, 25, 26, 701].map(super::column_name);
        assert_eq!(names, ["A", "Z", "AA", "ZZ"]);
    }
}
