//! Header rows: which column of a merchant's sheet is which of ours.

mod faults;

use std::collections::{BTreeMap, HashMap};
use std::ops::Index;

use super::names::{fold, fold_without_remark, nearest};
use super::table::{Row, Sheet};

pub(crate) use faults::expect_header;

/// The number of rows at the top in which the header is searched. Merchants put titles and hints above it.
pub(crate) const HEADER_WITHIN: usize = 6;

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

/// The columns of all definitions, by our names.
pub(crate) struct Fields(Vec<(&'static str, Field)>);

impl Index<&str> for Fields {
    type Output = Field;

    fn index(&self, name: &str) -> &Field {
        let named = self.0.iter().find(|(known, _)| *known == name);
        let (_, field) = named.expect("readers ask for columns that they define");
        field
    }
}

impl Header {
    /// Finds the header: the first of the top rows that names all of `required`, else the top row with the most names.
    fn find(
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
    fn known_count(&self) -> usize {
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

    /// The columns of each definition.
    pub(crate) fn fields(&self, defs: &[ColumnDef]) -> Fields {
        let named = |def: &ColumnDef| (def.name, self.field(defs, def.name));
        Fields(defs.iter().map(named).collect())
    }

    /// Columns without a definition, with their headers; columns without a header are left out.
    pub(crate) fn others(&self) -> impl Iterator<Item = (usize, &str)> {
        (0..self.names.len())
            .filter(|&column| self.known[column].is_none() && !self.names[column].is_empty())
            .map(|column| (column, self.names[column].as_str()))
    }

    /// If different headers name the same single-valued column, keeps the one that names it best. The others become
    /// columns of their own: beside 商品编号, 货号 is a spec.
    fn free_weaker(&mut self, defs: &[ColumnDef]) {
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
