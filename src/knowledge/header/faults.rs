//! What is wrong with a header, and with the rows below it.

use super::{ColumnDef, ColumnMap, Header, nearest_column};
use crate::knowledge::finding::{At, Log, Severity};
use crate::knowledge::table::{Row, Sheet};

/// Finds the header, and reports a sheet without one or without a required column. `None` if the sheet cannot be read.
/// Columns without a definition are reported; with `open` they are read too, so a second column of the same meaning
/// becomes one of them.
pub(crate) fn expect_header(
    sheet: &Sheet,
    defs: &[ColumnDef],
    required: &[&str],
    open: bool,
    map: &ColumnMap,
    log: &mut Log,
) -> Option<Header> {
    if sheet.rows.is_empty() {
        if !sheet.workbook {
            log.warning(
                "empty-file",
                At::FILE,
                "the file has no rows",
                "fill it in or remove it",
            );
        }
        return None;
    }
    let mut header = Header::find(sheet, defs, required, map)?;
    if open {
        header.free_weaker(defs);
    }
    let missing: Vec<&ColumnDef> = defs
        .iter()
        .filter(|def| required.contains(&def.name) && !header.has(defs, def.name))
        .collect();
    if missing.is_empty() {
        if header.body >= sheet.rows.len() {
            log.warning(
                "no-rows",
                At::row(header.row),
                "no row stands below the header",
                "fill it in or remove it",
            );
        }
        header.report_repeats(defs, log);
        if !open {
            header.report_unknown(defs, log);
        }
        return Some(header);
    }
    let found: Vec<&str> = header
        .names
        .iter()
        .map(String::as_str)
        .filter(|name| !name.is_empty())
        .take(8)
        .collect();
    let found = found.join(", ");
    // A sheet with one column is a note. Only a text file can have the wrong separators.
    if !sheet.workbook && header.names.len() == 1 && found.contains('，') {
        log.error(
            "full-width-separator",
            At::row(header.row),
            "the columns are separated by full-width commas",
            "separate them by plain commas",
        );
        return None;
    }
    if header.known_count() == 0
        && !header
            .others()
            .any(|(_, name)| nearest_column(name, defs).is_some())
    {
        // A workbook may have sheets for other uses. A file with a single sheet is meant to be read.
        if sheet.name.is_some() && sheet.hidden {
            return None;
        }
        let report = if sheet.name.is_some() {
            Log::warning
        } else {
            Log::error
        };
        report(
            log,
            "missing-header",
            At::row(header.row),
            format!("no row names the columns (found: {found}); nothing here is read"),
            format!("put a row with {} on top", spelled(defs, required)),
        );
        return None;
    }
    for def in missing {
        let mut others = header.others().map(|(_, name)| name);
        let near = others
            .find(|name| nearest_column(name, defs).is_some_and(|(_, ours)| ours == def.name));
        log.error(
            "missing-column",
            At::row(header.row),
            format!(
                "no column is called {} (found: {found})",
                spelled(defs, &[def.name])
            ),
            match near {
                Some(near) => format!("rename \"{near}\", or map it under [columns] of shop.toml"),
                None if log.file().starts_with("faq/") || log.file().starts_with("products/") => {
                    "add it, or map this sheet's header under [columns] of shop.toml, as `zhike columns` \
                     guesses it"
                        .to_string()
                }
                None => {
                    "add it, or map this sheet's header under [columns] of shop.toml".to_string()
                }
            },
        );
    }
    None
}

/// `question (标准问题), answer (答案)`.
fn spelled(defs: &[ColumnDef], names: &[&str]) -> String {
    let spelled = defs
        .iter()
        .filter(|def| names.contains(&def.name))
        .map(|def| match def.aliases.first() {
            Some(alias) => format!("{} ({alias})", def.name),
            None => def.name.to_string(),
        });
    spelled.collect::<Vec<_>>().join(", ")
}

impl Header {
    /// Reports two columns with the same single-valued definition.
    fn report_repeats(&self, defs: &[ColumnDef], log: &mut Log) {
        for (index, def) in defs.iter().enumerate().filter(|(_, def)| !def.list) {
            let mut columns =
                (0..self.known.len()).filter(|&column| self.known[column] == Some(index));
            if let (Some(first), Some(second)) = (columns.next(), columns.next()) {
                log.error(
                    "duplicate-column",
                    At::cell(self.row, &self.names[second]),
                    format!(
                        "columns {} \"{}\" and {} \"{}\" are both read as {}",
                        first + 1,
                        self.names[first],
                        second + 1,
                        self.names[second],
                        def.name
                    ),
                    "keep one of them or rename the other",
                );
            }
        }
    }

    /// Reports columns without a definition, with the nearest name.
    fn report_unknown(&self, defs: &[ColumnDef], log: &mut Log) {
        for (_, name) in self.others() {
            match nearest_column(name, defs) {
                Some((written, ours)) => log.warning(
                    "unknown-column",
                    At::cell(self.row, name),
                    format!("the column \"{name}\" is not read"),
                    format!("rename it to \"{written}\", or add \"{name}\" = \"{ours}\" under [columns] of shop.toml"),
                ),
                None => log.warning(
                    "unknown-column",
                    At::cell(self.row, name),
                    format!("the column \"{name}\" is not read"),
                    "remove it, or name the column it stands for under [columns] of shop.toml",
                ),
            }
        }
    }

    /// Checks the width of a row. `false`, and a finding of this severity, if it has more cells than the header, since
    /// its cells may then be in the wrong columns.
    pub(crate) fn check_width(&self, severity: Severity, row: &Row, log: &mut Log) -> bool {
        let (wide, named) = (row.cells.len(), self.names.len());
        if (named..wide).any(|column| !row.cell(column).is_empty()) {
            let cells = wide
                - row
                    .cells
                    .iter()
                    .rev()
                    .take_while(|cell| cell.trim().is_empty())
                    .count();
            log.push(
                severity,
                "row-too-long",
                At::row(row.number),
                format!("the header has {named} columns but this row has {cells}"),
                "put cells that hold a comma in quotes, or remove the cells too many".into(),
            );
            return false;
        }
        if let Some(column) = (0..wide.min(named))
            .find(|&column| self.names[column].is_empty() && !row.cell(column).is_empty())
        {
            log.warning(
                "unnamed-column",
                At::row(row.number),
                format!("column {} has no header; its text is not read", column + 1),
                "name the column or move the text",
            );
        }
        let needed = self
            .names
            .iter()
            .rposition(|name| !name.is_empty())
            .map_or(0, |last| last + 1);
        if wide < needed {
            log.warning(
                "row-too-short",
                At::row(row.number),
                format!("the header has {needed} columns but this row has {wide}; the missing ones are read as empty"),
                "add the missing commas",
            );
        }
        true
    }
}
