//! Reads charts with one row per size.

use super::Grid;
use super::columns::{Planned, plan_columns};
use super::heading::{Dimension, dimension, heading, plausible};
use super::interval::interval;
use crate::knowledge::finding::{At, Log};
use crate::knowledge::model::{ChartCell, ChartColumn, ChartRow, Place, SizeChart};
use crate::knowledge::names::{fold, fold_without_remark, is_blank};

/// Headers of the size column.
pub(super) fn is_size_header(text: &str) -> bool {
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

/// Headers that serve as the size column if there is no better one.
fn is_weak_size_header(text: &str) -> bool {
    matches!(
        fold_without_remark(text).as_str(),
        "国际"
            | "国际码"
            | "国际尺码"
            | "欧码"
            | "中国码"
            | "鞋号"
            | "eu"
            | "eur"
            | "型号"
            | "规格"
            | "段位"
            | "号型"
    )
}

/// Reads the grid into the chart; `None` if no column holds the sizes.
pub(super) fn read(grid: &Grid, chart: &mut SizeChart, log: &mut Log) -> Option<()> {
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
    chart.header.clone_from(&headers[size_column]);
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

/// Whether a short row lacks only cells of columns that measure nothing (trailing cells that a program left out).
fn fits_when_padded(cells: &[String], columns: &[Planned]) -> bool {
    columns
        .iter()
        .filter(|column| column.column >= cells.len())
        .all(|column| column.heading.measure.is_none())
}

/// Reports values that no person has, which hint at a wrong unit.
fn report_doubtful_units(chart: &SizeChart, columns: &[Planned], header_row: u32, log: &mut Log) {
    for (at, column) in columns.iter().enumerate() {
        let Some(measure) = column.heading.measure else {
            continue;
        };
        let (least, most) = plausible(measure);
        let ends = chart
            .rows
            .iter()
            .filter_map(|row| row.cells[at].interval)
            .flat_map(|i| [i.low, i.high])
            .flatten();
        if let Some(odd) = ends.into_iter().find(|end| !(least..=most).contains(end)) {
            let unit = match dimension(measure) {
                Dimension::Length => "cm",
                Dimension::Weight => "kg",
                Dimension::Time => "months",
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
