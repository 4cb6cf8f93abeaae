//! Reads the layouts of size charts that merchants use into one shape.

mod columns;
mod cross;
mod heading;
mod interval;
mod judge;
mod plain;
mod slips;
mod sold_as;

use super::finding::{At, Finding, Log};
use super::header::ColumnMap;
use super::model::SizeChart;
use super::table::{Sheet, SourceFile, each_sheet};
use heading::{Unit, heading, pair_of_headings};
use plain::is_size_header;
pub use sold_as::carries;
pub(super) use sold_as::name_as_sold;

/// The charts of a file: one, or one per sheet of a workbook.
pub(crate) fn read(
    file: &SourceFile,
    columns: &ColumnMap,
    findings: &mut Vec<Finding>,
) -> Vec<SizeChart> {
    let mut charts = Vec::new();
    each_sheet(file, findings, |sheet, log| {
        charts.extend(read_sheet(file, sheet, columns, log))
    });
    // Beside it stood notes or nothing: the file is the chart.
    if let [only] = charts.as_mut_slice() {
        only.stem.clone_from(&file.stem);
    }
    charts
}

/// The cells of a chart while its layout is found.
struct Grid {
    rows: Vec<(u32, Vec<String>)>,
    /// The unit in a title such as `尺码表（厘米）`.
    unit: Option<Unit>,
}

impl Grid {
    /// The number of cells of the longest row.
    fn width(&self) -> usize {
        let cells = self.rows.iter().map(|(_, cells)| cells.len());
        cells.max().unwrap_or(0)
    }
}

fn read_sheet(
    file: &SourceFile,
    sheet: &Sheet,
    columns: &ColumnMap,
    log: &mut Log,
) -> Option<SizeChart> {
    let mut grid = Grid {
        rows: Vec::new(),
        unit: None,
    };
    for row in &sheet.rows {
        let cells = (0..row.cells.len()).map(|column| row.cell(column).to_string());
        grid.rows.push((row.number, cells.collect()));
    }
    drop_titles(&mut grid);
    if grid.rows.len() < 2 {
        if !sheet.workbook || !grid.rows.is_empty() {
            log.warning(
                "no-rows",
                At::FILE,
                "the chart has no rows below its header",
                "fill it in or remove it",
            );
        }
        return None;
    }
    let named = grid.rows[0]
        .1
        .iter()
        .rposition(|header| !header.is_empty())
        .map_or(0, |last| last + 1);
    for (_, cells) in &mut grid.rows {
        while cells.len() > named && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
    }
    for header in &mut grid.rows[0].1 {
        if columns.target(header).is_some_and(is_size_header) {
            *header = "尺码".to_string();
        }
    }
    if sheet.name.is_some() && !may_be_chart(&grid) {
        // A hidden sheet often holds the choices of drop-down lists.
        if !sheet.hidden {
            log.warning(
                "missing-header",
                At::FILE,
                "the sheet has neither sizes nor measures; it is not read",
                "remove the sheet, or name its columns: 尺码, 身高(cm), 体重(斤) …",
            );
        }
        return None;
    }
    let stem = match sheet.name {
        Some(name) => format!("{}-{name}", file.stem),
        None => file.stem.clone(),
    };
    let mut chart = SizeChart {
        stem,
        columns: Vec::new(),
        rows: Vec::new(),
        cross: false,
        header: "尺码".to_owned(),
        sizes: Vec::new(),
        place: sheet.place(file, grid.rows[0].0),
    };
    let corner = grid.rows[0].1.first().cloned().unwrap_or_default();
    if let Some((down, across)) = pair_of_headings(&corner) {
        chart.cross = true;
        cross::read(&grid, [down, across], &mut chart, log)?;
    } else {
        if is_transposed(&grid) {
            grid = transpose(grid);
        }
        plain::read(&grid, &mut chart, log)?;
        bare_names(&mut chart);
    }
    for row in &chart.rows {
        if !chart.sizes.contains(&row.size) {
            chart.sizes.push(row.size.clone());
        }
    }
    sort_sizes(&mut chart.sizes);
    judge::report(&chart, log);
    Some(chart)
}

/// Whether the first row or column names sizes, or measures with figures. A sheet of notes does not: one on how to measure
/// names the measures and tells of each in words.
fn may_be_chart(grid: &Grid) -> bool {
    let across = grid.rows.first().into_iter().flat_map(|(_, cells)| cells);
    let down = grid.rows.iter().filter_map(|(_, cells)| cells.first());
    let mut heads = across.chain(down);
    let is_figure =
        |cell: &String| cell.starts_with(|c: char| matches!(c, '0'..='9' | '０'..='９'));
    let has_figures = || {
        let mut cells = grid.rows.iter().flat_map(|(_, cells)| cells);
        cells.any(is_figure)
    };
    heads.clone().any(|cell| is_size_header(cell))
        || has_figures()
            && heads.any(|cell| pair_of_headings(cell).is_some() || heading(cell).measure.is_some())
}

/// Removes title rows above the header and remarks below the last row: a single text beside empty cells (or, in a
/// workbook, merged over all of them).
fn drop_titles(grid: &mut Grid) {
    let width = grid.width();
    let lone = |cells: &[String]| {
        let mut texts = cells.iter().filter(|cell| !cell.is_empty());
        let first = texts.next();
        let repeated = texts.clone().count() + 1 == width;
        first.is_some_and(|first| {
            texts.clone().next().is_none() || (repeated && texts.all(|text| text == first))
        })
    };
    while width > 1 && grid.rows.first().is_some_and(|(_, cells)| lone(cells)) {
        let (_, cells) = grid.rows.remove(0);
        grid.unit = cells
            .first()
            .and_then(|title| heading(title).unit)
            .or(grid.unit);
    }
    let is_remark = |cells: &[String]| {
        lone(cells) && cells.first().is_some_and(|text| text.chars().count() > 6)
    };
    while width > 1
        && grid.rows.len() > 1
        && grid.rows.last().is_some_and(|(_, cells)| is_remark(cells))
    {
        grid.rows.pop();
    }
}

/// Whether the sizes stand across: the first column has more measures than the header.
fn is_transposed(grid: &Grid) -> bool {
    let is_measure = |text: &String| heading(text).measure.is_some();
    let across = grid.rows[0]
        .1
        .iter()
        .filter(|text| is_measure(text))
        .count();
    let down = grid
        .rows
        .iter()
        .filter_map(|(_, cells)| cells.first())
        .filter(|text| is_measure(text))
        .count();
    down > across && !is_size_header(grid.rows[0].1.get(1).map_or("", String::as_str))
}

/// A size without the remark and the unit written to it, and whether there was one: `S | 4-6厘米` and `S厘米` are S.
fn bare_size(written: &str) -> (&str, bool) {
    let size = written.split(['|', '｜']).next().unwrap_or_default().trim();
    let bare = ["厘米", "cm", "CM"]
        .iter()
        .find_map(|unit| size.strip_suffix(unit))
        .map(str::trim);
    (
        bare.filter(|bare| !bare.is_empty()).unwrap_or(size),
        bare.is_some(),
    )
}

/// Rows named `S厘米`, as a chart turned round by hand has them, are the sizes that their letters name. 56cm is the size of a
/// hat, and stays.
fn bare_names(chart: &mut SizeChart) {
    let letters = |size: &str| judge::rank(size).is_some_and(|(family, _)| family == 0);
    if chart.rows.iter().all(|row| letters(bare_size(&row.size).0)) {
        for row in &mut chart.rows {
            row.size = bare_size(&row.size).0.to_owned();
        }
    }
}

/// Turns rows into columns. `XS | 00-2厘米` and `XS厘米` become the size XS: the head of such a chart has unit and remarks.
fn transpose(grid: Grid) -> Grid {
    let width = grid.width();
    let mut unit = grid.unit;
    let number = grid.rows[0].0;
    let columns = (0..width).map(|column| {
        let mut cells: Vec<String> = grid
            .rows
            .iter()
            .map(|(_, cells)| cells.get(column).cloned().unwrap_or_default())
            .collect();
        if column > 0 {
            let (size, in_centimetres) = bare_size(&cells[0]);
            unit = unit.or(in_centimetres.then_some(Unit::Centimetre));
            cells[0] = size.to_owned();
        } else if !is_size_header(&cells[0]) {
            cells[0] = "尺码".to_string();
        }
        (number, cells)
    });
    let rows = columns.collect();
    Grid { rows, unit }
}

/// Sorts sizes from small to large if they tell their order (XS < M < 2XL, 36 < 38); else keeps the order of the chart.
fn sort_sizes(sizes: &mut [String]) {
    if let Some(ranks) = sizes
        .iter()
        .map(|size| judge::rank(size))
        .collect::<Option<Vec<_>>>()
        && ranks.iter().all(|rank| rank.0 == ranks[0].0)
    {
        sizes.sort_by(|a, b| {
            judge::rank(a)
                .partial_cmp(&judge::rank(b))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
    }
}

#[cfg(test)]
mod tests;
