//! Header rows: which column of a merchant's sheet is which of ours.

use std::collections::{BTreeMap, HashMap};

use super::finding::{At, Log, Severity};
use super::names::{fold, fold_without_remark, nearest};
use super::table::{Row, Sheet};

/// The number of rows at the top in which the header is searched. Merchants put titles and hints above it.
const HEADER_WITHIN: usize = 6;

/// The definition of a column.
pub(crate) struct ColumnDef {
    /// Our name, as in the documentation and in `[columns]`.
    pub(crate) name: &'static str,
    /// Other headers for it.
    pub(crate) aliases: &'static [&'static str],
    /// Whether numbered headers make further columns of it (`相似问题1`, `similar2`).
    pub(crate) list: bool,
}

/// Shorthand for tables of [`ColumnDef`].
pub(crate) const fn column(
    name: &'static str,
    list: bool,
    aliases: &'static [&'static str],
) -> ColumnDef {
    ColumnDef {
        name,
        aliases,
        list,
    }
}

/// `[columns]` of `shop.toml`, folded: this merchant's header → the column that it means.
#[derive(Default)]
pub(crate) struct ColumnMap(HashMap<String, String>);

impl ColumnMap {
    /// From the settings.
    pub(crate) fn new(columns: &BTreeMap<String, String>) -> Self {
        ColumnMap(
            columns
                .iter()
                .map(|(theirs, ours)| (fold(theirs), fold(ours)))
                .collect(),
        )
    }

    /// The (folded) column of ours that a header is mapped to.
    pub(crate) fn target(&self, header: &str) -> Option<&str> {
        self.0.get(&fold(header)).map(String::as_str)
    }
}

/// The definition in `defs` that a header (or front-matter key) names.
pub(crate) fn resolve(header: &str, defs: &[ColumnDef], map: &ColumnMap) -> Option<usize> {
    [fold(header), fold_without_remark(header)]
        .iter()
        .find_map(|folded| {
            if folded.is_empty() {
                return None;
            }
            let named = |folded: &str| {
                let folded = map.0.get(folded).map_or(folded, String::as_str);
                defs.iter().position(|def| {
                    fold(def.name) == folded
                        || def.aliases.iter().any(|alias| fold(alias) == folded)
                })
            };
            named(folded).or_else(|| {
                let base = folded.trim_end_matches(|c: char| c.is_numeric());
                named(base).filter(|&def| base.len() < folded.len() && defs[def].list)
            })
        })
}

/// How well a header names its definition, 0 for best: a mapping in `[columns]`, then our name, then the aliases in
/// order.
pub(crate) fn closeness(header: &str, def: &ColumnDef) -> usize {
    let folded = [fold(header), fold_without_remark(header)];
    std::iter::once(&def.name)
        .chain(def.aliases)
        .position(|name| folded.contains(&fold(name)))
        .map_or(0, |place| place + 1)
}

/// A resolved header row.
pub(crate) struct Header {
    /// 1-based row number.
    pub(crate) row: u32,
    /// Index of the first row below it.
    pub(crate) body: usize,
    /// Header texts, trimmed, by column.
    pub(crate) names: Vec<String>,
    /// The definition of each column.
    known: Vec<Option<usize>>,
}

/// The columns of one definition.
#[derive(Debug)]
pub(crate) struct Field {
    /// Header of the first such column as written; our name if the sheet has none.
    pub(crate) header: String,
    columns: Vec<usize>,
}

impl Field {
    /// The trimmed cell; empty if there is none.
    pub(crate) fn text<'r>(&self, row: &'r Row) -> &'r str {
        self.columns.first().map_or("", |&column| row.cell(column))
    }

    /// The non-empty cells of all columns (numbered columns).
    pub(crate) fn texts<'r>(&self, row: &'r Row) -> impl Iterator<Item = &'r str> {
        self.columns
            .iter()
            .map(|&column| row.cell(column))
            .filter(|text| !text.is_empty())
    }
}

impl Header {
    /// Finds the header: the first of the top rows that names all of `required`, else the top row with the most names.
    pub(crate) fn find(
        sheet: &Sheet,
        defs: &[ColumnDef],
        required: &[&str],
        map: &ColumnMap,
    ) -> Option<Header> {
        let candidates = sheet
            .rows
            .iter()
            .take(HEADER_WITHIN)
            .enumerate()
            .map(|(index, row)| {
                let names: Vec<String> = row
                    .cells
                    .iter()
                    .map(|cell| cell.trim().to_string())
                    .collect();
                let known = names.iter().map(|name| resolve(name, defs, map)).collect();
                Header {
                    row: row.number,
                    body: index + 1,
                    names,
                    known,
                }
            });
        let mut best: Option<Header> = None;
        for header in candidates {
            if required.iter().all(|name| header.has(defs, name)) {
                return Some(header);
            }
            if best
                .as_ref()
                .is_none_or(|best| header.known_count() > best.known_count())
            {
                best = Some(header);
            }
        }
        best
    }

    /// The number of known columns.
    pub(crate) fn known_count(&self) -> usize {
        self.known.iter().flatten().count()
    }

    /// Whether the column called `name` is present.
    pub(crate) fn has(&self, defs: &[ColumnDef], name: &str) -> bool {
        self.known
            .iter()
            .flatten()
            .any(|&def| defs[def].name == name)
    }

    /// The columns of the definition called `name`.
    pub(crate) fn field(&self, defs: &[ColumnDef], name: &str) -> Field {
        let columns: Vec<usize> = (0..self.known.len())
            .filter(|&column| self.known[column].is_some_and(|def| defs[def].name == name))
            .collect();
        let header = columns
            .first()
            .map_or_else(|| name.to_string(), |&column| self.names[column].clone());
        Field { header, columns }
    }

    /// Columns without a definition, with their headers; columns without a header are left out.
    pub(crate) fn others(&self) -> impl Iterator<Item = (usize, &str)> {
        (0..self.names.len())
            .filter(|&column| self.known[column].is_none() && !self.names[column].is_empty())
            .map(|column| (column, self.names[column].as_str()))
    }

    /// If different headers name the same single-valued column, keeps the one that names it best. The others become
    /// columns of their own: beside 商品编号, 货号 is a spec.
    pub(crate) fn free_weaker(&mut self, defs: &[ColumnDef]) {
        for (index, def) in defs.iter().enumerate().filter(|(_, def)| !def.list) {
            let columns: Vec<usize> = (0..self.known.len())
                .filter(|&column| self.known[column] == Some(index))
                .collect();
            let rank = |column: &usize| closeness(&self.names[*column], def);
            let Some(best) = columns.iter().map(rank).min() else {
                continue;
            };
            let weaker: Vec<usize> = columns.into_iter().filter(|c| rank(c) > best).collect();
            for column in weaker {
                self.known[column] = None;
            }
        }
    }

    /// Reports two columns with the same single-valued definition.
    pub(crate) fn report_repeats(&self, defs: &[ColumnDef], log: &mut Log) {
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

    /// Checks the width of a row. `false` if it has more cells than the header, since its cells may then be in the
    /// wrong columns.
    pub(crate) fn check_width(&self, row: &Row, log: &mut Log) -> bool {
        self.check_width_as(Severity::Error, row, log)
    }

    /// The same; a row that is too long gets a finding of this severity.
    pub(crate) fn check_width_as(&self, severity: Severity, row: &Row, log: &mut Log) -> bool {
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

/// The name (the merchant's and ours) nearest to an unknown header.
pub(crate) fn nearest_column(
    name: &str,
    defs: &[ColumnDef],
) -> Option<(&'static str, &'static str)> {
    let written = nearest(
        name,
        defs.iter()
            .flat_map(|def| def.aliases.iter().copied().chain([def.name])),
    )?;
    let def = defs
        .iter()
        .find(|def| def.name == written || def.aliases.contains(&written))?;
    Some((written, def.name))
}

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
        let near = header.others().find_map(|(_, name)| {
            (nearest_column(name, defs).map(|(_, ours)| ours) == Some(def.name))
                .then(|| name.to_string())
        });
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
