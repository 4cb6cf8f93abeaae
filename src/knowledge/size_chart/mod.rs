//! Size charts: the layouts merchants use → one shape.

mod judge;
mod measure;

use super::finding::{At, Finding, Log};
use super::model::{ChartCell, ChartColumn, ChartRow, Measure, Place, SizeChart};
use super::names::{fold, is_blank};
use super::table::{Sheet, SourceFile, each_sheet};
use measure::{Heading, Unit, heading, interval, national_size, pair_of_headings};

/// The charts of one file: one, or for a workbook with several sheets one for each.
pub(crate) fn read(file: &SourceFile, findings: &mut Vec<Finding>) -> Vec<SizeChart> {
    let mut charts = Vec::new();
    each_sheet(file, findings, |sheet, log| {
        charts.extend(read_sheet(file, sheet, log))
    });
    charts
}

/// A chart's cells while its layout is worked out.
struct Grid {
    rows: Vec<(u32, Vec<String>)>,
    /// The unit of a title such as `尺码表（厘米）`.
    unit: Option<Unit>,
}

fn read_sheet(file: &SourceFile, sheet: &Sheet, log: &mut Log) -> Option<SizeChart> {
    let mut grid = Grid {
        rows: Vec::new(),
        unit: None,
    };
    for row in &sheet.rows {
        let mut cells: Vec<String> = (0..row.cells.len())
            .map(|column| row.cell(column).to_string())
            .collect();
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        grid.rows.push((row.number, cells));
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
    let place = Place {
        file: file.path.clone(),
        row: grid.rows[0].0,
        sheet: sheet.name.map(str::to_string),
    };
    let stem = match sheet.name {
        Some(name) => format!("{}-{name}", file.stem),
        None => file.stem.clone(),
    };
    let mut chart = SizeChart {
        stem,
        columns: Vec::new(),
        rows: Vec::new(),
        cross: false,
        sizes: Vec::new(),
        place,
    };
    let corner = grid.rows[0].1.first().cloned().unwrap_or_default();
    if let Some((down, across)) = pair_of_headings(&corner) {
        chart.cross = true;
        read_cross(&grid, [down, across], &mut chart, log)?;
    } else {
        if is_transposed(&grid) {
            grid = transpose(grid);
        }
        read_plain(&grid, &mut chart, log)?;
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

/// Takes away title rows above the header and remarks below the last row: a single text beside empty cells (or, in a
/// workbook, merged over all of them).
fn drop_titles(grid: &mut Grid) {
    let width = grid
        .rows
        .iter()
        .map(|(_, cells)| cells.len())
        .max()
        .unwrap_or(0);
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

/// Whether the sizes stand across: more measures in the first column than in the header.
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

/// Rows to columns. `XS | 00-2厘米` and `XS厘米` are the size XS: the head of such a chart carries unit and remarks.
fn transpose(grid: Grid) -> Grid {
    let width = grid
        .rows
        .iter()
        .map(|(_, cells)| cells.len())
        .max()
        .unwrap_or(0);
    let mut unit = grid.unit;
    let number = grid.rows[0].0;
    let columns = (0..width).map(|column| {
        let mut cells: Vec<String> = grid
            .rows
            .iter()
            .map(|(_, cells)| cells.get(column).cloned().unwrap_or_default())
            .collect();
        if column > 0 {
            let size = cells[0]
                .split(['|', '｜'])
                .next()
                .unwrap_or_default()
                .trim()
                .to_string();
            let bare = ["厘米", "cm", "CM"]
                .iter()
                .find_map(|unit| size.strip_suffix(unit))
                .map(str::trim);
            unit = unit.or(bare.map(|_| Unit::Centimetre));
            cells[0] = bare
                .filter(|bare| !bare.is_empty())
                .map_or(size.clone(), str::to_string);
        } else if !is_size_header(&cells[0]) {
            cells[0] = "尺码".to_string();
        }
        (number, cells)
    });
    let rows = columns.collect();
    Grid { rows, unit }
}

/// Headers of the size column.
fn is_size_header(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "尺码"
            | "size"
            | "sizes"
            | "码数"
            | "码"
            | "尺寸"
            | "号码"
            | "鞋码"
            | "身体尺码"
            | "商品尺码"
            | "衣服尺码"
            | "推荐尺码"
            | "建议尺码"
            | "对应尺码"
            | "标准尺码"
            | "尺码表"
            | "选码"
    )
}

/// Headers that serve as the size where no better one is there.
fn is_weak_size_header(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "国际" | "国际码" | "国际尺码" | "型号" | "规格" | "段位" | "号型"
    )
}

fn read_plain(grid: &Grid, chart: &mut SizeChart, log: &mut Log) -> Option<()> {
    let (header_row, headers) = &grid.rows[0];
    let find = |test: fn(&str) -> bool| headers.iter().position(|header| test(header));
    let size_column = match find(is_size_header).or_else(|| find(is_weak_size_header)) {
        Some(column) => column,
        None if headers
            .first()
            .is_some_and(|first| !first.is_empty() && heading(first).measure.is_none())
            && headers
                .iter()
                .skip(1)
                .any(|header| heading(header).measure.is_some()) =>
        {
            log.warning(
                "guessed-size-column",
                At::cell(*header_row, &headers[0]),
                format!(
                    "no column is called size (尺码); \"{}\" is taken for it",
                    headers[0]
                ),
                "head the column of sizes 尺码",
            );
            0
        }
        None => {
            log.error(
                "missing-column",
                At::row(*header_row),
                "no column is called size (尺码)",
                "head the column of sizes 尺码, or write 身高(cm)/体重(斤) in the first cell of a cross table",
            );
            return None;
        }
    };
    let columns = plan_columns(grid, size_column, log);
    chart.columns = columns
        .iter()
        .map(|c| ChartColumn {
            header: c.header.clone(),
            measure: c.heading.measure,
        })
        .collect();
    if chart.columns.iter().all(|column| column.measure.is_none()) {
        log.warning(
            "chart-without-measure",
            At::row(*header_row),
            "no column measures the body; the chart is shown but gives no advice",
            "add 身高(cm), 体重(斤), 胸围(cm), 脚长(cm) or the like",
        );
    }
    for (number, cells) in &grid.rows[1..] {
        if cells.len() > headers.len()
            || cells.len() < headers.len() && !fits_when_padded(cells, &columns)
        {
            log.error(
                "row-width",
                At::row(*number),
                format!(
                    "the size chart has {} columns but this row has {}",
                    headers.len(),
                    cells.len()
                ),
                "add the missing cell (- for none) or remove the one too many",
            );
            continue;
        }
        let size = cells.get(size_column).map_or("", String::as_str);
        if is_blank(size) {
            log.error(
                "missing-size",
                At::cell(*number, &headers[size_column]),
                "the row names no size",
                "write it",
            );
            continue;
        }
        let mut sound = true;
        let cells = columns.iter().map(|column| {
            let text = column.text(cells);
            let interval = column.heading.measure.and_then(|measure| {
                let unit = column.heading.unit;
                interval(&text, measure, unit).unwrap_or_else(|message| {
                    sound = false;
                    let remedy = "write a value such as 155, a range such as 155-160, ≤80 or 90以上, or - for none";
                    log.error("bad-interval", At::cell(*number, &column.header), message, remedy);
                    None
                })
            });
            ChartCell { text, interval }
        });
        let cells = cells.collect();
        if sound {
            let place = Place {
                row: *number,
                ..chart.place.clone()
            };
            chart.rows.push(ChartRow {
                size: size.to_string(),
                cells,
                place,
            });
        }
    }
    report_doubtful_units(chart, &columns, *header_row, log);
    Some(())
}

/// A column of the chart and where its text stands in the grid.
struct Planned {
    header: String,
    heading: Heading,
    column: usize,
    /// Which part of cells like `155-160/80-95`, where one column holds two measures.
    part: Option<usize>,
}

impl Planned {
    fn text(&self, cells: &[String]) -> String {
        let text = cells.get(self.column).map_or("", String::as_str);
        let Some(part) = self.part else {
            return text.to_string();
        };
        let parts: Vec<&str> = text
            .split(['/', '／', '\n', '、', ';', '；'])
            .map(str::trim)
            .collect();
        if parts.len() == 2 {
            parts[part].to_string()
        } else {
            text.to_string()
        }
    }
}

/// Whether a short row lacks only cells of columns that measure nothing (trailing cells a program left out).
fn fits_when_padded(cells: &[String], columns: &[Planned]) -> bool {
    columns
        .iter()
        .filter(|column| column.column >= cells.len())
        .all(|column| column.heading.measure.is_none())
}

fn plan_columns(grid: &Grid, size_column: usize, log: &mut Log) -> Vec<Planned> {
    let (row, headers) = &grid.rows[0];
    let mut columns = Vec::new();
    for (column, header) in headers
        .iter()
        .enumerate()
        .filter(|(column, _)| *column != size_column)
    {
        let plan = |header: &str, part| Planned {
            header: header.to_string(),
            heading: heading(header),
            column,
            part,
        };
        match pair_of_headings(header) {
            Some((one, other)) => columns.extend([plan(&one, Some(0)), plan(&other, Some(1))]),
            None => columns.push(plan(header, None)),
        }
    }
    for column in &mut columns {
        if column.heading.contradicts() {
            let message = format!("the unit of \"{}\" does not measure it", column.header);
            log.error(
                "unit-mismatch",
                At::cell(*row, &column.header),
                message,
                "correct the unit in the header",
            );
            column.heading.measure = None;
        }
    }
    // An underbust column makes it a chart of bra sizes, where the bust alone says little.
    let underbust = headers.iter().any(|header| header.contains("下胸"));
    for column in &mut columns {
        if underbust && column.heading.measure == Some(Measure::Bust) {
            column.heading.measure = None;
        }
    }
    drop_garment_measures(grid, &mut columns);
    drop_repeated_measures(&mut columns);
    set_units(grid, &mut columns, log);
    columns
}

/// A chart that states national sizes (`165/84A`) states the body's girth with them. Chest or waist far above it is
/// the garment's, and then so are the other girths and the shoulders.
fn drop_garment_measures(grid: &Grid, columns: &mut [Planned]) {
    const EASE: f64 = 12.0;
    let mut excess = Vec::new();
    for (_, cells) in &grid.rows[1..] {
        let Some((_, girth)) = cells.iter().find_map(|cell| national_size(cell)) else {
            continue;
        };
        for column in columns
            .iter()
            .filter(|c| matches!(c.heading.measure, Some(Measure::Bust | Measure::Waist)))
        {
            let read = interval(&column.text(cells), Measure::Bust, column.heading.unit);
            if let Ok(Some(read)) = read
                && let Some(low) = read.low
            {
                excess.push((column.column, low - girth));
            }
        }
    }
    let Some(first) = excess.first().map(|(column, _)| *column) else {
        return;
    };
    let of_first: Vec<f64> = excess
        .iter()
        .filter(|(column, _)| *column == first)
        .map(|(_, excess)| *excess)
        .collect();
    if of_first.iter().sum::<f64>() / of_first.len() as f64 > EASE {
        for column in columns {
            if !matches!(
                column.heading.measure,
                Some(Measure::Height | Measure::Weight | Measure::Age)
            ) {
                column.heading.measure = None;
            }
        }
    }
}

/// One column per measure: where a chart states it in two units, centimetres and kilograms are matched.
fn drop_repeated_measures(columns: &mut [Planned]) {
    for at in 0..columns.len() {
        let Some(measure) = columns[at].heading.measure else {
            continue;
        };
        let same: Vec<usize> = (0..columns.len())
            .filter(|&other| columns[other].heading.measure == Some(measure))
            .collect();
        let metric = |&column: &usize| {
            matches!(
                columns[column].heading.unit,
                Some(Unit::Centimetre | Unit::Kilogram)
            )
        };
        let keep = same.iter().copied().find(metric).unwrap_or(same[0]);
        for other in same.into_iter().filter(|&other| other != keep) {
            columns[other].heading.measure = None;
        }
    }
}

/// Units for headers that name none: the title's for lengths; for weights the one that makes people of them.
fn set_units(grid: &Grid, columns: &mut [Planned], log: &mut Log) {
    let row = grid.rows[0].0;
    let middle = |column: &Planned, measure| {
        let values = grid.rows[1..].iter().filter_map(|(_, cells)| {
            let read =
                interval(&column.text(cells), measure, Some(column.heading.unit?)).ok()??;
            read.low.or(read.high)
        });
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    for column in columns.iter_mut() {
        let is_length = column
            .heading
            .measure
            .is_some_and(|m| measure::dimension(m) == measure::Dimension::Length);
        if is_length && column.heading.unit.is_none() {
            column.heading.unit = grid.unit;
        }
    }
    let unmarked = |column: &Planned| {
        column.heading.measure == Some(Measure::Weight)
            && column.heading.unit.is_none()
            && !grid.rows[1..].iter().any(|(_, cells)| {
                let text = column.text(cells);
                text.contains(['斤', '克', '磅']) || text.to_ascii_lowercase().contains("kg")
            })
    };
    let Some(at) = columns.iter().position(unmarked) else {
        return;
    };
    let height = columns
        .iter()
        .find(|column| column.heading.measure == Some(Measure::Height))
        .and_then(|column| {
            let heading = Heading {
                unit: column.heading.unit.or(Some(Unit::Centimetre)),
                ..column.heading
            };
            middle(
                &Planned {
                    header: String::new(),
                    heading,
                    ..*column
                },
                Measure::Height,
            )
        });
    columns[at].heading.unit = Some(Unit::Kilogram);
    let weight = middle(&columns[at], Measure::Weight);
    let index = |kilograms: f64| height.map(|height| kilograms / (height / 100.0).powi(2));
    let is_person =
        |kilograms: f64| index(kilograms).is_some_and(|index| (13.0..32.0).contains(&index));
    let (unit, word) = match weight {
        Some(number) if is_person(number) && !is_person(number / 2.0) => (Unit::Kilogram, "kg"),
        _ => (Unit::Jin, "斤"),
    };
    columns[at].heading.unit = Some(unit);
    let header = columns[at].header.clone();
    log.warning(
        "unit-doubt",
        At::cell(row, &header),
        format!("\"{header}\" names no unit; it is read in {word}"),
        format!("write {header}({word}), or the unit that is meant"),
    );
}

/// Values that no person has speak of a wrong unit.
fn report_doubtful_units(chart: &SizeChart, columns: &[Planned], header_row: u32, log: &mut Log) {
    for (at, column) in columns.iter().enumerate() {
        let Some(measure) = column.heading.measure else {
            continue;
        };
        let (least, most) = measure::plausible(measure);
        let ends = chart
            .rows
            .iter()
            .filter_map(|row| row.cells[at].interval)
            .flat_map(|i| [i.low, i.high])
            .flatten();
        if let Some(odd) = ends.into_iter().find(|end| !(least..=most).contains(end)) {
            let unit = match measure::dimension(measure) {
                measure::Dimension::Length => "cm",
                measure::Dimension::Weight => "kg",
                measure::Dimension::Time => "months",
            };
            log.warning(
                "unit-doubt",
                At::cell(header_row, &column.header),
                format!("\"{}\" gives a person {odd} {unit}", column.header),
                "check the unit in the header",
            );
        }
    }
}

/// `身高(cm)/体重(斤)` in the corner: ranges of the first down, of the second across, sizes in the cells.
fn read_cross(
    grid: &Grid,
    headers: [String; 2],
    chart: &mut SizeChart,
    log: &mut Log,
) -> Option<()> {
    let (header_row, head) = &grid.rows[0];
    let mut headings = headers.clone().map(|header| heading(&header));
    for (heading, header) in headings.iter_mut().zip(&headers) {
        if heading.contradicts() {
            let message = format!("the unit of \"{header}\" does not measure it");
            log.error(
                "unit-mismatch",
                At::row(*header_row),
                message,
                "correct the unit in the first cell",
            );
            return None;
        }
        heading.unit = heading.unit.or(match heading.measure {
            Some(Measure::Weight) => Some(Unit::Jin),
            _ => grid.unit,
        });
    }
    let mut axis = |text: &str, at: usize, row: u32| {
        let read = headings[at]
            .measure
            .map(|measure| interval(text, measure, headings[at].unit));
        let message = match read? {
            Ok(Some(interval)) => {
                return Some(ChartCell {
                    text: text.to_string(),
                    interval: Some(interval),
                });
            }
            Ok(None) => "the range is empty".to_string(),
            Err(message) => message,
        };
        let remedy = "write a value such as 155, a range such as 155-160, ≤80 or 90以上";
        log.error("bad-interval", At::cell(row, &headers[at]), message, remedy);
        None
    };
    let across: Vec<Option<ChartCell>> = head[1..]
        .iter()
        .map(|text| axis(text, 1, *header_row))
        .collect();
    let mut found = Vec::new();
    let mut widths = Vec::new();
    for (number, cells) in &grid.rows[1..] {
        let Some(down) = axis(cells.first().map_or("", String::as_str), 0, *number) else {
            continue;
        };
        if cells.len() != head.len() {
            widths.push((*number, cells.len()));
            continue;
        }
        for (size, across) in cells[1..].iter().zip(&across) {
            if let (false, Some(across)) = (is_blank(size), across) {
                let place = Place {
                    row: *number,
                    ..chart.place.clone()
                };
                found.push(ChartRow {
                    size: size.clone(),
                    cells: vec![down.clone(), across.clone()],
                    place,
                });
            }
        }
    }
    for (row, width) in widths {
        log.error(
            "row-width",
            At::row(row),
            format!(
                "the cross table has {} columns but this row has {width}",
                head.len()
            ),
            "add the missing cell (- for none) or remove the one too many",
        );
    }
    chart.columns = headers
        .into_iter()
        .zip(headings)
        .map(|(header, heading)| ChartColumn {
            header,
            measure: heading.measure,
        })
        .collect();
    chart.rows = found;
    Some(())
}

/// From small to large where the sizes tell (XS < M < 2XL, 36 < 38); else as the chart lists them.
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
